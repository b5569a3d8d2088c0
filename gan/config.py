"""Every choice that changes the result of a training run."""

from dataclasses import dataclass, replace

TUNABLE = (  # the fields of TrainConfig that flags of train.py set
    *("epochs", "batch_size", "lr", "d_lr", "betas", "seed", "r1", "ema"),
    *("d_steps", "batch_norm", "images", "only"),
)
LIVE_MODEL = "small"  # what the page trains first; train.py trains it only if it is named
MAX_SEED = 2**32 - 1  # seeds are integers 0..MAX_SEED, the range of numpy's RandomState


@dataclass(frozen=True)
class TrainConfig:
    """The choices of one run. The same config and images on the same machine give the same bits.

    The defaults are the classic recipe of the tutorials.
    """

    model: str
    epochs: int = 100
    batch_size: int = 128
    lr: float = 3e-4  # Adam's learning rate, for G and, unless `d_lr` is set, for D
    betas: tuple[float, float] = (0.9, 0.999)  # Adam's
    seed: int = 0
    r1: float = 0.0  # weight of the R1 penalty on D; 0: no penalty
    ema: float = 0.0  # decay per step of the EMA of G's weights, which is served; 0: no EMA
    d_lr: float | None = None  # Adam's learning rate for D; None: `lr`
    d_steps: int = 1  # steps in which D is updated, to one in which G is too
    batch_norm: bool = True  # False: the networks are built without their batch norm
    images: int | None = None  # train on the first so many images; None: on all
    only: int | None = None  # train on the images of this class; None: on all classes
    start: str | None = None  # the snapshot whose networks the run starts from, by its SHA-256; None: random weights


RECIPES = {
    "mlp": TrainConfig("mlp", epochs=220, lr=2e-3, betas=(0.5, 0.99), r1=0.3, ema=0.9997),
    "small": TrainConfig("small", epochs=10, batch_size=32, lr=2e-3, betas=(0.5, 0.99), r1=0.1, ema=0.99),
    "dcgan": TrainConfig("dcgan", epochs=40, lr=2e-3, betas=(0.5, 0.999), r1=0.1, ema=0.9995),
}


def recipe(model: str) -> TrainConfig:
    """What train.py trains a model with, unless flags change it: its entry in RECIPES, or else the MLP's recipe."""
    return RECIPES.get(model) or replace(RECIPES["mlp"], model=model)
