"""Directions in latent space that are named by measurement: slant, width, ... of a digit, and its likeness to a class.

Each measure is fitted to z by least squares over many seeds. The fit's coefficients are a direction, and its R² says
how much of the measure a straight direction explains. The measures are those of gan/shape.py (after Morpho-MNIST,
Castro et al. 2019, arXiv:1809.10780) and the classifier's logits. SeFa's directions (Shen & Zhou 2021,
arXiv:2007.06600) need no measure, and have no name.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan.classifier import features
from gan.latent import consecutive, latents
from gan.noise import is_noise
from gan.sampling import generate
from gan.shape import SHAPES, measure_shapes

SEEDS = 10_000  # the seeds 0 to 9999 are measured
NOISE_SEEDS = 500  # that tell whether a generator draws noise
LIKE = "like {}"  # the measure of a class: its logit
UNNAMED = "unnamed {}"
UNNAMED_COUNT = 3
SHAPE_UNIT, CLASS_UNIT = 1.0, 1.5  # standard deviations of z; a class is farther away than another slant
MIN_R2 = 0.4  # of a direction that is offered under its measure's name


@dataclass(frozen=True)
class Directions:
    """The directions of one generator: K measured ones, one for each measure, then UNNAMED_COUNT without a name.

    z is standard normal, so a direction of the length 1 moves z by one of its standard deviations.
    """

    measures: tuple[str, ...]  # the names of the K measures
    vectors: Tensor  # float32 (K + UNNAMED_COUNT, 100), each one unit long: SHAPE_UNIT or CLASS_UNIT
    r2: Tensor  # float32 (K,), 0..1, of the fit; corrected for its 100 coefficients
    moves: Tensor  # float32 (K + UNNAMED_COUNT, K): by how many of its standard deviations two units move each measure

    @property
    def names(self) -> list[str]:
        """The name of each direction, in the order of the vectors."""
        return [*self.measures, *(UNNAMED.format(index + 1) for index in range(len(self.vectors) - len(self.r2)))]

    def offered(self) -> list[str]:
        """The names to offer: shapes and then classes of at least MIN_R2, each the best first; then the unnamed."""
        good = [name for name, r2 in zip(self.measures, self.r2.tolist(), strict=True) if r2 >= MIN_R2]
        ranked = sorted(good, key=lambda name: (name not in SHAPES, -self.r2[self.measures.index(name)]))
        return ranked + self.names[len(self.measures) :]


def measure_directions(generator: nn.Module, classifier: nn.Sequential | None, count: int = SEEDS) -> Directions:
    """Measure the digits of the seeds 0 to count - 1, and fit the directions. Without a classifier, only the shapes.

    A generator that mostly draws noise has no direction with a name. With 10,000 seeds it takes about ten seconds for a
    DCGAN on one core, and three for an MLP. Raises ValueError if there are no more seeds than coefficients.
    """
    z = latents(consecutive(0, count))
    measures = measures_of(classifier)
    if is_noise(generate(generator, z[:NOISE_SEEDS])).double().mean() > 0.5:
        values = torch.zeros(count, len(measures), dtype=torch.float64)  # noise has no shape, and is like no class
    else:
        values = measure(generate(generator, z), classifier)
    return fit_directions(z, values, measures, first_directions(generator))


def measures_of(classifier: nn.Sequential | None) -> tuple[str, ...]:
    """The names of the measures, in order."""
    classes = classifier[-1].out_features if classifier else 0
    return *SHAPES, *(LIKE.format(index) for index in range(classes))


def move(z: Tensor, directions: Directions, units: dict[str, float]) -> Tensor:
    """Move vectors (N, 100) along directions, so many units along each that is named: (N, 100).

    Rounded to float16, in which a link keeps a vector; a vector that does not move stays as it is. Raises ValueError
    for a name that is not among the directions.
    """
    steps = torch.zeros(1, z.shape[1])
    for name, amount in units.items():
        steps = steps + amount * directions.vectors[directions.names.index(name)]
    return add_steps(z, steps)


def add_steps(z: Tensor, steps: Tensor) -> Tensor:
    """z + steps in float16 precision; z itself where a step is 0. Their shapes are broadcast: (..., 100)."""
    moved = (z + steps).half().float()
    return torch.where((steps == 0).all(-1, keepdim=True), z, moved)


def measure(images: Tensor, classifier: nn.Sequential | None) -> Tensor:
    """Every measure of each image: uint8 (N, 28, 28) -> float64 (N, K). Shapes, then the classifier's logits."""
    shapes = measure_shapes(images)
    if classifier is None:
        return shapes
    with torch.no_grad():
        logits = classifier[-1](features(classifier, images))
    return torch.cat((shapes, logits.double()), 1)


def fit_directions(z: Tensor, values: Tensor, measures: tuple[str, ...], unnamed: Tensor) -> Directions:
    """The directions in which K measures rise, by least squares.

    z: (N, 100), standard normal; values: float64 (N, K); unnamed: directions (U, 100) of the length 1. What two units
    move is the mean over z: the coefficients of least squares are the mean gradient of a measure (Stein 1981,
    doi:10.1214/aos/1176345632). A measure that does not vary has the direction 0 and R² 0. Raises ValueError unless
    N > 101.
    """
    count, dim = z.shape
    if count <= dim + 1:
        raise ValueError(f"{count} seeds are not more than {dim + 1} coefficients")
    inputs = torch.cat((torch.ones(count, 1), z), 1).double()
    spread = values.std(0)
    varies = spread > 1e-9 * values.abs().amax(0)
    scaled = torch.where(varies, (values - values.mean(0)) / torch.where(varies, spread, 1.0), 0.0)
    fit = torch.linalg.lstsq(inputs, scaled).solution
    slopes = fit[1:].T  # (K, 100), standard deviations of a measure per unit of z
    unexplained = (scaled - inputs @ fit).square().sum(0) / (count - dim - 1)
    r2 = torch.where(varies, 1 - unexplained, 0.0).clamp(0, 1)
    lengths = slopes.norm(dim=1, keepdim=True)
    units = torch.tensor([SHAPE_UNIT if name in SHAPES else CLASS_UNIT for name in measures]).double()
    vectors = torch.cat((slopes / lengths.clamp(min=1e-12) * units[:, None], unnamed.double() * SHAPE_UNIT))
    return Directions(measures, vectors.float(), r2.float(), (2 * vectors @ slopes.T).float())


def first_directions(generator: nn.Module) -> Tensor:
    """The directions that change the output of the generator's first linear layer the most: (UNNAMED_COUNT, 100).

    The right singular vectors of its weights, of the length 1 (SeFa). Their largest component is positive.
    """
    weight = next(layer.weight for layer in generator.modules() if isinstance(layer, nn.Linear)).detach()
    vectors = torch.linalg.svd(weight.double(), full_matrices=False).Vh[:UNNAMED_COUNT]
    largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    return (vectors * largest.sign()).float()
