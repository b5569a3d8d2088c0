"""The images as one uint8 tensor, and shuffled batches of it.

A source of images is the name of a data set in SETS, whose files are in DATA_DIR, or the Path of a folder that holds
PNGs or MNIST.
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

DATA_DIR = Path("data")
MAX_CLASSES = 10  # of the classifier


def is_mnist(source: Path | str) -> bool:
    """Whether a source is MNIST: its name, or a folder that holds MNIST, or an empty one to download it into."""
    if isinstance(source, str):
        return source == "MNIST"
    return (source / "MNIST").is_dir() or not holds_pngs(source)


def load_images(source: Path | str, device: torch.device | str = "cpu") -> Tensor:
    """The training images, uint8 (N, 28, 28) on `device`. A data set is downloaded if its files are missing.

    MNIST keeps its order; other images get a fixed shuffle. Raises DataError if a file is damaged, has another form,
    or is missing and cannot be downloaded.
    """
    images = _load_set(source, "train")[0] if _is_set(source) else load_pngs(source)
    return _shuffle(source, images)[0].to(device)


def load_labelled_images(source: Path | str, part: str, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """The images of the "train" or "test" part, uint8 (N, 28, 28), and their labels 0 to 9, int64 (N,), on `device`.

    Downloads, shuffles and raises as `load_images` does. Raises DataError also for no labels or too many classes.
    """
    images, labels, classes = (_load_set if _is_set(source) else load_labelled_pngs)(source, part)
    if classes > MAX_CLASSES:
        raise DataError(
            f"{source} has {classes} classes. The classifier and `python -m gan.publish card` take up to {MAX_CLASSES}"
        )
    images, labels = _shuffle(source, images, labels)
    return images.to(device), labels.to(device, torch.int64)


def _is_set(source: Path | str) -> bool:
    return isinstance(source, str) or is_mnist(source)


def _load_set(source: Path | str, part: str) -> tuple[Tensor, Tensor, int]:
    if isinstance(source, str):
        return load_set(source, DATA_DIR, part)
    others = {path.name for path in source.glob("[!.]*")} - {kind.__name__ for kind, _ in SETS.values()}
    if others and not (source / "MNIST").is_dir():
        raise DataError(f"{source} holds neither PNGs nor MNIST. Put PNGs there, or name an empty folder for MNIST")
    return load_set("MNIST", source, part)


def _shuffle(source: Path | str, *tensors: Tensor) -> list[Tensor]:
    # Metrics use the first images, and other data sets may be sorted by class.
    if is_mnist(source):
        return list(tensors)
    order = torch.from_numpy(np.random.RandomState(0).permutation(len(tensors[0])))
    return [tensor[order] for tensor in tensors]


def batches(images: Tensor, batch_size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """Every image once, as shuffled real batches: float32 (B, 1, 28, 28) in [-1, 1]. The last may be smaller.

    images: uint8 (N, 28, 28). `rng` is on the images' device and draws the order.
    """
    order = torch.randperm(len(images), device=images.device, generator=rng)
    for indices in order.split(batch_size):
        yield to_real(images.index_select(0, indices))
