"""Snapshots (what is served) and states (what a run resumes from): save, load, list.

A run `checkpoints/mlp` trains in `checkpoints/.mlp-in-progress`. While a complete run replaces the served one
(gan/runs/swap.py), the old run is for a moment in `checkpoints/.mlp-old`. The readers here look into that folder too,
so they find a complete run at every moment.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from gan.config import TrainConfig
from gan.errors import CheckpointError, FitError, first_line
from gan.models import GAN, MODELS, new_gan
from gan.store.files import sha256, write_atomic
from gan.store.snapshots import epoch_of, snapshot_name
from gan.store.tensorfile import DamagedError, encode, read_header, read_tensors

FORMAT = 1
STATE = "state.safetensors"
SNAPSHOT_INTERVALS = ((20, 1), (50, 5), (100, 10), (math.inf, 50))  # (last epoch, interval)

_RENAMED_FIELDS = {"average": "ema"}  # old names of TrainConfig's fields, in the headers of committed snapshots
_TRAIN_AGAIN = "Run `python train.py` to make new checkpoints"

T = TypeVar("T")


# Folders of a run


def in_progress_dir(directory: Path) -> Path:
    """Folder in which the run that will become `directory` trains."""
    return directory.with_name(f".{directory.name}-in-progress")


def old_dir(directory: Path) -> Path:
    """Folder of the old run while a new run replaces `directory`."""
    return directory.with_name(f".{directory.name}-old")


def served_dir(directory: Path) -> Path:
    """Folder to read the served run from: the old one during a swap."""
    return old_dir(directory) if old_dir(directory).exists() and not directory.exists() else directory


# Snapshots


def snapshot_path(directory: Path, epoch: int) -> Path:
    """The file of an epoch's snapshot."""
    return directory / snapshot_name(epoch)


def snapshot_due(epoch: int, last: int) -> bool:
    """Whether an epoch is saved: each to 20, every fifth to 50, tenth to 100, then every fiftieth, and the last."""
    interval = next(interval for end, interval in SNAPSHOT_INTERVALS if epoch <= end)
    return epoch % interval == 0 or epoch == last


def save_snapshot(directory: Path, gan: GAN, config: TrainConfig, epoch: int) -> None:
    """Write both networks in float16, with the run's config in the header. Raises DiskError."""
    write_atomic(snapshot_path(directory, epoch), encode_snapshot(gan, config, epoch))


def encode_snapshot(gan: GAN, config: TrainConfig, epoch: int) -> bytes:
    """The file that `save_snapshot` writes."""
    tensors = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in gan.state_dict().items()
    }
    return encode(tensors, _header(config, epoch))


def load_snapshot(directory: Path, epoch: int) -> GAN:
    """Load an epoch's GAN: float32, in eval mode, on the CPU.

    Raises CheckpointError, with a message that names the file, if it is missing or damaged, and FitError, which is one
    too, if it does not fit its model.
    """
    path = snapshot_path(directory, epoch)
    return _build(path, *_read_served(path, _read_tensors))


def load_start(path: Path) -> GAN:
    """The GAN of any file that `save_snapshot` or a download from the page wrote. Raises as `load_snapshot` does."""
    return _build(path, *_read(path, _read_tensors, "Name a snapshot, as in --start epoch-010.safetensors"))


def start_name(path: Path) -> str:
    """What a config says of the snapshot that its run starts from: the start of its SHA-256. Raises CheckpointError."""
    return _read(path, sha256, "Name a snapshot, as in --start epoch-010.safetensors")[:12]


def _build(path: Path, tensors: dict[str, Tensor], header: dict) -> GAN:
    try:
        with torch.device("meta"):
            gan = new_gan(header["model"], header.get("config", {}).get("batch_norm", True))
        tensors = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
        gan.load_state_dict(tensors, assign=True)
    except (KeyError, TypeError, RuntimeError) as error:
        raise FitError(f"{path} does not fit a model in gan/models.py (was it changed?). {_TRAIN_AGAIN}") from error
    return gan.eval()


