"""Training speed, beside the loops of the usual tutorials and the machine's limit (large matrix products).

    python tests/benchmarks/train_speed.py [--data DIR --rounds N --models MODEL ... --images N]

All loops run in one process and take turns. Each result is a median over the rounds. Takes five minutes; run it when
nothing else uses the machine. In some 15 s: --rounds 1 --models mlp --images 128.
"""

import ctypes
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from classic import classic_convolutional, classic_loop, classic_mlp
from common import ROOT, add_data_flag, machine, make_parser, print_results, seconds
from flops import matrix_product_speed, multiply_adds

from gan.checkpoint import in_progress_dir, load_snapshot
from gan.classifier import WEIGHTS, load_classifier
from gan.config import RECIPES
from gan.data import load_images
from gan.models import build_gan
from gan.publish.evaluation import quick_metrics, quick_reference
from gan.runs.run import TrainingData, init_run, save_epoch
from gan.training import configure_torch, train

EPOCH_IMAGES = 60_000  # of MNIST
# Images in a turn, which takes a few seconds.
TURN = {"classic mlp": 12_800, "classic convolutional": 512, "mlp": EPOCH_IMAGES, "dcgan": 3_840}
CLASSIC = {"mlp": ("classic mlp", classic_mlp), "dcgan": ("classic convolutional", classic_convolutional)}
LIMIT = "matrix product"


def project_loop(model: str, images: torch.Tensor) -> Iterator[float]:
    """Train without end on images uint8 (N, 28, 28). After each epoch, yield images per second."""
    config = replace(RECIPES[model], epochs=sys.maxsize)
    for stats in train(build_gan(model, config.seed), images, config):
        yield stats.images_per_second


def free_memory() -> None:
    """Return freed memory to the system (malloc_trim(3)), so that each loop starts with the same heap."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def peak_memory_gb(model: str, data: Path) -> float:
    """Peak resident memory of `python train.py MODEL --epochs 1`, until its last line.

    Read before the process ends, because PyTorch's CUDA build then touches some 0.1 GB of its own files again.
    """
    code = "import resource, sys, train; train.main(sys.argv[1:]); "
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    # A process in between, because a child's peak starts at the size of the process that forked it.
    launcher = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"]
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", code, model, "--epochs", "1", "--data", data.resolve(), "--out", out]
        shutil.copy(ROOT / "checkpoints" / WEIGHTS, out)  # so that the run measures its snapshots
        done = subprocess.run([*launcher, *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) * (1 if sys.platform == "darwin" else 1024) / 1e9


def save_seconds(model: str, images: torch.Tensor) -> tuple[float, float]:
    """The seconds to save an epoch (snapshot, picture, row of metrics, state), and to compute a snapshot's metrics.

    images: uint8 (N, 28, 28).
    """
    config = replace(RECIPES[model], epochs=1)
    reference = quick_reference(load_classifier(ROOT / "checkpoints" / WEIGHTS), images)
    with tempfile.TemporaryDirectory() as out:
        run = init_run(Path(out) / model, config, TrainingData(images, images_sha256=""))
        (stats,) = train(run.gan, images[: config.batch_size], config, run.state)
        saving = seconds(lambda: save_epoch(run, stats))
        generator = load_snapshot(in_progress_dir(run.directory), 1).generator
        return saving, seconds(lambda: quick_metrics(generator, reference))


def measure_speeds(
    data: Path, images: torch.Tensor, rounds: int, models: list[str], max_images: int
) -> dict[str, list[float]]:
    """Images per second of each loop in each round, and GFLOP/s of matrix products."""
    loops = {}
    for name, build in (CLASSIC[model] for model in models):
        loops[name] = classic_loop(*build(), data, min(TURN[name], max_images))
    for model in models:
        loops[model] = project_loop(model, images[: min(TURN[model], max_images)])
    loops[LIMIT] = matrix_product_speed()
    speeds = {name: [] for name in loops}
    for number in range(rounds + 1):
        for name, loop in loops.items():
            free_memory()
            speed = next(loop)
            if number > 0:  # the first round warms up
                speeds[name].append(speed)
            print(f"round {number}/{rounds}  {name:<22} {speed:>10,.0f}", file=sys.stderr)
    return speeds


def measure(data: Path, rounds: int, models: list[str], max_images: int) -> dict:
    """All results, by the names of the JSON."""
    images = load_images(data)
    speeds = measure_speeds(data, images, rounds, models, max_images)
    limit = statistics.median(speeds.pop(LIMIT))
    loops = {}
    for name, values in speeds.items():
        speed = statistics.median(values)
        loops[name] = {"images_per_second": speed, "range": [min(values), max(values)]}
        loops[name]["seconds_per_epoch"] = EPOCH_IMAGES / speed
    for model in models:
        loop = loops[model]
        work = multiply_adds(model, images)
        saving, metrics = zip(*(save_seconds(model, images) for _ in range(rounds)), strict=True)
        loop["times_classic"] = loop["images_per_second"] / loops[CLASSIC[model][0]]["images_per_second"]
        loop["million_multiply_adds_per_image"] = work / 1e6
        loop["share_of_limit"] = 2 * work * loop["images_per_second"] / 1e9 / limit
        loop["peak_memory_gb"] = peak_memory_gb(model, data)
        loop["saving_share_of_epoch"] = statistics.median(saving) / loop["seconds_per_epoch"]
        loop["metrics_seconds"] = statistics.median(metrics)
    name = f"{machine()}, PyTorch {torch.__version__}"
    return {"machine": name, "rounds": rounds, "limit_gflops": limit, "loops": loops}


def table(results: dict) -> str:
    """The results as a table in Markdown."""
    lines = [
        f"{results['machine']}; the limit is {results['limit_gflops']:.0f} GFLOP/s (float32 matrix product)",
        "",
        "| loop | images/s | seconds per epoch | times classic | share of the limit | peak memory "
        "| saving an epoch | its metrics |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, loop in results["loops"].items():
        cells = [f"{loop['images_per_second']:,.0f}", f"{loop['seconds_per_epoch']:,.1f}"]
        if "times_classic" in loop:
            cells += [
                f"{loop['times_classic']:.1f} x",
                f"{loop['share_of_limit']:.2f}",
                f"{loop['peak_memory_gb']:.2f} GB",
                f"{loop['saving_share_of_epoch']:.1%} of an epoch",
                f"{loop['metrics_seconds']:.1f} s",
            ]
        else:
            cells += ["", "", "", "", ""]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    add_data_flag(parser)
    parser.add_argument("--rounds", type=int, default=5, help="the medians are taken over so many rounds (default: 5)")
    parser.add_argument("--models", nargs="+", choices=CLASSIC, default=list(CLASSIC), help="default: all")
    parser.add_argument("--images", type=int, default=max(TURN.values()), help="at most so many images in a turn")
    args = parser.parse_args()
    configure_torch()
    results = measure(args.data, args.rounds, args.models, args.images)
    print_results(results, table(results))
