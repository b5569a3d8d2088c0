"""What automatic differentiation costs the MLP: its training step beside the same step with gradients written out.

python tests/benchmarks/by_hand.py --data DIR: milliseconds a step, by turns. Run it when nothing else runs. The step
by hand serves this one pair of networks only, without penalty and average, and is here to be measured.
"""

import argparse
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent.parent)]

import torch  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from gan.config import RECIPES, TrainConfig  # noqa: E402
from gan.data import batches, load_images  # noqa: E402
from gan.models import GAN, LATENT_DIM, build_gan  # noqa: E402
from gan.state import init_state  # noqa: E402
from gan.training import bce, configure_cpu, train_step  # noqa: E402

STEPS, ROUNDS = 200, 9
SLOPE = 0.2  # of LeakyReLU below 0


class ByHand:
    """Adam and backpropagation for 100-256-256-784 (ReLU, tanh) against 784-256-256-1 (LeakyReLU)."""

    def __init__(self, gan: GAN, config: TrainConfig):
        self.config = config
        self.g, self.d = ([layer for layer in network if isinstance(layer, nn.Linear)] for network in gan.children())
        self.moments = {}

    def adam(self, layers: list[nn.Linear], gradients: list[Tensor]) -> None:
        weights = [tensor for layer in layers for tensor in (layer.weight, layer.bias)]
        if id(layers) not in self.moments:
            zeros = [[torch.zeros_like(tensor) for tensor in weights] for _ in range(2)]
            self.moments[id(layers)] = *zeros, [torch.zeros(()) for _ in weights]
        first, second, steps = self.moments[id(layers)]
        torch._foreach_add_(steps, 1)
        rates = dict(zip(("lr", "beta1", "beta2"), (self.config.lr, *self.config.betas), strict=True))
        off = {"weight_decay": 0.0, "eps": 1e-8, "amsgrad": False, "maximize": False}
        torch._fused_adam_(weights, gradients, first, second, [], steps, **rates, **off)

    def scores_of(self, images: Tensor) -> list[Tensor]:
        first = F.leaky_relu_(self.d[0](images), SLOPE)
        second = F.leaky_relu_(self.d[1](first), SLOPE)
        return [first, second, self.d[2](second)]

    @torch.no_grad()
    def step(self, real: Tensor, z: Tensor) -> Tensor:
        g, d, count = self.g, self.d, len(real)
        hidden = g[0](z).relu_()
        deeper = g[1](hidden).relu_()
        fake = g[2](deeper).tanh_()

        images = torch.cat((real.flatten(1), fake))
        first, second, logits = self.judge(images)
        d_loss = bce(logits[:count], 1) + bce(logits[count:], 0)
        scores = logits.sigmoid()
        slope = scores.clone()
        slope[:count] -= 1  # the derivative of the cross-entropy: sigmoid - target
        slope /= count
        back = torch.ops.aten.leaky_relu_backward(slope @ d[2].weight, second, SLOPE, True)
        last = torch.ops.aten.leaky_relu_backward(back @ d[1].weight, first, SLOPE, True)
        pairs = (last, images), (back, first), (slope, second)
        self.adam(d, [part for out, into in pairs for part in (out.T @ into, out.sum(0))])

        first, second, logits = self.judge(fake)
        g_loss = bce(logits, 1)
        slope = logits.sigmoid().sub_(1).div_(count)
        back = torch.ops.aten.leaky_relu_backward(slope @ d[2].weight, second, SLOPE, True)
        back = torch.ops.aten.leaky_relu_backward(back @ d[1].weight, first, SLOPE, True)
        slope = torch.ops.aten.tanh_backward(back @ d[0].weight, fake)
        back = torch.ops.aten.threshold_backward(slope @ g[2].weight, deeper, 0)
        last = torch.ops.aten.threshold_backward(back @ g[1].weight, hidden, 0)
        pairs = (last, z), (back, hidden), (slope, deeper)
        self.adam(g, [part for out, into in pairs for part in (out.T @ into, out.sum(0))])
        return torch.stack((d_loss, g_loss, scores[:count].mean(), scores[count:].mean()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    args = parser.parse_args()
    configure_cpu()
    config = replace(RECIPES["mlp"], r1=0.0, ema=0.0)
    digits = load_images(args.data)[: STEPS * config.batch_size]
    gans = [build_gan("mlp", 0) for _ in range(2)]
    states = [init_state(gan, config) for gan in gans]
    by_hand = ByHand(gans[1], config)
    optimizers = states[0].d_optimizer, states[0].g_optimizer
    ways = {
        "autograd": lambda real, z: train_step(gans[0], *optimizers, real, z),
        "by hand": lambda real, z: by_hand.step(real, z),
    }
    times = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for (name, way), state in zip(ways.items(), states, strict=True):
            began = time.perf_counter()
            for step, real in enumerate(batches(digits, config.batch_size, state.rng)):
                measured = way(real, torch.randn(len(real), LATENT_DIM, generator=state.rng))
                if turn == step == 0:
                    print(f"{name}: the first step's d_loss, g_loss and scores are {measured.tolist()}")
            if turn:  # the first turn warms up
                times[name].append(1000 * (time.perf_counter() - began) / STEPS)
    for name, values in times.items():
        print(f"{name}: {statistics.median(values):.2f} ms a step ({min(values):.2f} to {max(values):.2f})")
    ratios = [a / b for a, b in zip(*times.values(), strict=True)]
    print(f"by hand is {statistics.median(ratios):.2f} times as fast")
