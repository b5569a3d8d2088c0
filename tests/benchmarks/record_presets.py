"""Record the films of the presets: train each with seed 0 and write gan/ui/web/presets/NAME.json.

    python tests/benchmarks/record_presets.py [NAME ...] [--out DIR --steps N]

A film is what the endpoint `live` answers, with the model, the settings and the seed. It has 40 frames at equal
distances. To keep all films below 1 MB, it shows the first 16 digits in 16 grey levels. Other machines draw slightly
other digits, because float32 is rounded differently, and take other times. Takes about two minutes.
In some 15 s: --steps 2.
"""

import io
import json
from pathlib import Path

import numpy as np
import torch
from common import ROOT, make_parser
from helpers.coach import train_preset
from PIL import Image

from gan.images import sprite
from gan.training import configure_torch
from gan.ui.live import film_of
from gan.ui.presets import FILMS, PRESETS
from gan.ui.render import data_uri, pictures_of

SEED = 0
FRAMES = 40
DIGITS = 16
BITS = 4  # of a pixel


def small_png(picture: np.ndarray) -> bytes:
    """A PNG of a grey picture, uint8 (H, W), in 2^BITS grey levels: a third of the size that it has with all levels."""
    highest = 2**BITS - 1
    levels = (picture / 255 * highest).round().astype(np.uint8)
    image = Image.fromarray(levels, "P")
    image.putpalette([value * 255 // highest for value in range(highest + 1) for _ in "rgb"])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True, bits=BITS)
    return buffer.getvalue()


def record(name: str, steps: int | None) -> dict:
    """The film of a preset."""
    preset = PRESETS[name]
    run = train_preset(ROOT / "checkpoints", preset, SEED, steps or preset.steps)
    places = np.linspace(0, len(run.frames) - 1, FRAMES).round().astype(int)
    frames = [run.frames[place] for place in places]
    digits = np.stack([frame.digits[:DIGITS] for frame in frames])  # (FRAMES, DIGITS, 28, 28)
    film = film_of(run, frames) | pictures_of(torch.from_numpy(digits))
    film["sprite"] = data_uri("image/png", small_png(sprite(digits, film["columns"])))
    film["seeds"] = film["seeds"][:DIGITS]
    film |= {"step": run.step, "seconds": round(run.seconds, 3), "ended": run.ended}
    return film | {"model": preset.model, "settings": preset.pairs, "seed": SEED}


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PRESETS)} (default: all)")
    parser.add_argument("--out", type=Path, default=FILMS, help="a folder for the films (default: that of the page)")
    parser.add_argument("--steps", type=int, help="of each run (default: those in gan/ui/presets.py)")
    args = parser.parse_args()
    configure_torch()
    args.out.mkdir(exist_ok=True)
    for name in args.names or PRESETS:
        film = json.dumps(record(name, args.steps), separators=(",", ":"))
        (args.out / f"{name}.json").write_text(film + "\n")
        print(f"{name}: {len(film):,} bytes")
