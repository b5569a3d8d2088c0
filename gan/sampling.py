"""From latent vectors to pictures."""

import copy

import torch
from torch import Tensor, nn

from gan.models import GAN, to_images

CHUNK = 64  # digits drawn at once: bounds the memory of a call


class _Upward(nn.Module):
    """A transposed convolution as one matrix product, and a sum of its parts where they overlap.

    In float64 PyTorch has only a kernel that takes image by image, two and a half times slower.
    """

    def __init__(self, layer: nn.ConvTranspose2d):
        super().__init__()
        self.layer = layer
        self.weight = layer.weight.permute(0, 2, 3, 1).flatten(1)  # (channels in, height * width * channels out)

    def forward(self, inputs: Tensor) -> Tensor:
        layer = self.layer
        (height, width), (down, across), (top, left) = layer.kernel_size, layer.stride, layer.padding
        count, channels, rows, columns = inputs.shape
        parts = inputs.permute(0, 2, 3, 1).reshape(-1, channels) @ self.weight
        parts = parts.view(count, rows, columns, height, width, layer.out_channels)
        tall, wide = (rows - 1) * down + height, (columns - 1) * across + width
        out = inputs.new_zeros(count, tall, wide, layer.out_channels)
        for row in range(height):
            for column in range(width):
                out[:, row : row + rows * down : down, column : column + columns * across : across] += parts[
                    :, :, :, row, column
                ]
        out = out[:, top : tall - top, left : wide - left].permute(0, 3, 1, 2)
        return out if layer.bias is None else out + layer.bias.view(-1, 1, 1)


def exact(network: nn.Module) -> nn.Module:
    """The network in float64 and in eval mode, as a copy.

    float32 rounds differently with the batch size, the thread count and the processor, enough to move
    a pixel by one level; float64 leaves nothing of that after rounding to 256 levels.
    """
    network = copy.deepcopy(network).double().eval()
    for name, layer in list(network.named_modules()):
        plain = isinstance(layer, nn.ConvTranspose2d) and layer.groups == 1
        if plain and (layer.dilation, layer.output_padding) == ((1, 1), (0, 0)):
            network.set_submodule(name, _Upward(layer))
    return network


def _run(network: nn.Module, inputs: Tensor) -> Tensor:
    network = exact(network)
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
