"""The answers to what a visitor asks: plain functions from checked values to films.

`root` is the folder of the checkpoints, one run in it for each model. All raise gr.Error with a message for
the visitor where an input is wrong or a checkpoint cannot be used.
"""

from functools import lru_cache
from pathlib import Path

import gradio as gr
import torch

from gan.checkpoint import CheckpointError, epochs, load_snapshot, snapshot_path
from gan.config import LAST_SEED
from gan.latent import PATHS, consecutive, interpolate, latents
from gan.models import GAN, MODELS
from gan.sampling import generate_scored
from gan.ui.film import film
from gan.ui.inputs import one_of, whole

MOST_DIGITS = 100
MOST_FRAMES = 120
MOST_IN_PROGRESSION = 36
NO_RUNS = "There are no checkpoints yet: `python train.py` makes them."


def draw_grid(root: Path, model: object, epoch: object, seed: object, count: object) -> dict:
    """`count` digits of consecutive seeds at one epoch: a film of one frame."""
    gan, epoch = _load(root, model, epoch)
    seeds = consecutive(whole("seed", seed, 0, LAST_SEED), whole("count", count, 1, MOST_DIGITS))
    images, scores = generate_scored(gan, latents(seeds))
    return film(images[None], [f"epoch {epoch}"], seeds, scores[None])


def draw_journey(
    root: Path, model: object, epoch: object, seed_from: object, seed_to: object, frames: object, path: object
) -> dict:
    """One digit on its way from one seed's vector to another's: a film of `frames` frames."""
    gan, _ = _load(root, model, epoch)
    seeds = [whole("seed_from", seed_from, 0, LAST_SEED), whole("seed_to", seed_to, 0, LAST_SEED)]
    frames = whole("frames", frames, 2, MOST_FRAMES)
    z = interpolate(*latents(seeds), frames, one_of("path", path, list(PATHS)))
    images, scores = generate_scored(gan, z)
    way = [f"{100 * frame / (frames - 1):.0f} %" for frame in range(frames)]
    captions = [f"{share} of the way from seed {seeds[0]} to seed {seeds[1]}" for share in way]
    return film(images[:, None], captions, seeds, scores[:, None])


def draw_progression(root: Path, model: object, seed: object, count: object) -> dict:
    """The digits of consecutive seeds as training went on: a frame for each saved epoch."""
    directory = _run(root, model)
    seeds = consecutive(whole("seed", seed, 0, LAST_SEED), whole("count", count, 1, MOST_IN_PROGRESSION))
    z = latents(seeds)
    saved, _ = sound_epochs(directory)
    if not saved:
        raise gr.Error(f"no snapshot of {model} can be used: python train.py makes new ones", print_exception=False)
    frames, scores = zip(*(generate_scored(_read(directory, epoch), z) for epoch in saved), strict=True)
    return film(torch.stack(frames), [f"epoch {epoch}" for epoch in saved], seeds, torch.stack(scores))


def runs(root: Path) -> list[str]:
    """The models that have snapshots."""
    return [model for model in MODELS if epochs(root / model)]


def sound_epochs(directory: Path) -> tuple[list[int], list[str]]:
    """The epochs of a run that can be drawn, and what is wrong with the others, in words."""
    saved, problems = [], []
    for epoch in epochs(directory):
        path = snapshot_path(directory, epoch)
        try:
            status = path.stat()
            problem = _problem(directory, epoch, status.st_mtime_ns, status.st_size)
        except OSError as error:
            problem = f"{path} cannot be read ({error.strerror})"
        if problem:
            problems.append(problem)
        else:
            saved.append(epoch)
    return saved, problems


def choices(root: Path, model: object) -> tuple[list[str], list[int], str]:
    """What there is to choose: the models, the epochs of `model` (or of the last model), and a notice in words."""
    models = runs(root)
    if not models:
        return [], [], NO_RUNS
    found = {name: sound_epochs(root / name) for name in models}
    notice = "\n".join(f"- {problem}" for _, problems in found.values() for problem in problems)
    return models, found[model if model in models else models[-1]][0], notice


@lru_cache(maxsize=1024)
def _problem(directory: Path, epoch: int, changed: int, size: int) -> str | None:
    # `changed` and `size` tell a file from what it was before, so that each is tried once.
    try:
        load_snapshot(directory, epoch)
    except CheckpointError as error:
        return str(error)
    return None


def _run(root: Path, model: object) -> Path:
    models = runs(root)
    if not models:
        raise gr.Error(NO_RUNS, print_exception=False)
    return root / one_of("model", model, models)


def _load(root: Path, model: object, epoch: object) -> tuple[GAN, int]:
    directory = _run(root, model)
    epoch = one_of("epoch", epoch, epochs(directory))
    return _read(directory, epoch), epoch


def _read(directory: Path, epoch: int) -> GAN:
    try:
        return load_snapshot(directory, epoch)
    except CheckpointError as error:
        raise gr.Error(str(error), print_exception=False) from error
