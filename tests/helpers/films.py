"""Films and animations as a player sees them, and the epochs of the `checkpoints` fixture."""

import base64
import io

import numpy as np
import torch
from PIL import Image

from gan.models import GAN
from gan.sampling import generate_with_fakes, scores_of

SAVED = {"mlp": [0, 1, 2], "dcgan": [0, 1]}  # epochs in the `checkpoints` fixture
DIRECTION_SEEDS = 200  # whose digits its directions are measured on
REAL_COUNTS = {"train": 200, "test": 60}  # its real digits


def scored(gan: GAN, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The images of some vectors, and the discriminator's score of each."""
    images, fakes = generate_with_fakes(gan.generator, z)
    return images, scores_of(gan.discriminator, fakes)


def data_of(uri):
    """The bytes in a data URI."""
    return base64.b64decode(uri.partition(",")[2])


def picture_of(uri):
    """The picture in a data URI, as an array."""
    return np.asarray(Image.open(io.BytesIO(data_of(uri))))


def frames_of(film):
    """The frames of a film: uint8 (F, rows * 28, columns * 28)."""
    picture = picture_of(film["sprite"])
    assert picture.shape == (film["frames"] * film["rows"] * 28, film["columns"] * 28)
    assert len(film["captions"]) == film["frames"]
    return picture.reshape(film["frames"], film["rows"] * 28, film["columns"] * 28)


def tiles_of(film):
    """The digits of each frame of a film, in order: uint8 (F, N, 28, 28)."""
    tiles = frames_of(film).reshape(film["frames"], film["rows"], 28, film["columns"], 28).swapaxes(2, 3)
    return tiles.reshape(film["frames"], -1, 28, 28)[:, : len(film["seeds"])]


def played(data, pause):
    """The frames of an animation, one for every `pause` milliseconds, and its number of repetitions (0: no end)."""
    animation = Image.open(io.BytesIO(data))
    frames = []
    for index in range(animation.n_frames):
        animation.seek(index)
        frame = np.asarray(animation.convert("L"))
        assert animation.info["duration"] % pause == 0
        frames += [frame] * (animation.info["duration"] // pause)
    return np.stack(frames), animation.info["loop"]
