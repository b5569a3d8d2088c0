"""The images to learn from as one uint8 tensor, and shuffled batches of it.

They come from a place: the name of one of the SETS, kept in HOME, or a folder as a Path, which holds PNGs or MNIST.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.datasets.idx import SETS, load_set
from gan.datasets.pngs import holds_pngs, load_labelled_pngs, load_pngs
from gan.errors import DataError
from gan.models import to_real

HOME = Path("data")
CLASSES = 10  # that the classifier tells apart


def is_mnist(place: Path | str) -> bool:
    """Whether a place is that of MNIST: its name, or a folder in which there are no PNGs beside it."""
    if isinstance(place, str):
        return place == "MNIST"
    return (place / "MNIST").is_dir() or not holds_pngs(place)


def load_images(place: Path | str, device: torch.device | str = "cpu") -> Tensor:
    """The training images, uint8 (N, 28, 28) on `device`; a set is downloaded when absent, MNIST into a folder too.

    Those of MNIST come as they are, others in an order drawn from their number alone. Raises DataError where a file is
    missing and cannot be downloaded, is damaged, or is no grey image of 28x28.
    """
    if _is_set(place):
        images, _, _ = _load_set(place, "train")
    else:
        images = load_pngs(place)
    return _mixed(place, images)[0].to(device)


def load_labelled_images(place: Path | str, part: str, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """The images of the "train" or "test" part and their labels 0 to 9: uint8 (N, 28, 28) and int64 (N,).

    On `device`; downloads and raises as `load_images` does; DataError, too, where there are no labels or too many.
    """
    images, labels, classes = (_load_set if _is_set(place) else load_labelled_pngs)(place, part)
    if classes > CLASSES:
        raise DataError(f"{place} has {classes} classes: the classifier and --evaluate know {CLASSES} at most")
    images, labels = _mixed(place, images, labels)
    return images.to(device), labels.to(device, torch.int64)


def _is_set(place: Path | str) -> bool:
    return isinstance(place, str) or is_mnist(place)


def _load_set(place: Path | str, part: str) -> tuple[Tensor, Tensor, int]:
    if isinstance(place, str):
        return load_set(place, HOME, part)
    others = {path.name for path in place.glob("[!.]*")} - {kind.__name__ for kind, _ in SETS.values()}
    if others and not (place / "MNIST").is_dir():
        raise DataError(f"{place} holds neither PNGs nor MNIST: put PNGs there, or name an empty folder to get MNIST")
    return load_set("MNIST", place, part)


def _mixed(place: Path | str, *tensors: Tensor) -> list[Tensor]:
    # The first images stand for all in the figures, and other sets may go class by class.
    if is_mnist(place):
        return list(tensors)
    order = torch.from_numpy(np.random.RandomState(0).permutation(len(tensors[0])))
    return [tensor[order] for tensor in tensors]


def batches(images: Tensor, batch_size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """Every image once, in an order drawn from `rng` (on the images' device), as real batches.

    images: uint8 (N, 28, 28). Yields float32 (B, 1, 28, 28) in [-1, 1]; the last batch may be smaller.
    """
    order = torch.randperm(len(images), device=images.device, generator=rng)
    for indices in order.split(batch_size):
        yield to_real(images.index_select(0, indices))
