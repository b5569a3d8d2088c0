"""How fast training is, beside the classic loops and the machine's own limit.

python tests/benchmarks/train_speed.py --data DIR [--rounds N]: JSON on standard output, a table on standard error.
Run it when nothing else runs. All loops live in one process and take turns; every figure is a median over the rounds.
"""

import argparse
import ctypes
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import torch  # noqa: E402
from classic import classic_convolutional, classic_loop, classic_mlp  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402
from tqdm import tqdm  # noqa: E402

from gan.checkpoint import in_progress_dir  # noqa: E402
from gan.classifier import WEIGHTS, load_classifier  # noqa: E402
from gan.config import RECIPES  # noqa: E402
from gan.data import batches, load_images  # noqa: E402
from gan.models import LATENT_DIM, build_gan  # noqa: E402
from gan.publish.evaluation import quick_reference  # noqa: E402
from gan.runs.run import Run, TrainingData, save_epoch  # noqa: E402
from gan.state import init_state  # noqa: E402
from gan.training import configure_cpu, train, train_step  # noqa: E402

# Images in a turn: a few seconds each on two cores.
TURN = {"classic mlp": 12_800, "classic convolutional": 512, "mlp": 60_000, "dcgan": 3_840}
CLASSIC = {"mlp": ("classic mlp", classic_mlp), "dcgan": ("classic convolutional", classic_convolutional)}
SIDE = 2048  # of the matrices whose product is the limit
LIMIT = "matrix product"


def project_loop(model: str, images: torch.Tensor) -> Iterator[float]:
    """Images a second of this project's `train`, after each pass over `images`."""
    config = replace(RECIPES[model], epochs=1_000_000)
    for stats in train(build_gan(model, config.seed), images, config):
        yield stats.images_per_second


def matrix_products() -> Iterator[float]:
    """GFLOP/s of float32 matrix products, after each second of them."""
    left, right = torch.randn(2, SIDE, SIDE)
    out = torch.empty(SIDE, SIDE)
    while True:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 1:
            torch.mm(left, right, out=out)
            count += 1
        yield 2 * SIDE**3 * count / (time.perf_counter() - began) / 1e9


