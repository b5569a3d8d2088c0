"""The training loop on a CUDA device: whether it is right, whether it waits, and how fast it is.

    python tests/benchmarks/gpu.py [--data DIR --models MODEL ... --device cpu --quick]

Prints a line for each check and a table of speeds. Takes at most ten minutes on one GPU; run it when nothing else uses
it. To see that the script works on a machine without a GPU: --device cpu --quick, which leaves out what needs one.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from classic import classic_convolutional, classic_loop, classic_mlp
from common import add_data_flag, make_parser, print_results
from cuda_graph import graphed_step
from gpu_checks import check
from torch.profiler import ProfilerActivity, profile
from trials import measure

from gan.config import RECIPES
from gan.data import load_images
from gan.models import LATENT_DIM, build_gan, to_real
from gan.state import init_state
from gan.training import configure_torch, export_gan, take_step, train

CLASSIC = {"mlp": classic_mlp, "dcgan": classic_convolutional}
EPOCH_IMAGES = 60_000  # of MNIST
PROFILED, TIMED = 64, 320  # steps, multiples of R1_INTERVAL


def draw_batch(images: torch.Tensor, count: int, rng: torch.Generator) -> torch.Tensor:
    """A random real batch (count, 1, 28, 28) from images uint8 (N, 28, 28). `rng` is on their device."""
    indices = torch.randint(len(images), (count,), device=images.device, generator=rng)
    return to_real(images.index_select(0, indices))


def make_step(model: str, images: torch.Tensor, graphed: bool) -> Callable[[int], object]:
    """A function that takes a step of the recipe, with its number, on random digits: as the loop, or as CUDA graphs.

    images: uint8 (N, 28, 28) on the device.
    """
    config = RECIPES[model]
    gan = build_gan(model, config.seed).to(images.device)
    state = init_state(gan, config)
    count, rng = config.batch_size, state.rng
    if not graphed:
        return lambda number: take_step(gan, config, state, draw_batch(images, count, rng), number)
    z = torch.empty(count, LATENT_DIM, device=images.device)
    take = graphed_step(gan, config, state, draw_batch(images, count, rng), z.normal_(generator=rng))
    return lambda number: take(number, draw_batch(images, count, rng), z.normal_(generator=rng))


def profile_steps(step: Callable[[int], object]) -> tuple[float, int]:
    """The seconds that kernels run in a step, and the copies between host and device in PROFILED steps.

    Raises RuntimeError if the profiler sees no kernels.
    """
    for number in range(PROFILED):
        step(number)
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        for number in range(PROFILED):
            step(number)
        torch.cuda.synchronize()
    events = profiler.key_averages()
    busy = sum(event.self_device_time_total for event in events) / 1e6
    if not busy:
        raise RuntimeError("the profiler saw no kernels")
    return busy / PROFILED, sum(event.count for event in events if "HtoD" in event.key or "DtoH" in event.key)


def steps_per_second(step: Callable[[int], object]) -> float:
    """Steps per second, after as many to warm up."""
    for number in range(TIMED):
        step(number)
    torch.cuda.synchronize()
    start = time.perf_counter()
    for number in range(TIMED):
        step(number)
    torch.cuda.synchronize()
    return TIMED / (time.perf_counter() - start)


@contextmanager
def tf32() -> Iterator[None]:
    """Compute matrix products and convolutions in TF32, which the loop does not use."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False


def short_run(model: str, images: torch.Tensor) -> dict[str, float]:
    """Four epochs of the project's loop: the least seconds of an epoch of MNIST after the first, and the quality.

    images: uint8 (N, 28, 28) on the device. The quality is that of 10,000 samples against training digits.
    """
    config = replace(RECIPES[model], epochs=4)
    gan = build_gan(model, config.seed).to(images.device)
    state = init_state(gan, config)
    stats = [each.seconds for each in train(gan, images, config, state)]
    quality = measure(export_gan(gan, state.ema, images).generator.cpu(), images.cpu())
    return {
        "epoch_seconds": min(stats[1:]) * EPOCH_IMAGES / len(images),
        "frechet_ratio": quality["frechet_ratio"],
        "ambiguous": quality["ambiguous"],
    }


def measure_speeds(model: str, images: torch.Tensor, data: Path, quick: bool) -> dict[str, float]:
    """Seconds of an epoch of each loop; the quality in float32 and TF32; steps per second, also as CUDA graphs.

    images: uint8 (N, 28, 28) on the device. `recipe_seconds` is the time in the steps: saving and metrics take more.
    """
    device = images.device.type
    loop = classic_loop(*CLASSIC[model](), data, 256 if quick else 12_800, device)
    next(loop)
    found = short_run(model, images) | {"classic_epoch_seconds": EPOCH_IMAGES / next(loop)}
    if device == "cuda":
        with tf32():
            found |= {f"tf32_{name}": value for name, value in short_run(model, images).items()}
        step = make_step(model, images, graphed=False)
        found["steps_per_second"] = steps_per_second(step)
        busy, found["copies"] = profile_steps(step)
        found["kernels_share"] = busy * found["steps_per_second"]
        found["graphed_steps_per_second"] = steps_per_second(make_step(model, images, graphed=True))
    found["recipe_seconds"] = found["epoch_seconds"] * RECIPES[model].epochs
    return found


def measure_all(models: list[str], device: str, data: Path, quick: bool) -> dict:
    """All checks and speeds, by model. What is known of a model is printed before the rest."""
    images = load_images(data, device)[: 512 if quick else None]
    found = {}
    for model in models:
        differences, checks = check(model, images)
        print(f"{model}: {differences} {checks}", file=sys.stderr, flush=True)
        speeds = measure_speeds(model, images, data, quick)
        if device == "cuda":
            checks["no step copies between host and device"] = speeds["copies"] == 0
        found[model] = {"checks": checks, **differences, **speeds}
        print(f"{model}: {found[model]}", file=sys.stderr, flush=True)
    name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    return {"device": name, "torch": torch.__version__, "models": found}


def table(results: dict) -> str:
    """The results as text: the checks, then a table in Markdown."""
    lines = [f"{results['device']}, PyTorch {results['torch']}", ""]
    for model, found in results["models"].items():
        lines += [f"{model}: {text}: {'yes' if passed else 'NO'}" for text, passed in found["checks"].items()]
    numbers = [name for name in next(iter(results["models"].values())) if name != "checks"]
    lines += ["", f"| | {' | '.join(results['models'])} |", "|---|" + "---|" * len(results["models"])]
    for name in numbers:
        lines.append(f"| {name} | " + " | ".join(f"{found[name]:.4g}" for found in results["models"].values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    add_data_flag(parser)
    parser.add_argument("--models", nargs="+", choices=CLASSIC, default=list(CLASSIC), help="default: both")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="default: cuda")
    parser.add_argument("--quick", action="store_true", help="few images, to see that the script works")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch finds no CUDA device. Add --device cpu --quick to see that the script works")
    configure_torch()
    results = measure_all(args.models, args.device, args.data, args.quick)
    print_results(results, table(results))
    sys.exit(0 if all(passed for found in results["models"].values() for passed in found["checks"].values()) else 1)
