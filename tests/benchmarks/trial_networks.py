"""Other networks for trials.py. Each function changes those of a GAN before its first step."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from gan.models import GAN, LATENT_DIM


class BatchDeviation(nn.Module):
    """Append the mean standard deviation of a batch's features to each row, (B, N) -> (B, N + 1).

    Karras et al. 2018 (arXiv:1710.10196), section 3, with one group. D can then tell batches that are too alike.
    """

    def forward(self, rows: Tensor) -> Tensor:
        deviation = rows.var(0, unbiased=False).add(1e-8).sqrt().mean()
        return torch.cat((rows, deviation.expand(len(rows), 1)), 1)


class SeparatePasses(GAN):
    """A GAN whose discriminator looks at a whole batch, so that reals and fakes must not share one."""

    d_has_batch_norm = True


def batch_deviation(gan: GAN) -> GAN:
    """D with BatchDeviation before its last layer, which gets one input more."""
    *layers, linear, flatten = gan.discriminator
    wider = nn.Linear(linear.in_features + 1, 1)
    with torch.no_grad():
        wider.weight.zero_()[:, :-1] = linear.weight
        wider.bias.copy_(linear.bias)
    return SeparatePasses(gan.generator, nn.Sequential(*layers, BatchDeviation(), wider, flatten))


class OnePass(GAN):
    """A GAN whose reals and fakes share the discriminator's batch, although it has batch norm."""

    d_has_batch_norm = False


class JointStatistics(nn.Module):
    """A discriminator whose batch norm takes its statistics over reals and fakes together.

    With OnePass it gets both in one batch. It keeps them, for the two passes of a step that have only one of them: that
    of R1, over reals, and that of G's update, over fakes.
    """

    def __init__(self, discriminator: nn.Module):
        super().__init__()
        self.discriminator = discriminator
        self.kept = None  # reals and fakes

    def forward(self, images: Tensor) -> Tensor:
        """Images (2B, 1, 28, 28), reals first, or then images (B, 1, 28, 28) of one kind -> logits of all of them."""
        if not self.training:
            return self.discriminator(images)
        if self.kept is None or len(images) != len(self.kept[0]):
            self.kept = images.detach().chunk(2)
            return self.discriminator(images)
        reals, fakes = self.kept
        if images.is_leaf:  # R1's: fakes come from G
            return self.discriminator(torch.cat((images, fakes)))[: len(images)]
        return self.discriminator(torch.cat((reals, images)))[len(reals) :]


def deeper(network: str, *places: int) -> Callable[[GAN], GAN]:
    """A change of the DCGAN's "discriminator" or "generator": a 3x3 convolution after each activation at `places`."""

    def build(gan: GAN) -> GAN:
        layers, channels = [], 0
        for place, layer in enumerate(getattr(gan, network)):
            layers.append(layer)
            channels = getattr(layer, "out_channels", channels)
            if place in places:
                convolution = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
                nn.init.normal_(convolution.weight, 0.0, 0.02)
                layers += [convolution, nn.BatchNorm2d(channels), copy.deepcopy(layer)]
        setattr(gan, network, nn.Sequential(*layers))
        return gan.to(memory_format=torch.channels_last)

    return build


def with_maps(*maps: int) -> Callable[[GAN], GAN]:
    """A change of the DCGAN's generator: the maps of its three hidden layers, in dcgan() 192, 112 and 64."""

    def build(gan: GAN) -> GAN:
        first, second, third = maps
        weighted = {
            0: nn.Linear(LATENT_DIM, first * 4 * 4, bias=False),
            4: nn.ConvTranspose2d(first, second, 3, stride=2, padding=1, bias=False),
            7: nn.ConvTranspose2d(second, third, 4, stride=2, padding=1, bias=False),
            10: nn.ConvTranspose2d(third, 1, 4, stride=2, padding=1),
        }
        for layer in weighted.values():
            nn.init.normal_(layer.weight, 0.0, 0.02)
        norms = {2: nn.BatchNorm2d(first), 5: nn.BatchNorm2d(second), 8: nn.BatchNorm2d(third)}
        layers = list(gan.generator)
        for place, layer in ({1: nn.Unflatten(1, (first, 4, 4))} | weighted | norms).items():
            layers[place] = layer
        return GAN(nn.Sequential(*layers), gan.discriminator).to(memory_format=torch.channels_last)

    return build
