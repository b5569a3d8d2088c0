"""Every choice that changes the result of a training run."""

from dataclasses import dataclass

CHOICES = ("epochs", "batch_size", "lr", "seed")  # what flags change of a recipe
MAX_SEED = 2**32 - 1  # seeds are whole numbers 0..MAX_SEED, the range of numpy's RandomState


@dataclass(frozen=True)
class TrainConfig:
    """The choices of one run; the same config and images on the same machine give the same bits.

    With a model alone it is the classic recipe of the beginners' tutorial.
    """

    model: str
    epochs: int = 100
    batch_size: int = 128
    lr: float = 3e-4
    betas: tuple[float, float] = (0.9, 0.999)  # Adam's decay rates
    seed: int = 0
    r1: float = 0.0  # weight of the penalty on D's slope at reals
    ema: float = 0.0  # decay rate, for each step, of the average of G's weights that is served; 0: G as it is


RECIPES = {
    "mlp": TrainConfig("mlp", lr=2e-3, betas=(0.5, 0.99), r1=0.1, ema=0.999),
    "dcgan": TrainConfig("dcgan", epochs=40, lr=2e-3, betas=(0.5, 0.999), r1=0.1, ema=0.9995),
}
