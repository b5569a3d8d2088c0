"""Whether the coach is right: how many runs of each preset get its diagnosis, and of each recipe no failure.

    python tests/benchmarks/coach.py [NAME ...] [--seeds N --steps N]

The diagnosis of a run is the most frequent one in the last third of its frames. In a run of a recipe, no frame may be
called a failure. Each run has one thread, a fixed number of steps, and the digits of checkpoints/reals. Takes about
half an hour. In some 15 s: --seeds 1 --steps 2.
"""

import sys
from collections import Counter

from common import ROOT, make_parser, print_results
from helpers.coach import first_failure, train_preset, usual_diagnosis

from gan.training import configure_torch
from gan.ui.presets import PRESETS, Preset

RECIPES = {
    "recipe of mlp": Preset("mlp", {}, 1300, "no failure"),
    "recipe of small": Preset("small", {}, 1000, "no failure"),
    "recipe of dcgan": Preset("dcgan", {}, 600, "no failure"),
}
RUNS = PRESETS | RECIPES


def diagnose_runs(name: str, seeds: int, steps: int | None) -> list[str]:
    """What the coach says of each run of a preset or a recipe."""
    judge = first_failure if name in RECIPES else usual_diagnosis
    said = []
    for seed in range(seeds):
        run = train_preset(ROOT / "checkpoints", RUNS[name], seed, steps or RUNS[name].steps)
        said.append(judge([frame.diagnosis for frame in run.frames]))
        print(f"{name}, seed {seed}: {said[-1]} ({run.seconds:.0f} s)", file=sys.stderr)
    return said


def row(name: str, said: list[str]) -> str:
    """A row of the table, in Markdown."""
    run, others = RUNS[name], Counter(said)
    right = others.pop(run.diagnosis, 0)
    settings = ", ".join(f"{key} {value}" for key, value in run.settings.items()) or "the recipe"
    rest = ", ".join(f"{key} {count}" for key, count in others.items())
    return f"| {name} | `{run.model}`: {settings} | {run.steps:,} | {run.diagnosis} | {right} of {len(said)} | {rest} |"


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)} (default: all)")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each (default: 10)")
    parser.add_argument("--steps", type=int, help="of each run (default: those of its film)")
    args = parser.parse_args()
    configure_torch()
    results = {name: diagnose_runs(name, args.seeds, args.steps) for name in args.names or RUNS}
    head = "| preset | settings | steps | expected | runs | others |\n|---|---|---|---|---|---|"
    print_results(results, "\n".join([head, *(row(name, said) for name, said in results.items())]))
