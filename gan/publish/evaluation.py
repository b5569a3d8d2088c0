"""The figures of a run's snapshot beside those of real digits, measured as the page would draw it."""

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
    frechet_ratio,
    kernel_distance,
    memorisation,
    nearest,
    precision_recall,
)
from gan.sampling import generate

COUNT = 10_000  # samples, and test digits, that are compared
QUICK = 2_000  # samples for the figures of every snapshot, and training digits that they are held against
SETS = 3  # of samples, from consecutive seeds: 0..9999, 10000..19999, ...


@dataclass(frozen=True)
class Reference:
    """Real digits, and all about them that does not change from one set of samples to the next."""

    train: Tensor  # uint8 (N, 28, 28)
    test: Tensor  # uint8 (COUNT, 28, 28)
    test_features: Tensor  # (COUNT, FEATURES)
    test_nearest: Tensor  # (COUNT,): distance to the training set
    shares: Tensor  # (10,) of the training set, by its labels
    floor: float  # Frechet distance of the first COUNT training digits from the test digits


def build_reference(network: nn.Sequential, train: Tensor, labels: Tensor, test: Tensor) -> Reference:
    """What samples are held against: train and test uint8 (N, 28, 28), the training labels (N,)."""
    test = test[:COUNT]
    test_features = features(network, test)
    floor = frechet(features(network, train[: len(test)]), test_features)
    return Reference(train, test, test_features, nearest(test, train), class_shares(labels), floor)


def measure(network: nn.Sequential, images: Tensor, reference: Reference) -> dict[str, float]:
    """Every figure of some images, uint8 (N, 28, 28); for a fair Frechet ratio, as many as test digits.

    Given the first training digits, it says what real digits score: all but the copies, which they are.
    """
    found = features(network, images)
    digits, confidence = classify_features(network, found)
    distance = frechet(found, reference.test_features)
    precision, recall = precision_recall(found, reference.test_features)
    density, coverage = density_coverage(found, reference.test_features)
    shares = class_shares(digits)
    return {
        "frechet": distance,
        "frechet_ratio": distance / reference.floor,
        "kernel_distance": kernel_distance(found, reference.test_features),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
        "least_class_share": shares.min().item(),
        "class_divergence": class_divergence(shares, reference.shares),
        "ambiguity": ambiguity(confidence),
        "memorisation": memorisation(nearest(images, reference.train), reference.test_nearest),
    }


def evaluate(generator: nn.Module, network: nn.Sequential, reference: Reference) -> dict[str, tuple[float, float]]:
    """Each figure's mean and standard deviation over SETS sets of samples, as many in each as test digits.

    The seeds are consecutive from 0; nothing is truncated or picked.
    """
    count = len(reference.test)
    sets = [
        measure(network, generate(generator, latents(consecutive(index * count, count))), reference)
        for index in range(SETS)
    ]
    values = {name: torch.tensor([figures[name] for figures in sets], dtype=torch.float64) for name in sets[0]}
    return {name: (value.mean().item(), value.std().item()) for name, value in values.items()}


# While a run trains: less of everything, held against training digits, that the test digits stay unseen


@dataclass(frozen=True)
class QuickReference:
    """What the digits of every snapshot are held against."""

    network: nn.Sequential
    real: Tensor  # (QUICK, FEATURES), of training digits
    other_real: Tensor  # (QUICK, FEATURES), of the training digits after those


def quick_reference(network: nn.Sequential, train: Tensor) -> QuickReference:
    """A quick_reference from the first training digits, uint8 (N, 28, 28) on the CPU: 2 * QUICK of them where N allows."""
    half = min(QUICK, len(train) // 2)
    return QuickReference(network, features(network, train[:half]), features(network, train[half : 2 * half]))


def quick_metrics(generator: nn.Module, stick: QuickReference) -> dict:
    """The figures that a snapshot can have at little cost, of as many samples as the quick_reference has digits.

    The seeds are consecutive from 0. class_shares is a list of ten.
    """
    images = generate(generator, latents(consecutive(0, len(stick.real))))
    found = features(stick.network, images)
    digits, confidence = classify_features(stick.network, found)
    return {
        "frechet_ratio": frechet_ratio(found, stick.real, stick.other_real),
        "kernel_distance": kernel_distance(found, stick.real),
        "class_shares": class_shares(digits).tolist(),
        "ambiguity": ambiguity(confidence),
    }
