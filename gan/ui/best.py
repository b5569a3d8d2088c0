"""Which model the page shows first and its lesson draws: the one that was measured best. Nothing here imports torch."""

from math import inf, isfinite


def best_model(metrics: dict[str, list[dict]]) -> str | None:
    """The model with the lowest Frechet ratio at its last epoch, or None if there are no models.

    metrics: for each model the rows of its metrics.jsonl. Of equal ones, and if none is measured, the last model.
    """
    return min(reversed(metrics), key=lambda model: _last_ratio(metrics[model]), default=None)


def _last_ratio(rows: list[dict]) -> float:
    ratio = rows[-1].get("frechet_ratio") if rows else None
    return ratio if type(ratio) in (int, float) and isfinite(ratio) else inf
