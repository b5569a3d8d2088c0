"""The small digit classifier that labels and measures. `python train.py classifier` makes its weights.

A convolutional network with batch norm (Ioffe & Szegedy 2015, arXiv:1502.03167), trained on digits that are a
little turned, stretched, slanted and moved, at a rate that rises and falls once (Smith & Topin 2017,
arXiv:1708.07120). Only the network and its weights are needed to use it: the page imports this file.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from gan.checkpoint import first_line
from gan.errors import CheckpointError
from gan.models import to_real
from gan.store.files import write_atomic
from gan.store.tensorfile import DamagedError, encode, read_tensors

WEIGHTS = "classifier.safetensors"  # its file in a folder of checkpoints
LARGEST = 2**22  # bytes: ten times its file
FEATURES = 128
CHUNK = 100  # images looked at at once: bounds the memory of a call

EPOCHS = 6
BATCH_SIZE = 128
LR = 4e-3  # the peak, reached after WARMUP
WARMUP = 0.2  # share of the steps

TURN = 0.2  # radians to either side
STRETCH = 0.12  # share of the size, across and along
SLANT = 0.15  # pixels across for a pixel along
SHIFT = 2.0  # pixels, across and along


@dataclass(frozen=True)
class ClassifierStats:
    """What one epoch measured, on the moved digits it learnt from: means over its images."""

    epoch: int
    loss: float  # cross-entropy, in nats
    accuracy: float  # 0..1
    seconds: float


def classifier(seed: int = 0) -> nn.Sequential:
    """An untrained network, a function of the seed alone: images (B, 1, 28, 28) in [-1, 1] -> logits (B, 10).

    Its last layer reads the logits from FEATURES numbers; what comes before gives those.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = nn.Sequential(
            *_convolution(1, 16, 5),  # (B, 16, 14, 14)
            *_convolution(16, 32, 3),  # (B, 32, 7, 7)
            *_convolution(32, 64, 3),  # (B, 64, 3, 3)
            nn.Flatten(),
            nn.Linear(64 * 3 * 3, FEATURES, bias=False),
            nn.BatchNorm1d(FEATURES),
            nn.ReLU(),
            nn.Linear(FEATURES, 10),
        )
    return network.to(memory_format=torch.channels_last)


def _convolution(channels: int, out: int, size: int) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(channels, out, size, padding=size // 2, bias=False)
    return convolution, nn.BatchNorm2d(out), nn.ReLU(), nn.MaxPool2d(2)


# Reading digits


@torch.no_grad()
def features(network: nn.Sequential, images: Tensor) -> Tensor:
    """What the last layer reads from: uint8 (N, 28, 28) -> float32 (N, FEATURES), 0 or more, on the network's device.

    Like `classify`, it leaves the network in eval mode.
    """
    network.eval()
    device = next(network.parameters()).device
    found = torch.empty(len(images), FEATURES, device=device)  # in one piece, as in `gan.sampling.generate`
    for place, chunk in zip(found.split(CHUNK), images.split(CHUNK), strict=True):
        place.copy_(network[:-1](to_real(chunk.to(device))))
    return found


def classify(network: nn.Sequential, images: Tensor) -> tuple[Tensor, Tensor]:
    """The likeliest digit of each image, and its probability.

    uint8 (N, 28, 28) -> int64 (N,) and float32 (N,) in 0.1..1, on the network's device.
    """
    return classify_features(network, features(network, images))


@torch.no_grad()
def classify_features(network: nn.Sequential, found: Tensor) -> tuple[Tensor, Tensor]:
    """What `classify` says of the images that gave these features, (N, FEATURES)."""
    confidence, digits = network[-1](found).softmax(1).max(1)
    return digits, confidence


# Training


def train_classifier(
    network: nn.Sequential,
    images: Tensor,
    labels: Tensor,
    epochs: int = EPOCHS,
    seed: int = 0,
    progress: Callable[[Iterable[Tensor]], Iterable[Tensor]] = iter,
) -> Iterator[ClassifierStats]:
    """Train `network` in place; yields after every epoch. Only after the last are the weights settled.

    images: uint8 (N, 28, 28) and labels: int64 (N,), on the device that holds `network`. The order and the
    movements come from `seed` alone. `progress` wraps the batches of each epoch, to show them passing. Does no
    input or output of its own.
    """
    device = images.device
    # Seeds end at 2**32 - 1, so this is never the stream that initialised the weights.
    rng = torch.Generator(device).manual_seed(2**32 + seed)
    optimizer = AdamW(network.parameters(), LR, fused=device.type in ("cpu", "cuda"))
    steps = epochs * math.ceil(len(images) / BATCH_SIZE)
    schedule = OneCycleLR(optimizer, LR, steps, pct_start=WARMUP, anneal_strategy="linear", cycle_momentum=False)
    for epoch in range(1, epochs + 1):
        began = time.perf_counter()
        network.train()
        total = torch.zeros(2, device=device)
        order = torch.randperm(len(images), device=device, generator=rng)
        for indices in progress(order.split(BATCH_SIZE)):
            target = labels[indices]
            logits = network(to_real(augment(images[indices], rng)))
            loss = F.cross_entropy(logits, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += torch.stack((loss.detach() * len(target), (logits.argmax(1) == target).sum()))
        means = (total / len(images)).tolist()  # the one wait for the device in an epoch
        yield ClassifierStats(epoch, *means, time.perf_counter() - began)


def augment(images: Tensor, rng: torch.Generator) -> Tensor:
    """Each image a little turned, stretched, slanted and shifted, never mirrored; what comes in is background.

    uint8 (B, 28, 28) -> float32 (B, 28, 28) in 0..255. `rng` is on the images' device.
    """

    def within(bound: float) -> Tensor:
        return (2 * torch.rand(len(images), device=images.device, generator=rng) - 1) * bound

    angle, slant = within(TURN), within(SLANT)
    across, along = 1 + within(STRETCH), 1 + within(STRETCH)
    half = images.shape[-1] / 2  # grid_sample counts half images from the centre
    rows = (
        torch.stack((across * angle.cos(), across * (slant - angle.sin()), within(SHIFT / half)), 1),
        torch.stack((along * angle.sin(), along * angle.cos(), within(SHIFT / half)), 1),
    )
    grid = F.affine_grid(torch.stack(rows, 1), [len(images), 1, *images.shape[1:]], align_corners=False)
    return F.grid_sample(images.unsqueeze(1).float(), grid, align_corners=False).squeeze(1)


# The file of the weights


def save_classifier(path: Path, network: nn.Sequential) -> None:
    """Write the weights in float32, so that what is loaded is what was trained. Raises DiskError."""
    tensors = {name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}
    write_atomic(path, encode(tensors, {}))


def load_classifier(path: Path) -> nn.Sequential:
    """The network of `save_classifier`, in eval mode on the CPU.

    Raises CheckpointError, with a message that names the file, where there is none, it cannot be used, or one bit of
    it is not as it was written.
    """
    mend = "python train.py classifier makes a new one"
    network = classifier()
    try:
        network.load_state_dict(read_tensors(path, LARGEST)[0])
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or first_line(error)}): {mend}") from error
    except DamagedError as error:
        raise CheckpointError(f"{path} is damaged ({error}): {mend}") from error
    except RuntimeError as error:
        raise CheckpointError(f"{path} does not hold this project's classifier: {mend}") from error
    return network.eval()
