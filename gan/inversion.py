"""Find the latent vector whose digit comes closest to a given digit: invert a generator.

The vector minimises the squared error of the pixels, as in Creswell & Bharath 2016 (arXiv:1611.05644). Its length is
kept below that of almost all random vectors, which is the idea of Lipton & Tripathi 2017 (arXiv:1702.04782). The search
begins at the nearest digits of a bank of seeds. Adam moves all of them. Then the method of Levenberg and Marquardt
moves the best one (Marquardt 1963, "An algorithm for least-squares estimation of nonlinear parameters").
tests/benchmarks/README.md compares this with Adam alone.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import jacfwd

from gan.latent import consecutive, latents
from gan.models import LATENT_DIM

BANK = 1024  # seeds whose digits are compared first
STARTS = 8  # of them, the nearest ones
ADAM_STEPS = 24
LR = 0.1
NEWTON_STEPS = 12
JACOBIAN_EVERY = 3
LEAST_DAMPING = 1e-3
MAX_NORM = 11.0  # of z: 92 of 100 random vectors are shorter
DAMPINGS = 4  # that a step tries before it gives up, each four times the one before
CHUNK = 64


@dataclass(frozen=True)
class Inverter:
    """A generator that is ready to be inverted: float32 and frozen, with the digits of its bank, (BANK, 784)."""

    generator: nn.Module
    bank: Tensor

    @property
    def nbytes(self) -> int:
        """The bytes that it holds."""
        return self.bank.nbytes + sum(tensor.nbytes for tensor in self.generator.state_dict().values())


@dataclass(frozen=True)
class Climb:
    """The way to the vector: the path of the start that came closest.

    z: (F, 100), from the vector of one of the nearest seeds to the one that was found, which float16 can hold exactly.
    steps: the number of the step of each. seed: whose digit is the nearest one of the bank. seed_rmse: the error of its
    pixels, in grey levels.
    """

    z: Tensor
    steps: list[int]
    seed: int
    seed_rmse: float


@torch.no_grad()
def make_inverter(generator: nn.Module) -> Inverter:
    """Prepare a generator. It is copied and stays as it is."""
    frozen = copy.deepcopy(generator).float().eval().requires_grad_(False).to(memory_format=torch.channels_last)
    z = latents(consecutive(0, BANK))
    return Inverter(frozen, torch.cat([frozen(chunk).flatten(1) for chunk in z.split(CHUNK)]))


def invert(inverter: Inverter, digit: Tensor) -> Climb:
    """Find the vector whose digit is closest to `digit`, uint8 (28, 28). The error is that of float32 pixels."""
    target = digit.flatten().float() / 127.5 - 1  # (784,)
    distances = (inverter.bank - target).square().mean(1)
    seeds = distances.argsort(stable=True)[:STARTS].tolist()
    paths = _adam(inverter.generator, latents(seeds), target)  # (ADAM_STEPS + 1, STARTS, 100)
    best = _errors(inverter.generator, paths[-1], target).argmin()
    path = [*paths[:, best], *_newton(inverter.generator, paths[-1, best], target)]
    path[-1] = path[-1].half().float()
    rmse = 127.5 * distances[seeds[0]].sqrt().item()
    return Climb(torch.stack(path), list(range(len(path))), seeds[0], rmse)


def _adam(generator: nn.Module, z: Tensor, target: Tensor) -> Tensor:
    # The vectors (N, 100) before and after each step: (ADAM_STEPS + 1, N, 100).
    z = z.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], LR, foreach=False)
    path = [z.detach().clone()]
    for _ in range(ADAM_STEPS):
        optimizer.zero_grad()
        _errors(generator, z, target).sum().backward()
        optimizer.step()
        with torch.no_grad():
            z.copy_(_shorten(z))
        path.append(z.detach().clone())
    return torch.stack(path)


def _newton(generator: nn.Module, z: Tensor, target: Tensor) -> list[Tensor]:
    # The vectors after each step from z (100,): (J'J + damping I) step = -J'r, with the Jacobian J of the residuals r.
    # A Jacobian takes as long as a hundred digits. Between two of them it follows Broyden 1965, "A class of methods for
    # solving nonlinear simultaneous equations".
    def residuals(z: Tensor) -> Tensor:
        return generator(z[None]).flatten() - target

    path, damping, rest = [], 1.0, residuals(z)
    for number in range(NEWTON_STEPS):
        if number % JACOBIAN_EVERY == 0:
            jacobian = jacfwd(residuals)(z)  # (784, 100)
        square, slope = jacobian.T @ jacobian, jacobian.T @ rest
        for _ in range(DAMPINGS):
            step = torch.linalg.solve(square + damping * torch.eye(LATENT_DIM), slope)
            moved = _shorten((z - step)[None])[0]
            new = residuals(moved)
            if new.square().sum() < rest.square().sum():
                way = moved - z
                jacobian = jacobian + torch.outer(new - rest - jacobian @ way, way) / way.square().sum()
                z, rest, damping = moved, new, max(damping / 4, LEAST_DAMPING)
                break
            damping *= 4
        path.append(z)
    return path


def _errors(generator: nn.Module, z: Tensor, target: Tensor) -> Tensor:
    # Squared distances of the digits of z (N, 100) from the target, in [-1, 1] units: (N,).
    return (generator(z).flatten(1) - target).square().sum(1)


def _shorten(z: Tensor) -> Tensor:
    return z * (MAX_NORM / z.norm(dim=1, keepdim=True)).clamp(max=1)
