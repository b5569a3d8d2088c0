"""Handles and D's push: what the handles of the last epochs move, and how fast the page answers.

    python tests/benchmarks/directions.py [--models MODEL ... --seeds N --unseen N --requests N]

Measures the directions of each committed run again, on one core. Two units to either side of --unseen seeds that were
not measured show how much each handle moves its measure, in standard deviations; for how many seeds that is one at
least; what else moves, beside what the page says of it; and how many digits keep their class. Then it asks a page for
D's push, with other seeds each time. Takes two minutes. In some 15 s:
--models mlp --seeds 200 --unseen 10 --requests 2.
"""

import time

import numpy as np
import torch
from common import ROOT, make_parser, print_results
from helpers.serving import ask, serving

from gan.checkpoint import epochs, load_snapshot
from gan.classifier import WEIGHTS, load_classifier
from gan.directions import MIN_R2, SEEDS, Directions, measure, measure_directions
from gan.latent import latents
from gan.runs.flags import DEFAULT_MODELS
from gan.sampling import generate
from gan.ui.limits import MAX_PUSH

CHECKPOINTS = ROOT / "checkpoints"
HEAD = """\
| handle | R² | moves its measure by | by 1 or more | what else moves (said) | class kept |
|---|---|---|---|---|---|"""


def rows_of(generator: torch.nn.Module, directions: Directions, network: torch.nn.Sequential, unseen: int) -> list:
    """What each measured direction does to the digits of `unseen` seeds that were not measured."""
    names = list(directions.measures)
    spread = measure(generate(generator, latents(range(2000))), network).std(0)
    z = latents(range(SEEDS, SEEDS + unseen))
    before = measure(generate(generator, z), network)
    rows = []
    for index, name in enumerate(names):
        high, low = (
            measure(generate(generator, z + 2 * side * directions.vectors[index]), network) for side in (1, -1)
        )
        changes = (high - low) / spread  # (N, K), over four units
        means = changes.mean(0)
        others = sorted((other for other in names if other != name), key=lambda other: -abs(means[names.index(other)]))
        rows.append(
            {
                "handle": name,
                "r2": directions.r2[index].item(),
                "offered": directions.r2[index].item() >= MIN_R2,
                "moves": means[index].item(),
                "moved_by_1": (changes[:, index] >= 1).double().mean().item(),
                "others": {
                    other: (means[names.index(other)].item(), 2 * directions.moves[index, names.index(other)].item())
                    for other in others[:3]
                },
                "class_kept": (high[:, 5:].argmax(1) == before[:, 5:].argmax(1)).double().mean().item(),
            }
        )
    return rows


def measure_run(model: str, seeds: int, unseen: int) -> dict:
    """The seconds that the measuring takes on one core, and the rows of its table."""
    network = load_classifier(CHECKPOINTS / WEIGHTS)
    generator = load_snapshot(CHECKPOINTS / model, epochs(CHECKPOINTS / model)[-1]).generator
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    start = time.perf_counter()
    directions = measure_directions(generator, network, seeds)
    seconds = time.perf_counter() - start
    torch.set_num_threads(threads)
    return {"seconds": seconds, "rows": rows_of(generator, directions, network, unseen)}


def timed(address: str, name: str, values: list) -> tuple[float, int]:
    """The milliseconds of an answer, and its size in kB."""
    start = time.perf_counter()
    answer = ask(address, name, values)
    return 1000 * (time.perf_counter() - start), len(str(answer)) // 1000


def time_page(address: str, model: str, requests: int) -> dict:
    """The median and the 95th percentile in ms of each kind of question, and the size of an answer in kB."""
    epoch = epochs(CHECKPOINTS / model)[-1]
    kinds = {
        f"push, {MAX_PUSH} digits": ("push", lambda seed: ["generate", [model, epoch, seed, MAX_PUSH]]),
        "push, progression of 16": ("push", lambda seed: ["progression", [model, seed, 16]]),
        f"push, progression of {MAX_PUSH}": ("push", lambda seed: ["progression", [model, seed, MAX_PUSH]]),
        "pushed pixels, 16 digits": ("pushed", lambda seed: ["generate", [model, epoch, seed, 16], "pixels"]),
        "pushed z, 16 digits": ("pushed", lambda seed: ["generate", [model, epoch, seed, 16], "z"]),
        f"pushed z, {MAX_PUSH} digits": ("pushed", lambda seed: ["generate", [model, epoch, seed, MAX_PUSH], "z"]),
        "offered": ("offered", lambda seed: [model, epoch, seed]),
        "handles": ("handles", lambda seed: [model, epoch, seed, "", ""]),
    }
    found = {}
    for kind, (name, values) in kinds.items():
        times, sizes = [], []
        for number in range(requests + 1):
            question = values(1000 * number)
            if name in ("push", "pushed"):
                ask(address, "pictures", question[:2])  # as the page does before
            milliseconds, size = timed(address, name, question)
            times.append(milliseconds)
            sizes.append(size)
        found[kind] = [*np.percentile(times[1:], [50, 95]).tolist(), max(sizes)]  # the first one loads code
    return found


def table_of(model: str, found: dict, times: dict) -> str:
    """The tables of a model, in Markdown."""
    lines = [f"{model}: measured in {found['seconds']:.1f} s on one core", "", HEAD]
    for row in found["rows"]:
        others = ", ".join(f"{name} {seen:+.1f} ({said:+.1f})" for name, (seen, said) in row["others"].items())
        name = row["handle"] if row["offered"] else f"({row['handle']})"
        lines.append(
            f"| {name} | {row['r2']:.2f} | {row['moves']:.1f} | {row['moved_by_1']:.0%} | {others} "
            f"| {row['class_kept']:.0%} |"
        )
    lines += ["", "| question | median | 95th percentile | answer |", "|---|---|---|---|"]
    lines += [f"| {kind} | {mid:.0f} ms | {high:.0f} ms | {size} kB |" for kind, (mid, high, size) in times.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("--models", nargs="+", default=DEFAULT_MODELS, help="default: mlp dcgan")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"that are measured (default: {SEEDS})")
    parser.add_argument("--unseen", type=int, default=400, help="other seeds that are moved (default: 400)")
    parser.add_argument("--requests", type=int, default=40, help="of each kind (default: 40)")
    args = parser.parse_args()
    results = {model: measure_run(model, args.seeds, args.unseen) for model in args.models}
    with serving(CHECKPOINTS) as address:
        times = {model: time_page(address, model, args.requests) for model in args.models}
    tables = [table_of(model, results[model], times[model]) for model in args.models]
    print_results({"runs": results, "page": times}, "\n\n".join(tables))
