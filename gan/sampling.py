"""From latent vectors to pictures."""

import copy

import torch
from torch import Tensor, nn

from gan.models import GAN, to_images

CHUNK = 64  # digits drawn at once: bounds the memory of a call


def _run(network: nn.Module, inputs: Tensor) -> Tensor:
    """The network's output in eval mode and in float64, leaving the network as it was.

    float32 rounds differently with the batch size, the thread count and the processor, enough to move
    a pixel by one level; float64 leaves nothing of that after rounding to 256 levels.
    """
    network = copy.deepcopy(network).double().eval()
    return torch.cat([network(chunk) for chunk in inputs.double().split(CHUNK)])


@torch.no_grad()
def generate(generator: nn.Module, z: Tensor) -> Tensor:
    """Draw digits: z (N, 100) -> uint8 (N, 28, 28), each the same alone or among a thousand."""
    return to_images(_run(generator, z))


@torch.no_grad()
def generate_scored(gan: GAN, z: Tensor) -> tuple[Tensor, Tensor]:
    """The digits of `generate`, and the discriminator's score of each: (N,), its probability of "real"."""
    fake = _run(gan.generator, z)
    return to_images(fake), _run(gan.discriminator, fake).sigmoid()
