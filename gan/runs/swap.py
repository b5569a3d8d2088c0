"""Put a complete run in the place of the one that is served, in steps that a crash cannot spoil.

The run `checkpoints/mlp` trains in `checkpoints/.mlp-in-progress`. `publish_run` renames the old run to
`checkpoints/.mlp-old`, renames the new one to `checkpoints/mlp`, then deletes the old one. `recover_run` finishes
these steps after a crash. `gan.checkpoint` finds a whole run at every moment between them.
"""

import shutil
from pathlib import Path

from gan.checkpoint import STATE, in_progress_dir, old_dir
from gan.store.files import disk_errors, sync_dir
from gan.store.metrics_log import METRICS


def publish_run(directory: Path) -> None:
    """Let the complete run in progress take the place of `directory`. Raises DiskError where that is not allowed."""
    with disk_errors(f"put the new run into {directory}"):
        if directory.exists():
            directory.rename(old_dir(directory))
            sync_dir(directory.parent)  # on the disk, too, the old one goes before the new one comes
        in_progress_dir(directory).rename(directory)
        sync_dir(directory.parent)
    recover_run(directory)


def has_unfinished_run(directory: Path) -> bool:
    """Whether there is something to resume: a run in progress that has a state, or a swap that was cut short."""
    return (
        any((folder / STATE).exists() for folder in (in_progress_dir(directory), directory))
        or old_dir(directory).exists()
    )


def recover_run(directory: Path) -> bool:
    """Finish a swap that was cut short; whether there was one. Raises DiskError as `publish` does."""
    old, untidy = old_dir(directory).exists(), (directory / STATE).exists()
    if old and not directory.exists():
        publish_run(directory)  # only a complete run starts a swap
        return True
    with disk_errors(f"tidy {directory}"):
        if old:
            sync_dir(directory.parent)  # a stop may have come before `publish` did so
            shutil.rmtree(old_dir(directory))
        if untidy:
            # The last picture stays, for a page that cannot draw yet. The state goes last: until then this is not done.
            kept = {METRICS, *sorted(path.name for path in directory.glob("samples-*.png"))[-1:]}
            for path in sorted(directory.iterdir(), key=lambda path: path.name == STATE):
                if path.name not in kept and not path.match("epoch-*.safetensors"):
                    path.unlink()
    return old or untidy
