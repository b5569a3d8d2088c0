"""How good and how varied samples are: figures of a set of samples beside real digits.

`fake` and `real` are the classifier's features of the samples and of real digits, (M, D) and (N, D), from
`gan.classifier.features`. A figure says most beside the same figure for other real digits in the place of `fake`.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

CHUNK = 128  # rows of a table of all pairs at once: bounds the memory of a call, and is faster than more
UNSURE = 0.9  # below this probability of its likeliest class, an image is ambiguous
PERCENTILE = 0.01  # a sample closer to the training set than this share of new real digits is a copy


def frechet(fake: Tensor, real: Tensor) -> float:
    """The Frechet distance between Gaussians of the same means and covariances, in float64; 0 when they agree.

    |mu_f - mu_r|^2 + tr(S_f + S_r - 2 (S_f S_r)^(1/2)), by Heusel et al. 2017 (arXiv:1706.08500). It falls as
    the counts rise: compare only at equal counts.
    """
    ready = nn.Identity()  # the features are extracted already, once for all figures
    ready.num_features = real.shape[1]
    metric = FrechetInceptionDistance(feature=ready).to(real.device)
    metric.update(real.double(), real=True)
    metric.update(fake.double(), real=False)
    return metric.compute().item()


def frechet_ratio(fake: Tensor, real: Tensor, other_real: Tensor) -> float:
    """How many times further `fake` is from `real` than `other_real`, as many digits of the training set; 1 is real."""
    return frechet(fake, real) / frechet(other_real, real)


def kernel_distance(fake: Tensor, real: Tensor) -> float:
    """The squared maximum mean discrepancy under the kernel k(x, y) = (x.y / D + 1)^3, in float64.

    mean k(f, f') + mean k(r, r') - 2 mean k(f, r), over all pairs but those of a point with itself: unbiased, so
    it is 0 on average for samples like the real ones, whatever the counts, and may be below. By Binkowski et al.
    2018 (arXiv:1801.01401).
    """
    fake, real = fake.double(), real.double()
    across = _kernel_sum(fake, real) / (len(fake) * len(real))
    return (_mean_kernel(fake) + _mean_kernel(real) - 2 * across).item()


def _kernel(products: Tensor, dimensions: int) -> Tensor:
    return (products / dimensions + 1) ** 3


def _kernel_sum(rows: Tensor, columns: Tensor) -> Tensor:
    # Over all pairs.
    return sum(_kernel(chunk @ columns.T, columns.shape[1]).sum() for chunk in rows.split(CHUNK))


def _mean_kernel(points: Tensor) -> Tensor:
    # Over all pairs of two different points.
    own = _kernel(points.square().sum(1), points.shape[1]).sum()
    return (_kernel_sum(points, points) - own) / (len(points) * (len(points) - 1))


# Neighbourhoods


def _distances(rows: Tensor, columns: Tensor) -> Iterator[Tensor]:
    # Euclidean, in float64 and by matrix products: (up to CHUNK, len(columns)) at a time.
    columns = columns.double()
    for chunk in rows.double().split(CHUNK):
        yield torch.cdist(chunk, columns, compute_mode="use_mm_for_euclid_dist")


def _radii(points: Tensor, k: int) -> Tensor:
    # The distance of each point to its k-th nearest other: (N,). The nearest of all is the point itself.
    return torch.cat([distances.topk(k + 1, largest=False).values[:, k] for distances in _distances(points, points)])


def _share_inside(points: Tensor, centres: Tensor, k: int) -> float:
    # The share of `points` in any of the balls around `centres`.
    inside = torch.zeros(len(points), dtype=torch.bool, device=points.device)
    for distances, radii in zip(_distances(centres, points), _radii(centres, k).split(CHUNK), strict=True):
        inside |= (distances <= radii.unsqueeze(1)).any(0)
    return inside.double().mean().item()


def precision_recall(fake: Tensor, real: Tensor, k: int = 3) -> tuple[float, float]:
    """How much of `fake` looks real, and how much of `real` is covered: two shares, 0..1.

    Precision is the share of samples that lie within the k-th nearest real neighbour's distance of any real
    digit; recall is the same with the sets exchanged. By Kynkaanniemi et al. 2019 (arXiv:1904.06991).
    """
    return _share_inside(fake, real, k), _share_inside(real, fake, k)


def density_coverage(fake: Tensor, real: Tensor, k: int = 5) -> tuple[float, float]:
    """Precision and recall that outliers cannot sway, from balls around the real digits alone.

    A ball reaches up to the digit's k-th nearest real neighbour, without it. Density is the mean over samples of
    the balls that hold it, over k: about 1 for real digits, more for samples that crowd where real ones do.
    Coverage is the share of balls that hold a sample, 0..1; on average 1 - 2^-k for as many new real digits. By
    Naeem et al. 2020 (arXiv:2002.09797).
    """
    held, covered = 0, 0
    for distances, radii in zip(_distances(real, fake), _radii(real, k).split(CHUNK), strict=True):
        inside = distances < radii.unsqueeze(1)
        held += inside.sum().item()
        covered += inside.any(1).sum().item()
    return held / (k * len(fake)), covered / len(real)


# Classes, from the classifier's `classify`


def class_shares(digits: Tensor) -> Tensor:
    """The share of each digit 0..9: int64 (N,) -> float64 (10,), which add up to 1."""
    return torch.bincount(digits, minlength=10).double() / len(digits)


def class_divergence(shares: Tensor, reference: Tensor) -> float:
    """Kullback-Leibler divergence of class shares (10,) from the training set's, in nats; 0 when they agree.

    The sum of p log(p / q) (Kullback & Leibler 1951), log 10 when only one of ten equal classes is left.
    """
    return (torch.xlogy(shares, shares) - torch.xlogy(shares, reference)).sum().item()


def ambiguity(confidence: Tensor) -> float:
    """The share of images whose likeliest class has a probability (N,) under UNSURE: 0..1."""
    return (confidence < UNSURE).double().mean().item()


# Copies


def nearest(images: Tensor, train: Tensor) -> Tensor:
    """The pixel distance of each image to the nearest training digit: uint8 (N, 28, 28), (T, 28, 28) -> float64 (N,).

    Euclidean, in grey levels: 0 is a copy.
    """
    points, others = images.flatten(1), train.flatten(1).float()
    halves = others.square().sum(1) / 2
    found = []
    for chunk in points.split(CHUNK):
        # |x - y|^2 / 2 is |y|^2 / 2 - x.y but for what x alone decides.
        closest = torch.addmm(halves, chunk.float(), others.T, alpha=-1).argmin(1)
        found.append((chunk.double() - train.flatten(1)[closest].double()).norm(dim=1))  # exact, for a copy's sake
    return torch.cat(found)


def memorisation(fake: Tensor, test: Tensor) -> float:
    """The share of samples that lie closer to the training set than nearly every new real digit does: 0..1.

    fake, test: distances by `nearest` of the samples and of the test digits. Closer means below the first
    percentile of the test digits': about 0.01 is clean, much more are copies. A nearest-neighbour test, after
    Meehan et al. 2020 (arXiv:2004.05675) in its simplest form.
    """
    return (fake < test.quantile(PERCENTILE)).double().mean().item()
