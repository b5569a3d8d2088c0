"""What automatic differentiation costs the MLP: its training step beside a step with gradients written by hand.

    python tests/benchmarks/by_hand.py [--data DIR --rounds N]

Prints milliseconds per step. The two steps take turns. Takes 20 s; run it when nothing else uses the machine. In a few
seconds: --rounds 1. The project does not use the step by hand, because it fits this pair of networks only, without R1
and EMA.
"""

import math
import statistics
from dataclasses import replace

import torch
from common import add_data_flag, make_parser, seconds
from torch import Tensor, nn
from torch.nn import functional as F

from gan.batches import batches
from gan.config import RECIPES, TrainConfig
from gan.data import load_images
from gan.models import GAN, LATENT_DIM, build_gan
from gan.state import init_state
from gan.training import bce, configure_torch, train_step

STEPS = 200  # in a round
SLOPE = 0.2  # of LeakyReLU below 0


class ManualStep:
    """Adam and backpropagation for 100-256-256-784 (ReLU, tanh) against 784-256-256-1 (LeakyReLU)."""

    def __init__(self, gan: GAN, config: TrainConfig):
        self.config = config
        self.g, self.d = ([layer for layer in network if isinstance(layer, nn.Linear)] for network in gan.children())
        self.moments = {}

    def adam(self, layers: list[nn.Linear], gradients: list[Tensor]) -> None:
        """Update the weights and biases of `layers`, whose gradients come in the same order."""
        weights = [tensor for layer in layers for tensor in (layer.weight, layer.bias)]
        if id(layers) not in self.moments:
            zeros = [[torch.zeros_like(tensor) for tensor in weights] for _ in range(2)]
            self.moments[id(layers)] = *zeros, [torch.zeros(()) for _ in weights]
        exp_avg, exp_avg_sq, steps = self.moments[id(layers)]
        torch._foreach_add_(steps, 1)
        rates = dict(zip(("lr", "beta1", "beta2"), (self.config.lr, *self.config.betas), strict=True))
        defaults = {"weight_decay": 0.0, "eps": 1e-8, "amsgrad": False, "maximize": False}
        torch._fused_adam_(weights, gradients, exp_avg, exp_avg_sq, [], steps, **rates, **defaults)

    def discriminate(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The outputs of D's three layers for images (B, 784). The last are logits (B, 1)."""
        hidden1 = F.leaky_relu_(self.d[0](images), SLOPE)
        hidden2 = F.leaky_relu_(self.d[1](hidden1), SLOPE)
        return hidden1, hidden2, self.d[2](hidden2)

    @torch.no_grad()
    def step(self, real: Tensor, z: Tensor) -> Tensor:
        """The update that `gan.training.train_step` makes, with the same return value."""
        g, d, count = self.g, self.d, len(real)
        leaky_relu_backward = torch.ops.aten.leaky_relu_backward
        g_hidden1 = g[0](z).relu_()
        g_hidden2 = g[1](g_hidden1).relu_()
        fake = g[2](g_hidden2).tanh_()

        images = torch.cat((real.flatten(1), fake))
        hidden1, hidden2, logits = self.discriminate(images)
        d_loss = bce(logits[:count], 1) + bce(logits[count:], 0)
        scores = logits.sigmoid()
        grad = scores.clone()
        grad[:count] -= 1  # the derivative of the cross-entropy: sigmoid - target
        grad /= count
        grad2 = leaky_relu_backward(grad @ d[2].weight, hidden2, SLOPE, True)
        grad1 = leaky_relu_backward(grad2 @ d[1].weight, hidden1, SLOPE, True)
        self.adam(d, _weight_gradients((grad1, images), (grad2, hidden1), (grad, hidden2)))

        hidden1, hidden2, logits = self.discriminate(fake)
        g_loss = bce(logits, 1)
        grad = logits.sigmoid().sub_(1).div_(count)
        grad = leaky_relu_backward(grad @ d[2].weight, hidden2, SLOPE, True)
        grad = leaky_relu_backward(grad @ d[1].weight, hidden1, SLOPE, True)
        grad = torch.ops.aten.tanh_backward(grad @ d[0].weight, fake)
        grad2 = torch.ops.aten.threshold_backward(grad @ g[2].weight, g_hidden2, 0)
        grad1 = torch.ops.aten.threshold_backward(grad2 @ g[1].weight, g_hidden1, 0)
        self.adam(g, _weight_gradients((grad1, z), (grad2, g_hidden1), (grad, g_hidden2)))
        return torch.stack((d_loss, g_loss, scores[:count].mean(), scores[count:].mean()))


def _weight_gradients(*layers: tuple[Tensor, Tensor]) -> list[Tensor]:
    # The weight and bias gradients of linear layers, from the gradient of each output and its input.
    return [part for grad, inputs in layers for part in (grad.T @ inputs, grad.sum(0))]


def measure(images: Tensor, rounds: int) -> dict[str, list[float]]:
    """Milliseconds per step in each round, with autograd and by hand. images: uint8 (N, 28, 28)."""
    config = replace(RECIPES["mlp"], r1=0.0, ema=0.0)
    images = images[: STEPS * config.batch_size]
    steps = math.ceil(len(images) / config.batch_size)
    gans = [build_gan("mlp", 0) for _ in range(2)]
    states = [init_state(gan, config) for gan in gans]
    optimizers = states[0].d_optimizer, states[0].g_optimizer
    manual = ManualStep(gans[1], config)
    step_functions = {
        "autograd": lambda real, z: train_step(gans[0], *optimizers, real, z),
        "by hand": manual.step,
    }

    def train_epoch(step_function, rng) -> Tensor:
        stats = [
            step_function(real, torch.randn(len(real), LATENT_DIM, generator=rng))
            for real in batches(images, config.batch_size, rng)
        ]
        return stats[0]

    for (name, step_function), state in zip(step_functions.items(), states, strict=True):  # also warms up
        stats = train_epoch(step_function, state.rng).tolist()
        print(f"{name}: d_loss, g_loss and scores of the first step are {stats}")
    times = {name: [] for name in step_functions}
    for _ in range(rounds):
        for (name, step_function), state in zip(step_functions.items(), states, strict=True):
            times[name].append(1000 * seconds(lambda f=step_function, rng=state.rng: train_epoch(f, rng)) / steps)
    return times


if __name__ == "__main__":
    parser = make_parser(__doc__)
    add_data_flag(parser)
    parser.add_argument("--rounds", type=int, default=9, help="the medians are taken over so many rounds (default: 9)")
    args = parser.parse_args()
    configure_torch()
    results = measure(load_images(args.data), args.rounds)
    for name, times in results.items():
        print(f"{name}: {statistics.median(times):.2f} ms a step ({min(times):.2f} to {max(times):.2f})")
    ratios = [autograd / by_hand for autograd, by_hand in zip(*results.values(), strict=True)]
    print(f"by hand is {statistics.median(ratios):.2f} times as fast")
