"""What each part of a recipe is worth: short runs with it and without it, from several training seeds.

    python tests/benchmarks/ablation.py MODEL [--data DIR --epochs N --seeds N --variants NAME ...]

All runs have equal length and use one thread each; as many run at once as there are cores. The samples are compared
with training digits, because choices must not be made with the test digits. On two cores 10 epochs of the MLP take
10 minutes, 2 of the DCGAN half an hour. With little data, in some 15 s: --epochs 1 --seeds 1 --variants recipe.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import torch
from common import ROOT, add_data_flag, make_parser, print_results

from gan.checkpoint import load_snapshot, save_snapshot
from gan.classifier import WEIGHTS, features, load_classifier
from gan.config import RECIPES, TrainConfig
from gan.data import load_images
from gan.latent import consecutive, latents
from gan.metrics import frechet_ratio, precision_recall
from gan.models import build_gan
from gan.sampling import generate
from gan.state import init_state
from gan.training import configure_cpu, export_gan, train

MAX_SAMPLES = 10_000
CLASSIC = asdict(TrainConfig(""))
RECIPE = "recipe"
WITHOUT_EMA = "without EMA"  # needs no run of its own: the generator of the recipe's run, before the average
VARIANTS = {  # the fields of the recipe that each variant changes
    RECIPE: {},
    "without R1": {"r1": 0.0},
    "with the classic rate and betas": {"lr": CLASSIC["lr"], "betas": CLASSIC["betas"]},
    "classic": {name: CLASSIC[name] for name in ("lr", "betas", "ema", "r1")},
}
DEFAULT_VARIANTS = {"mlp": list(VARIANTS), "dcgan": [name for name in VARIANTS if name != "classic"]}


def measure(generator: torch.nn.Module, images: torch.Tensor) -> dict[str, float]:
    """Compare samples with as many training digits, of uint8 images (N, 28, 28)."""
    classifier = load_classifier(ROOT / "checkpoints" / WEIGHTS)
    count = min(MAX_SAMPLES, len(images) // 2)
    other_real, real = features(classifier, images[:count]), features(classifier, images[count : 2 * count])
    samples = features(classifier, generate(generator, latents(consecutive(0, count))))
    precision, recall = precision_recall(samples, real)
    return {
        "frechet_ratio": frechet_ratio(samples, real, other_real),
        "precision": precision,
        "recall": recall,
    }


def train_and_measure(config: TrainConfig, data: Path) -> list[dict[str, float]]:
    """Train once. Return the metrics of the snapshot, then of a snapshot without EMA."""
    images = load_images(data)
    gan = build_gan(config.model, config.seed)
    state = init_state(gan, config)
    for stats in train(gan, images, config, state):
        print(f"{config} {stats}", file=sys.stderr)
    metrics = []
    for generator in (state.ema, gan.generator):
        with tempfile.TemporaryDirectory() as folder:
            save_snapshot(Path(folder), export_gan(gan, generator, images), config, config.epochs)
            metrics.append(measure(load_snapshot(Path(folder), config.epochs).generator, images))
    return metrics


def run_process(config: TrainConfig, data: Path) -> list[dict[str, float]]:
    """Call `train_and_measure` in a process with one thread."""
    command = [sys.executable, __file__, config.model, "--data", str(data), "--run", json.dumps(asdict(config))]
    done = subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def ablate(model: str, data: Path, epochs: int, seeds: int, variants: list[str]) -> dict[str, list[dict[str, float]]]:
    """The metrics of each variant, one item for each training seed."""
    runs = [
        (name, replace(RECIPES[model], epochs=epochs, seed=seed, **VARIANTS[name]))
        for name in variants
        for seed in range(seeds)
    ]
    results: dict[str, list[dict[str, float]]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        metrics = pool.map(lambda run: run_process(run[1], data), runs)
        for (name, _), (with_ema, without_ema) in zip(runs, metrics, strict=True):
            results.setdefault(name, []).append(with_ema)
            if name == RECIPE:
                results.setdefault(WITHOUT_EMA, []).append(without_ema)
    return results


def table(model: str, epochs: int, results: dict[str, list[dict[str, float]]]) -> str:
    """The mean and the standard deviation over the training seeds, as a table in Markdown."""
    lines = [f"| `{model}`, {epochs} epochs | Frechet ratio | precision | recall |", "|---|---|---|---|"]
    for name, runs in results.items():
        cells = []
        for metric, decimals in (("frechet_ratio", 1), ("precision", 3), ("recall", 3)):
            values = [run[metric] for run in runs]
            deviation = statistics.stdev(values) if len(values) > 1 else 0
            cells.append(f"{statistics.mean(values):.{decimals}f} ± {deviation:.{decimals}f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("model", choices=DEFAULT_VARIANTS)
    add_data_flag(parser)
    parser.add_argument("--epochs", type=int, default=10, help="of each run (default: 10)")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each variant (default: 3)")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, metavar="NAME", help=f"of {', '.join(VARIANTS)}")
    parser.add_argument("--run", type=json.loads, help="for the script itself: the config of one run, as JSON")
    args = parser.parse_args()
    configure_cpu()
    if args.run:
        print(json.dumps(train_and_measure(TrainConfig(**args.run | {"betas": tuple(args.run["betas"])}), args.data)))
    else:
        variants = args.variants or DEFAULT_VARIANTS[args.model]
        results = ablate(args.model, args.data, args.epochs, args.seeds, variants)
        runs = {"model": args.model, "epochs": args.epochs, "runs": results}
        print_results(runs, table(args.model, args.epochs, results))
