"""Whether a change of a recipe pays: short runs with it and without it, from the same seeds.

    python tests/benchmarks/trials.py MODEL [--data DIR --changes NAME ... --seeds N ... --epochs N --start FILE]

The changes are those of trial_changes.py; by default, the recipe without each of its parts. 10,000 samples are compared
with training digits, because choices must not be made with the test digits. What counts as a near copy is told by how
near test digits are to training digits. Each run uses one thread, and as many run at once as there are cores.

A run starts from random weights, or with --start from the networks of a snapshot; then it goes on with the step that
follows its epoch, and its EMA begins as the snapshot. So a short run shows a change only if --ema is short too.

Each result is printed as a line of JSON, and at the end the table of all. --append FILE keeps the lines, and a run that
has a line there is not trained again. On two cores 10 epochs of the MLP take two minutes for each pair of runs. With
little data, in some 20 s: --epochs 1 --seeds 0 --changes recipe.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch
from common import ROOT, add_data_flag, make_parser
from trial_changes import CHANGES, PARTS

from gan.batches import batches
from gan.checkpoint import load_start
from gan.classifier import WEIGHTS, classify_features, features, load_classifier
from gan.config import RECIPES
from gan.data import load_images
from gan.datasets.reals import REALS
from gan.latent import consecutive, latents
from gan.metrics import COPY_QUANTILE, ambiguity, frechet_ratio, precision_recall
from gan.models import build_gan
from gan.nearest import nearest
from gan.real_distances import load_distances
from gan.sampling import generate
from gan.state import init_state
from gan.store.tensorfile import read_header
from gan.training import configure_torch, export_gan, take_step

MAX_SAMPLES = 10_000
CHECKPOINTS = ROOT / "checkpoints"
COLUMNS = {  # metric: its heading, its factor and its decimals
    "frechet_ratio": ("Frechet ratio", 1, 2),
    "ambiguous": ("ambiguous %", 100, 1),
    "precision": ("precision", 1, 3),
    "recall": ("recall", 1, 3),
    "copies": ("near copies %", 100, 2),
    "d_loss": ("D's loss", 1, 3),
    "seconds": ("seconds", 1, 0),
}


def measure(generator: torch.nn.Module, images: torch.Tensor) -> dict[str, float]:
    """Compare samples with as many training digits, of uint8 images (N, 28, 28)."""
    classifier = load_classifier(CHECKPOINTS / WEIGHTS)
    count = min(MAX_SAMPLES, len(images) // 2)
    other_real, real = features(classifier, images[:count]), features(classifier, images[count : 2 * count])
    drawn = generate(generator, latents(consecutive(0, count)))
    samples = features(classifier, drawn)
    precision, recall = precision_recall(samples, real)
    bound = load_distances(CHECKPOINTS / REALS).quantile(COPY_QUANTILE)
    return {
        "frechet_ratio": frechet_ratio(samples, real, other_real),
        "ambiguous": ambiguity(classify_features(classifier, samples)[1]),
        "precision": precision,
        "recall": recall,
        "copies": (nearest(drawn, images)[1] < bound).double().mean().item(),
    }


def train_and_measure(args: argparse.Namespace, seed: int) -> dict:
    """Train once with a change. Returns the metrics of the EMA, with D's mean loss in the last epoch and seconds."""
    images, change = load_images(args.data), CHANGES[args.run]
    model, epochs, start = args.model, args.epochs, args.start
    config = replace(RECIPES[model], seed=seed, **{"ema": args.ema or RECIPES[model].ema} | change.config)
    torch.manual_seed(seed)
    gan = change.build(load_start(start) if start else build_gan(model, seed))
    first = read_header(start)["epoch"] if start else 0
    gan.train().requires_grad_()
    state = init_state(gan, config)
    steps = -(-len(images) // config.batch_size)
    spent = 0.0
    for epoch in range(epochs):
        began, losses = time.process_time(), []
        for number, real in enumerate(batches(images, config.batch_size, state.rng)):
            done = epoch * steps + number
            for optimizer, rate in ((state.d_optimizer, config.d_lr or config.lr), (state.g_optimizer, config.lr)):
                optimizer.param_groups[0]["lr"] = rate * change.rate(done / (epochs * steps))
            step = first * steps + done
            losses.append(take_step(gan, config, state, real, step)[0])
        spent += time.process_time() - began
    metrics = measure(export_gan(gan, state.ema, images).generator, images)
    return metrics | {"d_loss": torch.stack(losses).mean().item(), "seconds": spent}


def run_all(args: argparse.Namespace) -> Iterator[dict]:
    """The results of all runs, each in a process with one thread, with those that are known from before."""
    fixed = {"model": args.model, "epochs": args.epochs, "start": args.start and args.start.name, "ema": args.ema}
    known = [json.loads(line) for line in args.append.read_text().splitlines()] if args.append.exists() else []
    keys = [fixed | {"change": name, "seed": seed} for seed in args.seeds for name in args.changes]

    def run(key: dict) -> dict:
        for result in known:
            if key.items() <= result.items():
                return result
        command = [sys.executable, __file__, args.model, "--data", args.data, "--epochs", args.epochs]
        command += ["--start", args.start] if args.start else []
        command += ["--ema", args.ema] if args.ema else []
        command += ["--run", key["change"], "--seeds", key["seed"]]
        done = subprocess.run(
            list(map(str, command)), env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True, stdout=subprocess.PIPE
        )
        result = key | json.loads(done.stdout)
        with args.append.open("a") as file:
            file.write(json.dumps(result) + "\n")
        return result

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(run, keys)


def table(title: str, results: list[dict]) -> str:
    """The mean and the standard deviation over the training seeds, as a table in Markdown."""
    lines = [
        f"| {title} | {' | '.join(heading for heading, _, _ in COLUMNS.values())} |",
        "|---" * (1 + len(COLUMNS)) + "|",
    ]
    for name in dict.fromkeys(result["change"] for result in results):
        cells = []
        for metric, (_, factor, decimals) in COLUMNS.items():
            values = [factor * result[metric] for result in results if result["change"] == name]
            deviation = f" ± {statistics.stdev(values):.{decimals}f}" if len(values) > 1 else ""
            cells.append(f"{statistics.mean(values):.{decimals}f}{deviation}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("model", choices=["mlp", "dcgan"])
    add_data_flag(parser)
    parser.add_argument("--epochs", type=int, default=10, help="of each run (default: 10)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="of the runs (default: 0 1 2)")
    parser.add_argument("--changes", nargs="+", choices=CHANGES, default=list(PARTS), metavar="NAME")
    parser.add_argument("--start", type=Path, help="the snapshot to start from (default: random weights)")
    parser.add_argument("--ema", type=float, help="the EMA of all runs (default: that of the recipe or the change)")
    parser.add_argument("--append", type=Path, default=Path(os.devnull), help="a file of results")
    parser.add_argument("--run", choices=CHANGES, help="for the script itself: train once")
    args = parser.parse_args()
    configure_torch()
    if args.run:
        print(json.dumps(train_and_measure(args, *args.seeds)))
    else:
        results = []
        for result in run_all(args):
            print(json.dumps(result), flush=True)
            results.append(result)
        print(table(f"`{args.model}`, {args.epochs} epochs", results), file=sys.stderr)
