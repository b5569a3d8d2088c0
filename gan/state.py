"""Where a training run stands: everything to resume it to the same bits."""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from gan.config import TrainConfig
from gan.models import GAN


@dataclass
class TrainState:
    """What a run has beside its weights."""

    d_optimizer: Optimizer
    g_optimizer: Optimizer
    rng: torch.Generator  # on the training device: the order of the images, and z
    ema: nn.Module  # the generator's moving average; the generator itself where the run keeps none
    epoch: int = 0


def init_state(gan: GAN, config: TrainConfig) -> TrainState:
    """The state before the first epoch, on the device that holds `gan`."""
    device = next(gan.parameters()).device
    fused = device.type in ("cpu", "cuda")
    return TrainState(
        d_optimizer=Adam(gan.discriminator.parameters(), config.lr, config.betas, fused=fused),
        g_optimizer=Adam(gan.generator.parameters(), config.lr, config.betas, fused=fused),
        # Seeds end at 2**32 - 1, so no run draws from the stream that initialised a run's weights.
        rng=torch.Generator(device).manual_seed(2**32 + config.seed),
        ema=copy.deepcopy(gan.generator) if config.ema else gan.generator,
    )


def state_tensors(gan: GAN, state: TrainState) -> dict[str, Tensor]:
    """All tensors of a run, named: weights, their average, both optimizers' moments, the random numbers' place."""
    tensors = {f"gan.{name}": tensor for name, tensor in gan.state_dict().items()}
    if state.ema is not gan.generator:
        tensors |= {f"ema.{name}": tensor for name, tensor in state.ema.state_dict().items()}
    for name, optimizer in (("d_optimizer", state.d_optimizer), ("g_optimizer", state.g_optimizer)):
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": tensor for key, tensor in moments.items()}
    return tensors | {"rng": state.rng.get_state()}


def restore_state(gan: GAN, state: TrainState, tensors: dict[str, Tensor], epoch: int) -> None:
    """Put `gan` and a fresh `state` back to where `state_tensors` was called, to the same bits.

    Raises KeyError, ValueError or RuntimeError where the tensors are not those of this GAN.
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
            # The moments take the parameter's memory format: fused Adam walks them side by side.
            saved["state"][index] = {
                key: torch.empty_like(parameter).copy_(tensor) if tensor.dim() else tensor
                for key, tensor in moments.items()
            }
        optimizer.load_state_dict(saved)
    if tensors:
        raise ValueError(f"unknown tensors: {', '.join(sorted(tensors))}")
    state.epoch = epoch
