"""Runs of presets, and what the coach says of a run as a whole."""

from collections import Counter
from pathlib import Path

from gan.live import LiveRun
from gan.ui.live import LiveRuns
from gan.ui.live_settings import MAX_STEP
from gan.ui.presets import Preset

HEALTHY = {"starting", "learning", "good"}


def train_preset(root: Path, preset: Preset, seed: int, steps: int) -> LiveRun:
    """Train as the server does, on the digits of a folder of checkpoints, to the step `steps` or to the run's end."""
    runs = LiveRuns(root)
    answer = {"step": 0, "ended": ""}
    while answer["step"] < steps and not answer["ended"]:
        answer = runs.advance(preset.model, preset.pairs, seed, MAX_STEP, steps)
    return runs.find(preset.model, preset.pairs, seed, answer["step"])[0]


def usual_diagnosis(diagnoses: list[str]) -> str:
    """The most frequent diagnosis in the last third of a run's frames."""
    return Counter(diagnoses[len(diagnoses) * 2 // 3 :]).most_common(1)[0][0]


def first_failure(diagnoses: list[str]) -> str:
    """The first failure that is named in a run, or "no failure"."""
    return next((key for key in diagnoses if key not in HEALTHY), "no failure")
