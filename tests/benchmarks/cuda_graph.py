"""A training step as CUDA graphs, which gpu.py measures. This module is not a command.

The loop is bound by launches at these sizes: a graph starts all kernels of a step at once. One graph is a step without
the R1 penalty, another one with it. Both use the same static tensors for the real batch and z.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from gan.config import TrainConfig
from gan.models import GAN
from gan.state import TrainState
from gan.training import R1_INTERVAL, train_step, update_ema

WARM_UP = 3  # steps on a stream of their own before a graph is captured, as PyTorch's documentation asks
LATE = 10**6  # a step after which the decay of the EMA no longer changes


def graphed_step(
    gan: GAN, config: TrainConfig, state: TrainState, real: Tensor, z: Tensor
) -> Callable[[int, Tensor, Tensor], Tensor]:
    """A function that takes a step of a run, with its number, on real (B, 1, 28, 28) and z (B, 100), on CUDA.

    `real` and `z` are examples, with which WARM_UP steps with R1 and as many without it are taken first. The function
    returns the metrics of `train_step`, (4,), in a tensor that the next step overwrites. The decay of the EMA is fixed:
    its warm-up is left out.
    """
    for optimizer in (state.d_optimizer, state.g_optimizer):
        for group in optimizer.param_groups:
            group["capturable"] = True  # its number of steps stays on the device
    static_real, static_z = real.clone(), z.clone()

    def step(r1: float) -> Tensor:
        metrics = train_step(gan, state.d_optimizer, state.g_optimizer, static_real, static_z, r1)
        update_ema(state.ema, gan.generator, config.ema, LATE)
        return metrics

    weights = (0.0, config.r1 * R1_INTERVAL)
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            for r1 in weights:
                step(r1)
    torch.cuda.current_stream().wait_stream(stream)
    graphs = []
    for r1 in weights:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            metrics = step(r1)
        graphs.append((graph, metrics))

    def take(number: int, real: Tensor, z: Tensor) -> Tensor:
        static_real.copy_(real)
        static_z.copy_(z)
        graph, metrics = graphs[number % R1_INTERVAL == 0]
        graph.replay()
        return metrics

    return take