def give_memory_back() -> None:
    """Return freed memory to the system, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def multiply_adds(model: str, images: torch.Tensor) -> float:
    """Multiply-adds that one training step takes for each image of a batch.

    Without the penalty of every sixteenth step, which the counter cannot follow: shares of the limit are a little low.
    """
    config = RECIPES[model]
    gan = build_gan(model, config.seed)
    state = init_state(gan, config)
    real = next(batches(images, config.batch_size, state.rng))
    z = torch.randn(len(real), LATENT_DIM)
    with FlopCounterMode(display=False) as counter:
        train_step(gan, state.d_optimizer, state.g_optimizer, real, z)
    return counter.get_total_flops() / 2 / len(real)


def peak_memory(model: str, data: Path) -> float:
    """Peak resident memory, in GB, of `python train.py MODEL --epochs 1`, until its last line.

    As the process ends, PyTorch's CUDA build visits some 0.1 GB of its own files once more.
    """
    measure = "import resource, sys, train; train.main(sys.argv[1:]); "
    measure += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    # A process between, for a child's peak begins with the size of the process that it was forked from.
    between = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"]
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", measure, model, "--epochs", "1", "--data", data.resolve(), "--out", out]
        shutil.copy(ROOT / "checkpoints" / WEIGHTS, out)  # with it, the run measures its snapshots
        done = subprocess.run([*between, *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) * (1 if sys.platform == "darwin" else 1024) / 1e9


def bookkeeping(model: str, images: torch.Tensor) -> tuple[float, float]:
    """Seconds for what an epoch leaves: snapshot, picture, metrics line, state and bar; and for its figures."""
    config = RECIPES[model]
    gan = build_gan(model, config.seed)
    state = init_state(gan, config)
    (stats,) = train(gan, images[: config.batch_size], replace(config, epochs=1), state)
    with tempfile.TemporaryDirectory() as out, open(os.devnull, "w") as nowhere:
        run = Run(Path(out) / model, config, TrainingData(images, ""), gan, state)
        in_progress_dir(run.directory).mkdir()
        began = time.perf_counter()
        save_epoch(run, stats)
        for _ in tqdm(range(math.ceil(60_000 / config.batch_size)), file=nowhere):
            pass
        kept = time.perf_counter() - began
        reference = quick_reference(load_classifier(ROOT / "checkpoints" / WEIGHTS), images)
        run = replace(run, data=replace(run.data, reference=reference))
        began = time.perf_counter()
        save_epoch(run, stats)
        return kept, time.perf_counter() - began - kept


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (FileNotFoundError, StopIteration):
        return platform.processor()


def measure(data: Path, rounds: int, models: list[str], most: int) -> dict:
    """All figures, as the JSON shows them."""
    images = load_images(data)
    loops = {}
    for name, networks in (CLASSIC[model] for model in models):
        loops[name] = classic_loop(*networks(), data, min(TURN[name], most))
    for model in models:
        loops[model] = project_loop(model, images[: min(TURN[model], most)])
    loops[LIMIT] = matrix_products()
    speeds = {name: [] for name in loops}
    for turn in range(rounds + 1):
        for name, loop in loops.items():
            give_memory_back()  # or a loop works in the holes that another one left
            speed = next(loop)
            if turn:  # the first turn warms up
                speeds[name].append(speed)
            print(f"round {turn}/{rounds}  {name:<22} {speed:>10,.0f}", file=sys.stderr)
    median = {name: statistics.median(values) for name, values in speeds.items()}
    figures = {
        "machine": f"{torch.get_num_threads()} cores of {processor()}, PyTorch {torch.__version__}",
        "rounds": rounds,
        "gflops_limit": median.pop(LIMIT),
        "images_per_second": median,
        "spread": {name: [min(values), max(values)] for name, values in speeds.items()},
        "seconds_per_epoch": {name: 60_000 / speed for name, speed in median.items()},
        "ratio": {model: median[model] / median[CLASSIC[model][0]] for model in models},
        "million_multiply_adds_per_image": {},
        "share_of_limit": {},
        "peak_memory_gb": {},
        "bookkeeping_share_of_an_epoch": {},
        "seconds_for_the_figures_of_a_snapshot": {},
    }
    for model in models:
        work = multiply_adds(model, images)
        figures["million_multiply_adds_per_image"][model] = work / 1e6
        figures["share_of_limit"][model] = 2 * work * median[model] / 1e9 / figures["gflops_limit"]
        figures["peak_memory_gb"][model] = peak_memory(model, data)
        kept, quality = map(statistics.median, zip(*(bookkeeping(model, images) for _ in range(rounds)), strict=True))
        figures["bookkeeping_share_of_an_epoch"][model] = kept / figures["seconds_per_epoch"][model]
        figures["seconds_for_the_figures_of_a_snapshot"][model] = quality
    return figures


def table(figures: dict) -> str:
    """The figures as the README shows them."""
    lines = [
        f"{figures['machine']}; the limit is {figures['gflops_limit']:.0f} GFLOP/s (float32 matrix product)",
        "",
        "| loop | images/s | seconds an epoch | times the classic loop | share of the limit | memory "
        "| bookkeeping | figures |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, speed in figures["images_per_second"].items():
        cells = ["1 x", "", "", "", ""]
        if name in figures["ratio"]:
            cells = [
                f"{figures['ratio'][name]:.1f} x",
                f"{figures['share_of_limit'][name]:.2f}",
                f"{figures['peak_memory_gb'][name]:.2f} GB",
                f"{figures['bookkeeping_share_of_an_epoch'][name]:.1%}",
                f"{figures['seconds_for_the_figures_of_a_snapshot'][name]:.1f} s",
            ]
        seconds = figures["seconds_per_epoch"][name]
        lines.append(f"| {name} | {speed:,.0f} | {seconds:,.1f} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="+", choices=CLASSIC, default=list(CLASSIC))
    parser.add_argument("--images", type=int, default=max(TURN.values()), help="at most so many images in a turn")
    args = parser.parse_args()
    configure_cpu()
    results = measure(args.data, args.rounds, args.models, args.images)
    print(json.dumps(results, indent=2))
    print(table(results), file=sys.stderr)
