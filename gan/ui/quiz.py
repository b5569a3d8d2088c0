"""A round of "Real or fake?": digits to tell apart, half of them real."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.config import MAX_SEED
from gan.datasets.reals import Reals
from gan.models import to_real
from gan.sampling import scores_of
from gan.ui.limits import MAX_QUIZ
from gan.ui.reals import load_part
from gan.ui.render import digits_of, labels_of, pictures_of
from gan.ui.scenes import grid_scene
from gan.ui.texts import user_error
from gan.ui.validate import integer


def draw_quiz(root: Path, model: object, epoch: object, seed: object, count: object) -> dict:
    """A film of one frame of `count` digits in random order: half are fakes, half are real test digits.

    The fakes are those of consecutive seeds, as /generate draws them. For each, a real digit of the class that the
    classifier reads in the fake is drawn; any real digit if it reads none, or if all of that class are in the round.
    The seed decides everything, with numpy's RandomState, whose stream is frozen (NEP 19).

    real: whether each digit is real. scores: D's probability of "real", (1, count). labels: what the classifier reads
    in each digit, (1, count), if there is a classifier. seeds: of the fakes, and None for real digits. numbers: of the
    real digits in the data set, and None for fakes.
    """
    half = integer("count", count, 2, MAX_QUIZ) // 2
    if count % 2:
        raise user_error("server.even", name="count")
    scene = grid_scene(root, model, epoch, integer("seed", seed, 0, MAX_SEED), half)
    test = load_part(root, "test")
    if len(test.images) < half:
        raise user_error("server.few-reals", have=len(test.images), need=half, most=2 * len(test.images))
    images, fakes = digits_of(scene)
    stream = np.random.RandomState(seed)
    numbers = draw_reals(stream, test, classes_of(root, images))
    reals = torch.from_numpy(test.images[numbers])
    order = stream.permutation(count)

    def shuffled(values: list) -> list:
        return [values[place] for place in order]

    both = torch.cat((images, reals))[torch.from_numpy(order)]
    inputs = torch.cat((fakes, to_real(reals)))[torch.from_numpy(order)]
    labels = labels_of(root, both)
    return pictures_of(both[None]) | {
        "captions": scene.captions,
        "seeds": shuffled([*scene.seeds, *[None] * half]),
        "numbers": shuffled([*[None] * half, *numbers]),
        "real": shuffled([False] * half + [True] * half),
        "scores": [[round(score, 4) for score in scores_of(scene.gans[0].discriminator, inputs).tolist()]],
        **({"labels": [labels]} if labels else {}),
        "run": scene.run,
    }


def classes_of(root: Path, images: Tensor) -> list[int | None]:
    """The class that the classifier reads in each image, or None if it reads none."""
    labels = labels_of(root, images) or [None] * len(images)
    return [label and label[0] for label in labels]


def draw_reals(stream: np.random.RandomState, test: Reals, classes: list[int | None]) -> list[int]:
    """Draw the numbers of different test digits, one of each class in `classes` where that is possible."""
    left = np.ones(len(test.images), bool)
    numbers = []
    for wanted in classes:
        of_class = left & (test.labels == wanted) if test.labels is not None and wanted is not None else left
        choices = np.flatnonzero(of_class if of_class.any() else left)
        numbers.append(int(choices[stream.randint(len(choices))]))
        left[numbers[-1]] = False
    return numbers
