"""Fixtures of the unit tests of live runs."""

import pytest

from gan.ui import live
from gan.ui.live import LiveRuns


@pytest.fixture
def runs(checkpoints, monkeypatch):
    """The live runs of a server, which takes one step for each question."""
    monkeypatch.setattr(live, "SLICE", 0)
    return LiveRuns(checkpoints)
