"""Where a training step's time goes, and how far its large kernels are from the machine's limit.

python tests/benchmarks/step_profile.py --data DIR: a table for each model. Run it when nothing else runs.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile
from train_speed import matrix_products, multiply_adds

from gan.config import RECIPES
from gan.data import batches, load_images
from gan.models import LATENT_DIM, MODELS, build_gan
from gan.state import init_state
from gan.training import R1_INTERVAL, configure_cpu, train_step, update_ema

STEPS = {"mlp": 200, "dcgan": 20}
KINDS = {
    "matrix products and convolutions": ("mm", "addmm", "convolution", "convolution_backward"),
    "batch norm and activations": ("batch_norm", "relu", "threshold_backward", "clamp_min", "tanh"),
    "Adam": ("adam",),
    "the average": ("lerp",),
}


def kind_of(kernel: str) -> str:
    """The row of the table that a kernel's time goes to."""
    name = kernel.removeprefix("aten::").lower()
    for kind, parts in KINDS.items():
        exact = kind.startswith("matrix")
        if any(name.lstrip("_").removeprefix("mkldnn_") == part if exact else part in name for part in parts):
            return kind
    return "other kernels"


def profile_steps(model: str, images: torch.Tensor) -> tuple[Counter, float]:
    """Milliseconds a step in each kind of kernel, and by the clock without the profiler."""
    config, steps = RECIPES[model], STEPS[model]
    images = images[: steps * config.batch_size]
    gan = build_gan(model, config.seed)
    state = init_state(gan, config)

    def epoch() -> float:
        began = time.perf_counter()
        for step, real in enumerate(batches(images, config.batch_size, state.rng)):
            z = torch.randn(len(real), LATENT_DIM, generator=state.rng)
            r1 = 0.0 if step % R1_INTERVAL else config.r1 * R1_INTERVAL
            train_step(gan, state.d_optimizer, state.g_optimizer, real, z, r1)
            if config.ema:
                update_ema(state.ema, gan.generator, config.ema, step + 1)
        return 1000 * (time.perf_counter() - began) / steps

    epoch()
    seconds = min(epoch() for _ in range(3))
    with profile(activities=[ProfilerActivity.CPU]) as kernels:
        epoch()
    shares = Counter()
    for kernel in kernels.key_averages():
        if kernel.key.startswith("aten::"):
            shares[kind_of(kernel.key)] += kernel.self_cpu_time_total / 1000 / steps
    return shares, seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    args = parser.parse_args()
    configure_cpu()
    digits = load_images(args.data)
    for name in MODELS:
        limit = max(next(matrix_products()) for _ in range(3))
        work = 2 * multiply_adds(name, digits) * RECIPES[name].batch_size / 1e9  # GFLOP a step
        shares, step = profile_steps(name, digits)
        print(f"\n{name}: {step:.2f} ms a step; {work:.2f} GFLOP, {1000 * work / limit:.2f} ms at {limit:.0f} GFLOP/s")
        for kind, milliseconds in shares.most_common():
            print(f"  {kind:<34} {milliseconds:7.2f} ms  {milliseconds / step:4.0%}")
        outside = step - shares.total()
        print(f"  {'between kernels (Python, autograd)':<34} {outside:7.2f} ms  {outside / step:4.0%}")
        product = shares["matrix products and convolutions"]
        print(f"  the large kernels run at {1000 * work / product / limit:.2f} of the limit")
