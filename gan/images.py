"""Pictures of many digits: grids, sprites, PNG."""

import io
import math
import zlib

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PNG_STATE_KEY = "GAN digits"  # the key, in a picture's texts, of the page's state that draws it


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


def to_png(picture: np.ndarray, texts: dict[str, str] | None = None) -> bytes:
    """A grey picture, uint8 (H, W), as a lossless PNG, with some texts in it that a program can read."""
    buffer = io.BytesIO()
    chunks = PngInfo()
    for key, text in (texts or {}).items():
        chunks.add_text(key, text)
    # Runs of equal bytes are all that these pictures repeat: smaller so, and in a third of the time.
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=chunks, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def to_animation(frames: np.ndarray, kind: str, fps: float, scale: int) -> bytes:
    """Grey pictures, uint8 (F, H, W), as a GIF or a WebP that plays for ever, each pixel `scale` wide. Lossless."""
    pictures = [Image.fromarray(frame.repeat(scale, 0).repeat(scale, 1)) for frame in frames]
    if kind == "webp":
        pictures = [picture.convert("RGB") for picture in pictures]
    buffer = io.BytesIO()
    options = {"lossless": True} if kind == "webp" else {"optimize": False}
    pictures[0].save(
        buffer, kind, save_all=True, append_images=pictures[1:], duration=round(1000 / fps), loop=0, **options
    )
    return buffer.getvalue()
