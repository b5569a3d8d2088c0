"""The command line of train.py: its flags, the runs that they ask for, and the text that it prints."""

import argparse
import math
import shlex
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from gan.arguments import Parser, add_source_flags, check_source
from gan.checkpoint import STATE, StateHeader, epochs, in_progress_dir, load_state_header
from gan.config import MAX_SEED, TUNABLE, TrainConfig, recipe
from gan.errors import DiskError, UserError
from gan.models import MODELS
from gan.runs.device import find_device
from gan.runs.failures import saved_epoch
from gan.runs.swap import has_unfinished_run

CLASSIFIER = "classifier"
MAX_COUNT = 1_000_000  # epochs, and images in a step: more than any of these data sets has
MIN_LR, MAX_LR = 1e-10, 1e3  # Adam moves a weight by about lr a step: less changes no float32, more overflows float16
MOVED = {  # flags of earlier versions, and the commands that replaced them
    "--evaluate": "python -m gan.publish card",
    "--baseline": "python -m gan.publish card --baseline DIR",
    "--push-to-hub": "python -m gan.publish push USER/NAME",
}


def parse_int(low: int, high: int, text: str) -> int:
    """A flag's integer, low..high."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and low <= int(text) <= high):
        raise argparse.ArgumentTypeError(f"must be a whole number, {low} to {high}")
    return int(text)


def parse_lr(text: str) -> float:
    """A learning rate, MIN_LR..MAX_LR."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not MIN_LR <= number <= MAX_LR:
        raise argparse.ArgumentTypeError(f"must be a number, {MIN_LR:g} to {MAX_LR:g}")
    return number


