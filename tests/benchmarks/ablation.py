"""What each part of a recipe is worth: the same short run with it and without it, from several training seeds.

python tests/benchmarks/ablation.py MODEL --data DIR [--epochs N --seeds N]: JSON on standard output, a table on
standard error. Every run has the same epochs and one thread; as many run at once as there are cores. Samples are
held against training digits, for what is chosen by the test digits cannot be judged by them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT)]

import torch  # noqa: E402

from gan.checkpoint import load_snapshot, save_snapshot  # noqa: E402
from gan.classifier import WEIGHTS, features, load_classifier  # noqa: E402
from gan.config import RECIPES, TrainConfig  # noqa: E402
from gan.data import load_images  # noqa: E402
from gan.latent import consecutive, latents  # noqa: E402
from gan.metrics import frechet_ratio, precision_recall  # noqa: E402
from gan.models import build_gan  # noqa: E402
from gan.sampling import generate  # noqa: E402
from gan.state import init_state  # noqa: E402
from gan.training import configure_cpu, export_gan, train  # noqa: E402

COUNT = 10_000  # samples, and training digits that they are held against; half of those where there are fewer
AVERAGE = "without the average"  # needs no run of its own: the same networks, served as they are
CLASSIC = asdict(TrainConfig(""))
VARIANTS = {
    "mlp": {
        "recipe": {},
        "without the penalty": {"r1": 0.0},
        "at the classic rate and betas": {"lr": CLASSIC["lr"], "betas": CLASSIC["betas"]},
        "classic": {name: CLASSIC[name] for name in ("lr", "betas", "ema", "r1")},
    },
    "dcgan": {
        "recipe": {},
        "without the penalty": {"r1": 0.0},
        "at the classic rate and betas": {"lr": CLASSIC["lr"], "betas": CLASSIC["betas"]},
    },
}


def figures(generator: torch.nn.Module, data: Path) -> dict[str, float]:
    """The figures of digits from consecutive seeds against as many training digits."""
    network = load_classifier(ROOT / "checkpoints" / WEIGHTS)
    images = load_images(data)
    count = min(COUNT, len(images) // 2)
    other_real, real = (features(network, images[first : first + count]) for first in (0, count))
    found = features(network, generate(generator, latents(consecutive(0, count))))
    precision, recall = precision_recall(found, real)
    return {"ratio": frechet_ratio(found, real, other_real), "precision": precision, "recall": recall}


def one_run(config: TrainConfig, data: Path) -> dict[str, dict[str, float]]:
    """Train once; the figures of what is served, and of the generator as it is where an average is served."""
    images = load_images(data)
    gan = build_gan(config.model, config.seed)
    state = init_state(gan, config)
    for stats in train(gan, images, config, state):
        print(f"{config} {stats}", file=sys.stderr)
    found = {}
    for name, generator in ("served", state.ema), (AVERAGE, gan.generator):
        if name == "served" or config.ema:
            with tempfile.TemporaryDirectory() as folder:
                save_snapshot(Path(folder), export_gan(gan, generator, images), config, config.epochs)
                found[name] = figures(load_snapshot(Path(folder), config.epochs).generator, data)
    return found


def in_a_process(config: TrainConfig, data: Path) -> dict[str, dict[str, float]]:
    """`one_run` in a process of its own, on one thread."""
    command = [sys.executable, __file__, config.model, "--data", str(data), "--one", json.dumps(asdict(config))]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    return json.loads(subprocess.run(command, env=one_thread, check=True, stdout=subprocess.PIPE).stdout)


def ablate(
    model: str, data: Path, epochs: int, seeds: int, variants: list[str] | None
) -> dict[str, list[dict[str, float]]]:
    """The figures of every variant, one for each training seed."""
    runs = [
        (name, replace(RECIPES[model], epochs=epochs, seed=seed, **change))
        for name, change in VARIANTS[model].items()
        if not variants or name in variants
        for seed in range(seeds)
    ]
    results: dict[str, list[dict[str, float]]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, _), found in zip(runs, pool.map(lambda run: in_a_process(run[1], data), runs), strict=True):
            results.setdefault(name, []).append(found["served"])
            if name == "recipe":
                results.setdefault(AVERAGE, []).append(found[AVERAGE])
    return results


def table(model: str, epochs: int, results: dict[str, list[dict[str, float]]]) -> str:
    """The figures as the README shows them: mean and standard deviation over the training seeds."""
    lines = [f"| {model}, {epochs} epochs | Frechet ratio | precision | recall |", "|---|---|---|---|"]
    for name, runs in results.items():
        cells = []
        for figure, places in (("ratio", 1), ("precision", 3), ("recall", 3)):
            values = [run[figure] for run in runs]
            spread = statistics.stdev(values) if len(values) > 1 else 0
            cells.append(f"{statistics.mean(values):.{places}f} ± {spread:.{places}f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=VARIANTS)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--variants", nargs="+", metavar="NAME", help="default: all")
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args()
    configure_cpu()
    if args.one:
        print(json.dumps(one_run(TrainConfig(**args.one | {"betas": tuple(args.one["betas"])}), args.data)))
    else:
        results = ablate(args.model, args.data, args.epochs, args.seeds, args.variants)
        print(json.dumps({"model": args.model, "epochs": args.epochs, "runs": results}, indent=2))
        print(table(args.model, args.epochs, results), file=sys.stderr)
