"""What visitors take away from a live run: the training digits nearest to a frame, the snapshot, and an animation."""

from bisect import bisect

import numpy as np
import torch
from torch import Tensor

from gan.checkpoint import encode_snapshot
from gan.command import command_of
from gan.images import columns_for, sprite
from gan.latent import consecutive
from gan.live import DIGITS, Frame, LiveRun
from gan.nearest import nearest
from gan.ui.render import data_uri, pictures_of
from gan.ui.texts import user_error

MAX_ANIMATION_FRAMES = 120  # evenly chosen from those of a run


def nearest_of(run: LiveRun, step: int, numbers: Tensor, real: Tensor) -> dict:
    """A film of one frame: the training digits of the run that are nearest to the digits of its frame after `step`.

    numbers: of the run's digits in the data set, int64 (N,). real: the distances of real test digits to the same
    training digits, in order: float64 (M,). Entries as those of `gan.ui.nearest.draw_nearest`. Raises gr.Error if there
    is no frame of that step.
    """
    frame = next((frame for frame in run.frames if frame.step == step), None)
    if frame is None:
        raise user_error("server.no-frame")
    index, distance = nearest(torch.from_numpy(frame.digits.copy()), run.images)
    nearer = torch.searchsorted(real, distance).tolist()
    return pictures_of(run.images[index][None]) | {
        "captions": [f"step {step}"],
        "seeds": consecutive(run.config.seed, DIGITS),
        "numbers": numbers[index].tolist(),
        "distances": [round(value, 1) for value in distance.tolist()],
        "percentiles": [round(100 * count / len(real), 2) for count in nearer] if len(real) else None,
    }


def snapshot_of(run: LiveRun) -> dict:
    """The file that train.py would save of a run, as a data URI; its name; and the command that trains it further.

    Raises gr.Error if a weight is too large for it.
    """
    epoch = run.seen // len(run.images)
    name = f"{run.config.model}-step-{run.step}.safetensors"
    gan = run.export()
    if not all(tensor.half().isfinite().all() for tensor in gan.state_dict().values()):
        raise user_error("server.live-diverged")
    data = encode_snapshot(gan, run.config, epoch)
    return {
        "file": data_uri("application/octet-stream", data),
        "name": name,
        "command": command_of(run.config, start=name),
    }


def frames_of(runs: list[LiveRun], ends: list[int]) -> list[np.ndarray]:
    """The recorded frames of runs at the same steps, as grey pictures: uint8 (F, H, W) each, F <= MAX_ANIMATION_FRAMES.

    ends: the last step of each run. At a step that a run has no frame of, it shows its last one before.
    """
    recorded = [[frame for frame in run.frames if frame.step <= end] for run, end in zip(runs, ends, strict=True)]
    steps = sorted({frame.step for frames in recorded for frame in frames})
    steps = [
        steps[place] for place in np.linspace(0, len(steps) - 1, min(len(steps), MAX_ANIMATION_FRAMES)).astype(int)
    ]
    return [_pictures(frames, steps) for frames in recorded]


def _pictures(frames: list[Frame], steps: list[int]) -> np.ndarray:
    own = [frame.step for frame in frames]
    tiles = np.stack([frames[bisect(own, step) - 1].digits for step in steps])
    stacked = sprite(tiles, columns_for(DIGITS))
    return stacked.reshape(len(tiles), -1, stacked.shape[1])
