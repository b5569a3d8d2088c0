"""Train the GANs on MNIST and keep their checkpoints; python train.py --help lists the flags."""

import argparse
import hashlib
import math
import shlex
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import Tensor
from tqdm import tqdm

from gan import checkpoint
from gan.classifier import EPOCHS, WEIGHTS, classifier, classify, load_classifier, save_classifier, train_classifier
from gan.config import CHOICES, RECIPES, TrainConfig
from gan.data import load_images, load_labelled_images
from gan.errors import CheckpointError, DataError, DiskError, DivergedError, HubError, LockedError
from gan.models import MODELS
from gan.publish.card import make_card
from gan.publish.evaluation import QuickReference, quick_reference
from gan.publish.hub import push
from gan.runs import swap
from gan.runs.cli import CLASSIFIER, Parser, parse
from gan.runs.lock import locked
from gan.runs.run import init_run, load_plan, resume_run, save_epoch, save_plan
from gan.store.files import make_dir
from gan.store.metrics_log import read_metrics
from gan.training import configure_cpu, train


def directories(args: argparse.Namespace) -> list[Path]:
    """The folders of the chosen models' runs."""
    return [args.out / model for model in (MODELS if args.model is None else [args.model])]


def begun(directory: Path) -> bool:
    """Whether a run is in progress."""
    return (checkpoint.in_progress_dir(directory) / checkpoint.STATE).exists()


def plan(parser: Parser, args: argparse.Namespace, digest: str) -> dict[Path, TrainConfig]:
    """The runs to train, by folder: every chosen model, or with --resume those that were stopped, begun or not."""
    given = {name: getattr(args, name) for name in CHOICES if getattr(args, name) is not None}
    runs, finished = {}, False
    stopped = any(begun(args.out / model) for model in MODELS)  # by then every run was noted
    for directory in directories(args):
        model = directory.name
        finished |= swap.recover_run(directory)
        folder = checkpoint.in_progress_dir(directory)
        device = args.device.type
        if begun(directory):
            _, began, epoch, _, device = checkpoint.load_state(folder)
            read_metrics(folder)  # each epoch adds to it: better told now than after the first
            if not args.resume:
                parser.error(
                    f"a run stopped at epoch {epoch} of {began.epochs} is in {folder}: "
                    "add --resume to continue it, or delete that folder"
                )
        elif not args.resume:
            runs[directory] = replace(TrainConfig(model) if args.classic else RECIPES[model], **given)
            continue
        elif not stopped or not (began := load_plan(directory, digest)):
            continue
        for name, value in given.items():
            if value != getattr(began, name):
                flag = name.replace("_", "-")
                parser.error(
                    f"--{flag} {value}: the run in {folder} began with {getattr(began, name)}; "
                    "leave the flag out, or delete that folder"
                )
        kept = {name: getattr(began, name) for name in CHOICES}
        if args.classic and began != replace(TrainConfig(model), **kept):
            parser.error(f"--classic: the run in {folder} began without it; leave the flag out, or delete that folder")
        if args.device.type != device:
            parser.error(
                f"--device {args.device.type}: the run in {folder} began with {device}; "
                f"add --device {device}, or delete that folder"
            )
        runs[directory] = began
    if not runs and not finished:
        parser.error(f"--resume: nothing was stopped in {args.out}; leave the flag out to start anew")
    return runs


