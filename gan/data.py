"""MNIST as one uint8 tensor, and shuffled batches of it."""

import math
import struct
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets import MNIST

from gan.models import to_real

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
PARTS = {"train": FILES[:2], "test": FILES[2:]}


class DataError(Exception):
    """The data set is missing or damaged; the message says which file and what to do."""


def load_images(directory: Path, device: torch.device | str = "cpu") -> Tensor:
    """MNIST's training digits, uint8 (N, 28, 28) on `device`, downloaded into `directory` when absent.

    Raises DataError where a file is missing and cannot be downloaded, or is damaged.
    """
    return load_digits(directory, "train", device)[0]


def load_digits(directory: Path, part: str, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """The digits of MNIST's "train" or "test" part and their labels: uint8 (N, 28, 28) and int64 (N,).

    On `device`; downloads and raises as `load_images` does.
    """
    raw = directory / "MNIST" / "raw"
    missing = [name for name in FILES if not (raw / name).is_file()]
    if missing:
        try:
            _download(directory)
        except (RuntimeError, OSError, HTTPException) as error:
            raise DataError(
                f"MNIST is not complete and could not be downloaded ({_first_line(error)}): "
                f"put {', '.join(missing)} (not compressed) into {raw}"
            ) from error
    images, labels = (raw / name for name in PARTS[part])
    digits, targets = _read(images, 28, 28), _read(labels)
    if len(digits) != len(targets) or targets.max() > 9:
        raise DataError(f"{labels} does not hold a label 0 to 9 for each digit of {images.name}: {_mend(labels)}")
    return digits.to(device), targets.to(device, torch.int64)


def _download(directory: Path) -> None:
    # Without torchvision's __init__, which would unpickle a data set as releases before 2020 left it.
    mnist = MNIST.__new__(MNIST)
    mnist.root = directory
    mnist.download()


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


def batches(images: Tensor, batch_size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """Every image once, in an order drawn from `rng` (on the images' device), as real batches.

    images: uint8 (N, 28, 28). Yields float32 (B, 1, 28, 28) in [-1, 1]; the last batch may be smaller.
    """
    order = torch.randperm(len(images), device=images.device, generator=rng)
    for indices in order.split(batch_size):
        yield to_real(images.index_select(0, indices))
