"""Which model the page shows first."""

from math import inf, nan

import pytest

from gan.ui.best import best_model


def run(*ratios):
    """The rows of metrics.jsonl with these Frechet ratios. None: it was not measured at that epoch."""
    rows = [{"epoch": epoch, "frechet_ratio": ratio} for epoch, ratio in enumerate(ratios)]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@pytest.mark.parametrize(
    ("runs", "best"),
    [
        ({"mlp": run(90, 2.4), "dcgan": run(90, 0.9)}, "dcgan"),
        ({"mlp": run(90, 2.4), "dcgan": run(90, 0.9), "mine": run(90, 30)}, "dcgan"),
        ({"mlp": run(1, 9), "dcgan": run(90, 8)}, "dcgan"),  # its last epoch counts
        ({"mlp": run(90, 2.4), "mine": []}, "mlp"),
        ({"mlp": run(90, 2.4), "mine": run(1, None)}, "mlp"),
        ({"mlp": run(90, 1000), "mine": run(nan), "other": run(inf), "fourth": run([1.0])}, "mlp"),
        ({"mlp": [], "dcgan": run(None), "mine": []}, "mine"),
        ({"mlp": run(3), "dcgan": run(3.0)}, "dcgan"),
        ({}, None),
    ],
)
def test_the_best_model_has_the_lowest_ratio_at_its_last_epoch_or_is_the_last(runs, best):
    assert best_model(runs) == best
