"""The discriminator's push: how its logit changes with each pixel of a fake, and with the latent vector behind it.

This gradient is all that G learns from (Goodfellow et al. 2014, arXiv:1406.2661). A step along it in the pixels raises
the score and changes no digit: an adversarial example (Szegedy et al. 2014, arXiv:1312.6199). A step in z can only lead
to what G can draw. Each network is used in eval mode, with its own data type. The logit is differentiated, not the
score: a score near 0 or 1 hardly changes.
"""

import copy

import torch
from torch import Tensor, nn

from gan.models import GAN
from gan.sampling import CHUNK

FRAMES = 11  # of a film that follows the push, with the one before the first step
# A full step, measured on the last epochs of the committed runs (100 seeds), with D's mean score and the share of
# digits whose class the classifier keeps:
#
# |       | pixels: 4 | z: 0.5 | z: 1 |
# |---|---|---|---|
# | mlp   | 0.46 to 0.66, 96 % | 0.46 to 0.57, 89 % | 0.46 to 0.60, 86 % |
# | dcgan | 0.51 to 0.89, 96 % | 0.51 to 0.60, 94 % | 0.51 to 0.62, 93 % |
PIXEL_STEP = 4.0  # length of a path through images in [-1, 1]: 18 grey levels, if all pixels changed alike
LATENT_STEP = 0.5  # length of a path through z
SUBSTEPS = 2  # between two frames in z: D's logit bends there, and with one the score of half the digits falls once


def push_in_pixels(discriminator: nn.Module, fakes: Tensor) -> Tensor:
    """The gradient of D's logit of each image: (N, 1, 28, 28) -> the same shape, in logits per unit of a pixel."""
    network = _in_eval(discriminator)
    return torch.cat([_gradient(network, chunk) for chunk in fakes.split(CHUNK)])


def push_in_z(gan: GAN, z: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients of D's logit of G(z) with respect to pixels, (N, 1, 28, 28), and z, (N, 100). z: (N, 100).

    The second is the first carried back through G.
    """
    generator, discriminator = _in_eval(gan.generator), _in_eval(gan.discriminator)
    in_pixels, in_z = [], []
    for chunk in z.detach().to(_type_of(generator)).split(CHUNK):
        with torch.enable_grad():
            leaf = chunk.clone().requires_grad_()
            fakes = generator(leaf)
        in_pixels.append(_gradient(discriminator, fakes.to(_type_of(discriminator))))
        in_z += torch.autograd.grad(fakes, leaf, in_pixels[-1].to(fakes.dtype))
    return torch.cat(in_pixels), torch.cat(in_z)


def follow_in_pixels(discriminator: nn.Module, fakes: Tensor) -> Tensor:
    """Move images along D's push, in FRAMES - 1 steps of equal length: (N, 1, 28, 28) -> (FRAMES, N, 1, 28, 28).

    The push is measured again before each step. After it, pixels are clipped to [-1, 1].
    """
    frames = [fakes]
    for _ in range(FRAMES - 1):
        step = PIXEL_STEP / (FRAMES - 1) * to_unit(push_in_pixels(discriminator, frames[-1]))
        frames.append((frames[-1] + step).clamp(-1, 1))
    return torch.stack(frames)


def follow_in_z(gan: GAN, z: Tensor) -> Tensor:
    """Move z along D's push, in FRAMES - 1 steps of equal length: (N, 100) -> float32 (FRAMES, N, 100).

    Computed in float32, which takes half the time. The vectors after the first are in float16 precision, in which a
    link keeps a vector.
    """
    fast = GAN(copy.deepcopy(gan.generator).float(), gan.discriminator)
    frames, now = [z], z
    for _ in range(FRAMES - 1):
        for _ in range(SUBSTEPS):
            now = now + LATENT_STEP / (FRAMES - 1) / SUBSTEPS * to_unit(push_in_z(fast, now)[1])
        frames.append(now.half().float())
    return torch.stack(frames)


def to_unit(gradients: Tensor) -> Tensor:
    """Gradients (N, ...), each of the length 1. A gradient of the length 0 stays 0."""
    lengths = gradients.flatten(1).norm(dim=1).clamp(min=1e-30)
    return gradients / lengths.view(-1, *[1] * (gradients.ndim - 1))


def _gradient(network: nn.Module, images: Tensor) -> Tensor:
    # An image's logit depends on no other image in eval mode, so the sum of the logits has the gradient of each.
    with torch.enable_grad():
        leaf = images.detach().clone().requires_grad_()
        return torch.autograd.grad(network(leaf).sum(), leaf)[0]


def _in_eval(network: nn.Module) -> nn.Module:
    return copy.deepcopy(network).eval() if network.training else network


def _type_of(network: nn.Module) -> torch.dtype:
    return next(network.parameters()).dtype
