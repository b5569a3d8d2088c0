"""The flags of train.py."""

import argparse
import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from gan.arguments import Parser, add_source_flags, check_source
from gan.config import LIVE_MODEL, MAX_SEED, TUNABLE
from gan.models import MODELS
from gan.runs.device import find_device
from gan.store.snapshots import MAX_EPOCH

CLASSIFIER = "classifier"
DEFAULT_MODELS = [model for model in MODELS if model != LIVE_MODEL]  # without a model on the command line
MAX_COUNT = MAX_EPOCH  # of epochs, and of images in a step: more than any of these data sets has
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
    return _number(MIN_LR, MAX_LR, text)


def _number(low: float, high: float, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"must be a number, {low:g} to {high:g}")
    return number


_share = partial(_number, 0.0, 1 - 1e-6)
_weight = partial(_number, 0.0, 1e6)


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
        help=f"default: {' and '.join(DEFAULT_MODELS)}, one after the other; "
        "the classifier labels digits and measures quality",
    )
    parser.add_argument("--epochs", type=count, metavar="N", help="passes over the data")
    parser.add_argument("--batch-size", type=count, metavar="N", help="images in a step")
    parser.add_argument("--lr", type=parse_lr, metavar="X", help="Adam's learning rate, for both networks")
    parser.add_argument("--d-lr", type=parse_lr, metavar="X", help="Adam's learning rate for the discriminator only")
    parser.add_argument("--betas", type=_share, nargs=2, metavar="B", help="Adam's two decays, 0 to less than 1")
    parser.add_argument(
        "--r1", type=_weight, metavar="X", help="weight of the R1 penalty on the discriminator; 0: none"
    )
    parser.add_argument("--ema", type=_share, metavar="X", help="decay of the average of G's weights; 0: no average")
    parser.add_argument("--d-steps", type=count, metavar="N", help="steps of the discriminator to one of the generator")
    parser.add_argument("--no-batch-norm", dest="batch_norm", action="store_const", const=False, help="leave it out")
    parser.add_argument("--images", type=count, metavar="N", help="train on the first N images")
    parser.add_argument(
        "--only", type=partial(parse_int, 0, 9), metavar="CLASS", help="train on the images of one class"
    )
    parser.add_argument("--start", type=Path, metavar="FILE", help="a snapshot whose networks the run starts from")
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
    others = set(TUNABLE) - {"epochs", "seed"} | {"resume", "classic", "start"}
    if args.model == CLASSIFIER and any(getattr(args, name) not in (None, False) for name in others):
        parser.error("classifier: takes --epochs, --seed, --data, --convert, --invert, --out and --device only")
    if args.start and not args.model:
        parser.error("--start: name the model of the snapshot, as in: train.py mlp --start FILE")
    args.device = find_device(parser, args.device)
    return args
