"""From latent vectors to pictures."""

import copy

import torch
from torch import Tensor, nn

from gan.models import GAN, IMAGE_SIZE, to_images

CHUNK = 64  # digits drawn at once: bounds the memory of a call


class _Upward(nn.Module):
    """A transposed convolution as one matrix product, and a sum of its parts where they overlap.

    In float64 PyTorch has only a kernel that takes image by image, two and a half times slower.
    """

    def __init__(self, layer: nn.ConvTranspose2d):
        super().__init__()
        self.sizes = layer.kernel_size, layer.stride, layer.padding
        self.weight = nn.Parameter(layer.weight.permute(0, 2, 3, 1).flatten(1))  # (in, height * width * out)
        self.bias = layer.bias

    def forward(self, inputs: Tensor) -> Tensor:
        (height, width), (down, across), (top, left) = self.sizes
        count, channels, rows, columns = inputs.shape
        parts = inputs.permute(0, 2, 3, 1).reshape(-1, channels) @ self.weight
        parts = parts.view(count, rows, columns, height, width, -1)
        tall, wide = (rows - 1) * down + height, (columns - 1) * across + width
        out = inputs.new_zeros(count, tall, wide, parts.shape[-1])
        for row in range(height):
            for column in range(width):
                place = out[:, row : row + rows * down : down, column : column + columns * across : across]
                place += parts[:, :, :, row, column]
        out = out[:, top : tall - top, left : wide - left].permute(0, 3, 1, 2)  # (count, out, tall, wide)
        return out if self.bias is None else out + self.bias.view(-1, 1, 1)


def exact(network: nn.Module) -> nn.Module:
    """The network in float64 and in eval mode: a copy, or itself where it is so already.

    float32 rounds differently with the batch size, the thread count and the processor, enough to move
    a pixel by one level; float64 leaves nothing of that after rounding to 256 levels.
    """
    modes = {module.training for module in network.modules()}
    if modes == {False} and all(weight.dtype == torch.float64 for weight in network.parameters()):
        return network
    network = copy.deepcopy(network).double().eval()
    for name, layer in list(network.named_modules()):
        plain = isinstance(layer, nn.ConvTranspose2d) and layer.groups == 1
        if plain and (layer.dilation, layer.output_padding) == ((1, 1), (0, 0)):
            network.set_submodule(name, _Upward(layer))
    return network


@torch.no_grad()
def generate(generator: nn.Module, z: Tensor) -> Tensor:
    """Draw digits: z (N, 100) -> uint8 (N, 28, 28), each the same alone or among a thousand."""
    network = exact(generator)
    images = torch.empty(len(z), IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8, device=z.device)
    for place, chunk in zip(images.split(CHUNK), z.double().split(CHUNK), strict=True):
        place.copy_(to_images(network(chunk)))  # kept in pieces, they would part the memory that the next one takes
    return images


@torch.no_grad()
def generate_scored(gan: GAN, z: Tensor) -> tuple[Tensor, Tensor]:
    """The digits of `generate`, and the discriminator's score of each: (N,), its probability of "real"."""
    network = exact(gan.generator)
    judge = copy.deepcopy(gan.discriminator).eval() if gan.discriminator.training else gan.discriminator
    images, logits = [], []
    for chunk in z.double().split(CHUNK):
        fake = network(chunk)
        images.append(to_images(fake))
        logits.append(judge(fake.float()))
    return torch.cat(images), torch.cat(logits).sigmoid()
