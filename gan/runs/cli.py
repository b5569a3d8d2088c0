"""The runs that the flags of train.py ask for, and the text that it prints."""

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from gan.checkpoint import STATE, StateHeader, epochs, in_progress_dir, load_state_header, start_name
from gan.config import TUNABLE, TrainConfig, recipe
from gan.errors import DiskError, UserError
from gan.runs.failures import saved_epoch
from gan.runs.flags import CLASSIFIER, DEFAULT_MODELS
from gan.runs.swap import has_unfinished_run

CLASSIC = ("betas", "r1", "ema")  # the fields in which every recipe differs from --classic


def run_dirs(args: argparse.Namespace) -> list[Path]:
    """The folders of the runs of the chosen models."""
    return [args.out / model for model in ([args.model] if args.model else DEFAULT_MODELS)]


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
    given = {name: getattr(args, name) for name in TUNABLE if getattr(args, name) is not None}
    if args.betas:
        given["betas"] = tuple(args.betas)
    if args.start:
        given["start"] = start_name(args.start)
    return given


def _check_flags(args: argparse.Namespace, folder: Path, header: StateHeader) -> None:
    # A run resumes only with the flags that it started with; flags that are left out keep their value.
    saved = asdict(header.config) | {"device": header.device}
    asked = saved | _given(args) | {"device": args.device.type}
    if args.classic:
        classic = asdict(TrainConfig(header.config.model))
        asked |= {name: classic[name] for name in CLASSIC if name not in _given(args)}
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
