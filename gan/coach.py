"""Reads the game of G and D from the frames of a run in training: who is winning, and what goes wrong.

Each rule is a function of the last frames, with bounds that were measured: tests/benchmarks/README.md has the figures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import fmean
from typing import Protocol

START = 200  # steps in which a run may do anything: a GAN that learns well begins with grey blobs that are all alike
LATE = 1200  # steps after which blobs are a bad sign: the recipe of the MLP, the slowest one, needs up to 800
WINDOW = 16  # frames whose means a rule looks at: four readings ...
WINDOW_STEPS = 160  # ... or those of so many steps, if they are more: a frame of the DCGAN is a single step

D_WINS = 0.95, 0.05  # D scores reals higher than the first and fakes lower than the second ...
D_WINS_STEPS = 200  # ... in so many steps, after which G's gradient has been close to nothing for long
BLOBS = 0.45  # a larger share of grey pixels is blobs; real digits have 0.09
STROKES = 0.3  # a smaller one is strokes
THE_SAME = 0.0005  # less variety than that, and all fakes are the same image; blobs have at least 0.001
ALIKE = 0.1  # less variety than that, and all fakes look the same; real digits have 0.61, and ones alone 0.38
DIFFERENT = 0.25  # as much variety as digits have
STRAY = 2  # so many fakes of a class may be misread ones
FEW_CLASSES = 3  # fewer than that are a collapse
KNOWN = 0.35  # the mean D(x) exceeds that of held-out digits by more if D knows its digits; recipes reach 0.23
FLICKER = 0.035  # a larger change from frame to frame; recipes reach 0.023, and the MLP without EMA has over 0.06
READABLE = 0.75  # the share of readable fakes from which on most are digits


@dataclass(frozen=True)
class Reading:
    """What is seen in 64 fakes, and what D says of as many real digits that it is not trained on."""

    variety: float  # 1 minus the cosine of two fakes' pixels, the mean over all pairs
    grey: float  # the share of pixels between a tenth and nine tenths of white
    d_test: float | None  # D's mean score of the held-out real digits, 0..1
    classes: list[int] | None  # how many fakes the classifier reads as 0..9, noise left out; None: no classifier
    readable: float | None  # the share of fakes that it reads with a confidence of at least 0.9


class Moment(Protocol):
    """A frame of `gan.live`."""

    step: int
    metrics: list[float] | None
    change: float
    reading: Reading


Frames = Sequence[Moment]


def diagnose(frames: Frames, one_class: bool = False) -> str:
    """What happens at the last of the frames, a key of the page's texts: the first rule that holds, or "learning".

    one_class: whether the run trains on a single class, so that a single class is no collapse.
    """
    rules = ONE_CLASS_RULES if one_class else RULES
    return next((key for key, holds in rules if holds(frames)), "learning")


def d_knows_its_digits(frames: Frames) -> bool:
    """D scores the real digits that it is trained on far higher than others."""
    recent = _recent(frames)
    if not recent or recent[-1].reading.d_test is None:
        return False
    return fmean(frame.metrics[2] for frame in recent) - fmean(frame.reading.d_test for frame in recent) > KNOWN


def d_wins(frames: Frames) -> bool:
    """D is right, and sure: its mean scores over the last steps."""
    if frames[-1].step < D_WINS_STEPS:
        return False
    recent = _last_steps(frames, D_WINS_STEPS)
    real, fake = (fmean(frame.metrics[place] for frame in recent) for place in (2, 3))
    return real > D_WINS[0] and fake < D_WINS[1]


def all_are_one_image(frames: Frames) -> bool:
    """G draws one image, whatever the vector, blob or not."""
    return frames[-1].step >= START and frames[-1].reading.variety < THE_SAME


def strokes_are_alike(frames: Frames) -> bool:
    """G draws strokes, and the same ones from every vector."""
    return _draws_strokes(frames) and frames[-1].reading.variety < ALIKE


def strokes_have_few_classes(frames: Frames) -> bool:
    """G draws strokes of one or two classes. Images that are noise have no class."""
    classes = frames[-1].reading.classes
    if not classes or not _draws_strokes(frames):
        return False
    return sum(classes) > 32 and sum(count > STRAY for count in classes) < FEW_CLASSES


def still_draws_blobs(frames: Frames) -> bool:
    """G draws blobs, or the same image from every vector, when others have drawn digits for long."""
    return frames[-1].step >= LATE and draws_blobs(frames)


def draws_blobs(frames: Frames) -> bool:
    """G draws blobs or noise, or the same image from every vector."""
    return frames[-1].reading.grey > BLOBS or frames[-1].reading.variety < ALIKE


def digits_flicker(frames: Frames) -> bool:
    """The digits of the same vectors change much from frame to frame, long after the start."""
    recent = _recent(frames)
    return bool(recent) and fmean(frame.change for frame in recent) > FLICKER


def most_are_digits(frames: Frames) -> bool:
    """The classifier is sure of the class of most fakes, which differ."""
    recent = _recent(frames)
    if not recent or recent[-1].reading.readable is None or recent[-1].reading.variety < DIFFERENT:
        return False
    return fmean(frame.reading.readable for frame in recent) >= READABLE


def _draws_strokes(frames: Frames) -> bool:
    return frames[-1].step >= START and frames[-1].reading.grey < STROKES


def _recent(frames: Frames) -> Frames:
    # The last frames, if they are all after the start.
    recent = frames[-max(WINDOW, len(_last_steps(frames, WINDOW_STEPS))) :]
    return recent if recent[0].step > START else []


def _last_steps(frames: Frames, steps: int) -> list[Moment]:
    # The frames of the last so many steps, the last one first.
    first = frames[-1].step - steps
    return list(takewhile(lambda frame: frame.step > first, reversed(frames)))


# The first rule that holds decides. A D that knows its digits by heart also wins, and in a collapse it wins easily.
RULES: list[tuple[str, Callable[[Frames], bool]]] = [
    ("memorises", d_knows_its_digits),
    ("collapse", all_are_one_image),
    ("collapse", strokes_are_alike),
    ("collapse", strokes_have_few_classes),
    ("d-wins", d_wins),
    ("oscillation", digits_flicker),
    ("slow", still_draws_blobs),
    ("starting", draws_blobs),
    ("good", most_are_digits),
]
ONE_CLASS_RULES = [(key, rule) for key, rule in RULES if rule is not strokes_have_few_classes]
