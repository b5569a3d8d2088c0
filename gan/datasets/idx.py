"""MNIST and the sets like it that torchvision knows, from files in the IDX format."""

import math
import struct
from http.client import HTTPException
from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets import EMNIST, KMNIST, MNIST, FashionMNIST

from gan.errors import DataError
from gan.models import IMAGE_SIZE

# Of each torchvision's class, and for EMNIST which part of it: alone it means the letters.
SETS = {kind.__name__: (kind, None) for kind in (MNIST, FashionMNIST, KMNIST)}
SETS |= {"EMNIST": (EMNIST, "letters")} | {f"EMNIST-{split}": (EMNIST, split) for split in EMNIST.splits}


def load_set(name: str, root: Path, part: str) -> tuple[Tensor, Tensor, int]:
    """The "train" or "test" part of a set of SETS: images uint8 (N, 28, 28), labels uint8 (N,), the number of classes.

    Its files are in a folder of `root`, and downloaded into it when absent. EMNIST's letters have the labels 1 to 26,
    all others begin with 0. Raises DataError where a file is missing and cannot be downloaded, or is damaged.
    """
    kind, split = SETS[name]
    files = files_of(name)
    raw = root / kind.__name__ / "raw"
    missing = [file for file in (*files["train"], *files["test"]) if not (raw / file).is_file()]
    if missing:
        try:
            _download(name, root, missing)
        except (RuntimeError, OSError, HTTPException) as error:
            raise DataError(
                f"{name} is not complete and could not be downloaded ({_first_line(error)}): "
                f"put {', '.join(missing)} (not compressed) into {raw}"
            ) from error
    images, labels = (raw / file for file in files[part])
    digits, targets = _read(images, IMAGE_SIZE, IMAGE_SIZE), _read(labels)
    first = int(split == "letters")
    last = len(kind.classes_split_dict[split] if split else kind.classes) - 1
    if len(digits) != len(targets) or targets.min() < first or targets.max() > last:
        raise DataError(
            f"{labels} does not hold a label {first} to {last} for each digit of {images.name}: {_mend(labels)}"
        )
    if split:  # EMNIST's files hold every image with its rows as columns
        digits = digits.transpose(1, 2).contiguous()
    return digits, targets, last - first + 1


def files_of(name: str) -> dict[str, tuple[str, str]]:
    """The names of the files of a set's parts: the images, the labels."""
    split = SETS[name][1]
    parts = {"train": "train", "test": "t10k"}
    if split:
        parts = {part: f"emnist-{split}-{part}" for part in parts}
    return {part: (f"{file}-images-idx3-ubyte", f"{file}-labels-idx1-ubyte") for part, file in parts.items()}


def _download(name: str, root: Path, missing: list[str]) -> None:
    # Without torchvision's __init__, which would unpickle a data set as releases before 2020 left it.
    kind, split = SETS[name]
    data = kind.__new__(kind)
    data.root, data.split = root, split
    data.train = "-test-" not in missing[0]  # of EMNIST nothing is downloaded where this part is there
    data.download()


def _read(path: Path, *sides: int) -> Tensor:
    # A file in the IDX format of http://yann.lecun.com/exdb/mnist/ as uint8 (N, *sides).
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): let this program read it") from error
    if data.startswith(b"\x1f\x8b"):
        raise DataError(f"{path} is compressed: rename it to {path.name}.gz, then unpack it with gunzip")
    start = 4 * (2 + len(sides))
    if len(data) <= start:
        raise DataError(f"{path} holds no data: {_mend(path)}")
    magic, count, *shape = struct.unpack_from(f">{start // 4}I", data)
    if magic != 0x801 + len(sides):  # bytes, in so many dimensions
        raise DataError(f"{path} begins with the number {magic}, not {0x801 + len(sides)}: {_mend(path)}")
    due = start + count * math.prod(sides)
    if shape != list(sides) or len(data) != due:
        raise DataError(f"{path} has {len(data):,} bytes for {count:,} x {shape}, not {due:,}: {_mend(path)}")
    return torch.frombuffer(bytearray(data), dtype=torch.uint8, offset=start).view(count, *sides)


def _mend(path: Path) -> str:
    return f"delete {path} to download it again, or put a whole one there"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(": ") or type(error).__name__
