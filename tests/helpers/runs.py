"""Runs on disk: complete, damaged, or about to be swapped."""

import shutil
from pathlib import Path

from gan import checkpoint
from gan.checkpoint import in_progress_dir, save_snapshot
from gan.config import RECIPES
from gan.datasets.reals import REALS
from gan.directions_file import DIRECTIONS
from gan.models import build_gan
from gan.runs.swap import publish_run
from gan.store.metrics_log import append_metrics


def files(directory):
    """The snapshots of a run, {file name: bytes}."""
    return {path.name: path.read_bytes() for path in Path(directory).glob("epoch-*.safetensors")}


def folders(out):
    """The folders in a folder of runs, hidden ones too, without that of the real images."""
    return sorted(path.name for path in Path(out).iterdir() if path.is_dir() and path.name != REALS)


def flip(path, bit):
    """Flip one bit of a file."""
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def put_runs(root: Path, checkpoints: Path) -> Path:
    """Make a served run of epochs 0 to 2, and a complete new run of epochs 0 and 1 in progress."""
    run = shutil.copytree(checkpoints / "mlp", root / "mlp")
    new = in_progress_dir(run)
    new.mkdir()
    for epoch in (0, 1):
        save_snapshot(new, build_gan("mlp", seed=100), RECIPES["mlp"], epoch)
    append_metrics(new, {"epoch": 1})
    for epoch in (995, 1000):  # the last by number, not by text
        (new / f"samples-{epoch}.png").write_bytes(b"a picture")
    (new / DIRECTIONS).write_bytes(b"directions")
    (new / checkpoint.STATE).write_bytes(b"a state")
    return run


def put_run(root, saved, seed):
    """Replace the served run by one of untrained MLPs, with other weights in each epoch."""
    new = in_progress_dir(root / "mlp")
    new.mkdir()
    for epoch in saved:
        save_snapshot(new, build_gan("mlp", seed + epoch), RECIPES["mlp"], epoch)
    publish_run(root / "mlp")
