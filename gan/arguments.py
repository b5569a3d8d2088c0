"""Parts of the command line that `train.py` and `python -m gan.publish` share."""

import argparse
import shlex
from pathlib import Path
from typing import NoReturn

from gan.data import SETS, is_mnist

CHECKPOINTS = Path("checkpoints")


class Parser(argparse.ArgumentParser):
    """An argument parser that reports an error in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def parse_source(text: str) -> Path | str:
    """The source of images that --data names: the name of a data set, or the path of a folder."""
    return text if text in SETS else Path(text)


def check_source(parser: Parser, data: Path | str, out: Path | None) -> Path:
    """Check --data against --out, and return the output folder. A wrong flag ends the program with exit code 2."""
    if isinstance(data, Path) and not data.is_dir():
        parser.error(f"--data: there is no folder {data}. Name a folder, or one of the data sets {', '.join(SETS)}")
    if out is None and not is_mnist(data):
        parser.error("--data: images other than MNIST need a folder for their runs, as in --out mine")
    return out or CHECKPOINTS


def classifier_command(data: Path | str, out: Path) -> str:
    """The command that trains the classifier of the runs in `out`, on their images."""
    flags = [] if data == "MNIST" else ["--data", str(data)]
    flags += [] if out == CHECKPOINTS else ["--out", str(out)]
    return shlex.join(["python", "train.py", "classifier", *flags])
