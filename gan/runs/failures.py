"""Failures of a training: what to tell the user, and what not to leave behind."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from gan.checkpoint import STATE, in_progress_dir, load_state_header
from gan.console import counted
from gan.errors import CheckpointError, DiskError, DivergedError, OutOfMemoryError
from gan.runs.run import Run
from gan.store.files import disk_errors

# What RuntimeErrors of PyTorch's CPU allocator, cuBLAS and cuDNN say. PyTorch has a class for CUDA's allocator only.
NO_MEMORY = "can't allocate memory", "ALLOC_FAILED"


@contextmanager
def memory_errors(hint: str) -> Iterator[None]:
    """Convert an error by a lack of memory into an OutOfMemoryError that ends with `hint`."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        known = isinstance(error, (MemoryError, torch.OutOfMemoryError))
        if not known and not any(words in str(error) for words in NO_MEMORY):
            raise
        raise OutOfMemoryError(f"there is not enough memory. {hint}") from error


@contextmanager
def run_errors(run: Run) -> Iterator[None]:
    """Say in a DivergedError or OutOfMemoryError which run it is, what is safe, and which flag helps."""
    try:
        with memory_errors(f"A step takes {counted(min(run.config.batch_size, len(run.data.images)), 'image')}"):
            yield
    except DivergedError as error:
        raise DivergedError(_advise(run, error, "Delete that folder, then start", "--lr")) from error
    except OutOfMemoryError as error:
        again = "Add --resume once there is more memory, or delete that folder and start"
        raise OutOfMemoryError(_advise(run, error, again, "--batch-size")) from error


def _advise(run: Run, error: Exception, again: str, flag: str) -> str:
    epoch = saved_epoch(run.directory)
    start = f"Epoch {epoch} is safe in {in_progress_dir(run.directory)}. {again}" if epoch else "Start"
    return f"{run.config.model}: {error}. {start} a new run with a smaller {flag}"


def saved_epoch(directory: Path) -> int:
    """The last complete epoch of the run in progress, on disk: 0 if there is none. Raises CheckpointError."""
    folder = in_progress_dir(directory)
    return load_state_header(folder).epoch if (folder / STATE).exists() else 0


@contextmanager
def delete_unstarted(directories: Iterable[Path]) -> Iterator[None]:
    """After an error, delete the runs in progress that have no complete epoch.

    After Ctrl-C, delete only those without a state: --resume continues the others, and starts a deleted one again. An
    error of the disk or of a file of a checkpoint keeps all.
    """
    try:
        yield
    except (DiskError, CheckpointError):
        raise
    except KeyboardInterrupt:
        _delete_runs(each for each in directories if not (in_progress_dir(each) / STATE).exists())
        raise
    except Exception:
        _delete_runs(each for each in directories if not saved_epoch(each))
        raise


def _delete_runs(directories: Iterable[Path]) -> None:
    for folder in map(in_progress_dir, directories):
        if folder.exists():
            with disk_errors(f"delete {folder}"):
                (folder / STATE).unlink(missing_ok=True)  # first: without it, the folder is no run to resume
                shutil.rmtree(folder)
