"""The adversarial loop of Goodfellow et al. 2014 (arXiv:1406.2661), the same for every model."""

import copy
import ctypes
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer
from torch.optim.swa_utils import update_bn

from gan.config import TrainConfig
from gan.data import batches
from gan.errors import DivergedError
from gan.models import GAN, LATENT_DIM, to_real
from gan.state import TrainState, init_state

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from malloc.h
R1_INTERVAL = 16  # steps from one penalty to the next
BN_CALIBRATION_IMAGES = 1280  # digits of each kind from which batch statistics are measured


@dataclass(frozen=True)
class EpochStats:
    """What one epoch measured: means over its images, as each batch came."""

    epoch: int
    d_loss: float  # 2 log 2 when D cannot tell
    g_loss: float  # log 2 when D cannot tell
    d_real: float  # mean sigmoid of D on reals, 0..1
    d_fake: float  # mean sigmoid of D on fakes, 0..1
    seconds: float
    images_per_second: float


def configure_cpu() -> None:
    """Set this process up to train on the CPU. Call it before the first thread starts.

    Denormal numbers become 0, for they slow small networks many times over. And where glibc is, it keeps the
    memory that a step frees (mallopt(3)): giving it back, and taking it again page by page, costs a DCGAN step
    some 4,500 page faults.
    """
    torch.set_flush_denormal(True)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name != "nt" else None
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, 32 * 2**20)  # the most that glibc takes
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def bce(logits: Tensor, target: float) -> Tensor:
    """Binary cross-entropy of sigmoid(logits) against one target in [0, 1], the mean over the batch."""
    return (F.softplus(logits) - target * logits).mean()


def r1_penalty(discriminator: nn.Module, real: Tensor) -> Tensor:
    """R1: half the mean squared length of the gradient of D's logits at real images (B, 1, 28, 28).

    It keeps D from growing steep around the data, where G could not learn from it: Mescheder et al. 2018
    (arXiv:1801.04406), equation 9.
    """
    real = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean() / 2


def train_step(
    gan: GAN, d_optimizer: Optimizer, g_optimizer: Optimizer, real: Tensor, z: Tensor, r1: float = 0.0
) -> Tensor:
    """One update of D, then one of G, on a real batch (B, 1, 28, 28) and z (B, 100); r1 is the penalty's weight in it.

    Gives d_loss, g_loss, mean D(x) and mean D(G(z)) as one tensor (4,), left on the device.
    """
    fake = gan.generator(z)

    if gan.d_has_batch_norm:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake.detach())
    else:  # one pass over both says the same, sooner
        real_logits, fake_logits = gan.discriminator(torch.cat((real, fake.detach()))).split(len(real))
    d_loss = bce(real_logits, 1) + bce(fake_logits, 0)  # -log D(x) - log(1 - D(G(z)))
    d_optimizer.zero_grad()
    (d_loss + r1 * r1_penalty(gan.discriminator, real) if r1 else d_loss).backward()
    d_optimizer.step()

    g_loss = bce(gan.discriminator(fake), 1)  # -log D(G(z))
    g_optimizer.zero_grad()
    g_loss.backward(inputs=list(gan.generator.parameters()))  # D's weights need no gradient here
    g_optimizer.step()

    scores = real_logits.sigmoid().mean(), fake_logits.sigmoid().mean()
    return torch.stack((d_loss, g_loss, *scores)).detach()


@torch.no_grad()
def update_ema(average: nn.Module, generator: nn.Module, decay: float, step: int) -> None:
    """Move a generator's average on after step number `step`, from 1: average = decay * average + (1 - decay) * now.

    Yaz et al. 2019 (arXiv:1806.04498). Early in a run the decay is less, that the first weights may be forgotten.
    PyTorch's AveragedModel does the same, but waits for the device at every step.
    """
    decay = min(decay, (1 + step) / (10 + step))
    for mean, now in zip(average.parameters(), generator.parameters(), strict=True):
        mean.lerp_(now, 1 - decay)


def train(
    gan: GAN,
    images: Tensor,
    config: TrainConfig,
    state: TrainState | None = None,
    progress: Callable[[Iterable[Tensor]], Iterable[Tensor]] = iter,
) -> Iterator[EpochStats]:
    """Train `gan` in place, from `state` (or the start) to config.epochs; yields after every epoch.

    images: uint8 (N, 28, 28) on the device that holds `gan`. `progress` wraps the batches of each
    epoch, to show them passing. Does no input or output of its own; whoever takes an epoch may save
    `gan` and `state` before asking for the next. Raises DivergedError instead of giving an epoch that is not sound.
    """
    state = state or init_state(gan, config)
    optimizers = state.d_optimizer, state.g_optimizer
    steps = math.ceil(len(images) / config.batch_size)
    gan.train()
    while state.epoch < config.epochs:
        began = time.perf_counter()
        total = torch.zeros(4, device=images.device)
        measured = torch.empty(steps, 4, device=images.device)
        first = state.epoch * steps
        for number, real in enumerate(progress(batches(images, config.batch_size, state.rng))):
            step = first + number
            z = torch.randn(len(real), LATENT_DIM, device=images.device, generator=state.rng)
            # Now and then, and as much heavier: Karras et al. 2020 (arXiv:1912.04958), "lazy regularization".
            r1 = 0.0 if step % R1_INTERVAL else config.r1 * R1_INTERVAL
            measured[number] = train_step(gan, *optimizers, real, z, r1)
            total += len(real) * measured[number]
            if config.ema:
                update_ema(state.ema, gan.generator, config.ema, step + 1)
        # In float16, as a snapshot holds it
        sound = torch.stack([tensor.half().isfinite().all() for tensor in gan.state_dict().values()]).all()
        figures = torch.cat((total / len(images), sound[None]))
        *means, sound = figures.tolist()  # the one wait for the device in an epoch
        if not (sound and all(map(math.isfinite, means))):
            raise DivergedError(_diverged(state.epoch + 1, measured))
        seconds = time.perf_counter() - began
        state.epoch += 1
        yield EpochStats(state.epoch, *means, seconds, len(images) / seconds)


def _diverged(epoch: int, measured: Tensor) -> str:
    # measured: (steps, 4), as `train_step` gives it
    steps = (~measured.isfinite().all(1)).nonzero()
    if len(steps):
        return f"the loss is not finite from step {steps[0].item() + 1} of epoch {epoch} on"
    return f"the weights are not finite, or too large for the float16 of a snapshot, at the end of epoch {epoch}"


@torch.no_grad()
def export_gan(gan: GAN, generator: nn.Module, images: Tensor) -> GAN:
    """What is served of `gan`: a copy in eval mode of its discriminator and of `generator`, its own or their average.

    Batch statistics are measured for the weights as they are. An average of weights has none of its own; and in
    training, batch norm judges each digit beside its batch. To judge it alone, a discriminator needs the statistics
    of an average batch of the game, real or fake; those that trail behind training are so far off that it calls
    nearly everything fake. images: uint8 (N, 28, 28) on the device that holds `gan`.
    """
    gan = copy.deepcopy(GAN(generator, gan.discriminator))
    device = images.device
    rng = torch.Generator(device).manual_seed(0)
    z = torch.randn(BN_CALIBRATION_IMAGES, LATENT_DIM, device=device, generator=rng).split(128)
    update_bn(z, gan.generator)
    gan.generator.eval()
    reals = map(to_real, images[:BN_CALIBRATION_IMAGES].split(128))
    update_bn((batch for pair in zip(reals, map(gan.generator, z), strict=False) for batch in pair), gan.discriminator)
    return gan.eval()
