"""Train the GANs on MNIST and save their checkpoints. `python train.py --help` lists the flags."""

import math
import sys
from argparse import Namespace
from contextlib import ExitStack
from functools import partial

from tqdm import tqdm

from gan.checkpoint import in_progress_dir
from gan.errors import DiskError, DivergedError, UserError
from gan.runs.classifier import run_classifier
from gan.runs.cli import CLASSIFIER, format_epoch, parse, plan_runs, resume_hint, run_dirs
from gan.runs.lock import locked
from gan.runs.run import Run, init_run, load_training_data, resume_run, save_epoch
from gan.runs.swap import publish_run, recover_run
from gan.store.files import make_dir
from gan.training import configure_cpu, train


def train_gans(args: Namespace) -> None:
    """Train the GANs that the flags ask for, one after the other. No run starts before every check has passed."""
    data = load_training_data(args.data, args.out, args.device)
    make_dir(args.out)
    with ExitStack() as locks:
        for directory in run_dirs(args):
            locks.enter_context(locked(directory))
        recovered = [directory for directory in run_dirs(args) if recover_run(directory)]
        planned = plan_runs(args)
        if not planned and not recovered:
            raise UserError(f"--resume: no unfinished run in {args.out}. Leave the flag out to start a new one")
        # Start all runs before the first one trains: then --resume finds those whose turn has not come.
        runs = [
            init_run(directory, config, data) if config else resume_run(directory, data)
            for directory, config in planned.items()
        ]
        for run in runs:
            train_run(run)


def train_run(run: Run) -> None:
    """Train a run to its last epoch, print a line for each, then serve it in place of the old run."""
    steps = math.ceil(len(run.data.images) / run.config.batch_size)
    bar = partial(tqdm, total=steps, desc=run.config.model, unit="step", leave=False, disable=None)
    try:
        for stats in train(run.gan, run.data.images, run.config, run.state, progress=bar):
            print(format_epoch(run.config, save_epoch(run, stats)), flush=True)
    except DivergedError as error:
        raise DivergedError(
            f"{run.config.model}: {error}. Epoch {run.state.epoch} is safe in {in_progress_dir(run.directory)}. "
            "Delete that folder, then start a new run with a lower --lr"
        ) from error
    publish_run(run.directory)
    print(f"{run.config.model} is complete: {run.directory}", flush=True)


def main(argv: list[str]) -> int:
    """Run the command line. Return the exit code."""
    args = parse(argv)
    try:
        configure_cpu()
        (run_classifier if args.model == CLASSIFIER else train_gans)(args)
    except UserError as error:
        hint = f". {resume_hint(argv, args)}" if isinstance(error, DiskError) else ""
        print(f"train.py: {error}{hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped. {resume_hint(argv, args)}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
