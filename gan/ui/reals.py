"""The real digits of a folder of checkpoints, and which of them a seed shows.

`root` is the folder of the checkpoints. All functions raise gr.Error if it has no usable sprites of real digits.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.datasets.reals import REALS, Reals, has_reals, load_reals
from gan.errors import DataError
from gan.ui.problems import train_command
from gan.ui.texts import user_error


def load_part(root: Path, part: str) -> Reals:
    """The "train" or "test" digits."""
    try:
        return load_reals(root / REALS, part)
    except DataError as error:
        key = "server.bad-reals" if has_reals(root / REALS, part) else "server.no-reals"
        raise user_error(key, command=train_command(root)) from error


def real_digits(root: Path, seeds: list[int]) -> tuple[list[int], Tensor, list[int] | None]:
    """The test digits of seeds: their numbers in the data set, uint8 (N, 28, 28), and their classes, if known.

    Consecutive seeds show different digits in random order, and start again when all were shown.
    """
    reals = load_part(root, "test")
    numbers = _order(len(reals.images))[np.array(seeds) % len(reals.images)].tolist()
    digits = None if reals.labels is None else reals.labels[numbers].tolist()
    return numbers, torch.from_numpy(reals.images[numbers]), digits


@lru_cache(maxsize=2)
def _order(count: int) -> np.ndarray:
    return np.random.RandomState(0).permutation(count)  # data may be sorted by class
