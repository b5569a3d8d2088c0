"""The real images of a folder of runs, as sprites that the page shows beside the fakes."""

from contextlib import suppress
from pathlib import Path

import numpy as np
from torch import Tensor

from gan.console import say
from gan.data import MNIST_SHA256, REALS_DIR, Source, load_labels, load_test_images
from gan.datasets.reals import MAX_IMAGES, REALS, digest, load_reals, save_reals
from gan.errors import DataError, LockedError
from gan.real_distances import save_distances
from gan.runs.lock import locked
from gan.store.files import disk_errors, make_dir, read_regular, write_atomic

NOTICE = "README.md"  # authors and licence of MNIST, beside its sprites


def save_run_reals(out: Path, source: Source, train: Tensor) -> None:
    """Write sprites of a source's images into the folder of its runs: `train`, uint8 (N, 28, 28), and the test part.

    Sprites of the same images stay as they are. Of more images than MNIST has, the first are taken. If another
    training is writing into this folder, its sprites stay. Raises DiskError.
    """
    parts = {"train": _limited("train", train, load_labels(source, "train"))}
    try:
        parts["test"] = _limited("test", load_test_images(source), load_labels(source, "test"))
    except DataError as error:  # no GAN is trained on them
        say(f"The page will have no real test images: {error}")
        parts["test"] = _limited("test", train[:0], None)
    with suppress(LockedError), locked(out / REALS):
        _save_notice(out / REALS, parts["train"])
        for part, arrays in parts.items():
            save_reals(out / REALS, part, *arrays)
        save_distances(out / REALS)


def _limited(part: str, images: Tensor, labels: Tensor | None) -> tuple[np.ndarray, np.ndarray | None]:
    count = MAX_IMAGES[part]
    return images[:count].cpu().numpy(), None if labels is None else labels[:count].numpy()


def _save_notice(folder: Path, train: tuple[np.ndarray, np.ndarray | None]) -> None:
    # MNIST's notice goes with its sprites: copy it, or delete it if other images replace them.
    notice = folder / NOTICE
    if digest(*train) == MNIST_SHA256["train"]:
        if not notice.exists() and (REALS_DIR / NOTICE).is_file():
            make_dir(folder)
            with disk_errors(f"copy {REALS_DIR / NOTICE}"):
                text = read_regular(REALS_DIR / NOTICE)
            write_atomic(notice, text)
    elif notice.exists() and _has_mnist(folder):
        with disk_errors(f"delete {notice}"):
            notice.unlink()


def _has_mnist(folder: Path) -> bool:
    with suppress(DataError):
        return load_reals(folder, "train").sha256 == MNIST_SHA256["train"]
    return False
