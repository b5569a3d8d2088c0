"""The nearest training image of each image, by the Euclidean distance of their pixels."""

import torch
from torch import Tensor

CHUNK = 128  # images at a time
TRAIN_CHUNK = 2000  # training images at a time: 6 MB as float32, which stay in the cache of a core


def nearest(images: Tensor, train: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest training image of each image: uint8 (N, 28, 28), (T, 28, 28) -> int64 (N,), float64 (N,).

    The first result is its index, the lowest of equally near ones. The second is its Euclidean distance in grey levels:
    0 is a copy.
    """
    points = _centred(images)
    least = torch.full((len(images),), torch.inf, device=images.device)
    index = torch.zeros(len(images), dtype=torch.int64, device=images.device)
    for start in range(0, len(train), TRAIN_CHUNK):
        others = _centred(train[start : start + TRAIN_CHUNK])
        halves = others.square().sum(1) / 2
        parts = zip(points.split(CHUNK), least.split(CHUNK), index.split(CHUNK), strict=True)
        for chunk, chunk_least, chunk_index in parts:
            # |x - y|^2 / 2 = |y|^2 / 2 - x.y + |x|^2 / 2, and the last term does not change the minimum.
            values, places = torch.addmm(halves, chunk, others.T, alpha=-1).min(1)
            closer = values < chunk_least
            chunk_least[closer] = values[closer]
            chunk_index[closer] = places[closer] + start
    return index, (images.flatten(1).double() - train[index].flatten(1).double()).norm(dim=1)


def _centred(images: Tensor) -> Tensor:
    # (N, 784) in -128..127: dot products stay below 2^24, so float32 holds them without rounding.
    return images.flatten(1).float().sub_(128)
