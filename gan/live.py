"""A GAN in training that can be watched: the steps of gan/training.py, with frames of what the generator draws.

Frames are recorded at steps that depend on the config alone, so equal configs record the same frames. The steps are
those of `train`: after n steps the weights are the same, bit for bit, on the same machine with as many threads.
"""

import copy
import math
import time
import zlib
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, nn

from gan.batches import batch_order
from gan.classifier import classify
from gan.coach import Reading, diagnose
from gan.config import TrainConfig
from gan.latent import consecutive, latents
from gan.metrics import CONFIDENT
from gan.models import GAN, build_gan, to_images, to_real
from gan.noise import is_noise
from gan.state import TrainState, init_state
from gan.training import export_gan, take_step

DIGITS = 36  # in a frame
DRAWN = 128  # fakes of a frame: batch norm takes its statistics from them, and the first ones are shown
READ = 64  # of them, those that the classifier reads; and real test digits that D scores
FRAME_IMAGES = {"dcgan": 16, "small": 256}  # real images between two frames
USUAL_FRAME_IMAGES = 1280  # of the other models: for the MLP about a tenth of a second on one core
SPARSER = {"dcgan": 160}  # frames after which the next ones are twice as far apart: its networks fill most of MAX_BYTES
USUAL_SPARSER = 480  # of the other models
READ_EVERY = 4  # frames between two readings
MAX_BYTES = 32_000_000  # of a run: weights, optimizers and frames
MAX_SECONDS = 600  # of training


@dataclass(frozen=True)
class Frame:
    """What G draws after a step, and the metrics since the frame before."""

    step: int
    images: int  # real images that were used so far
    seconds: float  # of training so far
    metrics: list[float] | None  # means of d_loss, g_loss, D(x) and D(G(z)); None before the first step
    change: float  # of a pixel since the frame before, 0..1: the mean over the digits
    reading: Reading
    diagnosis: str  # from gan.coach
    packed: bytes

    @property
    def digits(self) -> np.ndarray:
        """The digits of the run's first seeds: uint8 (DIGITS, 28, 28)."""
        return np.frombuffer(zlib.decompress(self.packed), np.uint8).reshape(DIGITS, 28, 28)


