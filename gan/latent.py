"""Latent vectors: from seeds, and along paths between them."""

import numpy as np
import torch
from torch import Tensor

from gan.config import MAX_SEED
from gan.models import LATENT_DIM

PATHS = ("slerp", "lerp")


def latents(seeds: list[int]) -> Tensor:
    """The latent vectors of seeds: float32 (N, 100). Row i depends on seed i only.

    numpy's RandomState has a frozen stream (NEP 19), so a seed will always give the same vector.
    Raises ValueError for a seed outside 0..2**32 - 1.
    """
    rows = np.empty((len(seeds), LATENT_DIM), dtype=np.float32)
    stream = np.random.RandomState()
    for row, seed in zip(rows, seeds, strict=True):
        stream.seed(seed)  # the same stream as RandomState(seed), without creating an object
        row[:] = stream.standard_normal(LATENT_DIM)
    return torch.from_numpy(rows)


def consecutive(seed: int, count: int) -> list[int]:
    """The seeds of a grid: seed, seed + 1, ... After MAX_SEED comes 0."""
    return [(seed + index) % (MAX_SEED + 1) for index in range(count)]


def interpolate(start: Tensor, end: Tensor, steps: int, path: str) -> Tensor:
    """`steps` >= 2 vectors from `start` to `end`, both (100,) and both included exactly: (steps, 100).

    "lerp" is the straight line. It leaves the shell |z| = sqrt(100) around which latent vectors lie. "slerp" follows
    the shell: White 2016 (arXiv:1609.04468), after Shoemake 1985. Parallel and opposite vectors are joined by the
    straight line, because no shortest arc is defined. Raises ValueError for another path or fewer steps.
    """
    if path not in PATHS or steps < 2:
        raise ValueError(f"path must be one of {PATHS} and steps at least 2")
    start, end = start.double(), end.double()
    t = torch.linspace(0, 1, steps, dtype=torch.float64).unsqueeze(1)  # (steps, 1)
    angle = torch.acos((start @ end / (start.norm() * end.norm())).clamp(-1, 1))
    if path == "lerp" or angle.sin() < 1e-6:
        points = (1 - t) * start + t * end
    else:
        points = (((1 - t) * angle).sin() * start + (t * angle).sin() * end) / angle.sin()
    return points.float()  # float32 rounds the ends to exactly `start` and `end`


def plane(corners: Tensor, side: int) -> Tensor:
    """A grid of vectors between four corners (4, 100), row by row: (side * side, 100), side >= 2.

    Corners: top left, top right, bottom left, bottom right; all are included exactly. Slerp along the upper and the
    lower edge, then slerp down each column.
    """
    upper, lower = (interpolate(*pair, side, "slerp") for pair in corners.split(2))
    columns = [interpolate(top, bottom, side, "slerp") for top, bottom in zip(upper, lower, strict=True)]
    return torch.stack(columns, 1).flatten(0, 1)
