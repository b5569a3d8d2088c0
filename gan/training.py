"""The training loop of Goodfellow et al. 2014 (arXiv:1406.2661), the same for every model."""

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

from gan.batches import batches
from gan.config import TrainConfig
from gan.errors import DivergedError
from gan.models import GAN, LATENT_DIM, to_real
from gan.state import TrainState, init_state

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from malloc.h
R1_INTERVAL = 16  # steps between two R1 penalties
BN_CALIBRATION_IMAGES = 1280  # reals, and fakes, from which batch statistics are measured for export


@dataclass(frozen=True)
class EpochStats:
    """The metrics of one epoch: means over its images, measured during training."""

    epoch: int
    d_loss: float  # 2 log 2 if D only guesses
    g_loss: float  # log 2 if D only guesses
    d_real: float  # mean score of reals, 0..1
    d_fake: float  # mean score of fakes, 0..1
    seconds: float
    images_per_second: float


def configure_torch() -> None:
    """Set up this process to train. Call it before the first thread starts.

    On the CPU, denormal numbers become 0, because they slow down small networks many times over. With glibc, memory
    that a step frees is kept for the next step (mallopt(3)): returning it to the system costs a DCGAN step some 4,500
    page faults.

    On CUDA, convolutions are deterministic, so that a resumed run has the same bits, and in float32. PyTorch's default
    for them is TF32, with 10 bits of precision.
    """
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False
    torch.set_flush_denormal(True)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name != "nt" else None
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, 32 * 2**20)  # the largest value that glibc accepts
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def bce(logits: Tensor, target: float) -> Tensor:
    """Binary cross-entropy of sigmoid(logits) (B,) with one target in [0, 1], the mean over the batch."""
    return (F.softplus(logits) - target * logits).mean()


def r1_penalty(discriminator: nn.Module, real: Tensor) -> Tensor:
    """R1: half the mean squared norm of the gradient of D's logits at real images (B, 1, 28, 28).

    It keeps D from becoming so steep around the data that G cannot learn from it. Mescheder et al. 2018
    (arXiv:1801.04406), equation 9.
    """
    real = real.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
    return gradient.square().sum((1, 2, 3)).mean() / 2


def train_step(
    gan: GAN,
    d_optimizer: Optimizer,
    g_optimizer: Optimizer,
    real: Tensor,
    z: Tensor,
    r1: float = 0.0,
    updated: str = "dg",
) -> Tensor:
    """Update D, then G, on a real batch (B, 1, 28, 28) and z (B, 100). `r1` is the weight of the R1 penalty.

    `updated` is "dg" for both networks, "d" or "g" for one of them. Returns d_loss, g_loss, mean D(x) and mean D(G(z))
    as one tensor (4,) on the device.
    """
    fake = gan.generator(z)

    if gan.d_has_batch_norm:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake.detach())
    else:  # one pass over both gives the same logits, faster
        real_logits, fake_logits = gan.discriminator(torch.cat((real, fake.detach()))).split(len(real))
    d_loss = bce(real_logits, 1) + bce(fake_logits, 0)  # -log D(x) - log(1 - D(G(z)))
    if "d" in updated:
        d_optimizer.zero_grad()
        (d_loss + r1 * r1_penalty(gan.discriminator, real) if r1 else d_loss).backward()
        d_optimizer.step()

    g_loss = bce(gan.discriminator(fake), 1)  # -log D(G(z))
    if "g" in updated:
        g_optimizer.zero_grad()
        g_loss.backward(inputs=list(gan.generator.parameters()))  # no gradients for D's weights
        g_optimizer.step()

    scores = real_logits.sigmoid().mean(), fake_logits.sigmoid().mean()
    return torch.stack((d_loss, g_loss, *scores)).detach()


