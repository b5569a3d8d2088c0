"""A training step as CUDA graphs, which gpu.py measures. This module is not a command.

The loop is bound by launches at these sizes: a graph starts all kernels of a step at once. One graph is a step without
the R1 penalty, another one with it. Both use the same static tensors for the real batch and z.
"""

from collections.abc import Callable

import torch

from gan.config import RECIPES
from gan.models import LATENT_DIM, build_gan, to_real
from gan.state import init_state
from gan.training import R1_INTERVAL, train_step, update_ema

WARM_UP = 3  # steps on a stream of their own before a graph is captured, as PyTorch's documentation asks
LATE = 10**6  # a step after which the decay of the EMA no longer changes


def graphed_steps(model: str, images: torch.Tensor) -> Callable[[int], torch.Tensor]:
    """A function that takes a step, with its number, of a model's recipe on random batches of `images` (on CUDA).

    It returns the metrics of `train_step`, in a tensor that the next step overwrites.
    """
    config = RECIPES[model]
    gan = build_gan(model, config.seed).to(images.device)
    state = init_state(gan, config)
    for optimizer in (state.d_optimizer, state.g_optimizer):
        for group in optimizer.param_groups:
            group["capturable"] = True  # its number of steps stays on the device
    real = to_real(images[: config.batch_size]).clone()
    z = torch.randn(len(real), LATENT_DIM, device=images.device, generator=state.rng)

    def step(r1: float) -> torch.Tensor:
        metrics = train_step(gan, state.d_optimizer, state.g_optimizer, real, z, r1)
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

    def take(number: int) -> torch.Tensor:
        indices = torch.randint(len(images), (len(real),), device=images.device, generator=state.rng)
        real.copy_(to_real(images.index_select(0, indices)))
        z.normal_(generator=state.rng)
        graph, metrics = graphs[number % R1_INTERVAL == 0]
        graph.replay()
        return metrics

    return take
