"""Which images a run trains on, and shuffled batches of them."""

from collections.abc import Iterator

import torch
from torch import Tensor

from gan.errors import DataError
from gan.models import to_real


def batches(images: Tensor, batch_size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """Every image once, as shuffled real batches: float32 (B, 1, 28, 28) in [-1, 1]. The last may be smaller.

    images: uint8 (N, 28, 28). `rng` is on the images' device and draws the order.
    """
    for indices in batch_order(images, batch_size, rng):
        yield to_real(images.index_select(0, indices))


def batch_order(images: Tensor, batch_size: int, rng: torch.Generator) -> tuple[Tensor, ...]:
    """The indices of the images in each batch of an epoch, int64 (B,), on the device of the images and of `rng`."""
    return torch.randperm(len(images), device=images.device, generator=rng).split(batch_size)


def select_images(images: Tensor, labels: Tensor | None, count: int | None, only: int | None) -> Tensor:
    """The images that a run trains on: the first `count` of class `only`, or of all. (N, 28, 28) -> (M, 28, 28).

    Raises DataError if there are no images of that class, or no labels to tell.
    """
    if only is not None:
        if labels is None:
            raise DataError("the images have no labels, so none can be chosen by class")
        images = images[(labels == only).nonzero().flatten().to(images.device)]
        if not len(images):
            raise DataError(f"there are no images of class {only}")
    return images if count is None else images[:count]
