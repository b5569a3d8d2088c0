"""The command line of train.py: its flags, and what is wrong with them in one line."""

import argparse
import math
from functools import partial
from pathlib import Path

import torch

from gan.config import MAX_SEED
from gan.data import SETS, is_mnist
from gan.models import MODELS

CLASSIFIER = "classifier"


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> None:
        self.exit(2, f"{self.prog}: {message}\n")


def parse_int(low: int, high: float, text: str) -> int:
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


def place(text: str) -> Path | str:
    """Where images are: the name of a set, or the path of a folder."""
    return text if text in SETS else Path(text)


def parse(argv: list[str]) -> tuple[Parser, argparse.Namespace]:
    """The flags; a wrong one ends the program with one line and exit code 2."""
    parser = Parser(
        "train.py",
        description="Train GANs on MNIST or other small grey images. "
        "Unless a flag changes it, a model's recipe is that of gan/config.py.",
    )
    many = partial(parse_int, 1, math.inf)
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
    parser.add_argument("--seed", type=partial(parse_int, 0, MAX_SEED), metavar="N", help="the seed of the run")
    parser.add_argument(
        "--data",
        type=place,
        metavar="PLACE",
        default="MNIST",
        help=f"a set, kept in the folder data: {', '.join(SETS)} (default: MNIST); or a folder of PNGs with 28x28 grey "
        "pixels, or in which MNIST is, or goes; ./NAME where its name is that of a set",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="default, for MNIST: checkpoints")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one")
    parser.add_argument("--resume", action="store_true", help="continue what was stopped")
    parser.add_argument(
        "--evaluate", action="store_true", help="train nothing: measure what is in --out, write its card"
    )
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="runs to measure beside those, with --evaluate")
    parser.add_argument("--push-to-hub", metavar="USER/NAME", help="train nothing: upload what is in --out to the Hub")
    args = parser.parse_args(argv)
    if isinstance(args.data, Path) and not args.data.is_dir():
        parser.error(f"--data: there is no folder {args.data}, nor a set of that name: those are {', '.join(SETS)}")
    if args.out is None and not is_mnist(args.data):
        parser.error("--data: images that are not MNIST's need a folder for their runs, as in --out mine")
    args.out = args.out or Path("checkpoints")
    if args.out.exists() and not args.out.is_dir():
        parser.error(f"--out: {args.out} is not a folder")
    if args.resume and not args.out.exists():
        parser.error(f"--resume: nothing was stopped in {args.out}; leave the flag out to start anew")
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
    args.device = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    return parser, args
