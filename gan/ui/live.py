"""Runs that are trained while visitors watch: equal settings share a run, and its recorded frames.

All functions but `LiveRuns.kept` run on the one thread of the queue "live". They raise gr.Error for wrong values.
"""

import math
import time
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from gan.batches import select_images
from gan.config import TrainConfig
from gan.datasets.reals import REALS, Reals, has_reals
from gan.errors import DataError
from gan.latent import consecutive
from gan.live import DIGITS, READ, Frame, LiveRun
from gan.models import IMAGE_SIZE, MODELS
from gan.nearest import nearest
from gan.ui.catalogue import classifier
from gan.ui.limits import MAX_LIVE_FRAMES, MAX_LIVE_RUNS
from gan.ui.live_files import nearest_of, snapshot_of
from gan.ui.live_settings import MAX_STEP, link_to, read_settings
from gan.ui.reals import load_part
from gan.ui.render import pictures_of
from gan.ui.texts import user_error
from gan.ui.validate import integer

SLICE = 0.05  # seconds of training for a question
COMPARED = 1000  # test digits whose distances tell what is near
WATCHED = 10.0  # seconds since the last question, after which a run may give its place to another


class LiveRuns:
    """The live runs of a folder of checkpoints. Equal settings, seeds and data are one run."""

    def __init__(self, root: Path):
        self.root = root
        self.runs: OrderedDict[tuple, LiveRun] = OrderedDict()  # the last asked at the end
        self.asked: dict[tuple, float] = {}  # when, by the monotonic clock
        self.distances: dict[tuple, Tensor] = {}  # of test digits, by training digits; the last computed at the end
        self.films: dict[tuple, tuple[list[int], dict]] = {}  # the last film of each run, with its steps

    def advance(self, model: object, settings: object, seed: object, have: object, until: object) -> dict:
        """What is new in a run since the step `have`, after training it for a slice if nothing is.

        have: the step of the last frame that the page has; -1: none. until: the step at which to stop; 0: none.
        """
        torch.set_num_threads(1)  # of this thread: the other core draws
        torch.set_flush_denormal(True)
        config, moves = read_settings(list(MODELS), model, settings, seed)
        have = integer("have", have, -1, MAX_STEP)
        until = integer("until", until, 0, MAX_STEP) or None
        run, key = self._run(config, moves), self._key(config, moves)
        for _ in range(2):  # the second slice is for a run that has no frame in the first one
            if run.frames[-1].step <= have:
                run.advance(SLICE, until)
        new = [frame for frame in run.frames if frame.step > have][:MAX_LIVE_FRAMES]
        return self._film(key, run, new) | {"step": run.step, "seconds": round(run.seconds, 3), "ended": run.ended}

    def _film(self, key: tuple, run: LiveRun, frames: list[Frame]) -> dict:
        # Who watches the same run asks for the same frames.
        steps = [frame.step for frame in frames]
        if key not in self.films or self.films[key][0] != steps:
            self.films[key] = steps, film_of(run, frames)
        return self.films[key][1]

    def nearest(self, model: object, settings: object, seed: object, step: object) -> dict:
        """The training digits nearest to the frame of a run after `step`, see `nearest_of`."""
        run, config = self.find(model, settings, seed, step)
        train = load_part(self.root, "train")
        numbers = chosen(train, torch.arange(len(train.images)), config.images, config.only)
        real = self._real_distances(run, config)
        return nearest_of(run, step, numbers, real)

    def snapshot(self, model: object, settings: object, seed: object, step: object) -> dict:
        """The snapshot of a run as it is now, which is after `step` or later, see `snapshot_of`."""
        return snapshot_of(self.find(model, settings, seed, step)[0])

    def kept(self, model: object, settings: object, seed: object, step: object) -> LiveRun:
        """A run that has come to a step. Raises gr.Error if no such run is kept. Any thread may call this."""
        config, moves = read_settings(list(MODELS), model, settings, seed)
        step = integer("step", step, 0, MAX_STEP)
        run = self.runs.get(self._key(config, moves))
        if run is None or run.step < step:
            raise user_error("server.live-gone")
        return run

    def find(self, model: object, settings: object, seed: object, step: object) -> tuple[LiveRun, TrainConfig]:
        """A run that has come to a step, and its config. It is started for step 0. Raises gr.Error as `kept`."""
        config, moves = read_settings(list(MODELS), model, settings, seed)
        if integer("step", step, 0, MAX_STEP) == 0:
            return self._run(config, moves), config
        return self.kept(model, settings, seed, step), config

    def _key(self, config: TrainConfig, moves: dict[int, str]) -> tuple:
        return config, tuple(sorted(moves.items())), load_part(self.root, "train").sha256

    def _run(self, config: TrainConfig, moves: dict[int, str]) -> LiveRun:
        key = self._key(config, moves)
        if key not in self.runs:
            self.runs[key] = self._copy(key) or self._start(key)
        self.runs.move_to_end(key)
        self.asked[key] = time.monotonic()
        return self.runs[key]

    def _copy(self, key: tuple) -> LiveRun | None:
        # If the run that differs by the last move only has come to just that step, a copy of it goes on as this one.
        config, moves, sha256 = key
        parent_key = (config, moves[:-1], sha256)
        parent = self.runs.get(parent_key)
        if not moves or parent is None or parent.step != moves[-1][0]:
            return None
        if parent.moves:  # one visitor's own, which gives its place to the copy
            self._drop(parent_key)
        else:
            self._make_room()
        run = parent.fork()
        run.moves.update(moves)
        return run

    def _start(self, key: tuple) -> LiveRun:
        config, moves, _ = key
        train = load_part(self.root, "train")
        images = chosen(train, torch.from_numpy(train.images), config.images, config.only)
        self._make_room()
        return LiveRun(config, images, self._test_digits(config, READ), classifier(self.root)[0], dict(moves))

    def _make_room(self) -> None:
        if len(self.runs) < MAX_LIVE_RUNS:
            return
        oldest = next(iter(self.runs))
        if time.monotonic() - self.asked[oldest] < WATCHED:
            config, moves, _ = next(reversed(self.runs))
            raise user_error("server.live-busy", most=MAX_LIVE_RUNS, link=link_to(config, dict(moves)))
        self._drop(oldest)

    def _drop(self, key: tuple) -> None:
        del self.runs[key], self.asked[key]
        self.films.pop(key, None)

    def _real_distances(self, run: LiveRun, config: TrainConfig) -> Tensor:
        # Of test digits to the training digits of a run, in order: float64 (N,). They take a second, so they are kept.
        key = config.images, config.only, load_part(self.root, "train").sha256
        if key not in self.distances:
            test = self._test_digits(config, COMPARED)
            self.distances[key] = nearest(test, run.images)[1].sort().values
            if len(self.distances) > MAX_LIVE_RUNS:
                del self.distances[next(iter(self.distances))]
        return self.distances[key]

    def _test_digits(self, config: TrainConfig, count: int) -> Tensor:
        if not has_reals(self.root / REALS, "test"):
            return torch.empty(0, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8)
        test = load_part(self.root, "test")
        return chosen(test, torch.from_numpy(test.images), count, config.only)


