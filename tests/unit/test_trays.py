"""The worked example of vector arithmetic, with the runs that it is for."""

from pathlib import Path

import pytest
import torch

from gan.checkpoint import epochs, load_snapshot
from gan.classifier import WEIGHTS, classify, load_classifier
from gan.latent import arithmetic, latents
from gan.sampling import generate
from gan.shape import SHAPES, measure_shapes
from gan.ui.catalogue import gan_of
from gan.ui.limits import MAX_TRAY
from gan.ui.trays import EXAMPLES

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


@pytest.mark.parametrize("model", EXAMPLES)
def test_sevens_that_lean_right_minus_sevens_that_lean_left_plus_a_one_are_a_one_that_leans_right(model):
    example = EXAMPLES[model]
    last = epochs(CHECKPOINTS / model)[-1]
    assert gan_of(CHECKPOINTS, model, last)[2] == example["run"]
    generator = load_snapshot(CHECKPOINTS / model, last).generator
    trays = [latents(example[name]) for name in ("plus", "minus", "base")]
    images = generate(generator, torch.cat((*trays, arithmetic(*trays)[3:])))
    digits, confidence = classify(load_classifier(CHECKPOINTS / WEIGHTS), images)
    plus, minus, base, result = measure_shapes(images)[:, SHAPES.index("slant")].split([*map(len, trays), 1])
    assert all(len(tray) <= MAX_TRAY for tray in trays)
    assert digits.tolist() == [7] * len(plus) + [7] * len(minus) + [1] * 2 and confidence.min() > 0.9
    assert plus.min() > 10 and minus.max() < -5 and abs(base) < 5 and result > 15
