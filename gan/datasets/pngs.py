"""A folder of PNGs as one uint8 tensor.

For the training alone any depth of folders will do. Labels need those of torchvision's ImageFolder, a folder for each
class, in the folders train and test.
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
    """Whether there is a PNG in a folder, at any depth."""
    return bool(_pngs(folder))


def load_pngs(folder: Path) -> Tensor:
    """The images to train on, uint8 (N, 28, 28): where there are the folders train and test, those in train.

    They come in the order of their paths. Raises DataError, with a message that names the file, for any that is not
    28x28 pixels of grey, or is damaged.
    """
    return _read(folder / "train" if _is_split(folder) else folder)[0]


def load_labelled_pngs(folder: Path, part: str) -> tuple[Tensor, Tensor, int]:
    """The "train" or "test" part: images uint8 (N, 28, 28), labels uint8 (N,), the number of classes.

    A label is the place of a class among the names of the folders in train, in order. Raises DataError as `load_pngs`
    does, and where a PNG is in no folder of a class.
    """
    where = f"{folder}/train/CLASS and {folder}/test/CLASS"
    if not _is_split(folder):
        raise DataError(f"{folder} has no labels, which the classifier and --evaluate need: put its PNGs into {where}")
    classes = sorted({_class(path, folder / "train") for path in _pngs(folder / "train")} - {""})
    images, paths = _read(folder / part)
    names = [_class(path, folder / part) for path in paths]
    for name, path in zip(names, paths, strict=True):
        if name not in classes:
            raise DataError(f"{path} is of no class that is in {folder / 'train'}: put the PNGs into {where}")
    return images, torch.tensor([classes.index(name) for name in names]), len(classes)


def _is_split(folder: Path) -> bool:
    return all((folder / part).is_dir() for part in PARTS)


def _class(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix().rpartition("/")[0].partition("/")[0]  # "" in no folder


def _pngs(folder: Path) -> list[Path]:
    # Without hidden ones, which a Mac leaves beside those that it copies.
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix.lower() == ".png"}
    return [found[name] for name in sorted(found) if not f"/{name}".count("/.")]


def _read(folder: Path) -> tuple[Tensor, list[Path]]:
    paths = _pngs(folder)
    if not paths:
        raise DataError(f"there are no PNGs in {folder}: put some there")
    return torch.from_numpy(np.stack([_pixels(path) for path in paths])), paths


def _pixels(path: Path) -> np.ndarray:
    try:
        with Image.open(path, formats=["PNG"]) as image:
            form = f"{image.width}x{image.height} pixels of {image.mode}"
            if image.size == (IMAGE_SIZE, IMAGE_SIZE) and image.mode in ("1", "L"):
                return np.asarray(image.convert("L"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # which Pillow has for bad PNGs
        raise DataError(f"{path} cannot be read as a PNG ({error}): delete it, or put a whole one there") from error
    side = IMAGE_SIZE
    mend = f"make it so, in Pillow by image.convert('L').resize(({side}, {side}))"
    raise DataError(f"{path} is {form}, not {side}x{side} pixels of grey: {mend}")
