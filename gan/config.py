"""Every choice that changes the result of a training run."""

from dataclasses import dataclass

LAST_SEED = 2**32 - 1  # seeds are whole numbers 0..LAST_SEED, the range of numpy's RandomState


@dataclass(frozen=True)
class TrainConfig:
    """The choices of one run; the same config and images on the same machine give the same bits."""

    model: str
    epochs: int = 100
    batch_size: int = 128
    lr: float = 3e-4
    betas: tuple[float, float] = (0.9, 0.999)  # Adam's decay rates
    seed: int = 0


RECIPES = {
    "mlp": TrainConfig("mlp"),
    "dcgan": TrainConfig("dcgan", epochs=12, lr=1e-3, betas=(0.5, 0.999)),
}
