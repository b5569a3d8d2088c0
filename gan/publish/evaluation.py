"""The metrics of a snapshot's samples, compared with real digits. The samples are drawn as the page draws them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan.classifier import classify_features, features
from gan.latent import consecutive, latents
from gan.metrics import (
    ambiguity,
    class_divergence,
    class_shares,
    density_coverage,
    frechet,
    frechet_floor,
    frechet_ratio,
    kernel_distance,
    memorisation,
    precision_recall,
)
from gan.nearest import nearest
from gan.noise import is_noise
from gan.sampling import generate

TEST_DIGITS = 10_000  # the most test digits to compare with; a set has as many samples
SAMPLE_SETS = 3
QUICK_SAMPLES = 2_000  # the most samples of `quick_metrics`


@dataclass(frozen=True)
class Reference:
    """Real digits, and what `measure` needs to know about them."""

    train: Tensor  # uint8 (N, 28, 28)
    test: Tensor  # uint8 (M, 28, 28), M <= TEST_DIGITS
    test_features: Tensor  # float32 (M, FEATURES)
    test_nearest: Tensor  # float64 (M,), the pixel distance to the nearest training digit
    class_shares: Tensor  # float64 (10,), of the training labels
    floor: float  # the Frechet distance of the first M training digits from the test digits, or NaN


def build_reference(classifier: nn.Sequential, train: Tensor, labels: Tensor, test: Tensor) -> Reference:
    """A reference from training digits uint8 (N, 28, 28), their labels (N,) and test digits uint8 (M, 28, 28)."""
    test = test[:TEST_DIGITS]
    test_features = features(classifier, test)
    floor = frechet_floor(features(classifier, train[: len(test)]), test_features)
    return Reference(train, test, test_features, nearest(test, train)[1], class_shares(labels), floor)


def measure(classifier: nn.Sequential, images: Tensor, reference: Reference) -> dict[str, float]:
    """Every metric of gan/metrics.py that can be computed for images uint8 (N, 28, 28), by name.

    Pass as many images as the reference has test digits: Frechet distances compare only at equal counts. The first
    training digits as `images` give the values of real digits, except "memorisation", which is 1 for them.
    """
    image_features = features(classifier, images)
    digits, confidence = classify_features(classifier, image_features)
    distance = frechet(image_features, reference.test_features)
    precision, recall = precision_recall(image_features, reference.test_features)
    density, coverage = density_coverage(image_features, reference.test_features)
    shares = class_shares(digits)
    metrics = {
        "frechet": distance,
        "frechet_ratio": distance / reference.floor,
        "kernel_distance": kernel_distance(image_features, reference.test_features),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
        "least_class_share": shares.min().item(),
        "class_divergence": class_divergence(shares, reference.class_shares),
        "ambiguity": ambiguity(confidence),
        "memorisation": memorisation(nearest(images, reference.train)[1], reference.test_nearest),
    }
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def evaluate(
    generator: nn.Module, classifier: nn.Sequential, reference: Reference, on_set: Callable[[], object] = lambda: None
) -> dict[str, tuple[float, float]]:
    """The mean and the standard deviation of each metric that all SAMPLE_SETS sets of samples have.

    A set has as many samples as the reference has test digits (M). The first set draws the seeds 0 to M - 1, the
    next one the seeds M to 2M - 1, and so on. `on_set` is called after each set.
    """
    count = len(reference.test)
    sets = []
    for index in range(SAMPLE_SETS):
        samples = generate(generator, latents(consecutive(index * count, count)))
        sets.append(measure(classifier, samples, reference))
        on_set()
    names = [name for name in sets[0] if all(name in metrics for metrics in sets)]
    values = {name: torch.tensor([metrics[name] for metrics in sets], dtype=torch.float64) for name in names}
    return {name: (value.mean().item(), value.std().item()) for name, value in values.items()}


# During training. The comparison is with training digits, so that the test digits stay unseen.


@dataclass(frozen=True)
class QuickReference:
    """Training digits to compare each snapshot's samples with: 1 <= N <= QUICK_SAMPLES of them."""

    classifier: nn.Sequential
    real: Tensor  # float32 (N, FEATURES)
    other_real: Tensor  # float32 (N, FEATURES), of the N digits that follow, if there are; the floor of the ratio


def quick_reference(classifier: nn.Sequential, train: Tensor) -> QuickReference:
    """A reference from the first training digits of `train`, uint8 (N, 28, 28) on the CPU."""
    count = max(1, min(QUICK_SAMPLES, len(train) // 2))
    return QuickReference(
        classifier, features(classifier, train[:count]), features(classifier, train[count : 2 * count])
    )


def quick_metrics(generator: nn.Module, reference: QuickReference) -> dict[str, float | list[float]]:
    """The metrics of a snapshot that cost little, for a row of metrics.jsonl.

    Draws as many samples as the reference has digits, from the seeds 0, 1, ... "frechet_ratio" is the quick Frechet
    ratio: the card's ratio of the same run is another number, of more samples against test digits. "class_shares" is a
    list of ten shares of the samples, 0..1; noise is in none of them. A metric that cannot be computed is left out,
    see `missing_metrics`.
    """
    samples = generate(generator, latents(consecutive(0, len(reference.real))))
    sample_features = features(reference.classifier, samples)
    digits, confidence = classify_features(reference.classifier, sample_features)
    distances = _distances(sample_features, reference)
    metrics = {name: distance for name, distance in distances.items() if math.isfinite(distance)}
    drawn = ~is_noise(samples)
    shares = torch.bincount(digits[drawn], minlength=10).double() / len(samples)
    return metrics | {"class_shares": shares.tolist(), "ambiguity": ambiguity(confidence)}


def missing_metrics(reference: QuickReference) -> list[str]:
    """The names of the metrics that `quick_metrics` leaves out: the digits are too few for them, or too alike."""
    return [name for name, distance in _distances(reference.real, reference).items() if not math.isfinite(distance)]


def _distances(sample_features: Tensor, reference: QuickReference) -> dict[str, float]:
    return {
        "frechet_ratio": frechet_ratio(sample_features, reference.real, reference.other_real),
        "kernel_distance": kernel_distance(sample_features, reference.real),
    }
