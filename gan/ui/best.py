"""Which model the page shows first and its lesson draws: the one that was measured best. Nothing here imports torch."""

from math import inf, isfinite
from pathlib import Path

from gan.config import RECIPES
from gan.errors import CheckpointError
from gan.store.metrics_log import read_metrics
from gan.store.snapshots import epoch_of


def best_model(metrics: dict[str, list[dict]]) -> str | None:
    """The model with the lowest Frechet ratio at its last epoch, or None if there are no models.

    metrics: for each model the rows of its metrics.jsonl. Of equal ones, and if none is measured, the last model.
    """
    return min(reversed(metrics), key=lambda model: _last_ratio(metrics[model]), default=None)


def _last_ratio(rows: list[dict]) -> float:
    ratio = rows[-1].get("frechet_ratio") if rows else None
    return ratio if type(ratio) in (int, float) and isfinite(ratio) else inf


def last_snapshot(root: Path) -> tuple[str, int]:
    """The best model that has snapshots in `root`, and its last epoch. Reads only metrics and the names of files."""
    last = {}
    for model in run_names(root):
        epochs = [epoch for path in (root / model).glob("*") if (epoch := epoch_of(path.name)) is not None]
        if epochs:
            last[model] = max(epochs)
    model = best_model({model: _metrics(root / model) for model in last}) or list(RECIPES)[-1]
    return model, last.get(model, 0)


def _metrics(directory: Path) -> list[dict]:
    try:
        return read_metrics(directory)
    except CheckpointError:  # the catalogue has a note about it
        return []


def run_names(root: Path) -> list[str]:
    """The folders in `root` that hold snapshots: those with a recipe, then a fork's own models, by name.

    `gan.models.MODELS` would give the same names, but importing it takes seconds.
    """
    names = {path.parent.name for path in root.glob("[!.]*/*") if epoch_of(path.name) is not None}
    return [model for model in RECIPES if model in names] + sorted(names - RECIPES.keys())
