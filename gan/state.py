"""The state of a training run: everything beside the weights that it needs to resume to the same bits."""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from gan.config import TrainConfig
from gan.models import GAN


@dataclass
class TrainState:
    """The state of a run beside its GAN."""

    d_optimizer: Optimizer
    g_optimizer: Optimizer
    rng: torch.Generator  # on the training device; draws the order of the images, and z
    ema: nn.Module  # the EMA copy of the generator; the generator itself if the run has no EMA
    epoch: int = 0  # the last complete one


def init_state(gan: GAN, config: TrainConfig) -> TrainState:
    """The state before the first epoch, on the device that holds `gan`."""
    device = next(gan.parameters()).device
    fused = device.type in ("cpu", "cuda")
    return TrainState(
        d_optimizer=Adam(gan.discriminator.parameters(), config.d_lr or config.lr, config.betas, fused=fused),
        g_optimizer=Adam(gan.generator.parameters(), config.lr, config.betas, fused=fused),
        # The CPU's generator uses the low 32 bits of a seed only, so the offset has no effect there. On CUDA it selects
        # another stream. Without it, runs on CUDA would change.
        rng=torch.Generator(device).manual_seed(2**32 + config.seed),
        ema=copy.deepcopy(gan.generator) if config.ema else gan.generator,
    )


def state_tensors(gan: GAN, state: TrainState) -> dict[str, Tensor]:
    """All tensors of a run, by name: weights, EMA, the moments of both optimizers, the state of the RNG."""
    tensors = {f"gan.{name}": tensor for name, tensor in gan.state_dict().items()}
    if state.ema is not gan.generator:
        tensors |= {f"ema.{name}": tensor for name, tensor in state.ema.state_dict().items()}
    for name, optimizer in (("d_optimizer", state.d_optimizer), ("g_optimizer", state.g_optimizer)):
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": tensor for key, tensor in moments.items()}
    return tensors | {"rng": state.rng.get_state()}


def restore_state(gan: GAN, state: TrainState, tensors: dict[str, Tensor], epoch: int) -> None:
    """Restore `gan` and a new `state` to the same bits as when `state_tensors` was called.

    Raises KeyError, ValueError or RuntimeError if the tensors do not fit the GAN.
    """
    tensors = dict(tensors)
    state.rng.set_state(tensors.pop("rng"))
    gan.load_state_dict({name: tensors.pop(f"gan.{name}") for name in gan.state_dict()})
    if state.ema is not gan.generator:
        state.ema.load_state_dict({name: tensors.pop(f"ema.{name}") for name in state.ema.state_dict()})
    for name, optimizer in (("d_optimizer", state.d_optimizer), ("g_optimizer", state.g_optimizer)):
        saved = optimizer.state_dict()
        for index, parameter in enumerate(optimizer.param_groups[0]["params"]):
            names = {key: f"{name}.{index}.{key}" for key in ("step", "exp_avg", "exp_avg_sq")}
            moments = {key: tensors.pop(name) for key, name in names.items() if name in tensors}
            # The moments need the parameter's memory format: fused Adam reads both in storage order.
            saved["state"][index] = {
                key: torch.empty_like(parameter).copy_(tensor) if tensor.dim() else tensor
                for key, tensor in moments.items()
            }
        optimizer.load_state_dict(saved)
    if tensors:
        raise ValueError(f"unknown tensors: {', '.join(sorted(tensors))}")
    state.epoch = epoch
