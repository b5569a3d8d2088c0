"""The training loops of the usual GAN tutorials. train_speed.py compares their speed with this project's loop.

This module is not a command. The loops yield images per second and save nothing.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import transforms
from torchvision.datasets import MNIST


def classic_mlp() -> tuple[nn.Module, nn.Module]:
    """A generator 100-256-256-784, and a discriminator 784-256-256-1 that ends in a sigmoid."""
    generator = nn.Sequential(
        nn.Linear(100, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh(),
        nn.Unflatten(1, (1, 28, 28)),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.LeakyReLU(0.2), nn.Linear(256, 256), nn.LeakyReLU(0.2),
        nn.Linear(256, 1), nn.Sigmoid(),
    )  # fmt: skip
    return generator, discriminator


def classic_convolutional() -> tuple[nn.Module, nn.Module]:
    """A generator with 56x56 feature maps, halved by its last layer, and a discriminator with 5x5 convolutions."""
    generator = nn.Sequential(
        nn.Linear(100, 3136), nn.Unflatten(1, (1, 56, 56)), nn.BatchNorm2d(1), nn.ReLU(),
        nn.Conv2d(1, 50, 3, padding=1), nn.BatchNorm2d(50), nn.ReLU(),
        nn.Conv2d(50, 25, 3, padding=1), nn.BatchNorm2d(25), nn.ReLU(),
        nn.Conv2d(25, 1, 2, stride=2), nn.Tanh(),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.LeakyReLU(0.2), nn.AvgPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.LeakyReLU(0.2), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(3136, 1024), nn.LeakyReLU(0.2), nn.Linear(1024, 1), nn.Sigmoid(),
    )  # fmt: skip
    return generator, discriminator


def classic_loop(
    generator: nn.Module, discriminator: nn.Module, data: Path, count: int, device: str = "cpu"
) -> Iterator[float]:
    """Train without end on the first `count` digits of MNIST in `data`. After each epoch, yield images per second."""
    generator.to(device)
    discriminator.to(device)
    to_input = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    mnist = MNIST(data, transform=to_input)
    digits = Subset(mnist, range(min(count, len(mnist))))
    loader = DataLoader(digits, batch_size=128, shuffle=True)
    criterion = nn.BCELoss()
    d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=3e-4)
    g_optimizer = torch.optim.Adam(generator.parameters(), lr=3e-4)
    while True:
        start = time.perf_counter()
        for real, _ in loader:
            real = real.to(device)
            ones, zeros = torch.ones(len(real), 1, device=device), torch.zeros(len(real), 1, device=device)

            fake = generator(torch.randn(len(real), 100, device=device))
            d_loss = criterion(discriminator(real), ones) + criterion(discriminator(fake), zeros)
            d_optimizer.zero_grad()
            d_loss.backward()
            d_optimizer.step()

            fake = generator(torch.randn(len(real), 100, device=device))
            g_loss = criterion(discriminator(fake), ones)
            g_optimizer.zero_grad()
            g_loss.backward()
            g_optimizer.step()
        yield len(digits) / (time.perf_counter() - start)
