"""Train the GANs on MNIST and keep their checkpoints; python train.py --help lists the flags."""

import argparse
import hashlib
import math
import shlex
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from gan import checkpoint
from gan.card import make_card
from gan.checkpoint import CheckpointError
from gan.classifier import EPOCHS, WEIGHTS, classifier, load_classifier, read_digits, save_classifier, train_classifier
from gan.config import CHOICES, LAST_SEED, RECIPES, TrainConfig
from gan.data import DataError, load_digits, load_images
from gan.evaluation import Yardstick, yardstick
from gan.hub import HubError, push
from gan.models import MODELS
from gan.run import begin, keep, take_up
from gan.training import prepare_cpu, train

CLASSIFIER = "classifier"


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> None:
        self.exit(2, f"{self.prog}: {message}\n")


def whole(low: int, high: float, text: str) -> int:
    """A flag's whole number, low..high."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and low <= int(text) <= high):
        bounds = f"{low} or more" if high == math.inf else f"{low} to {high}"
        raise argparse.ArgumentTypeError(f"must be a whole number, {bounds}")
    return int(text)


def positive(text: str) -> float:
    """A flag's number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("must be a number above 0")
    return number


def parse(argv: list[str]) -> tuple[Parser, argparse.Namespace]:
    """The flags; a wrong one ends the program with one line and exit code 2."""
    parser = Parser(
        "train.py",
        description="Train GANs on MNIST. Unless a flag changes it, a model's recipe is that of gan/config.py.",
    )
    many = partial(whole, 1, math.inf)
    parser.add_argument(
        "model",
        nargs="?",
        choices=[*MODELS, CLASSIFIER],
        help="default: every GAN, one after the other; the classifier reads and measures their digits",
    )
    parser.add_argument("--epochs", type=many, metavar="N", help="passes over the data")
    parser.add_argument("--batch-size", type=many, metavar="N", help="images in a step")
    parser.add_argument("--lr", type=positive, metavar="X", help="Adam's learning rate, for both networks")
    parser.add_argument(
        "--classic", action="store_true", help="the tutorials' recipe: Adam at 3e-4 throughout, nothing else"
    )
    parser.add_argument("--seed", type=partial(whole, 0, LAST_SEED), metavar="N", help="the seed of the run")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where MNIST is, or goes (default: data)")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("checkpoints"), help="default: checkpoints")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one")
    parser.add_argument("--resume", action="store_true", help="continue what was stopped")
    parser.add_argument(
        "--evaluate", action="store_true", help="train nothing: measure what is in --out, write its card"
    )
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="runs to measure beside those, with --evaluate")
    parser.add_argument("--push-to-hub", metavar="USER/NAME", help="train nothing: upload what is in --out to the Hub")
    args = parser.parse_args(argv)
    if args.data and not args.data.is_dir():
        parser.error(f"--data: there is no folder {args.data}")
    if args.out.exists() and not args.out.is_dir():
        parser.error(f"--out: {args.out} is not a folder")
    if args.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device: PyTorch finds no CUDA device here; leave the flag out to train on the CPU")
    if args.evaluate and (args.model or args.resume or args.classic):
        parser.error("--evaluate: measures every model that is there, and trains nothing")
    if args.baseline and not (args.evaluate and args.baseline.is_dir()):
        parser.error("--baseline: takes a folder of runs, and goes with --evaluate")
    if args.model == CLASSIFIER and (args.resume or args.classic or args.lr or args.batch_size):
        parser.error("classifier: takes --epochs, --seed, --data, --out and --device only")
    if args.push_to_hub and (args.model or args.resume or args.classic or args.evaluate):
        parser.error("--push-to-hub: uploads every model that is there, and trains and measures nothing")
    args.data = args.data or Path("data")
    args.device = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    return parser, args


