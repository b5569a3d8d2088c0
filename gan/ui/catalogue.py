"""What there is to show: the runs, their epochs that can be drawn, their figures; and their networks, kept at hand.

`root` is the folder of the checkpoints, one run in it for each model.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from math import isfinite
from pathlib import Path

from torch import nn

from gan.checkpoint import epochs, load_snapshot, served_dir, snapshot_path
from gan.classifier import WEIGHTS, load_classifier
from gan.errors import CheckpointError
from gan.models import GAN, MODELS
from gan.sampling import to_eval_float64
from gan.store.files import sha256
from gan.store.metrics_log import METRICS, read_metrics
from gan.ui.commentary import describe_game
from gan.ui.texts import text, user_error
from gan.ui.validate import one_of

AT_HAND = 96  # snapshots that stay loaded: all of two runs, some 400 MB


def catalogue(root: Path) -> dict:
    """Everything about the runs but their digits.

    models: for each that has snapshots its `epochs` that can be drawn, in order, its `figures`, a line for each
    epoch as in metrics.jsonl, what the game looks like at each saved epoch (`reading`, see reading.py), and `run`,
    its name, which tells it from other runs: the start of the sha256 of the last of those.
    notices: what is wrong with the others, in words. reads: whether there is a classifier.
    """
    models, notices = {}, []
    for model in runs(root):
        models[model], problems = _of_one_run(root / model, _entry)
        notices += problems
    reader, problem = classifier(root)
    notices += [problem] if problem else []
    return {"models": models, "notices": notices if models else [text("server.no-runs")], "reads": reader is not None}


def runs(root: Path) -> list[str]:
    """The models that have snapshots."""
    return [model for model in MODELS if epochs(root / model)]


def sound_gans(directory: Path) -> tuple[dict[int, GAN], list[str], str]:
    """The networks of each epoch of a run that can be drawn, in order, what is wrong with the others, and its name.

    All are of one run, even when another takes its place meanwhile.
    """
    return _of_one_run(directory, _sound_gans)


def _of_one_run(directory: Path, read: Callable) -> tuple:
    # Read again where the files have changed meanwhile: what was read may be in part of another run.
    while True:
        before = _fingerprints(directory)
        found = read(directory)
        if _fingerprints(directory) == before:
            return found


def _fingerprints(directory: Path) -> dict[int, tuple[int, int]]:
    return {epoch: _fingerprint(snapshot_path(directory, epoch)) for epoch in epochs(directory)}


def _entry(directory: Path) -> tuple[dict, list[str]]:
    gans, problems, name = _sound_gans(directory)
    saved = list(gans)
    figures, problem = _figures(directory)
    reading = [describe_game(figures, epoch) for epoch in saved]
    problems += [problem] if problem else []
    return {"epochs": saved, "figures": figures, "reading": reading, "run": name}, problems


def _sound_gans(directory: Path) -> tuple[dict[int, GAN], list[str], str]:
    gans, problems = {}, []
    for epoch in epochs(directory):
        try:
            gans[epoch] = _load(directory, epoch)
        except CheckpointError:
            problems.append(text("server.unusable", **_unusable(directory, epoch)))
    return gans, problems, _name(directory)


def _name(directory: Path) -> str:
    for epoch in reversed(epochs(directory)):
        path = snapshot_path(served_dir(directory), epoch)
        with suppress(CheckpointError, OSError):  # damaged, or gone just now
            _load(directory, epoch)
            return _digest(path, *_fingerprint(path))
    return ""


def run_of(root: Path, model: object) -> Path:
    """The folder of a model's run. Raises gr.Error where there is none."""
    models = runs(root)
    if not models:
        raise user_error("server.no-runs")
    return root / one_of("model", model, models)


def gan_of(root: Path, model: object, epoch: object) -> tuple[GAN, int, str]:
    """The networks of a saved epoch, ready to draw with, the epoch, and their run's name.

    Raises gr.Error where they cannot be used.
    """
    directory = run_of(root, model)
    epoch = one_of("epoch", epoch, epochs(directory))
    try:
        return _of_one_run(directory, lambda run: (_load(run, epoch), epoch, _name(run)))
    except CheckpointError as error:
        raise user_error("server.unusable", **_unusable(directory, epoch)) from error


def classifier(root: Path) -> tuple[nn.Sequential | None, str]:
    """The network that reads digits where there is one, and what is wrong with its file, in words."""
    path = root / WEIGHTS
    if not path.exists():
        return None, ""
    try:
        return _load_classifier(path, *_fingerprint(path)), ""
    except CheckpointError:
        return None, text("server.unusable", file=WEIGHTS, command="python train.py classifier")


def _unusable(directory: Path, epoch: int) -> dict[str, str]:
    # Visitors are told the file, not where on the server it is, which the errors of gan/checkpoint.py say.
    return {"file": f"{directory.name}/{snapshot_path(directory, epoch).name}", "command": "python train.py"}


def _figures(directory: Path) -> tuple[list[dict], str]:
    # The lines of metrics.jsonl without what is no number, which JSON cannot say; and what is wrong with it, in words.
    try:
        lines = read_metrics(served_dir(directory))
    except CheckpointError:
        return [], text("server.figures", path=f"{directory.name}/{METRICS}")
    return [
        {name: value for name, value in line.items() if type(value) is not float or isfinite(value)} for line in lines
    ], ""


def _load(directory: Path, epoch: int) -> GAN:
    mark = _fingerprint(snapshot_path(directory, epoch))
    # In the gap while a new run moves in there is no file to tell by: what is read then is not kept.
    return (_load_marked if any(mark) else _load_marked.__wrapped__)(directory, epoch, *mark)


def _fingerprint(path: Path) -> tuple[int, int]:
    # Tells a file from what was there before it.
    try:
        status = path.stat()
    except OSError:
        return 0, 0  # loading it says what is wrong
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=AT_HAND)
def _load_marked(directory: Path, epoch: int, changed: int, size: int) -> GAN:
    gan = load_snapshot(directory, epoch)
    return GAN(to_eval_float64(gan.generator), gan.discriminator).eval()


@lru_cache(maxsize=8)
def _digest(path: Path, changed: int, size: int) -> str:
    return sha256(path)[:12]


@lru_cache(maxsize=2)
def _load_classifier(path: Path, changed: int, size: int) -> nn.Sequential:
    return load_classifier(path)
