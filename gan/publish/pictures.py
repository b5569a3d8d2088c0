"""The pictures of the model card: a grid of digits for each run, and a film of all runs in training."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan.checkpoint import epochs, load_snapshot
from gan.images import to_animation, to_png
from gan.models import MODELS
from gan.sampling import sample_grid
from gan.store.files import write_atomic

GRID_SAMPLES = 64  # digits in a run's picture, from the seeds 0 to 63
FILM = "progression.webp"
FILM_SAMPLES = 16  # digits of each run in the film, from the seeds 0 to 15
FPS = 4
HOLD_FRAMES = 8  # repeats of the last frame before the film starts again
SCALE = 2  # film pixels per image pixel
CAPTION_HEIGHT = 24  # pixels
GAP = 16  # pixels between two runs


def draw_pictures(root: Path) -> None:
    """Write MODEL.png for each run in `root`, and the film of all of them. Without runs, write nothing.

    Raises CheckpointError if a snapshot is damaged, DiskError if a picture cannot be written.
    """
    runs = {model: saved for model in MODELS if (saved := epochs(root / model))}
    for model, saved in runs.items():
        digits = sample_grid(load_snapshot(root / model, saved[-1]).generator, GRID_SAMPLES)
        write_atomic(root / f"{model}.png", to_png(digits))
    if runs:
        frames = [draw_frame(root, runs, epoch) for epoch in sorted(set().union(*runs.values()))]
        film = np.stack(frames + frames[-1:] * HOLD_FRAMES)
        write_atomic(root / FILM, to_animation(film, "webp", FPS))


def draw_frame(root: Path, runs: dict[str, list[int]], epoch: int) -> np.ndarray:
    """One frame of the film, uint8 (H, W): the runs side by side, each at its last saved epoch up to `epoch`.

    `runs` maps each model to its saved epochs. A caption above each run's digits names the run and its epoch.
    """
    parts = []
    for model, saved in runs.items():
        shown = max(number for number in saved if number <= epoch)
        digits = sample_grid(load_snapshot(root / model, shown).generator, FILM_SAMPLES)
        digits = digits.repeat(SCALE, 0).repeat(SCALE, 1)
        caption = draw_caption(f"{model}, epoch {shown}", digits.shape[1])
        gap = np.zeros((CAPTION_HEIGHT + len(digits), GAP), dtype=np.uint8)
        parts += [np.vstack([caption, digits]), gap]
    return np.hstack(parts[:-1])


def draw_caption(text: str, width: int) -> np.ndarray:
    """One line of text, centred, white on black: uint8 (CAPTION_HEIGHT, width)."""
    picture = Image.new("L", (width, CAPTION_HEIGHT))
    font = ImageFont.load_default(size=CAPTION_HEIGHT * 2 / 3)
    ImageDraw.Draw(picture).text((width / 2, CAPTION_HEIGHT / 2), text, fill=255, font=font, anchor="mm")
    return np.asarray(picture)
