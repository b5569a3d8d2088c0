"""Changes of the recipes for trials.py, by name. Each is tried against the recipe in runs of the same seeds."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm
from trial_networks import JointStatistics, OnePass, batch_deviation, deeper, with_maps

from gan.config import TrainConfig
from gan.models import GAN

GROUND = -1.0  # around a digit, for a discriminator


@dataclass(frozen=True)
class Change:
    """What a trial does otherwise than the recipe. `done` is the share of the run that is done, 0..1."""

    config: dict = field(default_factory=dict)  # fields of TrainConfig
    build: Callable[[GAN], GAN] = lambda gan: gan  # changes the networks before the first step
    rate: Callable[[float], float] = lambda done: 1.0  # the factor of both learning rates


class Translated(nn.Module):
    """A discriminator that sees each image shifted by up to `pixels` both ways. Zhao et al. 2020 (arXiv:2006.10738).

    Reals and fakes are shifted alike, and G's gradient passes through the shift.
    """

    def __init__(self, discriminator: nn.Module, pixels: int):
        super().__init__()
        self.discriminator, self.pixels = discriminator, pixels
        self.rng = torch.Generator().manual_seed(0)

    def forward(self, images: Tensor) -> Tensor:
        """Images (B, 1, 28, 28) -> logits (B,)."""
        if not self.training:
            return self.discriminator(images)
        size = images.shape[-1]
        padded = F.pad(images, [self.pixels] * 4, value=GROUND).flatten(1)
        down, right = torch.randint(2 * self.pixels + 1, (2, len(images), 1, 1), generator=self.rng)
        rows, columns = torch.arange(size).view(1, -1, 1) + down, torch.arange(size).view(1, 1, -1) + right
        places = (rows * (size + 2 * self.pixels) + columns).flatten(1)
        return self.discriminator(padded.gather(1, places).view_as(images))


def initialised(initialise: Callable[[Tensor], object]) -> Callable[[GAN], GAN]:
    """A change of the initial weights: `initialise` sets those of each linear layer, and a bias is 0."""

    def build(gan: GAN) -> GAN:
        for layer in gan.modules():
            if isinstance(layer, nn.Linear):
                initialise(layer.weight)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        return gan

    return build


def weight_normalised(gan: GAN, networks: str) -> GAN:
    """Weight normalization (Salimans & Kingma 2016, arXiv:1602.07868) of "d", "g" or "dg"."""
    for name, network in (("d", gan.discriminator), ("g", gan.generator)):
        for layer in network if name in networks else []:
            if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                weight_norm(layer)
    return gan


def he(weight: Tensor) -> Tensor:
    """He et al. 2015 (arXiv:1502.01852), for LeakyReLU 0.2."""
    return nn.init.kaiming_normal_(weight, 0.2, nonlinearity="leaky_relu")


CLASSIC = asdict(TrainConfig(""))
PARTS = {  # what each part of the recipe is worth
    "recipe": Change(),
    "without EMA": Change({"ema": 0.0}),
    "without R1": Change({"r1": 0.0}),
    "with the classic rate and betas": Change({name: CLASSIC[name] for name in ("lr", "betas")}),
    "classic": Change({name: CLASSIC[name] for name in ("lr", "betas", "ema", "r1")}),
}
CHANGES = PARTS | {
    "shifts of 2 pixels": Change(build=lambda gan: GAN(gan.generator, Translated(gan.discriminator, 2))),
    "batches of 512": Change({"batch_size": 512}),
    "batches of 512, twice the rates": Change({"batch_size": 512, "lr": 4e-3}),
    "rate falls to 0": Change(rate=lambda done: 1 - done),
    "half the rate": Change(rate=lambda done: 0.5),
    "R1 0.3": Change({"r1": 0.3}),
    "R1 0.03, EMA 0.999": Change({"r1": 0.03, "ema": 0.999}),
    "R1 0.1, EMA 0.999": Change({"r1": 0.1, "ema": 0.999}),
    "R1 0.1, EMA 0.9999": Change({"r1": 0.1, "ema": 0.9999}),
    "R1 0.3, EMA 0.999": Change({"r1": 0.3, "ema": 0.999}),
    "R1 0.3, EMA 0.9999": Change({"r1": 0.3, "ema": 0.9999}),
    "R1 1, EMA 0.9999": Change({"r1": 1.0, "ema": 0.9999}),
    "R1 0.3, EMA 0.9999, batches of 512": Change({"r1": 0.3, "ema": 0.9999, "batch_size": 512}),
    "two steps of D": Change({"d_steps": 2}),
    "twice D's rate": Change({"d_lr": 4e-3}),
    "batch deviation": Change(build=batch_deviation),
    "3x3 at 14x14 in D": Change(build=deeper("discriminator", 1)),
    "3x3 at 7x7 in D": Change(build=deeper("discriminator", 7)),
    "3x3 at both in D, 160 maps in G": Change(
        build=lambda gan: deeper("discriminator", 1, 7)(with_maps(160, 112, 64)(gan))
    ),
    "wider G": Change(build=with_maps(256, 160, 96)),
    "3x3 at 14x14 in G": Change(build=deeper("generator", 9)),
    "joint statistics": Change(build=lambda gan: OnePass(gan.generator, JointStatistics(gan.discriminator))),
    "He": Change(build=initialised(he)),
    "orthogonal": Change(build=initialised(nn.init.orthogonal_)),
    "N(0, 0.02)": Change(build=initialised(lambda weight: nn.init.normal_(weight, 0.0, 0.02))),
    "weight norm of D": Change(build=lambda gan: weight_normalised(gan, "d")),
    "weight norm of both": Change(build=lambda gan: weight_normalised(gan, "dg")),
}
