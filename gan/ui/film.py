"""Films: everything a visitor can scrub through, in one answer; and the player that shows them."""

import base64
from pathlib import Path

import gradio as gr
from torch import Tensor

from gan.images import columns_for, sprite, to_png
from gan.models import IMAGE_SIZE

FOLDER = Path(__file__).parent


def film(frames: Tensor, captions: list[str], seeds: list[int], scores: Tensor) -> dict:
    """Frames of digits as JSON that a player shows without asking again.

    frames: uint8 (F, N, 28, 28); scores: (F, N), the discriminator's probability of "real".
    The sprite is a grey PNG, each frame a grid of `columns` by `rows` tiles, frame under frame.
    """
    count = frames.shape[1]
    columns = columns_for(count)
    png = to_png(sprite(frames.numpy(), columns))
    return {
        "sprite": f"data:image/png;base64,{base64.b64encode(png).decode()}",
        "tile": IMAGE_SIZE,
        "columns": columns,
        "rows": -(-count // columns),
        "frames": len(frames),
        "captions": captions,
        "seeds": seeds,
        "scores": [[round(score, 4) for score in row] for row in scores.tolist()],
    }


def player(label: str, fps: int, starts_at: str) -> gr.HTML:
    """The component that plays a film in the browser: `fps` frames a second, first shown at its "first" or "last"."""
    return gr.HTML(
        html_template=(FOLDER / "film.html").read_text(),
        css_template=(FOLDER / "film.css").read_text(),
        js_on_load=(FOLDER / "film.js").read_text(),
        label=label,
        fps=fps,
        starts_at=starts_at,
    )
