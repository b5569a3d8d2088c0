"""The images as one uint8 tensor.

A source of images is the name of a data set in SETS, whose files are in DATA_DIR; the Path of a folder that holds
images or MNIST; or a Folder, which says how to convert its images. If DATA_DIR has no files of MNIST, its images come
from the sprites in REALS_DIR, which are part of this repository.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.console import counted
from gan.datasets.folders import (
    Folder,
    folder_labels,
    holds_images,
    left_out,
    load_folder,
    load_labelled_folder,
    load_test_folder,
)
from gan.datasets.idx import SETS, find_mnist, kind_of, load_set
from gan.datasets.reals import has_reals, load_reals
from gan.errors import DataError

DATA_DIR = Path("data")
REALS_DIR = Path("checkpoints") / "reals"
MNIST_SHA256 = {  # of MNIST's images and labels. A run on other data may have put its own sprites into REALS_DIR
    "train": "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b",
    "test": "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b",
}
MAX_CLASSES = 10  # of the classifier

Source = str | Path | Folder


def is_mnist(source: Source) -> bool:
    """Whether a source is MNIST: its name, or a folder that holds MNIST, or an empty one to download it into."""
    if isinstance(source, str):
        return source == "MNIST"
    folder = _folder(source).path
    return find_mnist(folder) is not None or not holds_images(folder)


def load_images(source: Source, device: torch.device | str = "cpu") -> Tensor:
    """The training images, uint8 (N, 28, 28) on `device`. Missing files of a data set are downloaded.

    MNIST keeps its order; other images get a fixed shuffle. Raises DataError if a file is damaged, has another form,
    or is missing and cannot be downloaded.
    """
    images = _load_set(source, "train")[0] if _is_set(source) else load_folder(_folder(source))
    return _shuffle(source, images)[0].to(device)


def load_labelled_images(source: Source, part: str, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """The images of the "train" or "test" part, uint8 (N, 28, 28), and their labels 0 to 9, int64 (N,), on `device`.

    Downloads, shuffles and raises as `load_images` does. Raises DataError also for no labels or too many classes.
    """
    if _is_set(source):
        images, labels, classes = _load_set(source, part)
    else:
        images, labels, classes = load_labelled_folder(_folder(source), part)
    if classes > MAX_CLASSES:
        raise DataError(
            f"{source} has {classes} classes. The classifier and `python -m gan.publish card` take up to {MAX_CLASSES}"
        )
    images, labels = _shuffle(source, images, labels)
    return images.to(device), labels.to(device, torch.int64)


def load_test_images(source: Source) -> Tensor:
    """The test images, uint8 (N, 28, 28). N is 0 if the source has none. Raises DataError as `load_images` does."""
    images = _load_set(source, "test")[0] if _is_set(source) else load_test_folder(_folder(source))
    return _shuffle(source, images)[0]


def load_labels(source: Source, part: str) -> Tensor | None:
    """The labels of the "train" or "test" images, uint8 (N,), in their order. None if the source has none.

    Raises DataError as `load_images` does.
    """
    labels = _load_set(source, part)[1] if _is_set(source) else folder_labels(_folder(source).path, part)
    return None if labels is None else _shuffle(source, labels)[0].to(torch.uint8)


def describe(source: Source, images: Tensor) -> str:
    """One line about the training images of a source, uint8 (N, 28, 28): how many there are, and what was left out."""
    text = f"{source}: {counted(len(images), 'image')}"
    if _is_set(source):
        return text
    folder = _folder(source)
    reasons = left_out(folder.path)
    if reasons:
        counts = ", ".join(f"{count:,} {reason}" for reason, count in sorted(reasons.items()))
        text += f"; left out: {counted(reasons.total(), 'file')} ({counts})"
    border = torch.cat([images[:, [0, -1], :].flatten(1), images[:, :, [0, -1]].flatten(1)], dim=1)
    if border.double().mean() > 127.5:
        hint = "leave out --invert" if folder.invert else "add --invert"
        text += f"; their background is light, and MNIST's is black: {hint} to exchange black and white"
    return text


def _folder(source: Path | Folder) -> Folder:
    return source if isinstance(source, Folder) else Folder(source)


def _is_set(source: Source) -> bool:
    return isinstance(source, str) or is_mnist(source)


def _load_set(source: Source, part: str) -> tuple[Tensor, Tensor, int]:
    if isinstance(source, str):
        raw = DATA_DIR / SETS[source][0].__name__ / "raw"
        sprites = _mnist_sprites(part) if source == "MNIST" and find_mnist(raw) is None else None
        return sprites or load_set(source, raw, part)
    folder = _folder(source).path
    raw = find_mnist(folder)
    others = {path.name for path in folder.glob("[!.]*")} - {kind.__name__ for kind, _ in SETS.values()}
    if others and raw is None:
        kind = kind_of(folder)
        hint = (
            f"Write --data {kind} for the files in {DATA_DIR / kind}"
            if kind
            else "Put images there, or name an empty folder for MNIST"
        )
        raise DataError(f"{folder} holds neither images nor MNIST. {hint}")
    return load_set("MNIST", raw or folder / "MNIST" / "raw", part)


def _mnist_sprites(part: str) -> tuple[Tensor, Tensor, int] | None:
    # What `load_set` gives for MNIST, from the sprites in REALS_DIR. None if they are missing or of other data.
    if not has_reals(REALS_DIR, part):
        return None
    reals = load_reals(REALS_DIR, part)
    if reals.sha256 != MNIST_SHA256[part]:
        return None
    return torch.tensor(reals.images), torch.tensor(reals.labels), MAX_CLASSES  # copies: the arrays are shared


def _shuffle(source: Source, *tensors: Tensor) -> list[Tensor]:
    # Metrics use the first images, and other data sets may be sorted by class.
    if is_mnist(source):
        return list(tensors)
    order = torch.from_numpy(np.random.RandomState(0).permutation(len(tensors[0])))
    return [tensor[order] for tensor in tensors]