class _Moved(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        parser.error(f"{option_string}: this is now the command `{MOVED[option_string]}`")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The flags. A wrong flag ends the program with one line and exit code 2."""
    parser = Parser(
        "train.py",
        description="Train GANs on MNIST or other small grey images. "
        "A model's defaults are its recipe in gan/config.py; flags change them.",
    )
    count = partial(parse_int, 1, MAX_COUNT)
    parser.add_argument(
        "model",
        nargs="?",
        choices=[*MODELS, CLASSIFIER],
        help="default: every GAN, one after the other; the classifier labels digits and measures quality",
    )
    parser.add_argument("--epochs", type=count, metavar="N", help="passes over the data")
    parser.add_argument("--batch-size", type=count, metavar="N", help="images in a step")
    parser.add_argument("--lr", type=parse_lr, metavar="X", help="Adam's learning rate, for both networks")
    parser.add_argument("--classic", action="store_true", help="the tutorials' recipe: Adam at 3e-4, nothing else")
    parser.add_argument("--seed", type=partial(parse_int, 0, MAX_SEED), metavar="N", help="the seed of the run")
    add_source_flags(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the runs (default for MNIST: checkpoints)")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda if PyTorch can use a device")
    parser.add_argument("--resume", action="store_true", help="continue unfinished runs; repeat the other flags")
    for flag in MOVED:
        parser.add_argument(flag, action=_Moved, nargs="?", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    args.data, args.out = check_source(parser, args)
    if args.out.exists() and not args.out.is_dir():
        parser.error(f"--out: {args.out} is not a folder")
    if args.model == CLASSIFIER and (args.resume or args.classic or args.lr or args.batch_size):
        parser.error("classifier: takes --epochs, --seed, --data, --convert, --invert, --out and --device only")
    args.device = find_device(parser, args.device)
    return args


def run_dirs(args: argparse.Namespace) -> list[Path]:
    """The folders of the runs of the chosen models."""
    return [args.out / model for model in ([args.model] if args.model else MODELS)]


def plan_runs(args: argparse.Namespace) -> dict[Path, TrainConfig | None]:
    """The runs to train, in order: a config for a new run, None for a run to resume. Changes nothing on disk.

    train.py starts all runs of a command before the first one trains. So if --resume finds a run at epoch 0, the stop
    may have come before the models after it were started: they are new runs. Otherwise, models without an unfinished
    run are complete. Raises UserError if the flags do not fit the runs on disk.
    """
    planned = {}
    stopped_at_start = False
    for directory in run_dirs(args):
        folder = in_progress_dir(directory)
        if (folder / STATE).exists():
            header = load_state_header(folder)
            if not args.resume:
                raise UserError(
                    f"an unfinished run (epoch {header.epoch} of {header.config.epochs}) is in {folder}. "
                    "Add --resume to continue it, or delete that folder"
                )
            _check_flags(args, folder, header)
            planned[directory] = None
            stopped_at_start |= header.epoch == 0
        elif stopped_at_start or not args.resume:
            base = TrainConfig(directory.name) if args.classic else recipe(directory.name)
            planned[directory] = replace(base, **_given(args))
    return planned


def _given(args: argparse.Namespace) -> dict:
    return {name: getattr(args, name) for name in TUNABLE if getattr(args, name) is not None}


def _check_flags(args: argparse.Namespace, folder: Path, header: StateHeader) -> None:
    # A run resumes only with the flags that it started with; flags that are left out keep their value.
    saved = asdict(header.config) | {"device": header.device}
    asked = saved | _given(args) | {"device": args.device.type}
    if args.classic:
        classic = asdict(TrainConfig(header.config.model))
        asked |= {name: classic[name] for name in classic if name not in TUNABLE}
    if asked != saved:
        changed = [name for name in saved if asked[name] != saved[name]]
        changes = [f"{name.replace('_', '-')} {saved[name]}, not {asked[name]}" for name in changed]
        raise UserError(
            f"--resume: the run in {folder} started with {'; '.join(changes)}. "
            "Use the flags that it started with, or delete that folder"
        )


def nothing_to_resume(args: argparse.Namespace) -> str:
    """Why --resume has nothing to do, and what to do instead."""
    complete = [directory.name for directory in run_dirs(args) if epochs(directory)]
    state = f"already complete in {args.out}: {', '.join(complete)}" if complete else f"no unfinished run in {args.out}"
    return f"--resume: {state}. Leave the flag out to start a new run"


def resume_hint(argv: Sequence[str], args: argparse.Namespace) -> str:
    """How to continue after a training was stopped, as one line; empty if no run is unfinished."""
    unfinished = [] if args.model == CLASSIFIER else list(filter(has_unfinished_run, run_dirs(args)))
    if not unfinished:
        return ""
    current = unfinished[0]  # the runs of a command train one after the other
    started = (in_progress_dir(current) / STATE).exists() and not saved_epoch(current)
    safe = f"No epoch of {current.name} is complete yet" if started else "The last complete epoch is safe"
    command = shlex.join(["python", "train.py", *(word for word in argv if word != "--resume"), "--resume"])
    return f"{safe}. To continue: {command}"


def error_line(error: UserError, argv: Sequence[str], args: argparse.Namespace) -> str:
    """The line that train.py prints for an error. A run that the disk stopped can continue."""
    hint = resume_hint(argv, args) if isinstance(error, DiskError) else ""
    return f"train.py: {error}. {hint}" if hint else f"train.py: {error}"


def format_epoch(config: TrainConfig, row: dict) -> str:
    """The line that train.py prints for an epoch, from its row of metrics.jsonl."""
    ratio = f"  quick Frechet ratio {row['frechet_ratio']:6.1f}" if "frechet_ratio" in row else ""
    return (
        f"{config.model:<6} epoch {row['epoch']:>4}/{config.epochs}  d_loss {row['d_loss']:6.3f}  "
        f"g_loss {row['g_loss']:6.3f}  D(x) {row['d_real']:.3f}  D(G(z)) {row['d_fake']:.3f}  "
        f"{row['seconds']:6.1f} s  {row['images_per_second']:8,.0f} images/s{ratio}"
    )
