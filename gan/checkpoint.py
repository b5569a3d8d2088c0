"""Snapshots of a run: save, load, list; the run in progress and how it takes its place.

A run `checkpoints/mlp` trains in `checkpoints/.mlp-in-progress`. When it is complete, `publish` moves the
old run aside to `checkpoints/.mlp-old`, the new one in, and deletes the old one. Whatever moment that is
cut short at, the readers here find a whole run, and `recover` finishes the swap.
"""

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from gan.config import TrainConfig
from gan.models import GAN, MODELS

FORMAT = 1
STATE = "state.safetensors"
METRICS = "metrics.jsonl"


class CheckpointError(Exception):
    """A file of a run cannot be used; the message names it and says what to do."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is seen whole or not at all, even when the power fails in between.

    Raises CheckpointError where the disk is full or the folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        with open(draft, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CheckpointError(f"cannot write {path} ({error.strerror}); what was saved before is whole") from error
    sync_folder(path.parent)


def make_folder(directory: Path) -> None:
    """Make a folder and those above it. Raises CheckpointError where that is not allowed."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"cannot make the folder {directory} ({error.strerror})") from error


def sync_folder(directory: Path) -> None:
    """Make the renames within a folder last through a power failure."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# The folders of a run


def in_progress(directory: Path) -> Path:
    """Where the run that will become `directory` trains."""
    return directory.with_name(f".{directory.name}-in-progress")


def aside(directory: Path) -> Path:
    """Where the run that `directory` was waits while a new one moves in."""
    return directory.with_name(f".{directory.name}-old")


def publish(directory: Path) -> None:
    """Let the complete run in progress take the place of `directory`."""
    if directory.exists():
        directory.rename(aside(directory))
    in_progress(directory).rename(directory)
    sync_folder(directory.parent)
    recover(directory)


def recover(directory: Path) -> bool:
    """Finish a swap that was cut short; whether there was one."""
    old, untidy = aside(directory).exists(), (directory / STATE).exists()
    if old and not directory.exists():
        publish(directory)  # only a complete run starts a swap
        return True
    if old:
        shutil.rmtree(aside(directory))
    if untidy:
        # The last picture stays, for a page that cannot draw yet. The state goes last: until then this is not done.
        kept = {METRICS, *sorted(path.name for path in directory.glob("samples-*.png"))[-1:]}
        for path in sorted(directory.iterdir(), key=lambda path: path.name == STATE):
            if path.name not in kept and not path.match("epoch-*.safetensors"):
                path.unlink()
    return old or untidy


# Snapshots: what is served


def snapshot_path(directory: Path, epoch: int) -> Path:
    """The file of one epoch's snapshot."""
    return directory / f"epoch-{epoch:03}.safetensors"


def snapshot_due(epoch: int, last: int) -> bool:
    """Whether an epoch's snapshot is kept: every one up to 20, every fifth after that, and the last."""
    return epoch <= 20 or epoch % 5 == 0 or epoch == last


def save_snapshot(directory: Path, gan: GAN, config: TrainConfig, epoch: int) -> None:
    """Write both networks in float16, with the run's config in the file's header."""
    tensors = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in gan.state_dict().items()
    }
    write_whole(snapshot_path(directory, epoch), _pack(tensors, config, epoch))


def load_snapshot(directory: Path, epoch: int) -> GAN:
    """One epoch's GAN in eval mode, float32, on the CPU.

    Raises CheckpointError, with a message that names the file, where there is none or it cannot be used.
    """
    tensors, header = _read_moving(snapshot_path(directory, epoch))
    path = snapshot_path(directory, epoch)
    try:
        with torch.device("meta"):
            gan = MODELS[header["model"]]()
        tensors = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
        gan.load_state_dict(tensors, assign=True)
    except (KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} does not hold a GAN of this project ({_first_line(error)}): {_MEND}") from error
    return gan.eval()


def load_config(directory: Path, epoch: int) -> TrainConfig:
    """The config of the run that a snapshot is of. Raises CheckpointError as `load_snapshot` does."""
    path = snapshot_path(directory, epoch)
    return _config(path, _read_moving(path)[1])


def epochs(directory: Path) -> list[int]:
    """The saved epochs of a run, in order; empty where there is no run."""
    for folder in (directory, aside(directory), directory):
        numbers = [path.stem.removeprefix("epoch-") for path in folder.glob("epoch-*.safetensors")]
        if numbers:
            return sorted(int(number) for number in numbers if number.isdecimal())
    return []


# The state: what a run resumes from


def save_state(directory: Path, tensors: dict[str, Tensor], config: TrainConfig, epoch: int, images: str) -> None:
    """Write everything to resume; `images` names the data set by its digest."""
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(directory / STATE, _pack(tensors, config, epoch, images=images))


def load_state(directory: Path) -> tuple[dict[str, Tensor], TrainConfig, int, str]:
    """What `save_state` was given. Raises CheckpointError where it cannot be read."""
    path = directory / STATE
    tensors, header = _read(path)
    try:
        return tensors, _config(path, header), header["epoch"], header["images"]
    except (KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is not the state of a run ({_first_line(error)})") from error


# The figures: metrics.jsonl


def append_metrics(directory: Path, figures: dict) -> None:
    """Add one epoch's figures to those of the epochs before it, and drop what stands after them.

    A line is written before the state that it belongs to, so a stopped run may find its own epoch there.
    """
    lines = [json.dumps(line) for line in read_metrics(directory) if line["epoch"] < figures["epoch"]]
    write_whole(directory / METRICS, "".join(line + "\n" for line in [*lines, json.dumps(figures)]).encode())


def read_metrics(directory: Path) -> list[dict]:
    """The figures of each epoch of a run, in order; empty where there are none."""
    path = directory / METRICS
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


_MEND = "python train.py makes new checkpoints"


def _pack(tensors: dict[str, Tensor], config: TrainConfig, epoch: int, **more: str) -> bytes:
    # One entry of JSON, for safetensors writes several in an order that changes from run to run.
    header = {"format": FORMAT, "model": config.model, "epoch": epoch, "config": asdict(config), **more}
    return save(tensors, {"header": json.dumps(header)})


def _config(path: Path, header: dict) -> TrainConfig:
    try:
        return TrainConfig(**header["config"] | {"betas": tuple(header["config"]["betas"])})
    except (KeyError, TypeError) as error:
        raise CheckpointError(f"{path} does not say how it was trained ({_first_line(error)}): {_MEND}") from error


def _read_moving(path: Path) -> tuple[dict[str, Tensor], dict]:
    # A new run may be moving in: its folder, the one aside, and its folder again if that has just gone.
    for attempt in (path, aside(path.parent) / path.name):
        try:
            return _read(attempt)
        except CheckpointError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
    return _read(path)


def _read(path: Path) -> tuple[dict[str, Tensor], dict]:
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get("header", "{}"))
            return {name: file.get_tensor(name) for name in file.keys()}, header
    except (SafetensorError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged ({_first_line(error)}): {_MEND}") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({_first_line(error)}): {_MEND}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
