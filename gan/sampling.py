"""From latent vectors to images."""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from gan.images import columns_for, grid
from gan.latent import consecutive, latents
from gan.models import IMAGE_SIZE, to_images

CHUNK = 64  # batch size, which bounds the memory of a call


def to_eval_float64(network: nn.Module) -> nn.Module:
    """The network in float64 and eval mode: a copy, unless it is already in both.

    float32 results depend on the batch size, the number of threads and the processor, by enough to change a pixel by
    one grey level. In float64 this disappears when pixels are rounded to 256 levels.
    """
    modes = {module.training for module in network.modules()}
    if modes == {False} and all(weight.dtype == torch.float64 for weight in network.parameters()):
        return network
    network = copy.deepcopy(network).double().eval()
    return network.to(memory_format=torch.channels_last)  # transposed convolutions are twice as fast in this format


@torch.no_grad()
def generate(generator: nn.Module, z: Tensor) -> Tensor:
    """Draw images: z (N, 100) -> uint8 (N, 28, 28). An image is the same alone or among a thousand."""
    network = to_eval_float64(generator)
    # Preallocate: a list of chunks fragments the allocator.
    images = torch.empty(len(z), IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8, device=z.device)
    for output, chunk in zip(images.split(CHUNK), z.double().split(CHUNK), strict=True):
        output.copy_(to_images(network(chunk)))
    return images


@torch.no_grad()
def generate_with_fakes(generator: nn.Module, z: Tensor) -> tuple[Tensor, Tensor]:
    """The images of `generate`, and the same for a discriminator: float32 (N, 1, 28, 28) in [-1, 1]."""
    network = to_eval_float64(generator)
    fakes = [network(chunk) for chunk in z.double().split(CHUNK)]
    return torch.cat([to_images(fake) for fake in fakes]), torch.cat([fake.float() for fake in fakes])


@torch.no_grad()
def scores_of(discriminator: nn.Module, fakes: Tensor) -> Tensor:
    """The discriminator's score of each image, its probability of "real": (N, 1, 28, 28) -> (N,)."""
    network = copy.deepcopy(discriminator).eval() if discriminator.training else discriminator
    return torch.cat([network(chunk) for chunk in fakes.split(CHUNK)]).sigmoid()


def sample_grid(generator: nn.Module, count: int) -> np.ndarray:
    """Draw the digits of the seeds 0 to count - 1 as a grid that is as square as possible: uint8 (H, W)."""
    return grid(generate(generator, latents(consecutive(0, count))).numpy(), columns_for(count))
