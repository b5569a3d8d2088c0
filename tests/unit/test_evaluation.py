import pytest
import torch
from helpers.digits import TEST, TRAIN, draw_digits
from helpers.films import SAVED

from gan.checkpoint import load_snapshot
from gan.classifier import classifier
from gan.latent import latents
from gan.publish.evaluation import SETS, build_reference, evaluate, measure
from gan.sampling import generate


@pytest.fixture(scope="module")
def network():
    return classifier(seed=3)


@pytest.fixture(scope="module")
def reference(network):
    train, labels = map(torch.from_numpy, draw_digits(TRAIN, 0))
    return build_reference(network, train, labels, torch.from_numpy(draw_digits(TEST, 1)[0]))


def test_the_first_training_digits_are_the_floor_and_copies(network, reference):
    figures = measure(network, reference.train[:TEST], reference)
    assert figures["frechet_ratio"] == 1
    assert figures["frechet"] == reference.floor > 0
    assert figures["memorisation"] == 1


def test_the_test_digits_are_at_no_distance_from_themselves(network, reference):
    figures = measure(network, reference.test, reference)
    assert figures["frechet"] == pytest.approx(0, abs=1e-6)
    assert figures["precision"] == figures["recall"] == figures["coverage"] == 1


def test_samples_are_sets_of_consecutive_seeds_drawn_as_the_page_draws_them(checkpoints, network, reference):
    generator = load_snapshot(checkpoints / "mlp", SAVED["mlp"][-1]).generator
    sets = [
        measure(network, generate(generator, latents(range(first, first + TEST))), reference)
        for first in (0, TEST, 2 * TEST)
    ]
    assert len(sets) == SETS
    measured = evaluate(generator, network, reference)
    assert measured.keys() == sets[0].keys()
    for name, (mean, deviation) in measured.items():
        values = torch.tensor([figures[name] for figures in sets], dtype=torch.float64)
        assert mean == pytest.approx(values.mean().item())
        assert deviation == pytest.approx(values.std().item())
    assert measured["frechet_ratio"][0] > 1
