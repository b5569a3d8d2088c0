"""Metrics, against closed forms, definitions and torchmetrics."""

import math
from functools import cache

import pytest
import torch
from helpers.digits import draw_digits
from torchmetrics.image.kid import KernelInceptionDistance

from gan import metrics
from gan.metrics import (
    ambiguity,
    class_divergence,
    class_shares,
    density_coverage,
    frechet,
    frechet_ratio,
    kernel_distance,
    memorisation,
    precision_recall,
)
from gan.nearest import nearest


def normal(count: int, dimensions: int, seed: int) -> torch.Tensor:
    return torch.randn(count, dimensions, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def gaussian(mean: list[float], covariance: torch.Tensor, seed: int) -> torch.Tensor:
    """Points with exactly this mean and covariance."""
    points = normal(500, len(mean), seed)
    points = points - points.mean(0)
    white = torch.linalg.solve_triangular(torch.linalg.cholesky(points.T.cov()), points.T, upper=False).T
    return white @ torch.linalg.cholesky(covariance).T + torch.tensor(mean)


@cache
def drawn(count: int, seed: int) -> torch.Tensor:
    return torch.from_numpy(draw_digits(count, seed)[0])


# Frechet distance


def test_frechet_is_the_closed_form_for_gaussians_with_the_same_axes():
    a, b = torch.tensor([4.0, 1.0, 9.0]).double(), torch.tensor([1.0, 1.0, 25.0]).double()
    fake, real = gaussian([1, 2, 3], a.diag(), 0), gaussian([1, 0, 6], b.diag(), 1)
    assert frechet(fake, real) == pytest.approx(2**2 + 3**2 + (2 - 1) ** 2 + (5 - 3) ** 2, abs=1e-9)


def test_frechet_is_the_closed_form_for_correlated_gaussians():
    a = torch.tensor([[2.0, 0.9], [0.9, 1.0]]).double()
    b = torch.tensor([[1.0, -0.5], [-0.5, 3.0]]).double()
    root = math.sqrt((a @ b).trace() + 2 * math.sqrt((a @ b).det()))  # the trace of a 2x2 matrix's square root
    expected = 1 + 4 + a.trace() + b.trace() - 2 * root
    assert frechet(gaussian([1, 0], a, 0), gaussian([0, 2], b, 1)) == pytest.approx(expected.item(), abs=1e-9)


def test_frechet_is_zero_between_identical_sets_even_if_a_feature_is_always_zero():
    points = normal(1000, 128, 0).relu().float()
    points[:, ::4] = 0
    assert frechet(points, points) == pytest.approx(0, abs=1e-5)


def test_the_ratio_is_one_for_other_real_images_and_grows_with_the_distance():
    real, other, shift = normal(500, 8, 0), normal(500, 8, 1), torch.ones(8)
    assert frechet_ratio(other, real, other) == pytest.approx(1)
    floor = frechet(other, real)
    fake = real + shift
    assert frechet_ratio(fake, real, other) == pytest.approx(8 / floor)


# Kernel distance


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance`")
def test_kernel_distance_equals_torchmetrics_over_all_pairs():
    fake, real = normal(1200, 16, 0) + 0.5, normal(1200, 16, 1)
    reference = KernelInceptionDistance(feature=torch.nn.Identity(), subsets=1, subset_size=1200)
    reference.update(fake, real=False)
    reference.update(real, real=True)
    assert kernel_distance(fake, real) == pytest.approx(reference.compute()[0].item(), rel=1e-9)


def test_kernel_distance_of_sets_of_unequal_size_is_the_mean_over_pairs_of_different_points():
    fake, real = normal(7, 3, 0), normal(5, 3, 1)

    def mean(rows, columns):
        pairs = [(x, y) for x in rows for y in columns if x is not y]
        return sum((x @ y / 3 + 1) ** 3 for x, y in pairs) / len(pairs)

    rows, columns = list(fake), list(real)
    expected = mean(rows, rows) + mean(columns, columns) - 2 * mean(rows, columns)
    assert kernel_distance(fake, real) == pytest.approx(expected.item(), rel=1e-9)


def test_kernel_distance_of_equal_distributions_is_zero_on_average_at_small_counts():
    values = torch.tensor([kernel_distance(normal(20, 8, i), normal(30, 8, 1000 + i)) for i in range(200)])
    error = values.std() / 200**0.5
    assert values.mean().abs() < 3 * error < 0.1
    assert (values < 0).any()


# Neighbourhoods


def balls(points: torch.Tensor, k: int) -> list[float]:
    """The radius of each point's ball, computed one by one."""
    return [sorted((x - y).norm().item() for j, y in enumerate(points) if j != i)[k - 1] for i, x in enumerate(points)]


def test_precision_and_recall_follow_their_definition():
    fake, real = normal(60, 5, 0) * 0.7 + 1, normal(50, 5, 1)

    def share(points, centres):
        radii = balls(centres, 3)
        inside = [any((x - c).norm() <= r for c, r in zip(centres, radii, strict=True)) for x in points]
        return sum(inside) / len(inside)

    expected = share(fake, real), share(real, fake)
    assert precision_recall(fake, real) == pytest.approx(expected)
    assert 0.2 < expected[1] < expected[0] < 1  # both are inside their range, and they differ


def test_density_and_coverage_follow_their_definition():
    fake, real = normal(60, 5, 0) * 0.7 + 0.5, normal(50, 5, 1)
    radii = balls(real, 5)
    contained = [[(x - c).norm() < r for x in fake] for c, r in zip(real, radii, strict=True)]
    expected = sum(map(sum, contained)) / (5 * 60), sum(map(any, contained)) / 50
    assert density_coverage(fake, real) == pytest.approx([float(value) for value in expected])


def test_the_boundary_of_a_ball_counts_for_precision_and_recall_only():
    fake, real = torch.tensor([[4.0], [5.0]]), torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    assert precision_recall(fake, real, k=1) == (0.5, 0.25)
    assert density_coverage(fake, real, k=1) == (0, 0)


def test_identical_sets_are_precise_dense_and_covered():
    points = normal(1200, 128, 0).float()
    assert precision_recall(points, points) == (1, 1)
    assert density_coverage(points, points) == (1, 1)


def test_density_and_coverage_have_their_expected_values_for_new_points_of_the_same_distribution():
    count, k = 3000, 5
    expected = 1 - math.prod((count - i) / (2 * count - i) for i in range(1, k + 1))  # Naeem et al., lemma 2
    density, coverage = density_coverage(normal(count, 6, 0), normal(count, 6, 1))
    assert coverage == pytest.approx(expected, abs=0.01)
    assert density == pytest.approx(1, abs=0.05)


def test_a_collapsed_set_has_full_precision_and_almost_no_recall_and_coverage():
    real = normal(1000, 8, 0)
    fake = real[:1] + 1e-3 * normal(1000, 8, 1)
    precision, recall = precision_recall(fake, real)
    _, coverage = density_coverage(fake, real)
    assert precision == 1 and recall <= 0.001 and coverage < 0.02


def test_precision_is_the_share_of_real_looking_samples_and_recall_the_share_of_modes():
    modes = torch.arange(4).repeat(100).unsqueeze(1) * 100.0
    real = normal(400, 8, 0) + modes
    fake = real[modes[:, 0] < 100].repeat(2, 1) + 0.01 * normal(200, 8, 1)
    fake[100:] += 1e4  # half of them far from all modes
    precision, recall = precision_recall(fake, real)
    assert (precision, recall) == (0.5, 0.25)


# Classes


def test_shares_include_missing_classes():
    assert class_shares(torch.tensor([3, 3, 0, 8])).tolist() == [0.25, 0, 0, 0.5, 0, 0, 0, 0, 0.25, 0]


def test_divergence_is_zero_for_equal_shares_and_log_ten_for_one_class_of_ten():
    even = torch.full((10,), 0.1, dtype=torch.float64)
    assert class_divergence(even, even) == pytest.approx(0, abs=1e-12)
    assert class_divergence(class_shares(torch.full((50,), 7)), even) == pytest.approx(math.log(10))


def test_divergence_goes_from_the_samples_to_the_reference():
    shares = torch.tensor([0.5, 0.5] + [0.0] * 8).double()
    reference = torch.tensor([0.25, 0.75] + [0.0] * 8).double()
    assert class_divergence(shares, reference) == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))


def test_ambiguity_is_the_share_of_images_with_less_than_90_percent_confidence():
    assert ambiguity(torch.tensor([0.95, 0.5, 0.9, 0.89])) == 0.5


# Copies


def distance(images: torch.Tensor, train: torch.Tensor) -> torch.Tensor:
    return nearest(images, train)[1]


def test_copies_of_training_digits_are_caught_and_new_digits_are_not():
    train, test, new = drawn(400, 0), drawn(400, 1), drawn(400, 2)
    distances = distance(test, train)
    noisy = (train.int() + torch.randint(0, 3, train.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 255)
    assert memorisation(distance(noisy.to(torch.uint8), train), distances) == 1
    assert memorisation(distance(new, train), distances) <= 0.03
    mixed = torch.cat((new[:300], train[:100]))
    assert memorisation(distance(mixed, train), distances) == pytest.approx(0.25, abs=0.03)


def test_memorisation_of_the_test_images_is_one_percent():
    distances = distance(drawn(400, 1), drawn(400, 0))
    assert memorisation(distances, distances) == pytest.approx(0.01)


def test_a_sample_at_the_first_percentile_is_not_counted_as_a_copy():
    distances = torch.arange(101, dtype=torch.float64)  # the first percentile is 1
    assert memorisation(torch.tensor([0.5, 1.0]), distances) == 0.5


@pytest.mark.parametrize(
    ("metric", "enough"),
    [
        (lambda fake, real: [frechet(fake, real)], 2),
        (lambda fake, real: [kernel_distance(fake, real)], 2),
        (precision_recall, 4),
        (density_coverage, 6),
    ],
)
def test_a_metric_of_too_few_images_is_nan(metric, enough):
    points = torch.randn(7, 5, generator=torch.Generator().manual_seed(0))
    for count in range(8):
        defined = [math.isfinite(value) for value in metric(points[:count], points[:count])]
        assert defined == [count >= enough] * len(defined)


def test_the_ratio_over_a_floor_that_is_zero_up_to_rounding_is_nan():
    real = torch.rand(64, 5, generator=torch.Generator().manual_seed(0)) + 10
    for alike in (real, real.roll(1, 0), real + 1e-6):
        assert math.isnan(frechet_ratio(real + 1, real, alike))
    assert frechet_ratio(real + 1, real, real + 0.1) == pytest.approx(100, rel=1e-3)


def test_the_chunk_size_does_not_change_any_metric(monkeypatch):
    fake, real = normal(130, 8, 0) + 0.3, normal(110, 8, 1)

    def compute():
        pairs = *precision_recall(fake, real), *density_coverage(fake, real)
        return [kernel_distance(fake, real), *pairs]

    expected = compute()
    monkeypatch.setattr(metrics, "CHUNK", 7)
    assert compute() == pytest.approx(expected)
