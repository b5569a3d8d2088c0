"""MNIST and data sets like it, from files in the IDX format. torchvision knows where to download them."""

import math
import struct
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets import EMNIST, KMNIST, MNIST, FashionMNIST

from gan.errors import DataError, first_line
from gan.models import IMAGE_SIZE
from gan.network import network_hint

# By name: torchvision's class, and the split of EMNIST. EMNIST without a split means its letters.
SETS = {kind.__name__: (kind, None) for kind in (MNIST, FashionMNIST, KMNIST)}
SETS |= {"EMNIST": (EMNIST, "letters")} | {f"EMNIST-{split}": (EMNIST, split) for split in EMNIST.splits}


def load_set(name: str, raw: Path, part: str) -> tuple[Tensor, Tensor, int]:
    """The "train" or "test" part of a data set in SETS, from the files in the folder `raw`.

    Returns images uint8 (N, 28, 28), labels uint8 (N,), and the number of classes. EMNIST's letters have labels 1 to
    26; all others start at 0. Missing files are downloaded if `raw` has torchvision's path, as in data/MNIST/raw.
    Raises DataError if a file is damaged, or is missing and cannot be downloaded.
    """
    kind, split = SETS[name]
    files = file_names(name)
    missing = [file for file in (*files["train"], *files["test"]) if not (raw / file).is_file()]
    if missing:
        try:
            _download(name, raw, missing)
        except (RuntimeError, OSError, HTTPException, ValueError) as error:  # ValueError: the address of a proxy
            raise DataError(
                f"{name} is not complete and could not be downloaded ({first_line(error)}){network_hint()}. "
                f"Put {', '.join(missing)} (uncompressed) into {raw}, or name another folder or data set with --data"
            ) from error
    images_path, labels_path = (raw / file for file in files[part])
    images, labels = _read(images_path, IMAGE_SIZE, IMAGE_SIZE), _read(labels_path)
    first = int(split == "letters")
    last = len(kind.classes_split_dict[split] if split else kind.classes) - 1
    if len(images) != len(labels) or labels.min() < first or labels.max() > last:
        raise DataError(
            f"{labels_path} does not have a label from {first} to {last} for each image of {images_path.name}. "
            f"{_hint(labels_path)}"
        )
    if split:  # EMNIST stores images transposed
        images = images.transpose(1, 2).contiguous()
    return images, labels, last - first + 1


def file_names(name: str) -> dict[str, tuple[str, str]]:
    """The file names of a data set, by part: images, labels."""
    split = SETS[name][1]
    parts = {"train": "train", "test": "t10k"}
    if split:
        parts = {part: f"emnist-{split}-{part}" for part in parts}
    return {part: (f"{file}-images-idx3-ubyte", f"{file}-labels-idx1-ubyte") for part, file in parts.items()}


def find_mnist(folder: Path) -> Path | None:
    """The folder of MNIST's files if a folder holds them itself, in raw, or in MNIST/raw; otherwise None."""
    if (folder / "MNIST").is_dir():
        return folder / "MNIST" / "raw"
    if kind_of(folder) not in (None, "MNIST"):
        return None  # FashionMNIST and KMNIST have files of the same names
    names = {file for part in file_names("MNIST").values() for file in part}
    for raw in (folder, folder / "raw"):
        if any((raw / f"{name}{ending}").is_file() for name in names for ending in ("", ".gz")):
            return raw
    return None


def kind_of(folder: Path) -> str | None:
    """The data set that a folder is of by its path, as in data/KMNIST or data/KMNIST/raw."""
    kinds = {kind.__name__ for kind, _ in SETS.values()}
    return next((name for name in reversed(folder.resolve().parts[-2:]) if name in kinds), None)


def _download(name: str, raw: Path, missing: list[str]) -> None:
    # Skip torchvision's __init__: it would unpickle a data set in the format of releases before 2020.
    kind, split = SETS[name]
    if raw.resolve().parts[-2:] != (kind.__name__, "raw"):
        raise OSError(f"torchvision downloads into a folder {kind.__name__}/raw only")
    data = kind.__new__(kind)
    data.root, data.split = raw.parents[1], split
    data.train = "-test-" not in missing[0]  # EMNIST downloads nothing if the files of this part exist
    made = [folder for folder in (raw, *raw.parents[:2]) if not folder.exists()]
    try:
        data.download()
    finally:
        for folder in made:
            with suppress(OSError):  # it has files
                folder.rmdir()


def _read(path: Path, *sides: int) -> Tensor:
    # A file in the IDX format (http://yann.lecun.com/exdb/mnist/) -> uint8 (N, *sides).
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Allow this program to read it") from error
    if data.startswith(b"\x1f\x8b"):
        raise DataError(f"{path} is compressed. Rename it to {path.name}.gz, then unpack it with gunzip")
    start = 4 * (2 + len(sides))
    if len(data) <= start:
        raise DataError(f"{path} has no data. {_hint(path)}")
    magic, count, *shape = struct.unpack_from(f">{start // 4}I", data)
    if magic != 0x801 + len(sides):  # 0x08: unsigned bytes; the last byte: the number of dimensions
        raise DataError(f"{path} starts with the number {magic}, not {0x801 + len(sides)}. {_hint(path)}")
    expected = start + count * math.prod(sides)
    if shape != list(sides) or len(data) != expected:
        raise DataError(f"{path} has {len(data):,} bytes for {count:,} x {shape}, not {expected:,}. {_hint(path)}")
    return torch.frombuffer(bytearray(data), dtype=torch.uint8, offset=start).view(count, *sides)


def _hint(path: Path) -> str:
    return f"Delete {path} to download it again, or replace it by a good copy"
