"""How near real test images are to the training images: what the distance of a fake is compared with.

Ten thousand test images take seven seconds, so the distances are kept in a file beside the sprites.
"""

from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from gan.datasets.reals import Reals, has_reals, load_reals
from gan.nearest import nearest
from gan.store.files import disk_errors, write_atomic
from gan.store.tensorfile import DamagedError, encode, read_tensors

DISTANCES = "test-distances.safetensors"
MAX_BYTES = 2**17  # of the file: 10,000 distances take 80 kB


def load_distances(folder: Path) -> Tensor:
    """The distance of each test image to its nearest training image, in ascending order: float64 (N,), grey levels.

    From the sprites in `folder`. Raises DataError if it does not have both parts. The distances are computed if their
    file is missing or does not belong to these images.
    """
    return _sorted(folder, load_reals(folder, "train").sha256, load_reals(folder, "test").sha256)


def save_distances(folder: Path) -> None:
    """Write the file of the distances, unless it is there; delete it if there is no test image. Raises DiskError."""
    path = folder / DISTANCES
    if not has_reals(folder, "test"):
        with disk_errors(f"delete {path}"):
            path.unlink(missing_ok=True)
        return
    parts = load_reals(folder, "train"), load_reals(folder, "test")
    if _read(folder, *parts) is None:
        write_atomic(path, encode({"distances": _compute(*parts)}, _header(*parts)))


@lru_cache(maxsize=1)
def _sorted(folder: Path, train: str, test: str) -> Tensor:
    # The arguments after the folder are the digests of both parts.
    parts = load_reals(folder, "train"), load_reals(folder, "test")
    distances = _read(folder, *parts)
    return (_compute(*parts) if distances is None else distances).sort().values


def _read(folder: Path, train: Reals, test: Reals) -> Tensor | None:
    # float64 (N,), in the order of the test images. None if the file is missing, damaged or not of these images.
    try:
        tensors, header = read_tensors(folder / DISTANCES, MAX_BYTES)
    except (OSError, DamagedError):
        return None
    distances = tensors.get("distances", torch.empty(0))
    complete = distances.dtype == torch.float64 and distances.shape == (len(test.images),)
    return distances if complete and header == _header(train, test) else None


def _compute(train: Reals, test: Reals) -> Tensor:
    return nearest(torch.from_numpy(test.images), torch.from_numpy(train.images))[1]


def _header(train: Reals, test: Reals) -> dict[str, str]:
    return {"train": train.sha256, "test": test.sha256}
