"""The directions of a run's last epoch in a file beside its snapshots, so that the page need not measure them."""

import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn

from gan.checkpoint import epochs, load_snapshot, old_dir
from gan.classifier import WEIGHTS, load_classifier
from gan.directions import SEEDS, Directions, measure_directions
from gan.errors import CheckpointError
from gan.models import LATENT_DIM
from gan.store.files import write_atomic
from gan.store.tensorfile import DamagedError, encode, read_tensors

DIRECTIONS = "directions.safetensors"
MAX_BYTES = 2**16  # of the file, which takes 10 kB


def save_directions(directory: Path, classifier: nn.Sequential, count: int = SEEDS) -> None:
    """Measure the directions of the last epoch in a run's folder on `count` seeds. Write them, unless they are there.

    Raises CheckpointError if the snapshot cannot be used, DiskError if the file cannot be written.
    """
    saved = epochs(directory)
    if not saved:
        raise CheckpointError(f"{directory} has no snapshots. Run `python train.py` to make new checkpoints")
    generator = load_snapshot(directory, saved[-1]).generator
    header = {"generator": digest(generator), "classifier": digest(classifier)}
    found = _read(directory / DIRECTIONS)
    if found and {name: found[1].get(name) for name in header} == header:
        return
    directions = measure_directions(generator, classifier, count)
    tensors = {
        "vectors": directions.vectors.half(),
        "r2": directions.r2.half(),
        "moves": directions.moves.half(),
    }
    write_atomic(directory / DIRECTIONS, encode(tensors, header | {"measures": list(directions.measures)}))


def load_directions(directory: Path, generator: nn.Module) -> Directions | None:
    """The directions in a run's folder. None if their file is missing, damaged, or of another generator.

    While a complete run replaces the served one, the file is in the old run's folder.
    """
    wanted = digest(generator)
    for folder in (directory, old_dir(directory)):
        found = _read(folder / DIRECTIONS)
        if found and found[1].get("generator") == wanted:
            return _parse(*found)
    return None


def find_directions(directory: Path, generator: nn.Module) -> Directions:
    """The directions of a generator of a run: those in the run's folder, or measured with the classifier beside it.

    Without a classifier, only the shapes are measured. Raises CheckpointError if its file is damaged.
    """
    stored = load_directions(directory, generator)
    if stored is not None:
        return stored
    weights = directory.parent / WEIGHTS
    return measure_directions(generator, load_classifier(weights) if weights.exists() else None)


def digest(network: nn.Module) -> str:
    """The SHA-256, in hexadecimal, of the weights and buffers of a network, in float32."""
    sha256 = hashlib.sha256()
    for name, tensor in network.state_dict().items():
        sha256.update(f"{name} {tuple(tensor.shape)}".encode())
        sha256.update(tensor.detach().cpu().float().contiguous().numpy())
    return sha256.hexdigest()


def _read(path: Path) -> tuple[dict[str, Tensor], dict] | None:
    try:
        return read_tensors(path, MAX_BYTES)
    except (OSError, DamagedError):
        return None


def _parse(tensors: dict[str, Tensor], header: dict) -> Directions | None:
    try:
        vectors, r2, moves = (tensors[name].float() for name in ("vectors", "r2", "moves"))
        measures = tuple(map(str, header["measures"]))
    except (KeyError, TypeError):
        return None
    count = len(measures)
    fits = vectors.shape[1:] == (LATENT_DIM,) and r2.shape == (count,) and moves.shape == (len(vectors), count)
    finite = all(torch.isfinite(tensor).all() for tensor in (vectors, r2, moves))
    return Directions(measures, vectors, r2, moves) if fits and finite and len(vectors) >= count else None
