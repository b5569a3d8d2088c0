"""Pictures of many digits: grids, sprites, PNG."""

import io
import math

import numpy as np
from PIL import Image


def columns_for(count: int) -> int:
    """How many columns make a grid of `count` tiles as square as it can be, no row left empty."""
    return math.ceil(math.sqrt(count))


def grid(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Tiles uint8 (N, H, W), row by row -> one picture (rows * H, columns * W); places left over are 0."""
    count, height, width = tiles.shape
    rows = math.ceil(count / columns)
    places = np.zeros((rows * columns, height, width), dtype=np.uint8)
    places[:count] = tiles
    places = places.reshape(rows, columns, height, width).swapaxes(1, 2)  # (rows, H, columns, W)
    return places.reshape(rows * height, columns * width)


def sprite(frames: np.ndarray, columns: int) -> np.ndarray:
    """Frames of tiles uint8 (F, N, H, W) -> their grids stacked downward, (F * rows * H, columns * W)."""
    return np.concatenate([grid(tiles, columns) for tiles in frames])


def to_png(picture: np.ndarray) -> bytes:
    """A grey picture, uint8 (H, W), as a lossless PNG."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()
