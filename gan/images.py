"""Pictures of many images: grids, sprites, PNG, animations."""

import io
import math
import zlib

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PNG_STATE_KEY = "GAN digits"  # key of the PNG text chunk that holds the query string of the page


def columns_for(count: int) -> int:
    """The number of columns of the squarest grid for `count` tiles."""
    return math.ceil(math.sqrt(count))


def grid(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Arrange tiles row by row: uint8 (N, H, W) -> one picture (rows * H, columns * W). Unused cells are 0."""
    count, height, width = tiles.shape
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width), dtype=np.uint8)
    cells[:count] = tiles
    cells = cells.reshape(rows, columns, height, width).swapaxes(1, 2)  # (rows, H, columns, W)
    return cells.reshape(rows * height, columns * width)


def sprite(frames: np.ndarray, columns: int) -> np.ndarray:
    """Stack the grids of frames downward: uint8 (F, N, H, W) -> (F * rows * H, columns * W)."""
    return np.concatenate([grid(tiles, columns) for tiles in frames])


def to_png(picture: np.ndarray, texts: dict[str, str] | None = None) -> bytes:
    """Encode a grey picture, uint8 (H, W), as a PNG with text chunks."""
    buffer = io.BytesIO()
    chunks = PngInfo()
    for key, text in (texts or {}).items():
        chunks.add_text(key, text)
    # Run-length coding suits these pictures: the file is smaller, and ready in a third of the time.
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=chunks, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def enlarge(pictures: np.ndarray, width: int) -> np.ndarray:
    """Repeat each pixel so that the pictures are at least `width` pixels wide: uint8 (F, H, W) -> (F, k * H, k * W)."""
    scale = math.ceil(width / pictures.shape[2])
    return pictures.repeat(scale, 1).repeat(scale, 2)


def side_by_side(pictures: list[np.ndarray], gap: int) -> np.ndarray:
    """Join pictures, each uint8 (F, H, W), from left to right, with `gap` black pixels between them."""
    height = max(each.shape[1] for each in pictures)
    padded = [np.pad(each, ((0, 0), (0, height - each.shape[1]), (0, gap))) for each in pictures]
    return np.concatenate(padded, axis=2)[:, :, : -gap or None]


def to_animation(frames: np.ndarray, kind: str, fps: float) -> bytes:
    """Encode grey frames, uint8 (F, H, W), as a lossless "gif" or "webp" that repeats."""
    pictures = [Image.fromarray(frame) for frame in frames]
    if kind == "webp":
        pictures = [picture.convert("RGB") for picture in pictures]
    buffer = io.BytesIO()
    options = {"lossless": True} if kind == "webp" else {"optimize": False}
    pictures[0].save(
        buffer, kind, save_all=True, append_images=pictures[1:], duration=round(1000 / fps), loop=0, **options
    )
    return buffer.getvalue()
