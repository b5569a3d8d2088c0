"""Directions that are named by measurement, against measures whose directions are known."""

from pathlib import Path

import pytest
import torch
from torch import nn

from gan.checkpoint import epochs, load_snapshot
from gan.classifier import WEIGHTS, classifier, features, load_classifier
from gan.directions import (
    CLASS_UNIT,
    MIN_R2,
    SEEDS,
    Directions,
    first_directions,
    fit_directions,
    measure,
    measure_directions,
    measures_of,
)
from gan.directions_file import load_directions
from gan.latent import latents
from gan.models import build_gan, to_images
from gan.runs.flags import DEFAULT_MODELS
from gan.shape import SHAPES, measure_shapes

ROOT = Path(__file__).parents[2]
NONE = torch.zeros(0, 100)
Z = latents(range(4000))
UP = nn.functional.normalize(latents([5000, 5001]), dim=1)  # two directions of the length 1


def test_a_linear_measure_is_fitted_exactly_whatever_its_unit():
    values = torch.stack((Z @ UP[0], 100 * (Z @ UP[1]) - 7), 1).double()
    found = fit_directions(Z, values, ("slant", "like 3"), NONE)
    assert found.names == ["slant", "like 3"]
    assert found.vectors == pytest.approx(torch.stack((UP[0], CLASS_UNIT * UP[1])), abs=1e-6)
    assert found.r2 == pytest.approx(torch.ones(2))


def test_two_units_move_each_measure_by_its_slope():
    values = torch.stack((Z @ UP[0], Z @ (UP[0] + UP[1])), 1).double()
    spread = values.std(0)
    moves = fit_directions(Z, values, ("slant", "width"), NONE).moves
    along = (UP[0] + UP[1]) / (UP[0] + UP[1]).norm()
    expected = [[2.0, 2 * (1 + UP[0] @ UP[1])], [2 * UP[0] @ along, 2 * (UP[0] + UP[1]) @ along]]
    assert moves == pytest.approx(torch.tensor(expected) / spread.float(), abs=1e-5)


def test_r2_is_the_share_of_the_variance_that_a_direction_explains_and_0_for_chance():
    noise = torch.randn(len(Z), 2, generator=torch.Generator().manual_seed(0)).double()
    signal = (Z @ UP[0]).double()
    values = torch.stack((signal + noise[:, 0], noise[:, 1]), 1)
    r2 = fit_directions(Z[:400], values[:400], ("slant", "width"), NONE).r2
    assert r2[0] == pytest.approx(0.5, abs=0.1) and r2[1] < 0.1  # 100 coefficients explain a quarter of 400 by chance


def test_a_measure_that_does_not_vary_has_no_direction():
    found = fit_directions(Z[:200], torch.full((200, 1), 28.0, dtype=torch.float64), ("width",), NONE)
    assert (found.vectors == 0).all() and found.r2.tolist() == [0] and (found.moves == 0).all()


def test_a_fit_needs_more_seeds_than_coefficients():
    with pytest.raises(ValueError, match="101"):
        fit_directions(Z[:101], torch.ones(101, 1).double(), ("slant",), NONE)


def test_shapes_are_offered_before_classes_the_best_first_and_none_below_the_least_r2():
    names = ("slant", "width", "ink", "like 0", "like 1")
    r2 = torch.tensor([0.5, 0.7, MIN_R2 - 0.01, 0.9, MIN_R2])
    directions = Directions(names, torch.zeros(6, 100), r2, torch.zeros(6, 5))
    assert directions.offered() == ["width", "slant", "like 0", "like 1", "unnamed 1"]


def test_the_measures_are_the_shapes_and_the_classifiers_logits(images):
    network = classifier(0).eval()
    values = measure(images[:5], network)
    with torch.no_grad():
        logits = network[-1](features(network, images[:5]))
    assert torch.equal(values[:, :5], measure_shapes(images[:5])) and torch.equal(values[:, 5:], logits.double())
    assert measures_of(network) == (*SHAPES, *(f"like {digit}" for digit in range(10)))
    assert torch.equal(measure(images[:5], None), values[:, :5]) and measures_of(None) == SHAPES


def test_directions_without_a_name_are_those_to_which_the_first_layer_gives_the_most(gan):
    found = first_directions(gan.generator)
    weight = next(layer.weight for layer in gan.generator.modules() if isinstance(layer, nn.Linear)).detach()
    gains = (weight @ found.T).norm(dim=0)
    other = (weight @ nn.functional.normalize(Z[:50], dim=1).T).norm(dim=0)
    assert found @ found.T == pytest.approx(torch.eye(len(found)), abs=1e-5)
    assert (gains.diff() <= 0).all() and gains[-1] > other.max()
    assert (found.gather(1, found.abs().argmax(1, keepdim=True)) > 0).all()


def test_a_generator_of_noise_has_no_direction_with_a_name():
    directions = measure_directions(build_gan("mlp", 0).generator, None, 200)
    assert (directions.r2 == 0).all()
    assert directions.offered() == ["unnamed 1", "unnamed 2", "unnamed 3"]


class Bars(nn.Module):
    """A generator of upright bars, whose width follows the first component of z."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(100, 100, bias=False)

    def forward(self, z):
        x = torch.arange(28, dtype=z.dtype) - 13.5
        inside = (4 + z[:, :1] / 2 - x.abs()).clamp(0, 1)  # (B, 28)
        tall = (torch.arange(28) - 13.5).abs() < 9
        return (2 * inside[:, None, None, :] * tall[None, None, :, None] - 1).expand(-1, 1, 28, 28)


def test_the_handle_of_a_generator_of_bars_is_the_component_that_sets_their_width():
    directions = measure_directions(Bars(), None, 500)
    width = directions.measures.index("width")
    assert directions.r2[width] > 0.98 and directions.vectors[width, 0] > 0.99
    assert directions.r2[directions.measures.index("height")] < 0.1
    assert directions.offered()[0] in ("width", "ink")


@pytest.mark.slow
@pytest.mark.parametrize("model", DEFAULT_MODELS)
def test_two_units_to_either_side_move_the_measure_of_every_offered_handle_of_the_committed_runs(model):
    run = ROOT / "checkpoints" / model
    network = load_classifier(ROOT / "checkpoints" / WEIGHTS)
    generator = load_snapshot(run, epochs(run)[-1]).generator
    directions = load_directions(run, generator)
    assert len([name for name in directions.offered() if name in SHAPES]) >= 3 and "like 7" in directions.offered()

    def values(z):
        with torch.no_grad():
            return measure(torch.cat([to_images(generator(chunk)) for chunk in z.split(100)]), network)

    spread = values(latents(range(2000))).std(0)
    z = latents(range(SEEDS, SEEDS + 400))  # none of these was measured
    for name in directions.offered():
        if name in directions.measures:
            index = directions.measures.index(name)
            high, low = (values(z + 2 * side * directions.vectors[index])[:, index] for side in (1, -1))
            assert ((high - low) >= spread[index]).double().mean() >= 0.8, name