@dataclass
class LiveRun:
    """A run that trains while `advance` is called.

    images: the training images, uint8 (N, 28, 28), which runs share. test: up to READ held-out ones, for D to score.
    moves: the networks to update in single steps, "d" or "g" by the number of the step; the other steps are usual ones.
    """

    config: TrainConfig
    images: Tensor
    test: Tensor
    classifier: nn.Sequential | None = None
    moves: dict[int, str] = field(default_factory=dict)

    def __post_init__(self):
        self.gan: GAN = build_gan(self.config.model, self.config.seed, self.config.batch_norm)
        self.state: TrainState = init_state(self.gan, self.config)
        self.gan.train()
        self.view: GAN = copy.deepcopy(GAN(self.state.ema, self.gan.discriminator))  # draws without a trace in `gan`
        self.z = latents(consecutive(self.config.seed, DRAWN))
        self.step = self.seen = 0
        self.seconds = 0.0
        self.batches: list[Tensor] = []  # the indices of those that the epoch still has
        self.since: list[Tensor] = []  # the metrics of the steps since the last frame
        self.frames: list[Frame] = []
        self.ended = ""  # "diverged", "time" or "memory"; empty while it can be trained on
        weights = sum(tensor.nbytes for tensor in self.gan.state_dict().values())
        self.bytes = 6 * weights  # with two moments, the EMA and `view`
        self._record()

    def advance(self, seconds: float, until: int | None = None) -> None:
        """Train for so many seconds, or to the step `until`, which then has a frame. Takes at least one step.

        If the run is beyond `until` already, the step that it has come to gets a frame.
        """
        start, before = time.perf_counter(), self.seconds
        if until is not None and self.step >= until and not self.ended and self.frames[-1].step < self.step:
            self._record()
        while not self.ended and (until is None or self.step < until):
            self._take_step()
            self.seconds = before + time.perf_counter() - start
            if self.step == until or self.step == self._next_frame():
                self._record()
                self.seconds = before + time.perf_counter() - start
            if time.perf_counter() - start >= seconds:
                break

    def _take_step(self) -> None:
        if not self.batches:
            if self.step:
                self.state.epoch += 1
            self.batches = list(batch_order(self.images, self.config.batch_size, self.state.rng))
        indices = self.batches.pop(0)
        real = to_real(self.images.index_select(0, indices))
        self.since.append(take_step(self.gan, self.config, self.state, real, self.step, self.moves.get(self.step)))
        self.step += 1
        self.seen += len(indices)

    def _next_frame(self) -> int:
        # The first step after the last frame that is a multiple of the spacing.
        usual = FRAME_IMAGES.get(self.config.model, USUAL_FRAME_IMAGES)
        sparser = len(self.frames) // SPARSER.get(self.config.model, USUAL_SPARSER)
        spacing = max(1, usual // self.config.batch_size) << sparser
        return (self.frames[-1].step // spacing + 1) * spacing

    @torch.no_grad()
    def _record(self) -> None:
        steps = torch.stack(self.since) if self.since else torch.empty(0, 4)
        self.since = []
        metrics = steps.mean(0).tolist() if len(steps) else None
        if metrics and not all(map(math.isfinite, metrics)):
            self.ended = "diverged"
            bad = (~steps.isfinite().all(1)).nonzero()[0].item()
            last = self.frames[-1]
            step = self.step - len(steps) + bad + 1
            self.frames.append(replace(last, step=step, metrics=None, diagnosis="diverged"))
            return
        _copy_weights(self.view.generator, self.state.ema)
        images = to_images(self.view.generator(self.z))
        reading = self._read(images[:READ]) if len(self.frames) % READ_EVERY == 0 else self.frames[-1].reading
        digits = images[:DIGITS].numpy()
        change = _change(self.frames[-1].digits, digits) if self.frames else 0.0
        packed = zlib.compress(digits.tobytes(), 1)
        self.frames.append(Frame(self.step, self.seen, self.seconds, metrics, change, reading, "", packed))
        diagnosis = diagnose(self.frames, one_class=self.config.only is not None)
        self.frames[-1] = replace(self.frames[-1], diagnosis=diagnosis)
        self.bytes += len(packed)
        if self.seconds >= MAX_SECONDS:
            self.ended = "time"
        elif self.bytes >= MAX_BYTES:
            self.ended = "memory"

    def _read(self, images: Tensor) -> Reading:
        pixels = images.flatten(1).float()
        unit = pixels / pixels.norm(dim=1, keepdim=True).clamp(min=1)
        variety = 1 - (unit.sum(0).square().sum().item() - len(unit)) / (len(unit) * (len(unit) - 1))
        grey = ((pixels - 127.5).abs() < 0.4 * 255).double().mean().item()
        score = None
        if len(self.test):
            _copy_weights(self.view.discriminator, self.gan.discriminator)
            score = self.view.discriminator(to_real(self.test)).sigmoid().mean().item()
        if not self.classifier:
            return Reading(variety, grey, score, None, None)
        digits, confidence = classify(self.classifier, images)
        drawn = ~is_noise(images)
        classes = torch.bincount(digits[drawn], minlength=10).tolist()
        readable = (drawn & (confidence >= CONFIDENT)).double().mean().item()
        return Reading(variety, grey, score, classes, readable)

    def fork(self) -> "LiveRun":
        """A copy that trains on by itself. The images are shared."""
        twin = copy.copy(self)
        for name in ("moves", "batches", "since", "frames"):
            setattr(twin, name, copy.copy(getattr(self, name)))
        twin.gan, twin.view, twin.state = copy.deepcopy((self.gan, self.view, replace(self.state, rng=None)))
        twin.state.rng = torch.Generator().manual_seed(0)
        twin.state.rng.set_state(self.state.rng.get_state())
        return twin

    def export(self) -> GAN:
        """The GAN to serve, as a snapshot of `train.py` has it."""
        return export_gan(self.gan, self.state.ema, self.images)


def _change(before: np.ndarray, digits: np.ndarray) -> float:
    return np.abs(digits.astype(np.int16) - before).mean().item() / 255


@torch.no_grad()
def _copy_weights(copied: nn.Module, network: nn.Module) -> None:
    for target, weight in zip(copied.parameters(), network.parameters(), strict=True):
        target.copy_(weight)
