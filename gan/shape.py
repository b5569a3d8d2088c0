"""The shape of a digit in five numbers, from moments and erosions, after Morpho-MNIST (Castro et al. 2019,
arXiv:1809.10780)."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

SHAPES = ("slant", "width", "height", "ink", "thickness")
CHUNK = 250  # images at a time, which bounds the memory of a call
ENLARGED = 2  # strokes are two or three pixels thick, and an erosion by a whole pixel would delete them


def measure_shapes(images: Tensor) -> Tensor:
    """The five measures of each image, in the order of SHAPES: uint8 (N, 28, 28) -> float64 (N, 5).

    slant: degrees, positive if the digit leans right, its top to the right. width, height: pixels, of the upright bar
    with the moments of the digit without its slant. ink: mean grey level, 0..1. thickness: pixels, the mean of a
    stroke. A blank image has zeros.
    """
    measures = [_measure_chunk(chunk.double() / 255) for chunk in images.split(CHUNK)]
    return torch.cat(measures) if measures else torch.empty(0, len(SHAPES), dtype=torch.float64)


def _measure_chunk(ink: Tensor) -> Tensor:
    # ink: (N, H, W), 0..1
    total = ink.sum((1, 2))
    weights = ink / total.clamp(min=1e-9)[:, None, None]
    x = torch.arange(ink.shape[2]).double()
    y = -torch.arange(ink.shape[1]).double()  # upward
    dx = x - (weights.sum(1) @ x)[:, None]  # (N, W), from the centre of mass
    dy = y - (weights.sum(2) @ y)[:, None]  # (N, H)
    xx = torch.einsum("nhw,nw,nw->n", weights, dx, dx)
    xy = torch.einsum("nhw,nh,nw->n", weights, dy, dx)
    yy = torch.einsum("nhw,nh,nh->n", weights, dy, dy)
    shear = xy / yy.clamp(min=1e-9)  # horizontal pixels per vertical pixel
    slant = shear.atan() * 180 / math.pi
    # A uniform bar of width w has the variance w**2 / 12. Upright, x has the variance xx - xy**2 / yy.
    width = (12 * (xx - shear * xy).clamp(min=0)).sqrt()
    height = (12 * yy).sqrt()
    return torch.stack((slant, width, height, ink.mean((1, 2)), _thickness(ink)), 1)


def _thickness(ink: Tensor) -> Tensor:
    # A stroke of the length l has the area l * thickness, and an erosion by d takes 2 * l * d away from it. Grey levels
    # count as many thin layers of ink.
    large = F.interpolate(ink[:, None], scale_factor=ENLARGED, mode="bilinear", align_corners=False)[:, 0]
    large = F.pad(large, (1, 1, 1, 1))
    area = large.sum((1, 2))
    across = _least(large[:, :, :-2], large[:, :, 1:-1], large[:, :, 2:])
    cross = _least(across[:, 1:-1], large[:, :-2, 1:-1], large[:, 2:, 1:-1])
    square = _least(across[:, :-2], across[:, 1:-1], across[:, 2:])
    # A square takes too much from a slanted edge, and a cross takes too little.
    eroded = (cross.sum((1, 2)) + square.sum((1, 2))) / 2
    return 2 * area / (area - eroded).clamp(min=1e-9) / ENLARGED


def _least(first: Tensor, second: Tensor, third: Tensor) -> Tensor:
    return torch.minimum(torch.minimum(first, second), third)
