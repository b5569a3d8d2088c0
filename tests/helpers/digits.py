"""A few hundred digits drawn with Pillow's font, as MNIST files or PNGs: python tests/helpers/digits.py DIR."""

import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

TRAIN, TEST = 320, 40


def draw_digits(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """uint8 images (N, 28, 28), white on black, and their labels (N,): every class in turn, at random positions."""
    random = np.random.RandomState(seed)
    labels = np.arange(count, dtype=np.uint8) % 10
    images = np.zeros((count, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        picture = Image.new("L", (28, 28))
        font = ImageFont.load_default(size=int(random.randint(18, 25)))
        position = tuple(14 + random.randint(-2, 3, 2))
        ImageDraw.Draw(picture).text(position, str(label), fill=255, font=font, anchor="mm")
        image[:] = np.asarray(picture.rotate(float(random.uniform(-15, 15)), Image.Resampling.BILINEAR))
    return images, labels


def idx(array: np.ndarray) -> bytes:
    """An array of bytes in the IDX format of MNIST's files."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_mnist(directory: Path, name: str = "MNIST", train: int = TRAIN, test: int = TEST) -> None:
    """Write the four files of MNIST, or of a data set with the same file names, where torchvision looks for them."""
    raw = directory / name / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for start, count, seed in (("train", train, 0), ("t10k", test, 1)):
        images, labels = draw_digits(count, seed)
        (raw / f"{start}-images-idx3-ubyte").write_bytes(idx(images))
        (raw / f"{start}-labels-idx1-ubyte").write_bytes(idx(labels))


def write_emnist(directory: Path, split: str) -> None:
    """Write a split of EMNIST, whose images are transposed. The labels of its letters start at 1."""
    raw = directory / "EMNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for part, count, seed in (("train", TRAIN, 0), ("test", TEST, 1)):
        images, labels = draw_digits(count, seed)
        labels += split == "letters"
        (raw / f"emnist-{split}-{part}-images-idx3-ubyte").write_bytes(idx(images.transpose(0, 2, 1)))
        (raw / f"emnist-{split}-{part}-labels-idx1-ubyte").write_bytes(idx(labels))


def write_pngs(directory: Path) -> None:
    """Write the same images as PNGs, in a folder per class, in the folders train and test."""
    for part, count, seed in (("train", TRAIN, 0), ("test", TEST, 1)):
        for number, (image, label) in enumerate(zip(*draw_digits(count, seed), strict=True)):
            path = directory / part / str(label) / f"{number:03}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)


if __name__ == "__main__":
    write_mnist(Path(sys.argv[1]))
