"""From a seed to a latent vector, and the paths between two of them."""

import numpy as np
import torch
from torch import Tensor

from gan.config import MAX_SEED
from gan.models import LATENT_DIM

PATHS = ("slerp", "lerp")


def latents(seeds: list[int]) -> Tensor:
    """The latent vectors of some seeds: float32 (N, 100), row i drawn from seed i alone.

    Uses numpy's RandomState, whose stream is frozen (NEP 19), so a seed means the same digit for ever.
    Raises ValueError for a seed outside 0..2**32 - 1.
    """
    rows = np.empty((len(seeds), LATENT_DIM), dtype=np.float32)
    stream = np.random.RandomState()
    for row, seed in zip(rows, seeds, strict=True):
        stream.seed(seed)  # as RandomState(seed) begins, but without the cost of making one
        row[:] = stream.standard_normal(LATENT_DIM)
    return torch.from_numpy(rows)


def consecutive(seed: int, count: int) -> list[int]:
    """The seeds of a grid: seed, seed + 1, ...; after the last seed comes 0."""
    return [(seed + index) % (MAX_SEED + 1) for index in range(count)]


def interpolate(start: Tensor, end: Tensor, steps: int, path: str) -> Tensor:
    """`steps` >= 2 vectors from `start` to `end`, both (100,) and both included exactly: (steps, 100).

    "lerp" is the straight line, which cuts through the shell that latent vectors live on. "slerp" turns
    along the shell: White 2016 (arXiv:1609.04468), after Shoemake 1985. Vectors that point the same way,
    or in opposite ways (no arc is the shortest), are joined by the straight line.
    Raises ValueError for another path or fewer steps.
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
    return points.float()  # what float64 rounded at the ends is gone again


def plane(corners: Tensor, side: int) -> Tensor:
    """A square of vectors between four, (4, 100): top left, top right, bottom left, bottom right: (side * side, 100).

    Row by row, bilinear on the shell: along the upper and the lower edge by slerp, then by slerp from one to the
    other. side >= 2; the corners are included exactly.
    """
    upper, lower = (interpolate(*pair, side, "slerp") for pair in corners.split(2))
    columns = [interpolate(top, bottom, side, "slerp") for top, bottom in zip(upper, lower, strict=True)]
    return torch.stack(columns, 1).flatten(0, 1)
