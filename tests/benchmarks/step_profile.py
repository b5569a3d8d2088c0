"""Where the time of a training step goes, and how close its large kernels are to the machine's limit.

    python tests/benchmarks/step_profile.py [--data DIR]

Prints a table for each model. Takes half a minute; run it when nothing else uses the machine. In a few seconds, with
few steps: --quick.
"""

import math
from collections import Counter

import torch
from common import add_data_flag, make_parser, seconds
from flops import matrix_product_speed, multiply_adds
from torch.profiler import ProfilerActivity, profile

from gan.batches import batches
from gan.config import RECIPES
from gan.data import load_images
from gan.models import LATENT_DIM, MODELS, build_gan
from gan.state import init_state
from gan.training import R1_INTERVAL, configure_torch, train_step, update_ema

MAX_STEPS = {"mlp": 200, "dcgan": 20}
QUICK_STEPS = 1
ROUNDS = 3
PRODUCTS = "matrix products and convolutions"
PRODUCT_KERNELS = ("mm", "addmm", "convolution", "convolution_backward")
OTHER_KINDS = {
    "batch norm and activations": ("batch_norm", "relu", "threshold_backward", "clamp_min", "tanh"),
    "Adam and EMA": ("adam", "lerp"),
}


def kind_of(kernel: str) -> str:
    """The row of the table that a kernel belongs to."""
    name = kernel.removeprefix("aten::").lower()
    if name.lstrip("_").removeprefix("mkldnn_") in PRODUCT_KERNELS:
        return PRODUCTS
    return next((kind for kind, parts in OTHER_KINDS.items() if any(part in name for part in parts)), "other kernels")


def profile_step(model: str, images: torch.Tensor, max_steps: int, rounds: int) -> tuple[Counter, float]:
    """The milliseconds of a training step by kind of kernel, and in all, measured without the profiler.

    images: uint8 (N, 28, 28). The time in all is the least of `rounds` measurements.
    """
    config = RECIPES[model]
    images = images[: max_steps * config.batch_size]
    steps = math.ceil(len(images) / config.batch_size)
    gan = build_gan(model, config.seed)
    state = init_state(gan, config)

    def train_epoch() -> None:
        for step, real in enumerate(batches(images, config.batch_size, state.rng)):
            z = torch.randn(len(real), LATENT_DIM, generator=state.rng)
            r1 = 0.0 if step % R1_INTERVAL else config.r1 * R1_INTERVAL
            train_step(gan, state.d_optimizer, state.g_optimizer, real, z, r1)
            if config.ema:
                update_ema(state.ema, gan.generator, config.ema, step + 1)

    train_epoch()  # warm up
    step_ms = 1000 * min(seconds(train_epoch) for _ in range(rounds)) / steps
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        train_epoch()
    times = Counter()
    for kernel in profiler.key_averages():
        if kernel.key.startswith("aten::"):
            times[kind_of(kernel.key)] += kernel.self_cpu_time_total / 1000 / steps
    return times, step_ms


def print_profile(model: str, images: torch.Tensor, quick: bool) -> None:
    """Measure a model and print its table."""
    max_steps, rounds, duration = (QUICK_STEPS, 1, 0.1) if quick else (MAX_STEPS[model], ROUNDS, 1.0)
    limit = max(next(matrix_product_speed(duration)) for _ in range(rounds))
    gflop = 2 * multiply_adds(model, images) * RECIPES[model].batch_size / 1e9
    times, step_ms = profile_step(model, images, max_steps, rounds)
    print(f"\n{model}: {step_ms:.2f} ms a step, {gflop:.2f} GFLOP")
    print(f"  at the limit of {limit:.0f} GFLOP/s these take {1000 * gflop / limit:.2f} ms")
    between = {"between kernels: Python, autograd": step_ms - times.total()}
    for kind, kind_ms in [*times.most_common(), *between.items()]:
        print(f"  {kind:<34} {kind_ms:7.2f} ms  {kind_ms / step_ms:4.0%}")
    print(f"  the {PRODUCTS} reach {1000 * gflop / times[PRODUCTS] / limit:.2f} of the limit")


if __name__ == "__main__":
    parser = make_parser(__doc__)
    add_data_flag(parser)
    parser.add_argument("--quick", action="store_true", help="measure few steps, to see that the script works")
    args = parser.parse_args()
    configure_torch()
    digits = load_images(args.data)
    for name in MODELS:
        print_profile(name, digits, args.quick)
