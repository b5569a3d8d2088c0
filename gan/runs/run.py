"""A training run on disk: start it, resume it, save its epochs.

A run's folder holds, for each saved epoch, a snapshot and a picture of the same 64 seeds; `metrics.jsonl`, a row per
epoch; the state, from which the run resumes to the same bits; and at its end the directions of the last epoch.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from gan import checkpoint
from gan.arguments import classifier_command
from gan.batches import select_images
from gan.checkpoint import in_progress_dir, load_start
from gan.classifier import WEIGHTS, load_classifier
from gan.config import TrainConfig
from gan.console import say
from gan.data import Source, load_images, load_labels
from gan.directions_file import save_directions
from gan.errors import CheckpointError, FitError
from gan.images import PNG_STATE_KEY, to_png
from gan.models import GAN, build_gan
from gan.publish.evaluation import QuickReference, missing_metrics, quick_metrics, quick_reference
from gan.sampling import sample_grid
from gan.state import TrainState, init_state, restore_state, state_tensors
from gan.store.files import make_dir, write_atomic
from gan.store.metrics_log import append_metrics, trim_metrics
from gan.training import EpochStats, export_gan

SAMPLES = 64  # digits in a snapshot's picture, from the seeds 0 to 63


@dataclass(frozen=True)
class TrainingData:
    """The images of a run, and what snapshots are measured against."""

    images: Tensor  # uint8 (N, 28, 28), on the training device
    images_sha256: str  # of all images of the source
    reference: QuickReference | None = None  # None: the folder has no classifier, so snapshots are not measured
    source: Source = "MNIST"


@dataclass(frozen=True)
class Run:
    """A run in progress, ready to train from `state.epoch` on."""

    directory: Path  # where the complete run will be served; it trains in `in_progress_dir(directory)`
    config: TrainConfig
    data: TrainingData
    gan: GAN
    state: TrainState


def load_training_data(source: Source, out: Path, device: torch.device) -> TrainingData:
    """The images of `source` (see gan/data.py), to train runs in the folder `out`.

    Raises DataError if images are missing or damaged, CheckpointError if the classifier in `out` is damaged.
    """
    images = load_images(source, device)
    weights = out / WEIGHTS
    reference = None
    if weights.exists():
        command = classifier_command(source, out)
        classifier = load_classifier(
            weights, f"Delete it to train without metrics, or run `{command}` to make a new one"
        )
        reference = quick_reference(classifier, images.cpu())
        if missing := missing_metrics(reference):
            say(f"{' and '.join(missing)} cannot be measured: the images are too few or too alike")
    return TrainingData(images, hashlib.sha256(images.cpu().numpy()).hexdigest(), reference, source)


def init_run(directory: Path, config: TrainConfig, data: TrainingData, start: Path | None = None) -> Run:
    """Start a run: save its GAN as epoch 0, which has the networks of the snapshot `start`, or random weights.

    Raises DiskError, CheckpointError if the snapshot cannot be used, DataError if there are no images to train on.
    """
    run = _new_run(directory, config, data)
    if start:
        _load_networks(run, start)
    make_dir(in_progress_dir(directory))
    trim_metrics(in_progress_dir(directory), -1)  # rows of a start that was cut short
    row = _save_snapshot(run)
    if row:
        append_metrics(in_progress_dir(directory), {"epoch": 0} | row)
    _save_state(run)
    return run


def resume_run(directory: Path, data: TrainingData) -> Run:
    """Load the run in progress as its last complete epoch left it.

    Raises CheckpointError if a file is damaged, or if the run started with other images.
    """
    folder = in_progress_dir(directory)
    tensors, header = checkpoint.load_state(folder)
    if header.images_sha256 != data.images_sha256:
        raise CheckpointError(
            f"the run in {folder} started with other images. Use those, or delete that folder to start a new run"
        )
    run = _new_run(directory, header.config, data)
    try:
        restore_state(run.gan, run.state, tensors, header.epoch)
    except (KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{folder / checkpoint.STATE} does not fit the model in gan/models.py. "
            f"Delete the folder {folder} to start a new run"
        ) from error
    trim_metrics(folder, header.epoch)  # fails before the training if a row is damaged
    return run


def save_epoch(run: Run, stats: EpochStats) -> dict:
    """Save the epoch that `run.state` has just completed. Return its row of metrics.jsonl. Raises DiskError.

    The state is written last: once it is on disk, the epoch is complete.
    """
    row = asdict(stats)
    if checkpoint.snapshot_due(stats.epoch, run.config.epochs):
        row |= _save_snapshot(run)
    append_metrics(in_progress_dir(run.directory), row)
    _save_state(run)
    return row


def save_run_directions(run: Run) -> None:
    """Measure the directions of a complete run's last epoch (gan/directions.py), if the folder has a classifier.

    Raises DiskError.
    """
    if run.data.reference:
        save_directions(in_progress_dir(run.directory), run.data.reference.classifier)


def _new_run(directory: Path, config: TrainConfig, data: TrainingData) -> Run:
    gan = build_gan(config.model, config.seed, config.batch_norm).to(data.images.device)
    labels = load_labels(data.source, "train") if config.only is not None else None
    data = replace(data, images=select_images(data.images, labels, config.images, config.only))
    return Run(directory, config, data, gan, init_state(gan, config))


def _load_networks(run: Run, start: Path) -> None:
    gan = load_start(start)
    try:
        run.gan.load_state_dict(gan.state_dict())
    except RuntimeError as error:
        raise FitError(f"{start} is not a snapshot of {run.config.model} with these flags") from error
    if run.config.ema:
        run.state.ema.load_state_dict(gan.generator.state_dict())


def _save_snapshot(run: Run) -> dict:
    # Save the snapshot and its picture. Return its quality metrics, or {} without a classifier.
    folder, epoch = in_progress_dir(run.directory), run.state.epoch
    exported = export_gan(run.gan, run.state.ema, run.data.images)
    checkpoint.save_snapshot(folder, exported.cpu(), run.config, epoch)
    generator = checkpoint.load_snapshot(folder, epoch).generator  # as the page will draw it, in float16 precision
    link = f"view=generate&model={run.config.model}&epoch={epoch}&seed=0&count={SAMPLES}"
    picture = to_png(sample_grid(generator, SAMPLES), {PNG_STATE_KEY: link})
    write_atomic(folder / f"samples-{epoch:03}.png", picture)
    return quick_metrics(generator, run.data.reference) if run.data.reference else {}


def _save_state(run: Run) -> None:
    tensors = state_tensors(run.gan, run.state)
    folder = in_progress_dir(run.directory)
    checkpoint.save_state(folder, tensors, run.config, run.state.epoch, run.data.images_sha256)
