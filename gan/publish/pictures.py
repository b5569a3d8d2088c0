"""The pictures beside the card: each run's digits, and a film of how all the runs came by theirs."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan.checkpoint import epochs, load_snapshot
from gan.images import columns_for, grid, to_animation, to_png
from gan.latent import consecutive, latents
from gan.models import MODELS
from gan.sampling import generate
from gan.store.files import write_atomic

PICTURED = 64  # digits in a run's picture: those of the seeds 0 to 63
FILM = "progression.webp"
FILMED = 16  # digits of each run in the film: those of the seeds 0 to 15
FPS = 4  # saved epochs a second
REST = 8  # frames for which the film rests on its last epoch before it starts again
SCALE = 2  # pixels of the film for each of a digit's
CAPTION = 24  # height of the line above a run's digits, pixels
GAP = 16  # pixels between two runs


def draw_pictures(root: Path) -> None:
    """Write the picture of each run in `root`, MODEL.png, and their film; nothing where there are no runs.

    Raises CheckpointError where a snapshot cannot be used, DiskError where a picture cannot be written.
    """
    runs = {model: saved for model in MODELS if (saved := epochs(root / model))}
    for model, saved in runs.items():
        digits = grid(draw_tiles(root / model, saved[-1], PICTURED), columns_for(PICTURED))
        write_atomic(root / f"{model}.png", to_png(digits))
    if runs:
        frames = [draw_moment(root, runs, epoch) for epoch in sorted(set().union(*runs.values()))]
        film = np.stack(frames + frames[-1:] * REST)
        write_atomic(root / FILM, to_animation(film, "webp", FPS, 1))


def draw_moment(root: Path, runs: dict[str, list[int]], epoch: int) -> np.ndarray:
    """A frame of the film, uint8 (H, W): the runs side by side at `epoch`, or at the last that they saved before it.

    `runs` gives the saved epochs of each, in order. The name of each run and its epoch stand above its digits.
    """
    parts = []
    for model, saved in runs.items():
        shown = max(one for one in saved if one <= epoch)
        digits = grid(draw_tiles(root / model, shown, FILMED), columns_for(FILMED)).repeat(SCALE, 0).repeat(SCALE, 1)
        line = draw_line(f"{model}, epoch {shown}", digits.shape[1])
        gap = np.zeros((CAPTION + len(digits), GAP), dtype=np.uint8)
        parts += [np.vstack([line, digits]), gap]
    return np.hstack(parts[:-1])


def draw_tiles(run: Path, epoch: int, count: int) -> np.ndarray:
    """The digits of the seeds from 0 that a run draws at a saved epoch, uint8 (count, 28, 28)."""
    return generate(load_snapshot(run, epoch).generator, latents(consecutive(0, count))).numpy()


def draw_line(text: str, width: int) -> np.ndarray:
    """A line of text in the middle, white on black, uint8 (CAPTION, width)."""
    picture = Image.new("L", (width, CAPTION))
    font = ImageFont.load_default(size=CAPTION * 2 / 3)
    ImageDraw.Draw(picture).text((width / 2, CAPTION / 2), text, fill=255, font=font, anchor="mm")
    return np.asarray(picture)
