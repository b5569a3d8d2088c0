from dataclasses import replace

import pytest
import torch
from helpers.digits import TEST, TRAIN, draw_digits
from helpers.films import SAVED

from gan.checkpoint import load_snapshot
from gan.classifier import classifier, classify
from gan.latent import latents
from gan.models import to_real
from gan.publish.evaluation import (
    SAMPLE_SETS,
    build_reference,
    evaluate,
    measure,
    missing_metrics,
    quick_metrics,
    quick_reference,
)
from gan.sampling import generate


@pytest.fixture(scope="module")
def network():
    return classifier(seed=3)


@pytest.fixture(scope="module")
def reference(network):
    train, labels = map(torch.from_numpy, draw_digits(TRAIN, 0))
    return build_reference(network, train, labels, torch.from_numpy(draw_digits(TEST, 1)[0]))


@pytest.fixture(scope="module")
def generator(checkpoints):
    return load_snapshot(checkpoints / "mlp", SAVED["mlp"][-1]).generator


def test_the_first_training_digits_have_the_floors_distance_and_count_as_copies(network, reference):
    metrics = measure(network, reference.train[:TEST], reference)
    assert metrics["frechet_ratio"] == 1
    assert metrics["frechet"] == reference.floor > 0
    assert metrics["memorisation"] == 1


def test_the_test_digits_have_no_distance_from_themselves(network, reference):
    metrics = measure(network, reference.test, reference)
    assert metrics["frechet"] == pytest.approx(0, abs=1e-6)
    assert metrics["precision"] == metrics["recall"] == metrics["coverage"] == 1


def test_evaluate_takes_mean_and_deviation_over_sets_of_consecutive_seeds(generator, network, reference):
    sets = [
        measure(network, generate(generator, latents(range(first, first + TEST))), reference)
        for first in range(0, SAMPLE_SETS * TEST, TEST)
    ]
    evaluated = evaluate(generator, network, reference)
    assert evaluated.keys() == sets[0].keys()
    for name, (mean, deviation) in evaluated.items():
        values = torch.tensor([metrics[name] for metrics in sets], dtype=torch.float64)
        assert mean == pytest.approx(values.mean().item())
        assert deviation == pytest.approx(values.std().item())
    assert evaluated["frechet_ratio"][0] > 1


@pytest.mark.parametrize(
    ("count", "missing"),
    [(1, ["frechet_ratio", "kernel_distance"]), (3, ["frechet_ratio", "kernel_distance"]), (4, []), (64, [])],
)
def test_quick_metrics_leave_out_what_a_few_training_digits_do_not_have(generator, network, reference, count, missing):
    quick = quick_reference(network, reference.train[:count])
    metrics = quick_metrics(generator, quick)
    assert missing_metrics(quick) == missing
    assert list(metrics) == [
        name for name in ("frechet_ratio", "kernel_distance", "class_shares", "ambiguity") if name not in missing
    ]
    assert len(metrics["class_shares"]) == 10 and 0 <= metrics["ambiguity"] <= 1


def test_equal_training_digits_have_no_ratio(generator, network, reference):
    quick = quick_reference(network, reference.train[:1].repeat(64, 1, 1))
    assert missing_metrics(quick) == ["frechet_ratio"]
    assert list(quick_metrics(generator, quick)) == ["kernel_distance", "class_shares", "ambiguity"]


def test_a_class_that_the_training_digits_lack_leaves_out_the_divergence(network, reference):
    shares = torch.zeros(10, dtype=torch.float64)
    metrics = measure(network, reference.test, replace(reference, class_shares=shares))
    assert "class_divergence" not in metrics and metrics["recall"] == 1


def test_quick_metrics_compare_samples_with_the_first_half_of_few_training_digits(generator, network, reference):
    half = TRAIN // 2
    metrics = quick_metrics(generator, quick_reference(network, reference.train))
    real, other_real = reference.train.split(half)
    halves = build_reference(network, train=other_real, labels=torch.zeros(half, dtype=torch.int64), test=real)
    expected = measure(network, generate(generator, latents(range(half))), halves)
    assert metrics["frechet_ratio"] == pytest.approx(expected["frechet_ratio"])
    assert metrics["kernel_distance"] == pytest.approx(expected["kernel_distance"])
    assert metrics["ambiguity"] == expected["ambiguity"]


def test_noise_is_in_no_class_share(network, reference):
    """Half of the generator's samples are noise."""
    digits = to_real(reference.test[:1])
    noise = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1
    metrics = quick_metrics(Alternating(noise, digits), quick_reference(network, reference.train[:64]))
    (read,), _ = classify(network, reference.test[:1])
    assert metrics["class_shares"] == [0.5 if digit == read else 0 for digit in range(10)]


class Alternating(torch.nn.Module):
    """Draws one image for every second vector, and another for the others."""

    def __init__(self, *images):
        super().__init__()
        self.register_buffer("images", torch.cat(images))

    def forward(self, z):
        return self.images.repeat(len(z) // 2, 1, 1, 1).to(z.dtype)
