"""Parts of the command line that `train.py` and `python -m gan.publish` share."""

import argparse
import shlex
from pathlib import Path
from typing import NoReturn

from gan.data import Source, is_mnist
from gan.datasets.folders import Folder
from gan.datasets.idx import SETS
from gan.datasets.pixels import FORMATS
from gan.errors import DataError

CHECKPOINTS = Path("checkpoints")


class Parser(argparse.ArgumentParser):
    """An argument parser that reports an error in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def add_source_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that name a source of images."""
    parser.add_argument(
        "--data",
        type=lambda text: text if text in SETS else Path(text),
        metavar="SOURCE",
        default="MNIST",
        help=f"a data set: {', '.join(SETS)} (default: MNIST; the others are downloaded into data/); or a folder of "
        f"28x28 grey images ({', '.join(FORMATS)}); or a folder that holds MNIST. "
        "Write ./NAME for a folder with the name of a set",
    )
    parser.add_argument(
        "--convert",
        action="store_true",
        help="take images of any size and colours, and fit each into 28x28 grey pixels",
    )
    parser.add_argument("--invert", action="store_true", help="exchange black and white in the images of a folder")


def check_source(parser: Parser, args: argparse.Namespace) -> tuple[Source, Path]:
    """The source of images and the output folder that the flags name. A wrong flag ends the program with code 2."""
    data, flags = args.data, [flag for flag in ("convert", "invert") if getattr(args, flag)]
    if isinstance(data, Path) and not data.is_dir():
        parser.error(f"--data: there is no folder {data}. Name a folder, or one of the data sets {', '.join(SETS)}")
    try:
        mnist = is_mnist(data)
    except DataError as error:
        parser.error(f"--data: {error}")
    if flags and (isinstance(data, str) or mnist):
        parser.error(f"--{flags[0]}: works on a folder of images only, as in --data data/pictures")
    if args.out is None and not mnist:
        parser.error("--data: images other than MNIST need a folder for their runs, as in --out mine")
    return Folder(data, args.convert, args.invert) if flags else data, args.out or CHECKPOINTS


def classifier_command(data: Source, out: Path) -> str:
    """The command that trains the classifier of the runs in `out`, on their images."""
    flags = [] if data == "MNIST" else ["--data", *(data.flags if isinstance(data, Folder) else [str(data)])]
    flags += [] if out == CHECKPOINTS else ["--out", str(out)]
    return shlex.join(["python", "train.py", "classifier", *flags])