def plan(parser: Parser, args: argparse.Namespace) -> dict[Path, TrainConfig]:
    """The runs to train, by folder: every chosen model, or with --resume those that were stopped."""
    given = {name: getattr(args, name) for name in CHOICES if getattr(args, name) is not None}
    runs, finished = {}, False
    for model in MODELS if args.model is None else [args.model]:
        directory = args.out / model
        finished |= checkpoint.recover(directory)
        folder = checkpoint.in_progress(directory)
        if not (folder / checkpoint.STATE).exists():
            if not args.resume:
                runs[directory] = replace(TrainConfig(model) if args.classic else RECIPES[model], **given)
            continue
        _, began, epoch, _ = checkpoint.load_state(folder)
        if not args.resume:
            parser.error(
                f"a run stopped at epoch {epoch} of {began.epochs} is in {folder}: "
                "add --resume to continue it, or delete that folder"
            )
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
        runs[directory] = began
    if not runs and not finished:
        parser.error(f"--resume: nothing was stopped in {args.out}; leave the flag out to start anew")
    return runs


def finish(directory: Path, images: Tensor, digest: str, stick: Yardstick | None) -> None:
    """Train the run in progress from where it stands to its last epoch, then let it take its place."""
    gan, config, state = take_up(directory, images.device, digest)
    steps = math.ceil(len(images) / config.batch_size)
    bar = partial(tqdm, total=steps, desc=config.model, unit="step", leave=False, disable=None)
    folder = checkpoint.in_progress(directory)
    for stats in train(gan, images, config, state, progress=bar):
        figures = keep(folder, gan, state, images, config, stats, digest, stick)
        ratio = f"  Frechet {figures['frechet_ratio']:6.1f} x" if "frechet_ratio" in figures else ""
        print(
            f"{config.model:<6} epoch {stats.epoch:>4}/{config.epochs}  "
            f"d_loss {stats.d_loss:6.3f}  g_loss {stats.g_loss:6.3f}  "
            f"D(x) {stats.d_real:.3f}  D(G(z)) {stats.d_fake:.3f}  "
            f"{stats.seconds:6.1f} s  {stats.images_per_second:8,.0f} images/s{ratio}",
            flush=True,
        )
    checkpoint.publish(directory)
    print(f"{config.model} is complete: {directory}", flush=True)


def train_reader(args: argparse.Namespace) -> None:
    """Train the classifier, write its weights, and print how many test digits they read rightly."""
    images, labels = load_digits(args.data, "train", args.device)
    seed = args.seed or 0
    network = classifier(seed).to(args.device)
    for stats in train_classifier(network, images, labels, args.epochs or EPOCHS, seed):
        figures = f"loss {stats.loss:.4f}  accuracy {stats.accuracy:.4f}  {stats.seconds:5.1f} s"
        print(f"classifier  epoch {stats.epoch:>4}  {figures}", flush=True)
    checkpoint.make_folder(args.out)
    path = args.out / WEIGHTS
    save_classifier(path, network)
    images, labels = load_digits(args.data, "test")
    right = (read_digits(load_classifier(path), images)[0] == labels).double().mean().item()
    print(f"{path}: reads {right:.2%} of the test digits")


def main(argv: list[str]) -> int:
    """Run the command line; the exit code."""
    again = shlex.join(["python", "train.py", *(word for word in argv if word != "--resume"), "--resume"])
    parser, args = parse(argv)
    try:
        if args.push_to_hub:
            print(push(args.out, args.push_to_hub))
            return 0
        prepare_cpu()
        if args.evaluate:
            print(make_card(args.out, args.data, args.baseline))
            return 0
        if args.model == CLASSIFIER:
            train_reader(args)
            return 0
        runs = plan(parser, args)
        images = load_images(args.data, args.device)
        digest = hashlib.sha256(images.cpu().numpy()).hexdigest()
        weights = args.out / WEIGHTS
        stick = yardstick(load_classifier(weights), images.cpu()) if weights.exists() else None
        if not args.resume:
            for directory, config in runs.items():
                begin(directory, images, config, digest, stick)
        for directory in runs:
            finish(directory, images, digest, stick)
    except (CheckpointError, DataError, HubError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        if args.evaluate or args.push_to_hub or args.model == CLASSIFIER:
            print("\nstopped before the end; run the same command again", file=sys.stderr)
        else:
            print(f"\nstopped; what the last complete epoch left is safe. To continue: {again}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
