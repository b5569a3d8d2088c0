"""Training on the page, on the same machine as the server. Linux only.

    python tests/benchmarks/live.py [--seconds N --runs N --checkpoints DIR]

- First frame: milliseconds from the question of a visitor who opens a new run to the answer with its first frame.
- Frames: how many a second a visitor gets who asks again as soon as an answer is there, and how many images a second
  are trained.
- Quality: the quick Frechet ratio of a run, as metrics.jsonl measures it, after so many seconds on one thread. This
  part trains in this process, without a server.
- Shared: how fast the run of 30 visitors on one link advances, beside that of one visitor, in pairs.
- Memory: of a process after 20 runs that were left, and after --runs.

Takes eight minutes; run it when nothing else uses the machine. In a minute: --seconds 1 --runs 21.
"""

import os
from pathlib import Path

import numpy as np
import torch
from common import ROOT, make_parser, print_results, resident_mb
from helpers.serving import ask, started
from watching import measure_watching

from gan.classifier import WEIGHTS, load_classifier
from gan.datasets.reals import REALS, load_reals
from gan.live import READ, LiveRun
from gan.publish.evaluation import quick_metrics, quick_reference
from gan.training import configure_torch
from gan.ui import live
from gan.ui.live_settings import live_recipe

MODELS = ("small", "mlp", "dcgan")
VISITORS = 30  # on one link
PAIRS = 3  # of one visitor and VISITORS, in turns
MARKS = {"small": (1.5, 4, 8, 16, 30), "mlp": (8, 15, 25, 40), "dcgan": (30, 60)}  # seconds of training
WARM_RUNS = 20


def measure_memory(checkpoints: Path, runs: int) -> dict:
    """The memory of this process in MB after WARM_RUNS runs that were watched for two slices, and after `runs`."""
    live.WATCHED = 0.0  # each run makes room at once for the next one
    kept, mb = live.LiveRuns(checkpoints), {}
    for seed in range(runs):
        for _ in range(2):
            kept.advance("small", [], seed, 10**6, 0)
        if seed + 1 in (WARM_RUNS, runs):
            mb[seed + 1] = resident_mb(os.getpid())
    return mb


def measure_quality(checkpoints: Path, longest: float) -> dict[str, list[dict]]:
    """The quick Frechet ratio of each recipe after those MARKS of training on one thread that are not longer."""
    images = torch.from_numpy(load_reals(checkpoints / REALS, "train").images)
    test = torch.from_numpy(load_reals(checkpoints / REALS, "test").images[:READ])
    classifier = load_classifier(checkpoints / WEIGHTS)
    reference = quick_reference(classifier, images)
    results = {}
    for model, marks in MARKS.items():
        run = LiveRun(live_recipe(model), images, test, classifier)
        results[model] = []
        for mark in [mark for mark in marks if mark <= longest] or [longest]:
            while run.seconds < mark:
                run.advance(0.05)
            ratio = quick_metrics(run.export().generator, reference)["frechet_ratio"]
            results[model].append({"seconds": mark, "step": run.step, "images": run.seen, "frechet_ratio": ratio})
    return results


def measure_shared(address: str, pair: int, seconds: float) -> dict[str, int]:
    """The images that a run of one visitor is trained on, and one of VISITORS, as the last of them sees it."""
    (alone,) = measure_watching(address, "small", [50 + 2 * pair], seconds)
    together = measure_watching(address, "small", [51 + 2 * pair] * VISITORS, seconds)
    return {"alone": alone["images"], "together": min(each["images"] for each in together)}


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of each part in which a run is watched")
    parser.add_argument("--runs", type=int, default=1000, help="runs that are left")
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "checkpoints")
    args = parser.parse_args()
    configure_torch()
    torch.set_num_threads(1)
    results = {"quality": measure_quality(args.checkpoints, 4 * args.seconds), "watching": {}}
    with started(args.checkpoints) as (_, address):
        ask(address, "catalogue", [])
        ask(address, "live", ["small", [], 1, -1, 0])  # loads the digits
        for model in MODELS:
            (result,) = measure_watching(address, model, [7], args.seconds)
            results["watching"][model] = result | {"seconds": args.seconds}
        firsts = [measure_watching(address, "small", [20 + number], 0.5)[0]["first_ms"] for number in range(2)]
        results["first_ms"] = float(np.median(firsts))
    with started(args.checkpoints) as (_, address):  # the other server may still keep its runs for their visitors
        ask(address, "live", ["small", [], 1, -1, 0])
        results["shared"] = [measure_shared(address, pair, args.seconds) for pair in range(PAIRS)]
    results["memory_mb"] = measure_memory(args.checkpoints, args.runs)
    print_results(results, table(results))


def table(results: dict) -> str:
    """The results as Markdown."""
    lines = ["| training on one thread | quick Frechet ratio, images trained |", "|---|---|"]
    for model, marks in results["quality"].items():
        for mark in marks:
            lines.append(f"| `{model}`, {mark['seconds']:g} s | {mark['frechet_ratio']:.1f}, {mark['images']:,} |")
    lines += ["", "| one visitor watches | frames a second | images a second |", "|---|---|---|"]
    for model, watched in results["watching"].items():
        rates = watched["frames"] / watched["seconds"], watched["images"] / watched["seconds"]
        lines.append(f"| `{model}` | {rates[0]:.1f} | {rates[1]:,.0f} |")
    shared = [f"{pair['together']:,} of {pair['alone']:,}" for pair in results["shared"]]
    (warm, warm_mb), (last, last_mb) = results["memory_mb"].items()
    return "\n".join(
        [
            *lines,
            "",
            f"The first frame of a new run comes after {results['first_ms']:.0f} ms.",
            f"{VISITORS} visitors on one link see so many of the images that one visitor sees: {'; '.join(shared)}.",
            f"Memory: {warm_mb:.0f} MB after {warm} runs, {last_mb:.0f} MB after {last}.",
        ]
    )


if __name__ == "__main__":
    main()
