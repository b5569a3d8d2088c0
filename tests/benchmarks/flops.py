"""The work of a training step, and the speed of large matrix products, which is taken as the machine's limit."""

import time
from collections.abc import Iterator

import common  # noqa: F401
import torch
from torch.utils.flop_counter import FlopCounterMode

from gan.batches import batches
from gan.config import RECIPES
from gan.models import LATENT_DIM, build_gan
from gan.state import init_state
from gan.training import train_step

SIDE = 2048  # of the square matrices


def matrix_product_speed(duration: float = 1.0) -> Iterator[float]:
    """GFLOP/s of float32 matrix products. Each item measures for `duration` seconds."""
    left, right = torch.randn(2, SIDE, SIDE)
    out = torch.empty(SIDE, SIDE)
    while True:
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < duration:
            torch.mm(left, right, out=out)
            count += 1
        yield 2 * SIDE**3 * count / (time.perf_counter() - start) / 1e9


def multiply_adds(model: str, images: torch.Tensor) -> float:
    """Multiply-adds of one training step, for each image of the batch. images: uint8 (N, 28, 28).

    R1 is left out, because the counter cannot follow it. It is in one step of sixteen, so the result is a little low.
    """
    config = RECIPES[model]
    gan = build_gan(model, config.seed)
    state = init_state(gan, config)
    real = next(batches(images, config.batch_size, state.rng))
    z = torch.randn(len(real), LATENT_DIM)
    with FlopCounterMode(display=False) as counter:
        train_step(gan, state.d_optimizer, state.g_optimizer, real, z)
    return counter.get_total_flops() / 2 / len(real)
