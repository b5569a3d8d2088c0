"""Fifty drawings of digits, as strokes of a round pen on a square canvas: five of each class, two of them sloppy.

drawings.json holds them: the digit that is meant, the width of the pen and, for each stroke, some points [x, y] that it
passes through, in pixels of the canvas. A point that is given twice is a corner.
"""

import base64
import json
from pathlib import Path

import numpy as np

CANVAS = 280  # pixels a side
SIDE = 112  # of the picture that is sent, at most
PARTS = 5  # straight lines between two points that are given

DRAWINGS = json.loads(Path(__file__).with_name("drawings.json").read_text(encoding="utf-8"))


def path(stroke: list[list[float]]) -> np.ndarray:
    """The way of the pen: points (N, 2) from the first to the last one that is given, close to each other.

    A uniform Catmull-Rom spline, which begins and ends as if the first and the last point were given twice.
    """
    points = np.array([stroke[0], *stroke, stroke[-1]], float)
    before, start, end, after = (points[shift : len(points) - 3 + shift, None] for shift in range(4))
    t = np.arange(PARTS)[:, None] / PARTS  # (PARTS, 1)
    way = (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    ) / 2
    return np.vstack((way.reshape(-1, 2), points[-1]))


def rasterise(drawing: dict, side: int = SIDE) -> np.ndarray:
    """A drawing as a canvas shows it, made smaller: uint8 (side, side), bright ink on black, anti-aliased.

    A pixel is as bright as the part of it that is closer to the way of the pen than half of the pen's width.
    """
    scale = side / CANVAS
    centres = (np.mgrid[:side, :side][::-1] + np.float32(0.5)).reshape(2, -1, 1)  # x and y of each pixel
    distance = np.full(side * side, np.inf, np.float32)
    for stroke in drawing["strokes"]:
        way = (scale * path(stroke).T[:, None]).astype(np.float32)  # (2, 1, N)
        start, line = way[..., :-1], np.diff(way)
        length = (line**2).sum(0).clip(1e-12)  # squared; 0 at a corner
        share = (((centres - start) * line).sum(0) / length).clip(0, 1)  # of the line, to its closest point
        gaps = np.hypot(*(start + share * line - centres))
        distance = np.minimum(distance, gaps.min(1))
    ink = (scale * drawing["pen"] / 2 - distance + 0.5).clip(0, 1)
    return (255 * ink + 0.5).astype(np.uint8).reshape(side, side)


def to_base64(picture: np.ndarray) -> str:
    """A picture as the inputs `picture` of the endpoints take it."""
    return base64.b64encode(picture.tobytes()).decode()
