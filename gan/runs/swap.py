"""Replace the served run by a complete new one, in steps that a crash cannot spoil.

The run `checkpoints/mlp` trains in `checkpoints/.mlp-in-progress`. `publish_run` renames the old run to
`checkpoints/.mlp-old`, renames the new run to `checkpoints/mlp`, then deletes the old one. `recover_run` finishes
these steps after a crash. During the swap, the readers in `gan.checkpoint` always find a complete run.
"""

import shutil
from pathlib import Path

from gan.checkpoint import STATE, in_progress_dir, old_dir
from gan.directions_file import DIRECTIONS
from gan.store.files import disk_errors, last_numbered, sync_dir
from gan.store.metrics_log import METRICS
from gan.store.snapshots import epoch_of


def publish_run(directory: Path) -> None:
    """Replace `directory` by its complete run in progress. Raises DiskError if the file system does not allow it."""
    with disk_errors(f"put the new run into {directory}"):
        if directory.exists():
            directory.rename(old_dir(directory))
            sync_dir(directory.parent)  # the first rename must reach the disk before the second
        in_progress_dir(directory).rename(directory)
        sync_dir(directory.parent)
    recover_run(directory)


def recover_run(directory: Path) -> bool:
    """Finish a swap that was cut short. Return whether there was one. Raises DiskError like `publish_run`."""
    has_old, has_state = old_dir(directory).exists(), (directory / STATE).exists()
    if has_old and not directory.exists():
        publish_run(directory)  # only a complete run starts a swap
        return True
    with disk_errors(f"tidy {directory}"):
        if has_old:
            sync_dir(directory.parent)  # the crash may have come before `publish_run` did this
            shutil.rmtree(old_dir(directory))
        if has_state:
            _delete_training_files(directory)
    return has_old or has_state


def has_unfinished_run(directory: Path) -> bool:
    """Whether --resume has something to do: a run in progress that has a state, or a swap that was cut short."""
    has_state = any((folder / STATE).exists() for folder in (in_progress_dir(directory), directory))
    return has_state or old_dir(directory).exists()


def _delete_training_files(directory: Path) -> None:
    # Keep the last sample picture, which the page shows first. Delete the state last: it marks unfinished work.
    kept = directory / METRICS, directory / DIRECTIONS, last_numbered(directory, "samples-", ".png")
    for path in sorted(directory.iterdir(), key=lambda path: path.name == STATE):
        if path not in kept and epoch_of(path.name) is None:
            path.unlink()
