"""The runs that can be shown: their epochs, metrics and networks. Networks stay cached.

`root` is the folder of the checkpoints, with a run in it for each model. Files are identified by their modification
time and size, so a run that changes on disk is shown at the next request.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import TypeVar

from torch import nn

from gan.checkpoint import load_snapshot, old_dir, served_dir, snapshot_path
from gan.classifier import WEIGHTS, load_classifier
from gan.errors import CheckpointError
from gan.models import GAN, MODELS
from gan.sampling import to_eval_float64
from gan.store.files import sha256
from gan.store.metrics_log import METRICS, read_metrics
from gan.ui.commentary import describe_game
from gan.ui.texts import text, user_error
from gan.ui.validate import one_of

MAX_CACHED_GANS = 96  # all snapshots of two runs, some 400 MB
SNAPSHOT = re.compile(r"epoch-(\d+)\.safetensors", re.ASCII)

Fingerprint = tuple[int, int]  # modification time in ns, size in bytes
T = TypeVar("T")


def catalogue(root: Path) -> dict:
    """All about the runs except their digits.

    models: for each model with snapshots, the `epochs` that can be drawn, in order; its `figures`, the rows of
    metrics.jsonl; a `reading` for each of the epochs (commentary.py); and `run`, which identifies the run: the start
    of the SHA-256 of its last snapshot that can be drawn.
    notices: what is wrong with the others, as texts. reads: whether there is a classifier.
    """
    models, notices = {}, []
    for model in models_with_snapshots(root):
        models[model], problems = _read_consistently(root / model, lambda files, run=root / model: _entry(run, files))
        notices += problems
    network, problem = classifier(root)
    notices += [problem] if problem else []
    return {
        "models": models,
        "notices": notices if models else [text("server.no-runs")],
        "reads": network is not None,
    }


def models_with_snapshots(root: Path) -> list[str]:
    """The models that have snapshots in `root`."""
    return [model for model in MODELS if list_snapshots(root / model)]


def run_of(root: Path, model: object) -> Path:
    """The folder of a model's run. Raises gr.Error if there is none."""
    if type(model) is str and model in MODELS and list_snapshots(root / model):
        return root / model
    models = models_with_snapshots(root)
    if not models:
        raise user_error("server.no-runs")
    return root / one_of("model", model, models)


def gan_of(root: Path, model: object, epoch: object) -> tuple[GAN, int, str]:
    """The networks of a saved epoch, the epoch, and the name of their run. Raises gr.Error if they cannot be used."""
    directory = run_of(root, model)

    def read(files: dict[int, Fingerprint]) -> tuple[GAN, int, str]:
        checked = one_of("epoch", epoch, list(files))
        return _load(directory, checked, *files[checked]), checked, _name(directory, files)

    try:
        return _read_consistently(directory, read)
    except CheckpointError as error:
        raise user_error("server.unusable", **_unusable(directory, epoch)) from error


def loadable_gans(directory: Path) -> tuple[dict[int, GAN], list[str], str]:
    """The networks of each epoch that can be drawn, in order; what is wrong with the others, as texts; the run's name.

    All are from one run, even if another run replaces it meanwhile.
    """
    return _read_consistently(directory, lambda files: _loadable_gans(directory, files))


def classifier(root: Path) -> tuple[nn.Sequential | None, str]:
    """The classifier, or None if there is none; and what is wrong with its file, as a text."""
    path = root / WEIGHTS
    if not path.exists():
        return None, ""
    try:
        return _load_classifier(path, *_fingerprint(path)), ""
    except CheckpointError:
        return None, text("server.unusable", file=WEIGHTS, command="python train.py classifier")


# Files on disk


def list_snapshots(directory: Path) -> dict[int, Fingerprint]:
    """The fingerprint of each saved epoch's file, in order of epochs; empty if there is no run."""
    for folder in (directory, old_dir(directory), directory):  # a swap may rename the folder while it is listed
        found = {}
        with suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                if match := SNAPSHOT.fullmatch(entry.name):
                    status = entry.stat()
                    found[int(match[1])] = status.st_mtime_ns, status.st_size
        if found:
            return dict(sorted(found.items()))
    return {}


def _fingerprint(path: Path) -> Fingerprint:
    try:
        status = path.stat()
    except OSError:
        return 0, 0  # loading the file reports what is wrong
    return status.st_mtime_ns, status.st_size


def _read_consistently(directory: Path, read: Callable[[dict[int, Fingerprint]], T]) -> T:
    # Read again if the files changed meanwhile: the result may be partly from another run.
    files = list_snapshots(directory)
    while True:
        result = read(files)
        files, before = list_snapshots(directory), files
        if files == before:
            return result


def _entry(directory: Path, files: dict[int, Fingerprint]) -> tuple[dict, list[str]]:
    gans, problems, name = _loadable_gans(directory, files)
    metrics, problem = _metrics(directory)
    reading = [describe_game(metrics, epoch) for epoch in gans]
    problems += [problem] if problem else []
    return {"epochs": list(gans), "figures": metrics, "reading": reading, "run": name}, problems


def _loadable_gans(directory: Path, files: dict[int, Fingerprint]) -> tuple[dict[int, GAN], list[str], str]:
    gans, problems = {}, []
    for epoch, fingerprint in files.items():
        try:
            gans[epoch] = _load(directory, epoch, *fingerprint)
        except CheckpointError:
            problems.append(text("server.unusable", **_unusable(directory, epoch)))
    return gans, problems, _name(directory, files)


def _name(directory: Path, files: dict[int, Fingerprint]) -> str:
    for epoch, fingerprint in reversed(files.items()):
        with suppress(CheckpointError, OSError):  # damaged, or just replaced
            _load(directory, epoch, *fingerprint)
            return _digest(snapshot_path(served_dir(directory), epoch), *fingerprint)
    return ""


def _unusable(directory: Path, epoch: object) -> dict[str, str]:
    # Visitors see the file's name, but not its path on the server, which CheckpointError contains.
    return {"file": f"{directory.name}/{snapshot_path(directory, epoch).name}", "command": "python train.py"}


def _metrics(directory: Path) -> tuple[list[dict], str]:
    # The rows without inf and NaN, which JSON does not have; and what is wrong with the file, as a text.
    try:
        rows = read_metrics(served_dir(directory))
    except CheckpointError:
        return [], text("server.figures", path=f"{directory.name}/{METRICS}")
    return [
        {name: value for name, value in row.items() if type(value) is not float or isfinite(value)} for row in rows
    ], ""


# Caches, by file and fingerprint


@lru_cache(maxsize=MAX_CACHED_GANS)
def _load(directory: Path, epoch: int, mtime: int, size: int) -> GAN:
    gan = load_snapshot(directory, epoch)
    return GAN(to_eval_float64(gan.generator), gan.discriminator).eval()


@lru_cache(maxsize=8)
def _digest(path: Path, mtime: int, size: int) -> str:
    return sha256(path)[:12]


@lru_cache(maxsize=2)
def _load_classifier(path: Path, mtime: int, size: int) -> nn.Sequential:
    return load_classifier(path)
