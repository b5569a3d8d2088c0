"""The networks. A model is a function that returns a GAN, and an entry in MODELS."""

import torch
from torch import Tensor, nn

LATENT_DIM = 100
IMAGE_SIZE = 28


class GAN(nn.Module):
    """A generator and a discriminator.

    generator: z (B, LATENT_DIM) -> images (B, 1, 28, 28) in [-1, 1].
    discriminator: images (B, 1, 28, 28) in [-1, 1] -> logits (B,), positive for "real", without a sigmoid.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module):
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator

    @property
    def d_has_batch_norm(self) -> bool:
        """Whether the discriminator has batch norm: in training, its logit of an image then depends on the batch."""
        return any(isinstance(layer, nn.modules.batchnorm._BatchNorm) for layer in self.discriminator.modules())


def to_real(images: Tensor) -> Tensor:
    """Scale images for the discriminator: uint8 (B, 28, 28) -> float32 (B, 1, 28, 28) in [-1, 1]."""
    return (images.unsqueeze(1) / 127.5).sub_(1)


def to_images(fake: Tensor) -> Tensor:
    """Scale a generator's output to grey levels: (B, 1, 28, 28) in [-1, 1] -> uint8 (B, 28, 28)."""
    return ((fake + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).squeeze(1)


def mlp() -> GAN:
    """Fully connected, in the classic sizes: G 100-256-256-784, D 784-256-256-1."""
    generator = nn.Sequential(
        nn.Linear(LATENT_DIM, 256),
        nn.ReLU(inplace=True),
        nn.Linear(256, 256),
        nn.ReLU(inplace=True),
        nn.Linear(256, IMAGE_SIZE**2),
        nn.Tanh(),
        nn.Unflatten(1, (1, IMAGE_SIZE, IMAGE_SIZE)),
    )
    discriminator = nn.Sequential(
        nn.Flatten(),
        nn.Linear(IMAGE_SIZE**2, 256),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(256, 256),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(256, 1),
        nn.Flatten(0),
    )
    return GAN(generator, discriminator)


def dcgan() -> GAN:
    """Convolutional, after DCGAN (Radford et al. 2016, arXiv:1511.06434), for 28x28 images."""
    generator = nn.Sequential(
        nn.Linear(LATENT_DIM, 192 * 4 * 4, bias=False),  # equals a transposed convolution of a 1x1 map, but faster
        nn.Unflatten(1, (192, 4, 4)),  # (B, 192, 4, 4)
        nn.BatchNorm2d(192),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(192, 112, 3, stride=2, padding=1, bias=False),  # (B, 112, 7, 7)
        nn.BatchNorm2d(112),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(112, 64, 4, stride=2, padding=1, bias=False),  # (B, 64, 14, 14)
        nn.BatchNorm2d(64),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(64, 1, 4, stride=2, padding=1),  # (B, 1, 28, 28)
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, 48, 4, stride=2, padding=1),  # (B, 48, 14, 14)
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(48, 96, 4, stride=2, padding=1, bias=False),  # (B, 96, 7, 7)
        nn.BatchNorm2d(96),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(96, 96, 3, padding=1, bias=False),  # (B, 96, 7, 7)
        nn.BatchNorm2d(96),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(96, 192, 3, stride=2, padding=1, bias=False),  # (B, 192, 4, 4)
        nn.BatchNorm2d(192),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Flatten(),
        nn.Linear(192 * 4 * 4, 1),
        nn.Flatten(0),
    )
    return _dcgan_weights(GAN(generator, discriminator))


def _dcgan_weights(gan: GAN) -> GAN:
    # N(0, 0.02) for every weight, as in DCGAN, in the memory format that is fastest for convolutions.
    for layer in gan.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0.0, 0.02)
    return gan.to(memory_format=torch.channels_last)


def small() -> GAN:
    """Convolutional like dcgan(), and so small that a single core trains it while a visitor watches."""
    generator = nn.Sequential(
        nn.Linear(LATENT_DIM, 32 * 7 * 7, bias=False),
        nn.Unflatten(1, (32, 7, 7)),  # (B, 32, 7, 7)
        nn.BatchNorm2d(32),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1, bias=False),  # (B, 16, 14, 14)
        nn.BatchNorm2d(16),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),  # (B, 1, 28, 28)
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, 16, 4, stride=2, padding=1),  # (B, 16, 14, 14)
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(16, 32, 4, stride=2, padding=1, bias=False),  # (B, 32, 7, 7)
        nn.BatchNorm2d(32),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 1),
        nn.Flatten(0),
    )
    return _dcgan_weights(GAN(generator, discriminator))


MODELS = {"mlp": mlp, "small": small, "dcgan": dcgan}


def new_gan(model: str, batch_norm: bool = True) -> GAN:
    """The untrained GAN of a model, with or without its batch norm. PyTorch's global generator draws its weights."""
    gan = MODELS[model]()
    if not batch_norm:
        for layers in gan.modules():
            _remove_batch_norm(layers)
    return gan


def _remove_batch_norm(layers: nn.Module) -> None:
    # Batch norm has a bias, so the layer before it has none. That layer gets one instead.
    weighted = None
    for name, layer in layers.named_children():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            setattr(layers, name, nn.Identity())
            if weighted is not None and weighted.bias is None:
                outputs = weighted.out_features if isinstance(weighted, nn.Linear) else weighted.out_channels
                weighted.bias = nn.Parameter(torch.zeros(outputs))
        elif hasattr(layer, "weight"):
            weighted = layer


def build_gan(model: str, seed: int, batch_norm: bool = True) -> GAN:
    """The untrained GAN of a run, on the CPU. It depends on the arguments only."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return new_gan(model, batch_norm)
