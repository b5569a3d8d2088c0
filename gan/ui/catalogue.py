"""The runs that can be shown: their epochs, metrics and networks. Networks stay cached.

`root` is the folder of the checkpoints, with a run in it for each model. A file is identified by its modification time
and size, so the next request sees a run that has changed on disk.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import TypeVar

from torch import nn

from gan.checkpoint import epochs, load_snapshot, served_dir, snapshot_path
from gan.classifier import WEIGHTS, load_classifier
from gan.datasets.reals import MAX_IMAGES, REALS, has_reals
from gan.errors import CheckpointError, FitError
from gan.models import GAN, MODELS
from gan.sampling import to_eval_float64
from gan.store.files import sha256
from gan.store.metrics_log import METRICS, read_metrics
from gan.store.snapshots import epoch_of, snapshot_name
from gan.ui.best import best_model
from gan.ui.commentary import describe_epoch
from gan.ui.problems import snapshot_notes, train_command
from gan.ui.texts import note, user_error
from gan.ui.validate import one_of

MAX_CACHED_GANS = 96  # all snapshots of two runs, some 400 MB

Fingerprint = tuple[int, int]  # modification time in ns, size in bytes
Snapshots = dict[int, Fingerprint]  # by epoch
NO_FILE: Fingerprint = (0, 0)
T = TypeVar("T")


def catalogue(root: Path) -> dict:
    """The epochs, metrics and problems of every run.

    models: for each model with snapshots, the `epochs` that can be drawn, in order; its `metrics`, the rows of
    metrics.jsonl; `comments`, the sentences about each of the epochs (commentary.py); and `run`, which identifies the
    run by the start of the SHA-256 of its last snapshot that can be drawn.
    best: the model that the page shows first (best.py), or None. notices: notes about files that cannot be used, at
    most three for each run. classifier: whether there is one. reals: the parts of the data set, "train" and "test",
    of which there are real digits. command: what writes them.
    """
    models, notices = {}, []
    for model in models_with_snapshots(root):
        models[model], problems = _read_run(root, model, _entry)
        notices += problems
    network, problem = classifier(root)
    notices += [problem] if problem else []
    return {
        "models": models,
        "best": best_model({model: run["metrics"] for model, run in models.items() if run["epochs"]}),
        "notices": notices if models else [note("server.no-runs")],
        "classifier": network is not None,
        "reals": [part for part in MAX_IMAGES if has_reals(root / REALS, part)],
        "command": train_command(root),
    }


def models_with_snapshots(root: Path) -> list[str]:
    """The models that have snapshots in `root`."""
    return [model for model in MODELS if epochs(root / model)]


def gan_of(root: Path, model: object, epoch: object) -> tuple[GAN, int, str]:
    """The networks of a saved epoch, the epoch, and the name of their run. Raises gr.Error if they cannot be used."""

    def load(directory: Path, snapshots: Snapshots) -> tuple[GAN, int, str]:
        checked = one_of("epoch", epoch, list(snapshots))
        try:
            gan = _load(directory, checked, snapshots[checked])
        except CheckpointError as error:
            file = f"{directory.name}/{snapshot_name(checked)}"
            raise user_error("server.unusable", file=file, command=train_command(root, directory.name)) from error
        return gan, checked, _run_name(directory, snapshots)

    return _read_run(root, model, load)


def loadable_gans(root: Path, model: object) -> tuple[dict[int, GAN], list[dict], str]:
    """The networks of each epoch that can be drawn, in order; what is wrong with the others, as notes; the run's name.

    All are from one run, even if another run replaces it meanwhile. Raises gr.Error if the model has no run.
    """
    return _read_run(root, model, _loadable_gans)


def classifier(root: Path) -> tuple[nn.Sequential | None, dict | None]:
    """The classifier, or None if there is none; and what is wrong with its file, as a note, or None."""
    path = root / WEIGHTS
    try:
        status = path.stat()
    except OSError:
        return None, None
    try:
        return _load_classifier(path, (status.st_mtime_ns, status.st_size)), None
    except CheckpointError:
        return None, note("server.unusable", file=WEIGHTS, command=train_command(root, "classifier"))


# Files on disk


def _read_run(root: Path, model: object, read: Callable[[Path, Snapshots], T]) -> T:
    # read(folder of the run, its snapshots), again if the files changed meanwhile: the result may mix two runs.
    while True:
        directory, snapshots = _list_run(root, model)
        result = read(directory, snapshots)
        if _list_snapshots(directory) == snapshots:
            return result


def _list_run(root: Path, model: object) -> tuple[Path, Snapshots]:
    # The folder of a model's run, and its snapshots. Raises gr.Error if there is no such run.
    if model in list(MODELS) and (snapshots := _list_snapshots(root / model)):
        return root / model, snapshots
    models = models_with_snapshots(root)
    if not models:
        raise user_error("server.no-runs")
    directory = root / one_of("model", model, models)
    return directory, _list_snapshots(directory)


def _list_snapshots(directory: Path) -> Snapshots:
    # In order of epochs. During a swap, when the run is not in `directory`, each fingerprint is NO_FILE.
    found = {}
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if (epoch := epoch_of(entry.name)) is not None:
                found[epoch] = _fingerprint(entry)
    return dict(sorted(found.items())) or dict.fromkeys(epochs(directory), NO_FILE)


def _fingerprint(entry: os.DirEntry) -> Fingerprint:
    try:
        status = entry.stat()
    except OSError:
        return NO_FILE  # loading the file reports what is wrong
    return status.st_mtime_ns, status.st_size


def _entry(directory: Path, snapshots: Snapshots) -> tuple[dict, list[dict]]:
    gans, problems, name = _loadable_gans(directory, snapshots)
    metrics, problem = _metrics(directory)
    comments = [describe_epoch(metrics, epoch) for epoch in gans]
    problems += [problem] if problem else []
    return {"epochs": list(gans), "metrics": metrics, "comments": comments, "run": name}, problems


def _loadable_gans(directory: Path, snapshots: Snapshots) -> tuple[dict[int, GAN], list[dict], str]:
    gans, unfit, damaged = {}, [], []
    for epoch, fingerprint in snapshots.items():
        try:
            gans[epoch] = _load(directory, epoch, fingerprint)
        except FitError:
            unfit.append(epoch)
        except CheckpointError:
            damaged.append(epoch)
    problems = snapshot_notes(directory.parent, directory.name, len(snapshots), unfit, damaged)
    return gans, problems, _run_name(directory, snapshots)


def _run_name(directory: Path, snapshots: Snapshots) -> str:
    for epoch, fingerprint in reversed(snapshots.items()):
        with suppress(CheckpointError, OSError):  # damaged, or just replaced
            _load(directory, epoch, fingerprint)
            return _digest(directory, epoch, fingerprint)
    return ""


def _metrics(directory: Path) -> tuple[list[dict], dict | None]:
    # The rows without inf and NaN, which JSON does not have; and what is wrong with the file, as a note, or None.
    try:
        rows = read_metrics(served_dir(directory))
    except CheckpointError:
        return [], note("server.metrics", path=f"{directory.name}/{METRICS}")
    return [
        {name: value for name, value in row.items() if type(value) is not float or isfinite(value)} for row in rows
    ], None


# Caches, by file and fingerprint


def _load(directory: Path, epoch: int, fingerprint: Fingerprint) -> GAN:
    # During a swap the file has no mtime to key the cache with, so load it uncached.
    load = _load_cached.__wrapped__ if fingerprint == NO_FILE else _load_cached
    return load(directory, epoch, fingerprint)


def _digest(directory: Path, epoch: int, fingerprint: Fingerprint) -> str:
    digest = _digest_cached.__wrapped__ if fingerprint == NO_FILE else _digest_cached
    return digest(directory, epoch, fingerprint)


@lru_cache(maxsize=MAX_CACHED_GANS)
def _load_cached(directory: Path, epoch: int, fingerprint: Fingerprint) -> GAN:
    gan = load_snapshot(directory, epoch)
    return GAN(to_eval_float64(gan.generator), gan.discriminator).eval()


@lru_cache(maxsize=8)
def _digest_cached(directory: Path, epoch: int, fingerprint: Fingerprint) -> str:
    return sha256(snapshot_path(served_dir(directory), epoch))[:12]


@lru_cache(maxsize=2)
def _load_classifier(path: Path, fingerprint: Fingerprint) -> nn.Sequential:
    return load_classifier(path)
