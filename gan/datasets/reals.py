"""Real images as PNG sprites, which the page can read before torch is loaded.

A data set has two parts, "train" and "test". A part is the files PART-0.png, PART-1.png, ... of a folder: 8-bit grey
pictures of 100 x 100 tiles, row by row. The last one has only the rows that it needs. Text chunks hold the number of
images in the sprite, their labels (if there are any), and the digest of the whole part.
"""

import hashlib
import io
import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan.errors import DataError
from gan.images import grid, to_png
from gan.store.files import disk_errors, make_dir, read_limited, write_atomic

REALS = "reals"  # the folder's name, beside the runs
SIDE = 28  # IMAGE_SIZE of gan/models.py, which imports torch
COLUMNS = 100
WIDTH = SIDE * COLUMNS
SPRITE_IMAGES = COLUMNS**2  # the most images of a sprite
MAX_IMAGES = {"train": 60_000, "test": 10_000}
MAX_BYTES = 2**23  # of a file: 10,000 images of random pixels take 7.9 MB


class Reals(NamedTuple):
    """One part of a data set. The arrays are shared by all who load them: do not write to them."""

    images: np.ndarray  # uint8 (N, 28, 28)
    labels: np.ndarray | None  # uint8 (N,)
    sha256: str  # `digest` of both


def has_reals(folder: Path, part: str = "train") -> bool:
    """Whether a folder has sprites of a part."""
    return bool(_sprites(folder, part))


def load_reals(folder: Path, part: str) -> Reals:
    """The "train" or "test" part of the sprites in `folder`. It stays in memory until its files change.

    Raises DataError if there are no sprites, or if one is damaged or missing.
    """
    paths = _sprites(folder, part)
    if not paths:
        raise DataError(f"{folder} has no real images ({part}-0.png). A training on them writes some")
    try:
        fingerprints = tuple((status.st_mtime_ns, status.st_size) for status in map(os.stat, paths))
    except OSError as error:
        raise DataError(f"{folder} changed while it was read ({error.strerror}). Try again") from error
    return _load(folder, part, fingerprints)


def save_reals(folder: Path, part: str, images: np.ndarray, labels: np.ndarray | None) -> None:
    """Write sprites of a part: images uint8 (N, 28, 28), labels uint8 (N,) or None, N <= MAX_IMAGES[part].

    Changes nothing if the folder holds the same already. Deletes the part's other sprites: all of them if N is 0.
    A crash between two files leaves a mixture, which `load_reals` refuses. Raises DiskError.
    """
    if len(images) > MAX_IMAGES[part]:
        raise ValueError(f"{len(images):,} images are more than {MAX_IMAGES[part]:,}")
    sha256 = digest(images, labels)
    if _holds(folder, part, sha256):
        return
    written = []
    for start in range(0, len(images), SPRITE_IMAGES):
        tiles = images[start : start + SPRITE_IMAGES]
        texts = {"count": str(len(tiles)), "sha256": sha256}
        if labels is not None:
            texts["labels"] = " ".join(map(str, labels[start : start + SPRITE_IMAGES].tolist()))
        written.append(_path(folder, part, len(written)))
        make_dir(folder)
        write_atomic(written[-1], to_png(grid(tiles, COLUMNS), texts))
    for path in _sprites(folder, part):
        if path not in written:
            with disk_errors(f"delete {path}"):
                path.unlink()


def digest(images: np.ndarray, labels: np.ndarray | None) -> str:
    """The SHA-256, in hexadecimal, of images uint8 (N, 28, 28) followed by their labels uint8 (N,), if any."""
    sha256 = hashlib.sha256(np.ascontiguousarray(images))
    if labels is not None:
        sha256.update(np.ascontiguousarray(labels))
    return sha256.hexdigest()


def _path(folder: Path, part: str, number: int) -> Path:
    return folder / f"{part}-{number}.png"


def _sprites(folder: Path, part: str) -> list[Path]:
    # The files that exist. If one between them is missing, the digest does not fit.
    paths = [_path(folder, part, number) for number in range(MAX_IMAGES[part] // SPRITE_IMAGES)]
    return [path for path in paths if os.path.exists(path)]


def _holds(folder: Path, part: str, sha256: str) -> bool:
    try:
        return load_reals(folder, part).sha256 == sha256
    except DataError:
        return False


@lru_cache(maxsize=2)  # both parts of one data set: 55 MB at most
def _load(folder: Path, part: str, fingerprints: tuple[tuple[int, int], ...]) -> Reals:
    sprites = [_read(path) for path in _sprites(folder, part)]
    images = np.ascontiguousarray(np.concatenate([tiles for tiles, _, _ in sprites]))  # one may be all, and a view
    unlabelled = any(labels is None for _, labels, _ in sprites)
    labels = None if unlabelled else np.concatenate([labels for _, labels, _ in sprites])
    sha256 = digest(images, labels)
    if {said for _, _, said in sprites} != {sha256}:
        raise DataError(f"the sprites {_path(folder, part, 0)} and those after it do not fit together. {_hint(folder)}")
    return Reals(images, labels, sha256)


def _read(path: Path) -> tuple[np.ndarray, np.ndarray | None, str]:
    # The images of a sprite, uint8 (N, 28, 28), their labels, uint8 (N,) or None, and the digest of the part.
    try:
        with Image.open(io.BytesIO(read_limited(path, MAX_BYTES)), formats=["PNG"]) as image:
            rows, rest = divmod(image.height, SIDE)
            if image.mode != "L" or image.width != WIDTH or rest or not 1 <= rows <= COLUMNS:
                raise ValueError(f"{image.width}x{image.height} pixels of mode {image.mode}")
            texts = image.text
            picture = np.asarray(image)
        count = int(texts["count"])
        if not (rows - 1) * COLUMNS < count <= rows * COLUMNS:
            raise ValueError(f"{rows} rows for {count} images")
        tiles = picture.reshape(rows, SIDE, COLUMNS, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)[:count]
        labels = np.array([int(label) for label in texts["labels"].split()], np.uint8) if "labels" in texts else None
        if labels is not None and len(labels) != count:
            raise ValueError(f"{len(labels)} labels for {count} images")
        return tiles, labels, texts["sha256"]
    except Exception as error:  # a damaged file makes Pillow raise more than OSError: SyntaxError, struct.error, ...
        reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path} cannot be read as real images ({reason}). {_hint(path.parent)}") from error


def _hint(folder: Path) -> str:
    return f"Replace it by a good copy, or delete the folder {folder}: the next training writes it again"