def load_config(directory: Path, epoch: int) -> TrainConfig:
    """The config that a snapshot was trained with, from its header. Raises CheckpointError as `load_snapshot` does."""
    path = snapshot_path(directory, epoch)
    return _parse_config(path, _read_served(path, read_header), _TRAIN_AGAIN)


def epochs(directory: Path) -> list[int]:
    """The saved epochs of a run, in order; an empty list if there is no run."""
    for folder in (directory, old_dir(directory), directory):
        found = []
        with suppress(FileNotFoundError):  # a swap may rename the folder while it is listed
            found = [epoch for path in folder.glob("*") if (epoch := epoch_of(path.name)) is not None]
        if found:
            return sorted(found)
    return []


# States


@dataclass(frozen=True)
class StateHeader:
    """Which run a state belongs to, and how far that is."""

    config: TrainConfig
    epoch: int  # the last complete one
    images_sha256: str  # the digest of the training images
    device: str  # "cpu" or "cuda"


def save_state(
    directory: Path, tensors: dict[str, Tensor], config: TrainConfig, epoch: int, images_sha256: str
) -> None:
    """Write the tensors of `gan.state.state_tensors`, from which the run resumes. Raises DiskError."""
    device = next(iter(tensors.values())).device.type
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    header = _header(config, epoch) | {"images": images_sha256, "device": device}
    write_atomic(directory / STATE, encode(tensors, header))


def load_state_header(directory: Path) -> StateHeader:
    """The header of the state in `directory`, without its tensors. Raises CheckpointError as `load_state` does."""
    path = directory / STATE
    hint = _start_again(directory)
    return _parse_state_header(path, _read(path, read_header, hint), hint)


def load_state(directory: Path) -> tuple[dict[str, Tensor], StateHeader]:
    """The tensors and the header that `save_state` wrote into `directory`.

    Raises CheckpointError, with a message that names the file, if it is missing or damaged.
    """
    path = directory / STATE
    hint = _start_again(directory)
    tensors, header = _read(path, _read_tensors, hint)
    return tensors, _parse_state_header(path, header, hint)


def _start_again(directory: Path) -> str:
    return f"Delete the folder {directory} to start a new run"


# Headers and files


def _header(config: TrainConfig, epoch: int) -> dict:
    return {"format": FORMAT, "model": config.model, "epoch": epoch, "config": asdict(config)}


def _parse_config(path: Path, header: dict, hint: str) -> TrainConfig:
    try:
        config = {_RENAMED_FIELDS.get(name, name): value for name, value in header["config"].items()}
        return TrainConfig(**config | {"betas": tuple(config["betas"])})
    except (AttributeError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} has no config of this project ({first_line(error)}). {hint}") from error


def _parse_state_header(path: Path, header: dict, hint: str) -> StateHeader:
    config = _parse_config(path, header, hint)
    try:
        return StateHeader(config, header["epoch"], header["images"], header["device"])
    except KeyError as error:
        raise CheckpointError(f"{path} is not the state of a run ({first_line(error)} is missing). {hint}") from error


def _read_served(path: Path, read: Callable[[Path], T]) -> T:
    # During a swap the file may be in the old run's folder, or already back in its own.
    for attempt in (path, old_dir(path.parent) / path.name):
        try:
            return _read(attempt, read, _TRAIN_AGAIN)
        except CheckpointError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
    return _read(path, read, _TRAIN_AGAIN)


def _read(path: Path, read: Callable[[Path], T], hint: str) -> T:
    try:
        return read(path)
    except DamagedError as error:
        raise CheckpointError(f"{path} is damaged ({error}). {hint}") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({first_line(error)}). {hint}") from error


def _read_tensors(path: Path) -> tuple[dict[str, Tensor], dict]:
    return read_tensors(path, _max_bytes())


@lru_cache(maxsize=1)
def _max_bytes() -> int:
    # A state has up to four float32 per weight: the weight, its EMA, and Adam's two moments. Allow twice that.
    with torch.device("meta"):
        sizes = [sum(tensor.numel() for tensor in build().state_dict().values()) for build in MODELS.values()]
    return 2**20 + 4 * 8 * max(sizes)