@lru_cache(maxsize=2)
def live_runs(root: Path) -> LiveRuns:
    """The live runs of a folder of checkpoints, the same ones at each call."""
    return LiveRuns(root)


def chosen(reals: Reals, values: Tensor, count: int | None, only: int | None) -> Tensor:
    """Those of `values`, one for each real digit, that belong to the first `count` of class `only`, or of all.

    Raises gr.Error if there are none.
    """
    labels = None if reals.labels is None else torch.from_numpy(reals.labels)
    try:
        return select_images(values, labels, count, only)
    except DataError as error:
        raise user_error("server.no-class") from error


def film_of(run: LiveRun, frames: list[Frame]) -> dict:
    """A film of frames of a run, which may be none, with their metrics: a list of one value for each frame."""
    digits = [torch.from_numpy(frame.digits.copy()) for frame in frames]
    film = pictures_of(torch.stack(digits)) if digits else {"sprite": "", "frames": 0}
    metrics = [frame.metrics or [None] * 4 for frame in frames]
    names = ("d_loss", "g_loss", "d_real", "d_fake")
    return film | {
        "captions": [f"step {frame.step}" for frame in frames],
        "seeds": consecutive(run.config.seed, DIGITS),
        "steps": [frame.step for frame in frames],
        "images": [frame.images for frame in frames],
        "times": [round(frame.seconds, 3) for frame in frames],
        **{name: [_rounded(row[place]) for row in metrics] for place, name in enumerate(names)},
        "d_test": [_rounded(frame.reading.d_test) for frame in frames],
        "variety": [_rounded(frame.reading.variety) for frame in frames],
        "classes": [frame.reading.classes for frame in frames],
        "readable": [_rounded(frame.reading.readable) for frame in frames],
        "diagnoses": [frame.diagnosis for frame in frames],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 4)  # JSON has no inf and no NaN
