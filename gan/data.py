"""MNIST as one uint8 tensor, and shuffled batches of it."""

from collections.abc import Iterator
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
            MNIST(directory, download=True)
        except (RuntimeError, OSError) as error:
            raise DataError(
                f"MNIST is not complete and could not be downloaded ({_first_line(error)}): "
                f"put {', '.join(missing)} (not compressed) into {raw}"
            ) from error
    try:
        digits = MNIST(directory, train=part == "train")
    except (RuntimeError, OSError, ValueError, AssertionError) as error:
        raise DataError(
            f"damaged MNIST files in {raw} ({_first_line(error)}): delete them to download them again"
        ) from error
    return digits.data.to(device), digits.targets.to(device)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(": ") or type(error).__name__


def batches(images: Tensor, batch_size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """Every image once, in an order drawn from `rng` (on the images' device), as real batches.

    images: uint8 (N, 28, 28). Yields float32 (B, 1, 28, 28) in [-1, 1]; the last batch may be smaller.
    """
    order = torch.randperm(len(images), device=images.device, generator=rng)
    for indices in order.split(batch_size):
        yield to_real(images.index_select(0, indices))
