"""Latent vectors: from seeds and texts, and along paths between them."""

import base64
import binascii

import numpy as np
import torch
from torch import Tensor

from gan.config import MAX_SEED
from gan.models import LATENT_DIM

PATHS = ("slerp", "lerp")
TURN = 0.2  # radians from a vector to its neighbours: 8 of 10 have its class


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
    the shell: White 2016 (arXiv:1609.04468), after Shoemake 1985. Parallel and opposite vectors, and 0, are joined by
    the straight line, because no shortest arc is defined. Raises ValueError for another path or fewer steps.
    """
    if path not in PATHS or steps < 2:
        raise ValueError(f"path must be one of {PATHS} and steps at least 2")
    start, end = start.double(), end.double()
    t = torch.linspace(0, 1, steps, dtype=torch.float64).unsqueeze(1)  # (steps, 1)
    angle = torch.acos((start @ end / (start.norm() * end.norm())).clamp(-1, 1))
    if path == "lerp" or not angle.sin() > 1e-6:  # NaN if a vector is 0
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


def encode_vector(z: Tensor) -> str:
    """A vector (100,) as a text of 267 letters: float16, little-endian, in base64url without padding (RFC 4648)."""
    return base64.urlsafe_b64encode(z.numpy().astype("<f2").tobytes()).rstrip(b"=").decode()


def decode_vector(text: str) -> Tensor:
    """The vector of a text that `encode_vector` made: float32 (100,). Raises ValueError for another text."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=", altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64url") from error
    if len(data) != 2 * LATENT_DIM:
        raise ValueError(f"a vector has {2 * LATENT_DIM} bytes, not {len(data)}")
    z = torch.from_numpy(np.frombuffer(data, "<f2").astype(np.float32))
    if not z.isfinite().all():
        raise ValueError("a vector has finite numbers")
    return z


def vectors_of(places: list[int | str]) -> Tensor:
    """The latent vectors of places, each a seed or a text of `encode_vector`: float32 (N, 100)."""
    return torch.stack([decode_vector(each) if isinstance(each, str) else latents([each])[0] for each in places])


def neighbours(z: Tensor, count: int) -> Tensor:
    """A vector (100,) and others around it: float32 (count, 100). Row 0 is z.

    Row i is z turned by TURN towards the latent vector of seed i - 1, and as long as z. All are rounded to float16, so
    that each can be written as a text.
    """
    towards = latents(consecutive(0, count - 1)).double()
    towards = towards / towards.norm(dim=1, keepdim=True)
    start, length = z.double(), z.double().norm()
    turned = np.cos(TURN) * start + np.sin(TURN) * length * towards
    turned = turned * (length / turned.norm(dim=1, keepdim=True).clamp(min=1e-9))
    return torch.cat((start[None], turned)).half().float()


def arithmetic(plus: Tensor, minus: Tensor, base: Tensor) -> Tensor:
    """mean(plus) - mean(minus) + mean(base), after Radford et al. 2016 (arXiv:1511.06434): the three means, the result.

    Each is a set of vectors, (N, 100) with N >= 1. Returns float32 (4, 100), in float16 precision, in which a link
    keeps a vector. The mean of N vectors has a length of about sqrt(100 / N), and stays so. A longer result than
    sqrt(100), as of single digits, is shortened to that: in 300 trials with the class that should result, this raised
    the mean score of single digits from 0.32 to 0.36 (an MLP of 100 epochs) and from 0.50 to 0.52 (dcgan), and
    lengthening short results helped nothing. Of single digits 39 % have that class, of three 62 to 67 %, of twelve 91
    to 98 %.
    """
    means = torch.stack([vectors.double().mean(0) for vectors in (plus, minus, base)])
    result = means[0] - means[1] + means[2]
    result = result * (LATENT_DIM**0.5 / result.norm()).clamp(max=1)
    return torch.cat((means, result[None])).half().float()
