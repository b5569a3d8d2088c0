"""Snapshots of a run: save, load, list; the run in progress and how it takes its place.

A run `checkpoints/mlp` trains in `checkpoints/.mlp-in-progress`. When it is complete, `publish` moves the
old run aside to `checkpoints/.mlp-old`, the new one in, and deletes the old one. Whatever moment that is
cut short at, the readers here find a whole run, and `recover` finishes the swap.
"""

from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from gan.config import TrainConfig
from gan.errors import CheckpointError
from gan.models import GAN, MODELS
from gan.store.files import write_atomic
from gan.store.tensorfile import SUM, DamagedError, encode, read_tensors

FORMAT = 1
STATE = "state.safetensors"
_RENAMED_FIELDS = {"average": "ema"}  # TrainConfig's old field names, in the headers of committed snapshots
_MEND = "python train.py makes new checkpoints"


# The folders of a run


def in_progress_dir(directory: Path) -> Path:
    """Where the run that will become `directory` trains."""
    return directory.with_name(f".{directory.name}-in-progress")


def old_dir(directory: Path) -> Path:
    """Where the run that `directory` was waits while a new one moves in."""
    return directory.with_name(f".{directory.name}-old")


def served_dir(directory: Path) -> Path:
    """Where the run that is served as `directory` is: aside, while a new one moves in."""
    return old_dir(directory) if old_dir(directory).exists() and not directory.exists() else directory


# Snapshots: what is served


def snapshot_path(directory: Path, epoch: int) -> Path:
    """The file of one epoch's snapshot."""
    return directory / f"epoch-{epoch:03}.safetensors"


def snapshot_due(epoch: int, last: int) -> bool:
    """Whether an epoch's snapshot is kept: every one up to 20, every fifth after that, and the last."""
    return epoch <= 20 or epoch % 5 == 0 or epoch == last


def save_snapshot(directory: Path, gan: GAN, config: TrainConfig, epoch: int) -> None:
    """Write both networks in float16, with the run's config and a sum of it all in the file's header."""
    tensors = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in gan.state_dict().items()
    }
    write_atomic(snapshot_path(directory, epoch), encode(tensors, _header(config, epoch)))


def load_snapshot(directory: Path, epoch: int) -> GAN:
    """One epoch's GAN in eval mode, float32, on the CPU.

    Raises CheckpointError, with a message that names the file, where there is none, it cannot be used, or one bit of
    it is not as it was written.
    """
    tensors, header = _read_moving(snapshot_path(directory, epoch))
    path = snapshot_path(directory, epoch)
    try:
        with torch.device("meta"):
            gan = MODELS[header["model"]]()
        tensors = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
        gan.load_state_dict(tensors, assign=True)
    except (KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} does not hold a GAN of this project ({first_line(error)}): {_MEND}") from error
    return gan.eval()


def load_config(directory: Path, epoch: int) -> TrainConfig:
    """The config of the run that a snapshot is of. Raises CheckpointError as `load_snapshot` does."""
    path = snapshot_path(directory, epoch)
    return _config(path, _read_moving(path)[1])


def epochs(directory: Path) -> list[int]:
    """The saved epochs of a run, in order; empty where there is no run."""
    for folder in (directory, old_dir(directory), directory):
        numbers = []
        with suppress(FileNotFoundError):  # it moves away as it is listed
            numbers = [path.stem.removeprefix("epoch-") for path in folder.glob("epoch-*.safetensors")]
        if numbers:
            return sorted(int(number) for number in numbers if number.isdecimal())
    return []


# The state: what a run resumes from


def save_state(directory: Path, tensors: dict[str, Tensor], config: TrainConfig, epoch: int, images: str) -> None:
    """Write everything to resume; `images` names the data set by its digest."""
    device = next(iter(tensors.values())).device.type
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    header = _header(config, epoch) | {"images": images, "device": device}
    write_atomic(directory / STATE, encode(tensors, header))


def load_state(directory: Path) -> tuple[dict[str, Tensor], TrainConfig, int, str, str]:
    """What `save_state` was given, and the type of the device that the tensors were on.

    Raises CheckpointError where one bit of it is not as it was written.
    """
    path = directory / STATE
    mend = f"delete the folder {directory} to start anew"
    tensors, header = _read(path, mend)
    if SUM not in header:
        raise CheckpointError(f"{path} is not the state of a run: {mend}")
    try:
        return tensors, _config(path, header), header["epoch"], header["images"], header["device"]
    except (KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is not the state of a run ({first_line(error)}): {mend}") from error


def _header(config: TrainConfig, epoch: int) -> dict:
    return {"format": FORMAT, "model": config.model, "epoch": epoch, "config": asdict(config)}


def _config(path: Path, header: dict) -> TrainConfig:
    try:
        config = {_RENAMED_FIELDS.get(name, name): value for name, value in header["config"].items()}
        return TrainConfig(**config | {"betas": tuple(config["betas"])})
    except (KeyError, TypeError) as error:
        raise CheckpointError(f"{path} does not say how it was trained ({first_line(error)}): {_MEND}") from error


def _read_moving(path: Path) -> tuple[dict[str, Tensor], dict]:
    # A new run may be moving in: its folder, the one aside, and its folder again if that has just gone.
    for attempt in (path, old_dir(path.parent) / path.name):
        try:
            return _read(attempt)
        except CheckpointError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
    return _read(path)


def _read(path: Path, mend: str = _MEND) -> tuple[dict[str, Tensor], dict]:
    try:
        return read_tensors(path, _largest())
    except DamagedError as error:
        raise CheckpointError(f"{path} is damaged ({error}): {mend}") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({first_line(error)}): {mend}") from error


@lru_cache(maxsize=1)
def _largest() -> int:
    # Bytes. A state has up to four numbers for each of a model's: itself, its average, Adam's two. Twice that is ample.
    with torch.device("meta"):
        sizes = [sum(tensor.numel() for tensor in build().state_dict().values()) for build in MODELS.values()]
    return 2**20 + 4 * 8 * max(sizes)


def first_line(error: Exception) -> str:
    """What an error says, without what comes below."""
    return str(error).partition("\n")[0] or type(error).__name__
