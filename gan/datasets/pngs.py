"""A folder of PNGs as one uint8 tensor.

For a GAN, the PNGs may lie in subfolders of any depth. Labels need the layout of torchvision's ImageFolder: a folder
for each class, in the folders train and test.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan.errors import DataError
from gan.models import IMAGE_SIZE

PARTS = ("train", "test")


def holds_pngs(folder: Path) -> bool:
    """Whether a folder or one of its subfolders has a PNG."""
    return bool(_find(folder))


def load_pngs(folder: Path) -> Tensor:
    """The training images, uint8 (N, 28, 28), in the order of their paths.

    If the folder has the subfolders train and test, only train is used. Raises DataError, with a message that names
    the file, if a PNG is damaged or does not have 28x28 grey pixels.
    """
    return _read(folder / "train" if _has_parts(folder) else folder)[0]


def load_labelled_pngs(folder: Path, part: str) -> tuple[Tensor, Tensor, int]:
    """The "train" or "test" part: images uint8 (N, 28, 28), labels uint8 (N,), and the number of classes.

    A label is the index of a class in the sorted names of the folders in train. Raises DataError as `load_pngs` does,
    and if a PNG is not in the folder of a class.
    """
    layout = f"{folder}/train/CLASS and {folder}/test/CLASS"
    if not _has_parts(folder):
        raise DataError(
            f"{folder} has no labels. The classifier and `python -m gan.publish card` need them: "
            f"put the PNGs into {layout}"
        )
    classes = sorted({_class_of(path, folder / "train") for path in _find(folder / "train")} - {""})
    images, paths = _read(folder / part)
    names = [_class_of(path, folder / part) for path in paths]
    for name, path in zip(names, paths, strict=True):
        if name not in classes:
            raise DataError(f"{path} is not in a class of {folder / 'train'}. Put the PNGs into {layout}")
    return images, torch.tensor([classes.index(name) for name in names]), len(classes)


def _has_parts(folder: Path) -> bool:
    return all((folder / part).is_dir() for part in PARTS)


def _class_of(path: Path, folder: Path) -> str:
    # "" for a file that is directly in the folder.
    return path.relative_to(folder).as_posix().rpartition("/")[0].partition("/")[0]


def _find(folder: Path) -> list[Path]:
    # Without hidden files: macOS leaves some beside the files that it copies.
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix.lower() == ".png"}
    return [found[name] for name in sorted(found) if "/." not in f"/{name}"]


def _read(folder: Path) -> tuple[Tensor, list[Path]]:
    paths = _find(folder)
    if not paths:
        raise DataError(f"there are no PNGs in {folder}. Put some there")
    return torch.from_numpy(np.stack([_read_pixels(path) for path in paths])), paths


def _read_pixels(path: Path) -> np.ndarray:
    try:
        with Image.open(path, formats=["PNG"]) as image:
            form = f"{image.width}x{image.height} pixels of mode {image.mode}"
            if image.size == (IMAGE_SIZE, IMAGE_SIZE) and image.mode in ("1", "L"):
                return np.asarray(image.convert("L"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # Pillow's errors for bad PNGs
        raise DataError(f"{path} cannot be read as a PNG ({error}). Delete it, or replace it by a good copy") from error
    side = IMAGE_SIZE
    hint = f"Convert it, in Pillow with image.convert('L').resize(({side}, {side}))"
    raise DataError(f"{path} has {form}, not {side}x{side} grey pixels. {hint}")