def finish(directory: Path, images: Tensor, digest: str, stick: QuickReference | None) -> None:
    """Train the run in progress from where it stands to its last epoch, then let it take its place."""
    gan, config, state = resume_run(directory, images.device, digest)
    steps = math.ceil(len(images) / config.batch_size)
    bar = partial(tqdm, total=steps, desc=config.model, unit="step", leave=False, disable=None)
    folder = checkpoint.in_progress_dir(directory)
    try:
        for stats in train(gan, images, config, state, progress=bar):
            figures = save_epoch(folder, gan, state, images, config, stats, digest, stick)
            ratio = f"  Frechet {figures['frechet_ratio']:6.1f} x" if "frechet_ratio" in figures else ""
            print(
                f"{config.model:<6} epoch {stats.epoch:>4}/{config.epochs}  "
                f"d_loss {stats.d_loss:6.3f}  g_loss {stats.g_loss:6.3f}  "
                f"D(x) {stats.d_real:.3f}  D(G(z)) {stats.d_fake:.3f}  "
                f"{stats.seconds:6.1f} s  {stats.images_per_second:8,.0f} images/s{ratio}",
                flush=True,
            )
    except DivergedError as error:
        raise DivergedError(
            f"{config.model}: {error}. What epoch {state.epoch} left is whole, in {folder}; "
            "delete that folder, then begin anew with a lower --lr"
        ) from error
    swap.publish_run(directory)
    print(f"{config.model} is complete: {directory}", flush=True)


def train_reader(args: argparse.Namespace) -> None:
    """Train the classifier, write its weights, and print how many test digits they read rightly."""
    images, labels = load_labelled_images(args.data, "train", args.device)
    test, test_labels = load_labelled_images(args.data, "test")
    make_dir(args.out)
    path = args.out / WEIGHTS
    seed = args.seed or 0
    network = classifier(seed).to(args.device)
    with locked(args.out / CLASSIFIER):
        for stats in train_classifier(network, images, labels, args.epochs or EPOCHS, seed):
            figures = f"loss {stats.loss:.4f}  accuracy {stats.accuracy:.4f}  {stats.seconds:5.1f} s"
            print(f"classifier  epoch {stats.epoch:>4}  {figures}", flush=True)
        save_classifier(path, network)
    right = (classify(load_classifier(path), test)[0] == test_labels).double().mean().item()
    print(f"{path}: reads {right:.2%} of the test digits")


def train_gans(parser: Parser, args: argparse.Namespace) -> None:
    """Train what the flags ask for. What may be wrong is found before the first file is written."""
    images = load_images(args.data, args.device)
    digest = hashlib.sha256(images.cpu().numpy()).hexdigest()
    weights = args.out / WEIGHTS
    stick = quick_reference(load_classifier(weights), images.cpu()) if weights.exists() else None
    make_dir(args.out)
    with ExitStack() as locks:
        for directory in directories(args):
            locks.enter_context(locked(directory))
        runs = plan(parser, args, digest)
        new = {directory: config for directory, config in runs.items() if not begun(directory)}
        for directory, config in list(new.items())[1:]:
            save_plan(directory, config, digest)
        for directory, config in new.items():
            init_run(directory, images, config, digest, stick)
        for directory in runs:
            finish(directory, images, digest, stick)


def resume_hint(argv: list[str], args: argparse.Namespace) -> str:
    """What to do after a training has been stopped."""
    trains = not (args.evaluate or args.push_to_hub or args.model == CLASSIFIER)
    if trains and any(map(swap.has_unfinished_run, directories(args))):
        again = shlex.join(["python", "train.py", *(word for word in argv if word != "--resume"), "--resume"])
        return f"what the last complete epoch left is safe. To continue: {again}"
    return "nothing to resume was saved; run the same command again"


def main(argv: list[str]) -> int:
    """Run the command line; the exit code."""
    parser, args = parse(argv)
    try:
        configure_cpu()
        if args.push_to_hub:
            print(push(args.out, args.push_to_hub))
        elif args.evaluate:
            print(make_card(args.out, args.data, args.baseline))
        elif args.model == CLASSIFIER:
            train_reader(args)
        else:
            train_gans(parser, args)
    except (CheckpointError, DataError, DivergedError, LockedError, HubError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    except DiskError as error:
        print(f"train.py: {error}; {resume_hint(argv, args)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstopped; {resume_hint(argv, args)}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
