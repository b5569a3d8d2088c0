"""From latent vectors to pictures."""

import copy

import torch
from torch import Tensor, nn

from gan.models import IMAGE_SIZE, to_images

CHUNK = 64  # digits drawn at once: bounds the memory of a call


def to_eval_float64(network: nn.Module) -> nn.Module:
    """The network in float64 and in eval mode: a copy, or itself where it is so already.

    float32 rounds differently with the batch size, the thread count and the processor, enough to move
    a pixel by one level; float64 leaves nothing of that after rounding to 256 levels.
    """
    modes = {module.training for module in network.modules()}
    if modes == {False} and all(weight.dtype == torch.float64 for weight in network.parameters()):
        return network
    network = copy.deepcopy(network).double().eval()
    return network.to(memory_format=torch.channels_last)  # transposed convolutions are twice as fast so


@torch.no_grad()
def generate(generator: nn.Module, z: Tensor) -> Tensor:
    """Draw digits: z (N, 100) -> uint8 (N, 28, 28), each the same alone or among a thousand."""
    network = to_eval_float64(generator)
    images = torch.empty(len(z), IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8, device=z.device)
    for place, chunk in zip(images.split(CHUNK), z.double().split(CHUNK), strict=True):
        place.copy_(to_images(network(chunk)))  # kept in pieces, they would part the memory that the next one takes
    return images


@torch.no_grad()
def generate_with_fakes(generator: nn.Module, z: Tensor) -> tuple[Tensor, Tensor]:
    """The digits of `generate`, and the same as a discriminator sees them: float32 (N, 1, 28, 28) in [-1, 1]."""
    network = to_eval_float64(generator)
    fakes = [network(chunk) for chunk in z.double().split(CHUNK)]
    return torch.cat([to_images(fake) for fake in fakes]), torch.cat([fake.float() for fake in fakes])


@torch.no_grad()
def scores_of(discriminator: nn.Module, fakes: Tensor) -> Tensor:
    """The discriminator's score of each image, its probability of "real": (N, 1, 28, 28) -> (N,)."""
    network = copy.deepcopy(discriminator).eval() if discriminator.training else discriminator
    return torch.cat([network(chunk) for chunk in fakes.split(CHUNK)]).sigmoid()