@torch.no_grad()
def update_ema(ema: nn.Module, generator: nn.Module, decay: float, step: int) -> None:
    """Update the EMA of a generator's weights: ema = decay * ema + (1 - decay) * weights. `step` counts from 1.

    Yaz et al. 2019 (arXiv:1806.04498). The decay is smaller in the first steps, so that the initial weights are
    forgotten. PyTorch's AveragedModel does the same, but waits for the device at every step.
    """
    decay = min(decay, (1 + step) / (10 + step))
    for mean, weight in zip(ema.parameters(), generator.parameters(), strict=True):
        mean.lerp_(weight, 1 - decay)


def take_step(
    gan: GAN, config: TrainConfig, state: TrainState, real: Tensor, step: int, updated: str | None = None
) -> Tensor:
    """One step of a run, on a real batch: draw z, update D and G, then the EMA. `step` counts from 0.

    `updated` is that of `train_step`; None: D, and in every `config.d_steps`-th step G too. Returns as `train_step`.
    """
    updated = updated or ("dg" if (step + 1) % config.d_steps == 0 else "d")
    z = torch.randn(len(real), LATENT_DIM, device=real.device, generator=state.rng)
    # Lazy regularization, Karras et al. 2020 (arXiv:1912.04958): every 16th step, with 16 times the weight.
    r1 = 0.0 if step % R1_INTERVAL else config.r1 * R1_INTERVAL
    metrics = train_step(gan, state.d_optimizer, state.g_optimizer, real, z, r1, updated)
    if config.ema and "g" in updated:
        update_ema(state.ema, gan.generator, config.ema, step + 1)
    return metrics


def train(
    gan: GAN,
    images: Tensor,
    config: TrainConfig,
    state: TrainState | None = None,
    progress: Callable[[Iterable[Tensor]], Iterable[Tensor]] = iter,
) -> Iterator[EpochStats]:
    """Train `gan` in place from `state` (default: a new one) to config.epochs. Yields after every epoch.

    images: uint8 (N, 28, 28), on the device of `gan`. `progress` wraps the batches of each epoch, to show a progress
    bar. There is no I/O: the caller can save `gan` and `state` before it asks for the next epoch. Raises DivergedError
    instead of yielding an epoch with a loss or weight that is inf or NaN.
    """
    state = state or init_state(gan, config)
    steps = math.ceil(len(images) / config.batch_size)
    gan.train()
    while state.epoch < config.epochs:
        start = time.perf_counter()
        total = torch.zeros(4, device=images.device)
        metrics = torch.empty(steps, 4, device=images.device)
        first = state.epoch * steps
        for number, real in enumerate(progress(batches(images, config.batch_size, state.rng))):
            metrics[number] = take_step(gan, config, state, real, first + number)
            total += len(real) * metrics[number]
        # In float16, the precision of a snapshot
        finite = torch.stack([tensor.half().isfinite().all() for tensor in gan.state_dict().values()]).all()
        row = torch.cat((total / len(images), finite[None]))
        *means, finite = row.tolist()  # the only wait for the device in an epoch
        if not (finite and all(map(math.isfinite, means))):
            raise DivergedError(_describe_divergence(state.epoch + 1, metrics))
        seconds = time.perf_counter() - start
        state.epoch += 1
        yield EpochStats(state.epoch, *means, seconds, len(images) / seconds)


def _describe_divergence(epoch: int, metrics: Tensor) -> str:
    # metrics: (steps, 4), rows from `train_step`
    steps = (~metrics.isfinite().all(1)).nonzero()
    if len(steps):
        return f"the loss became inf or NaN in step {steps[0].item() + 1} of epoch {epoch}"
    return f"a weight is inf, NaN or too large for the float16 of a snapshot at the end of epoch {epoch}"


@torch.no_grad()
def export_gan(gan: GAN, generator: nn.Module, images: Tensor) -> GAN:
    """The GAN to serve: copies in eval mode of `generator` (of `gan`, or its EMA) and of the discriminator.

    Batch norm needs running statistics that fit the weights, so they are measured again, from up to
    BN_CALIBRATION_IMAGES images (uint8 (N, 28, 28) on the device of `gan`) and as many fakes. EMA weights have no
    statistics of their own. The discriminator's running statistics lag so far behind training that it would score
    nearly every image as fake; the statistics of real and fake batches together make its scores those of training.
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
