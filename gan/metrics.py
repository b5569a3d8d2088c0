"""Metrics of the quality and variety of samples, against real images.

`fake` and `real` are the classifier's features of samples and of real images, (M, D) and (N, D), from
`gan.classifier.features`. To read a metric, compare it with the same metric of other real images in place of `fake`.
A metric is NaN if there are too few images for it, or if its definition divides by zero.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

CHUNK = 128  # rows of a table of all pairs, which bounds the memory of a call
CONFIDENT = 0.9  # an image is ambiguous if its most likely class has a lower probability
FRECHET_ERROR = 1e-6  # of a Frechet distance by rounding, relative to the mean squared length of the features
COPY_QUANTILE = 0.01  # a sample counts as a copy if it is closer to the training set than this share of test images


def frechet(fake: Tensor, real: Tensor) -> float:
    """The Frechet distance between Gaussians with the means and covariances of both sets, in float64; 0 if equal.

    |mu_f - mu_r|^2 + tr(S_f + S_r - 2 (S_f S_r)^(1/2)), Heusel et al. 2017 (arXiv:1706.08500). It falls as the number
    of samples grows: compare only at equal numbers. A covariance needs two images.
    """
    if min(len(fake), len(real)) < 2:
        return math.nan
    identity = nn.Identity()  # the inputs are features already
    identity.num_features = real.shape[1]
    metric = FrechetInceptionDistance(feature=identity).to(real.device)
    metric.update(real.double(), real=True)
    metric.update(fake.double(), real=False)
    return metric.compute().item()


def frechet_ratio(fake: Tensor, real: Tensor, other_real: Tensor) -> float:
    """The Frechet distance of `fake` from `real`, over that of as many other real images; 1 is as good as real."""
    return frechet(fake, real) / frechet_floor(other_real, real)


def frechet_floor(other_real: Tensor, real: Tensor) -> float:
    """The Frechet distance of other real images from `real`, to divide by. NaN if it is 0 up to rounding."""
    floor = frechet(other_real, real)
    return floor if floor > FRECHET_ERROR * real.double().square().sum(1).mean().item() else math.nan


def kernel_distance(fake: Tensor, real: Tensor) -> float:
    """The squared maximum mean discrepancy with the kernel k(x, y) = (x.y / D + 1)^3, in float64.

    mean k(f, f') + mean k(r, r') - 2 mean k(f, r), over all pairs of different points. The estimate is unbiased: its
    mean is 0 for samples from the real distribution at any number of samples, and it can be negative. Binkowski et al.
    2018 (arXiv:1801.01401). A pair needs two images.
    """
    if min(len(fake), len(real)) < 2:
        return math.nan
    fake, real = fake.double(), real.double()
    cross = _kernel_sum(fake, real) / (len(fake) * len(real))
    return (_mean_kernel(fake) + _mean_kernel(real) - 2 * cross).item()


def _kernel(products: Tensor, dimensions: int) -> Tensor:
    return (products / dimensions + 1) ** 3


def _kernel_sum(rows: Tensor, columns: Tensor) -> Tensor:
    return sum(_kernel(chunk @ columns.T, columns.shape[1]).sum() for chunk in rows.split(CHUNK))


def _mean_kernel(points: Tensor) -> Tensor:
    # Over all pairs of different points.
    diagonal = _kernel(points.square().sum(1), points.shape[1]).sum()
    return (_kernel_sum(points, points) - diagonal) / (len(points) * (len(points) - 1))


# Neighbourhoods


def _distances(rows: Tensor, columns: Tensor) -> Iterator[Tensor]:
    # Euclidean, in float64, by matrix products: chunks of (up to CHUNK, len(columns)).
    columns = columns.double()
    for chunk in rows.double().split(CHUNK):
        yield torch.cdist(chunk, columns, compute_mode="use_mm_for_euclid_dist")


def _radii(points: Tensor, k: int) -> Tensor:
    # The distance of each point to its k-th nearest neighbour: (N,). The nearest point is the point itself.
    return torch.cat([distances.topk(k + 1, largest=False).values[:, k] for distances in _distances(points, points)])


def _share_inside(points: Tensor, centres: Tensor, k: int) -> float:
    # The share of `points` within the k-th neighbour's distance of any centre.
    if len(centres) <= k:
        return math.nan
    inside = torch.zeros(len(points), dtype=torch.bool, device=points.device)
    for distances, radii in zip(_distances(centres, points), _radii(centres, k).split(CHUNK), strict=True):
        inside |= (distances <= radii.unsqueeze(1)).any(0)
    return inside.double().mean().item()


def precision_recall(fake: Tensor, real: Tensor, k: int = 3) -> tuple[float, float]:
    """The share of samples that look real, and the share of real images that are covered: both 0..1.

    Precision is the share of samples within the k-th neighbour's distance of any real image. Recall is the same with
    the sets exchanged. Kynkaanniemi et al. 2019 (arXiv:1904.06991). A set needs more than k images.
    """
    return _share_inside(fake, real, k), _share_inside(real, fake, k)


def density_coverage(fake: Tensor, real: Tensor, k: int = 5) -> tuple[float, float]:
    """Density and coverage: like precision and recall, but robust against outliers.

    Around each real image is a ball that reaches to its k-th nearest real neighbour, exclusive. Density is the mean
    number of balls that contain a sample, over k: about 1 for real images, more if samples crowd where real images do.
    Coverage is the share of balls that contain a sample, 0..1: on average 1 - 2^-k for as many new real images. Naeem
    et al. 2020 (arXiv:2002.09797). `real` needs more than k images.
    """
    if len(real) <= k:
        return math.nan, math.nan
    contained, covered = 0, 0
    for distances, radii in zip(_distances(real, fake), _radii(real, k).split(CHUNK), strict=True):
        inside = distances < radii.unsqueeze(1)
        contained += inside.sum().item()
        covered += inside.any(1).sum().item()
    return contained / (k * len(fake)), covered / len(real)


# Classes, from `gan.classifier.classify`


def class_shares(digits: Tensor) -> Tensor:
    """The share of each class 0..9: int64 (N,) -> float64 (10,), with sum 1."""
    return torch.bincount(digits, minlength=10).double() / len(digits)


def class_divergence(shares: Tensor, reference: Tensor) -> float:
    """The Kullback-Leibler divergence of class shares (10,) from those of the training set, in nats; 0 if equal.

    The sum of p log(p / q) (Kullback & Leibler 1951): log 10 if only one of ten equal classes is left, and infinite if
    a class is not in the training set.
    """
    return (torch.xlogy(shares, shares) - torch.xlogy(shares, reference)).sum().item()


def ambiguity(confidence: Tensor) -> float:
    """The share of images, 0..1, whose most likely class has a probability (N,) below CONFIDENT."""
    return (confidence < CONFIDENT).double().mean().item()


# Copies


def memorisation(fake: Tensor, test: Tensor) -> float:
    """The share of samples, 0..1, that are closer to the training set than 99 % of test images are.

    fake, test: distances from gan.nearest, of samples and of test images. About 0.01 is expected without copies; much
    more means copies. A simple form of the nearest-neighbour test of Meehan et al. 2020 (arXiv:2004.05675).
    """
    return (fake < test.quantile(COPY_QUANTILE)).double().mean().item()
