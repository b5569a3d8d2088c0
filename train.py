"""Train the GANs on MNIST and save their checkpoints. `python train.py --help` lists the flags."""

from gan.interrupt import one_line_at_ctrl_c

with one_line_at_ctrl_c("train.py"):
    import math
    import signal
    import sys
    from argparse import Namespace
    from contextlib import ExitStack
    from functools import partial

    from tqdm import tqdm

    from gan.console import prepare_output, say
    from gan.data import describe
    from gan.errors import UserError
    from gan.runs import cli
    from gan.runs.classifier import run_classifier
    from gan.runs.failures import delete_unstarted, memory_errors, run_errors
    from gan.runs.flags import CLASSIFIER, parse
    from gan.runs.lock import locked
    from gan.runs.reals import save_run_reals
    from gan.runs.run import Run, init_run, load_training_data, resume_run, save_epoch, save_run_directions
    from gan.runs.swap import publish_run, recover_run
    from gan.store.files import make_dir
    from gan.training import configure_torch, train


def train_gans(args: Namespace) -> None:
    """Train the GANs that the flags ask for, one after the other. No run starts before every check has passed."""
    data = load_training_data(args.data, args.out, args.device)
    say(describe(args.data, data.images))
    make_dir(args.out)
    with ExitStack() as contexts:
        for directory in cli.run_dirs(args):
            contexts.enter_context(locked(directory))
        recovered = [directory for directory in cli.run_dirs(args) if recover_run(directory)]
        planned = cli.plan_runs(args)
        if not planned and not recovered:
            raise UserError(cli.nothing_to_resume(args))
        contexts.enter_context(delete_unstarted(planned))
        # Start all runs before the first one trains: then --resume finds those whose turn has not come.
        runs = [
            init_run(directory, config, data, args.start) if config else resume_run(directory, data)
            for directory, config in planned.items()
        ]
        save_run_reals(args.out, args.data, data.images)
        for run in runs:
            train_run(run)


def train_run(run: Run) -> None:
    """Train a run to its last epoch, print a line for each, then serve it in place of the old run."""
    steps = math.ceil(len(run.data.images) / run.config.batch_size)
    bar = partial(tqdm, total=steps, desc=run.config.model, unit="step", leave=False, disable=None)
    with run_errors(run):
        for stats in train(run.gan, run.data.images, run.config, run.state, progress=bar):
            say(cli.format_epoch(run.config, save_epoch(run, stats)))
        save_run_directions(run)
    publish_run(run.directory)
    say(f"{run.config.model} is complete: {run.directory}")


def main(argv: list[str]) -> int:
    """Run the command line. Return the exit code."""
    try:
        with one_line_at_ctrl_c("train.py"):
            prepare_output()
            args = parse(argv)
        configure_torch()
        with memory_errors("Close other programs, or use fewer images"):
            (run_classifier if args.model == CLASSIFIER else train_gans)(args)
    except UserError as error:
        say(cli.error_line(error, argv, args), sys.stderr)
        return 1
    except KeyboardInterrupt:
        say(f"\nStopped. {cli.resume_hint(argv, args) or 'There is no unfinished run'}", sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # no traceback while Python ends
    sys.exit(code)
