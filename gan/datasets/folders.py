"""A folder of image files as one uint8 tensor.

For a GAN, the images may lie in subfolders of any depth. Labels need the layout of torchvision's ImageFolder: a folder
for each class, in the folders train and test. Links are followed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.datasets.pixels import FORMATS, read_pixels
from gan.errors import DataError
from gan.models import IMAGE_SIZE

PARTS = ("train", "test")
MAX_LABELS = 256  # that fit into uint8
# Folders of images that are not for training, as data sets name them.
TEST_PART = re.compile(
    r"(\w+[-_. ])?(test|testing|tests|eval|evaluation|val|valid|validation)([-_. ]?(set|data|images?))?", re.IGNORECASE
)


@dataclass(frozen=True)
class Folder:
    """A folder of images, and how its files become 28x28 grey pixels. As text: its path and flags."""

    path: Path
    convert: bool = False  # take images of any size and colours
    invert: bool = False  # exchange black and white

    @property
    def flags(self) -> list[str]:
        """The words after --data that name this folder."""
        return [str(self.path), *["--convert"] * self.convert, *["--invert"] * self.invert]

    def __str__(self) -> str:
        return " ".join(self.flags)


def holds_images(folder: Path) -> bool:
    """Whether a folder or one of its subfolders has an image file."""
    return folder.is_dir() and any(_reason(folder, path) is None for path in _walk(folder, (folder,)))


def load_folder(folder: Folder) -> Tensor:
    """The training images, uint8 (N, 28, 28), in the order of their paths.

    If the folder has the subfolders train and test, only train is used. Raises DataError, with a message that names
    the file or folder, if an image is damaged or does not have 28x28 grey pixels and `convert` is not set, or if a
    subfolder looks like test images.
    """
    return _read(folder, _train_folder(folder.path))[0]


def load_labelled_folder(folder: Folder, part: str) -> tuple[Tensor, Tensor, int]:
    """The "train" or "test" part: images uint8 (N, 28, 28), labels int64 (N,), and the number of classes.

    A label is the index of a class in the sorted names of the folders in train. Raises DataError as `load_folder`
    does, and if an image is not in the folder of a class.
    """
    root = folder.path
    layout = f"{root}/train/CLASS and {root}/test/CLASS"
    if not _has_parts(root):
        raise DataError(
            f"{root} has no labels. The classifier and `python -m gan.publish card` need them: "
            f"put the images into {layout}"
        )
    classes = sorted({_class_of(path, root / "train") for path in _find(root / "train")} - {""})
    images, paths = _read(folder, root / part)
    names = [_class_of(path, root / part) for path in paths]
    for name, path in zip(names, paths, strict=True):
        if name not in classes:
            raise DataError(f"{path} is not in a class of {root / 'train'}. Put the images into {layout}")
    return images, torch.tensor([classes.index(name) for name in names]), len(classes)


def load_test_folder(folder: Folder) -> Tensor:
    """The test images, uint8 (N, 28, 28), in the order of their paths. N is 0 if the folder has no part for tests.

    Raises DataError as `load_folder` does.
    """
    part = folder.path / "test"
    if _has_parts(folder.path) and _find(part):
        return _read(folder, part)[0]
    return torch.zeros(0, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8)


def folder_labels(root: Path, part: str) -> Tensor | None:
    """The labels that `load_labelled_folder` gives, without reading the images. None if one has no label below 256."""
    if not _has_parts(root):
        return None
    classes = sorted({_class_of(path, root / "train") for path in _find(root / "train")} - {""})
    names = [_class_of(path, root / part) for path in _find(root / part)]
    known = len(classes) <= MAX_LABELS and set(names) <= set(classes)
    return torch.tensor([classes.index(name) for name in names]) if known else None


def left_out(folder: Path) -> Counter[str]:
    """How many files of a folder `load_folder` leaves out, by reason."""
    train = _train_folder(folder)
    reasons = (
        _reason(folder, path) or (None if path.is_relative_to(train) else f"outside {train.name}")
        for path in _walk(folder, (folder,))
    )
    return Counter(reason for reason in reasons if reason)


def _has_parts(folder: Path) -> bool:
    return all((folder / part).is_dir() for part in PARTS)


def _train_folder(folder: Path) -> Path:
    # Raises DataError if the training images cannot be told from test images.
    if _has_parts(folder):
        return folder / "train"
    for path in _find(folder):
        for part in path.relative_to(folder).parents:
            if TEST_PART.fullmatch(part.name):
                parent = (folder / part).parent
                hint = "Rename its two parts to train and test, or name the folder of the training images alone"
                if _has_parts(parent):
                    hint = f"Name {parent} with --data"
                raise DataError(f"{folder / part} looks like test images, which are not for training. {hint}")
    return folder


def _class_of(path: Path, folder: Path) -> str:
    # "" for a file that is directly in the folder.
    return path.relative_to(folder).as_posix().rpartition("/")[0].partition("/")[0]


def _walk(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    # Every path in a folder and its subfolders that is not a folder, or is a link to a folder above itself.
    try:
        paths = list(folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}). Allow this program to read it") from error
    for path in paths:
        if path.is_dir() and not any(path.samefile(other) for other in above):
            yield from _walk(path, (*above, path))
        else:
            yield path


def _reason(folder: Path, path: Path) -> str | None:
    # Why a file is left out, or None. macOS leaves hidden files beside those that it copies.
    if any(part.startswith(".") for part in path.relative_to(folder).parts):
        return "hidden"
    if not path.is_file():
        return "not a file"
    return None if path.suffix.lower() in FORMATS else "not an image"


def _find(folder: Path) -> list[Path]:
    found = [path for path in _walk(folder, (folder,)) if _reason(folder, path) is None]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _read(folder: Folder, part: Path) -> tuple[Tensor, list[Path]]:
    paths = _find(part)
    if not paths:
        raise DataError(f"there are no images in {part}. Put some there ({', '.join(FORMATS)})")
    images = torch.from_numpy(np.stack([read_pixels(path, folder.convert) for path in paths]))
    return 255 - images if folder.invert else images, paths
