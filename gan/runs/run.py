"""A training run on the disk: begun, kept epoch by epoch, taken up where it stands, put in its place when complete."""

import json
from dataclasses import asdict
from pathlib import Path

from torch import Tensor

from gan import checkpoint
from gan.config import TrainConfig
from gan.errors import CheckpointError
from gan.images import PNG_STATE_KEY, columns_for, grid, to_png
from gan.latent import consecutive, latents
from gan.models import GAN, build_gan
from gan.publish.evaluation import QuickReference, quick_metrics
from gan.sampling import generate
from gan.state import TrainState, init_state, restore_state, state_tensors
from gan.store.files import make_dir, write_atomic
from gan.store.metrics_log import append_metrics
from gan.training import EpochStats, export_gan

PLAN = "intent.json"
SAMPLES = 64  # digits in the picture of a snapshot: those of the seeds 0 to 63


def save_snapshot_files(
    folder: Path, gan: GAN, state: TrainState, images: Tensor, config: TrainConfig, stick: QuickReference | None
) -> dict:
    """Write the snapshot of an epoch and the picture of its samples; its figures of quality, where there is a stick."""
    checkpoint.save_snapshot(folder, export_gan(gan, state.ema, images).cpu(), config, state.epoch)
    generator = checkpoint.load_snapshot(folder, state.epoch).generator
    tiles = generate(generator, latents(consecutive(0, SAMPLES))).numpy()
    link = f"view=generate&model={config.model}&epoch={state.epoch}&seed=0&count={SAMPLES}"
    picture = to_png(grid(tiles, columns_for(SAMPLES)), {PNG_STATE_KEY: link})
    write_atomic(folder / f"samples-{state.epoch:03}.png", picture)
    return quick_metrics(generator, stick) if stick else {}


def save_epoch(
    folder: Path,
    gan: GAN,
    state: TrainState,
    images: Tensor,
    config: TrainConfig,
    stats: EpochStats,
    digest: str,
    stick: QuickReference | None = None,
) -> dict:
    """Write all that an epoch leaves, and give its figures; the state last, for with it the epoch counts as done."""
    figures = asdict(stats)
    if checkpoint.snapshot_due(stats.epoch, config.epochs):
        figures |= save_snapshot_files(folder, gan, state, images, config, stick)
    append_metrics(folder, figures)
    checkpoint.save_state(folder, state_tensors(gan, state), config, stats.epoch, digest)
    return figures


def save_plan(directory: Path, config: TrainConfig, digest: str) -> None:
    """Note a run that will begin once others have, so that a stop before then does not lose it. Raises DiskError."""
    folder = checkpoint.in_progress_dir(directory)
    make_dir(folder)
    write_atomic(folder / PLAN, json.dumps({"config": asdict(config), "images": digest}).encode())


def load_plan(directory: Path, digest: str) -> TrainConfig | None:
    """The config of a run that `intend` noted; None where there is none.

    Raises CheckpointError where the note is damaged, or is of images of another digest.
    """
    path = checkpoint.in_progress_dir(directory) / PLAN
    if not path.exists():
        return None
    try:
        note = json.loads(path.read_text())
        config = TrainConfig(**note["config"] | {"betas": tuple(note["config"]["betas"])})
        began_with = note["images"]
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is damaged: delete the folder {path.parent} to start anew") from error
    _check_images(path.parent, began_with, digest)
    return config


def init_run(
    directory: Path, images: Tensor, config: TrainConfig, digest: str, stick: QuickReference | None = None
) -> None:
    """Put an untrained run into its in-progress folder, from where `resume_run` goes on."""
    gan = build_gan(config.model, config.seed).to(images.device)
    state = init_state(gan, config)
    folder = checkpoint.in_progress_dir(directory)
    make_dir(folder)
    figures = save_snapshot_files(folder, gan, state, images, config, stick)
    if figures:
        append_metrics(folder, {"epoch": 0} | figures)
    checkpoint.save_state(folder, state_tensors(gan, state), config, 0, digest)


def resume_run(directory: Path, device: str, digest: str) -> tuple[GAN, TrainConfig, TrainState]:
    """The run in progress as its last epoch left it, on `device`.

    Raises CheckpointError where it is damaged, or began with images of another digest.
    """
    folder = checkpoint.in_progress_dir(directory)
    tensors, config, epoch, began_with, _ = checkpoint.load_state(folder)
    _check_images(folder, began_with, digest)
    gan = build_gan(config.model, config.seed).to(device)
    state = init_state(gan, config)
    try:
        restore_state(gan, state, tensors, epoch)
    except (KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{folder / checkpoint.STATE} is not the state of this model: delete the folder {folder} to start anew"
        ) from error
    return gan, config, state


def _check_images(folder: Path, began_with: str, digest: str) -> None:
    if began_with != digest:
        raise CheckpointError(
            f"the run in {folder} began with other images: give it those, or delete that folder to start anew"
        )
