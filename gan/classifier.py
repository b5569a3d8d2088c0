"""The digit classifier that labels samples and measures them. `python train.py classifier` trains it.

A convolutional network with batch norm (Ioffe & Szegedy 2015, arXiv:1502.03167), trained with small random affine
transformations and a one-cycle learning rate (Smith & Topin 2017, arXiv:1708.07120).
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

from gan.errors import CheckpointError, first_line
from gan.models import to_real
from gan.store.files import write_atomic
from gan.store.tensorfile import DamagedError, encode, read_tensors

WEIGHTS = "classifier.safetensors"  # the file of its weights in a folder of checkpoints
MAX_BYTES = 2**22  # ten times the size of that file
FEATURES = 128
CHUNK = 100  # batch size for inference, which bounds the memory of a call

EPOCHS = 6
BATCH_SIZE = 128
LR = 4e-3  # the peak, reached after the warm-up
WARMUP = 0.2  # share of the steps in which the rate rises

MAX_ROTATION = 0.2  # radians
MAX_SCALING = 0.12  # relative, horizontally and vertically
MAX_SHEAR = 0.15  # horizontal pixels per vertical pixel
MAX_TRANSLATION = 2.0  # pixels, horizontally and vertically


@dataclass(frozen=True)
class ClassifierStats:
    """The metrics of one epoch, on the augmented training images: means over the images."""

    epoch: int
    loss: float  # cross-entropy, in nats
    accuracy: float  # 0..1
    seconds: float


def classifier(seed: int = 0) -> nn.Sequential:
    """An untrained network: images (B, 1, 28, 28) in [-1, 1] -> logits (B, 10). Its weights depend on the seed only.

    The last layer maps FEATURES features to the logits.
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


# Inference


@torch.no_grad()
def features(network: nn.Sequential, images: Tensor) -> Tensor:
    """The inputs of the last layer: uint8 (N, 28, 28) -> float32 (N, FEATURES), non-negative, on the network's device.

    Like `classify`, it puts the network into eval mode.
    """
    network.eval()
    device = next(network.parameters()).device
    result = torch.empty(len(images), FEATURES, device=device)  # preallocated, as in `gan.sampling.generate`
    for output, chunk in zip(result.split(CHUNK), images.split(CHUNK), strict=True):
        output.copy_(network[:-1](to_real(chunk.to(device))))
    return result


def classify(network: nn.Sequential, images: Tensor) -> tuple[Tensor, Tensor]:
    """The most likely class of each image, and its probability.

    uint8 (N, 28, 28) -> int64 (N,) and float32 (N,) in 0.1..1, on the network's device.
    """
    return classify_features(network, features(network, images))


@torch.no_grad()
def classify_features(network: nn.Sequential, features: Tensor) -> tuple[Tensor, Tensor]:
    """The result of `classify` for images with these features, (N, FEATURES)."""
    confidence, digits = network[-1](features).softmax(1).max(1)
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
    """Train `network` in place. Yields after every epoch; the learning rate reaches 0 only after the last.

    images: uint8 (N, 28, 28) and labels: int64 (N,), on the device of `network`. `seed` draws the order and the
    augmentation. `progress` wraps the batches of each epoch, to show a progress bar. There is no I/O.
    """
    device = images.device
    # The offset has an effect on CUDA only, see gan/state.py.
    rng = torch.Generator(device).manual_seed(2**32 + seed)
    optimizer = AdamW(network.parameters(), LR, fused=device.type in ("cpu", "cuda"))
    steps = epochs * math.ceil(len(images) / BATCH_SIZE)
    warmup = WARMUP if steps * WARMUP != 1 else 0.0  # OneCycleLR divides by zero if one step warms up
    schedule = OneCycleLR(optimizer, LR, steps, pct_start=warmup, anneal_strategy="linear", cycle_momentum=False)
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        network.train()
        total, count = torch.zeros(2, device=device), 0
        order = torch.randperm(len(images), device=device, generator=rng)
        for indices in progress(order.split(BATCH_SIZE)):
            if len(indices) == 1:
                indices = indices.repeat(2)  # batch norm needs two images: the same one, augmented twice
            target = labels[indices]
            logits = network(to_real(augment(images[indices], rng)))
            loss = F.cross_entropy(logits, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += torch.stack((loss.detach() * len(target), (logits.argmax(1) == target).sum()))
            count += len(target)
        means = (total / count).tolist()  # the only wait for the device in an epoch
        yield ClassifierStats(epoch, *means, time.perf_counter() - start)


def augment(images: Tensor, rng: torch.Generator) -> Tensor:
    """Rotate, scale, shear and translate each image at random: uint8 (B, 28, 28) -> float32 (B, 28, 28) in 0..255.

    Pixels from outside the image are 0. `rng` is on the images' device.
    """

    def uniform(bound: float) -> Tensor:
        return (2 * torch.rand(len(images), device=images.device, generator=rng) - 1) * bound

    angle, shear = uniform(MAX_ROTATION), uniform(MAX_SHEAR)
    width, height = 1 + uniform(MAX_SCALING), 1 + uniform(MAX_SCALING)
    half = images.shape[-1] / 2  # affine_grid measures in half images from the centre
    rows = (
        torch.stack((width * angle.cos(), width * (shear - angle.sin()), uniform(MAX_TRANSLATION / half)), 1),
        torch.stack((height * angle.sin(), height * angle.cos(), uniform(MAX_TRANSLATION / half)), 1),
    )
    grid = F.affine_grid(torch.stack(rows, 1), [len(images), 1, *images.shape[1:]], align_corners=False)
    return F.grid_sample(images.unsqueeze(1).float(), grid, align_corners=False).squeeze(1)


# Weights on disk


def save_classifier(path: Path, network: nn.Sequential) -> None:
    """Write the weights in float32. Raises DiskError."""
    tensors = {name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}
    write_atomic(path, encode(tensors, {}))


def load_classifier(path: Path, hint: str = "Run `python train.py classifier` to make a new one") -> nn.Sequential:
    """Load the network that `save_classifier` wrote, in eval mode, on the CPU.

    Raises CheckpointError, with a message that names the file and ends with `hint`, if it is missing, damaged, or
    another network.
    """
    network = classifier()
    try:
        network.load_state_dict(read_tensors(path, MAX_BYTES)[0])
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or first_line(error)}). {hint}") from error
    except DamagedError as error:
        raise CheckpointError(f"{path} is damaged ({error}). {hint}") from error
    except RuntimeError as error:
        raise CheckpointError(f"{path} is not this project's classifier. {hint}") from error
    return network.eval()
