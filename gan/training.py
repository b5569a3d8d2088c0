"""The adversarial loop of Goodfellow et al. 2014 (arXiv:1406.2661), the same for every model."""

import copy
import ctypes
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import Adam, Optimizer
from torch.optim.swa_utils import update_bn

from gan.config import TrainConfig
from gan.data import batches
from gan.models import GAN, LATENT_DIM, to_real

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from malloc.h
SETTLING = 1280  # digits of each kind from which batch statistics are measured


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


@dataclass
class State:
    """Where a run stands, beside the weights: with them, everything to resume it."""

    d_optimizer: Optimizer
    g_optimizer: Optimizer
    rng: torch.Generator  # on the training device: the order of the images, and z
    epoch: int = 0


def prepare_cpu() -> None:
    """Set this process up to train on the CPU. Call it before the first thread starts.

    Denormal numbers become 0, for they slow small networks many times over. And where glibc is, it keeps the
    memory that a step frees (mallopt(3)): giving it back, and taking it again page by page, costs a DCGAN step
    some 4,500 page faults.
    """
    torch.set_flush_denormal(True)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, 32 * 2**20)  # the most that glibc takes
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def start(gan: GAN, config: TrainConfig) -> State:
    """The state before the first epoch, on the device that holds `gan`."""
    device = next(gan.parameters()).device
    fused = device.type in ("cpu", "cuda")
    return State(
        d_optimizer=Adam(gan.discriminator.parameters(), config.lr, config.betas, fused=fused),
        g_optimizer=Adam(gan.generator.parameters(), config.lr, config.betas, fused=fused),
        # Seeds end at 2**32 - 1, so no run draws from the stream that initialised a run's weights.
        rng=torch.Generator(device).manual_seed(2**32 + config.seed),
    )


def state_tensors(gan: GAN, state: State) -> dict[str, Tensor]:
    """All tensors of a run, named: the weights, both optimizers' moments and the random numbers' place."""
    tensors = {f"gan.{name}": tensor for name, tensor in gan.state_dict().items()}
    for name, optimizer in (("d_optimizer", state.d_optimizer), ("g_optimizer", state.g_optimizer)):
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": tensor for key, tensor in moments.items()}
    return tensors | {"rng": state.rng.get_state()}


def restore(gan: GAN, state: State, tensors: dict[str, Tensor], epoch: int) -> None:
    """Put `gan` and a fresh `state` back to where `state_tensors` was called, to the same bits.

    Raises KeyError, ValueError or RuntimeError where the tensors are not those of this GAN.
    """
    tensors = dict(tensors)
    state.rng.set_state(tensors.pop("rng"))
    gan.load_state_dict({name: tensors.pop(f"gan.{name}") for name in gan.state_dict()})
    for name, optimizer in (("d_optimizer", state.d_optimizer), ("g_optimizer", state.g_optimizer)):
        saved = optimizer.state_dict()
        for index, parameter in enumerate(optimizer.param_groups[0]["params"]):
            names = {key: f"{name}.{index}.{key}" for key in ("step", "exp_avg", "exp_avg_sq")}
            moments = {key: tensors.pop(name) for key, name in names.items() if name in tensors}
            # The moments take the parameter's memory format: fused Adam walks them side by side.
            saved["state"][index] = {
                key: torch.empty_like(parameter).copy_(tensor) if tensor.dim() else tensor
                for key, tensor in moments.items()
            }
        optimizer.load_state_dict(saved)
    if tensors:
        raise ValueError(f"unknown tensors: {', '.join(sorted(tensors))}")
    state.epoch = epoch


def bce(logits: Tensor, target: float) -> Tensor:
    """Binary cross-entropy of sigmoid(logits) against one target in [0, 1], the mean over the batch."""
    return (F.softplus(logits) - target * logits).mean()


def train_step(gan: GAN, d_optimizer: Optimizer, g_optimizer: Optimizer, real: Tensor, z: Tensor) -> Tensor:
    """One update of D, then one of G, on a real batch (B, 1, 28, 28) and z (B, 100).

    Gives d_loss, g_loss, mean D(x) and mean D(G(z)) as one tensor (4,), left on the device.
    """
    fake = gan.generator(z)

    if gan.judges_batches:
        real_logits, fake_logits = gan.discriminator(real), gan.discriminator(fake.detach())
    else:  # one pass over both says the same, sooner
        real_logits, fake_logits = gan.discriminator(torch.cat((real, fake.detach()))).split(len(real))
    d_loss = bce(real_logits, 1) + bce(fake_logits, 0)  # -log D(x) - log(1 - D(G(z)))
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()

    g_loss = bce(gan.discriminator(fake), 1)  # -log D(G(z))
    g_optimizer.zero_grad()
    g_loss.backward(inputs=list(gan.generator.parameters()))  # D's weights need no gradient here
    g_optimizer.step()

    scores = real_logits.sigmoid().mean(), fake_logits.sigmoid().mean()
    return torch.stack((d_loss, g_loss, *scores)).detach()


def train(
    gan: GAN,
    images: Tensor,
    config: TrainConfig,
    state: State | None = None,
    progress: Callable[[Iterable[Tensor]], Iterable[Tensor]] = iter,
) -> Iterator[EpochStats]:
    """Train `gan` in place, from `state` (or the start) to config.epochs; yields after every epoch.

    images: uint8 (N, 28, 28) on the device that holds `gan`. `progress` wraps the batches of each
    epoch, to show them passing. Does no input or output of its own; whoever takes an epoch may save
    `gan` and `state` before asking for the next.
    """
    state = state or start(gan, config)
    gan.train()
    while state.epoch < config.epochs:
        began = time.perf_counter()
        total = torch.zeros(4, device=images.device)
        for real in progress(batches(images, config.batch_size, state.rng)):
            z = torch.randn(len(real), LATENT_DIM, device=images.device, generator=state.rng)
            total += len(real) * train_step(gan, state.d_optimizer, state.g_optimizer, real, z)
        means = (total / len(images)).tolist()  # the one wait for the device in an epoch
        seconds = time.perf_counter() - began
        state.epoch += 1
        yield EpochStats(state.epoch, *means, seconds, len(images) / seconds)


@torch.no_grad()
def served(gan: GAN, images: Tensor) -> GAN:
    """A copy of `gan` to serve: in eval mode, with batch statistics measured for the weights as they are.

    In training, batch norm judges each digit beside its batch. To judge it alone, a discriminator needs the
    statistics of an average batch of the game, real or fake; those that trail behind training are so far off
    that it calls nearly everything fake. images: uint8 (N, 28, 28) on the device that holds `gan`.
    """
    gan = copy.deepcopy(gan)
    device = images.device
    rng = torch.Generator(device).manual_seed(0)
    z = torch.randn(SETTLING, LATENT_DIM, device=device, generator=rng).split(128)
    update_bn(z, gan.generator)
    gan.generator.eval()
    reals = map(to_real, images[:SETTLING].split(128))
    update_bn((batch for pair in zip(reals, map(gan.generator, z), strict=False) for batch in pair), gan.discriminator)
    return gan.eval()
