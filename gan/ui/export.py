"""What a visitor takes away that a browser cannot make by itself: animations, and the vectors behind the digits.

`view` and `arguments` are an endpoint and its inputs, as for the film that is on the page.
"""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from gan.images import to_animation
from gan.ui.film import data_uri
from gan.ui.limits import MOST_IN_PROGRESSION, SCALE
from gan.ui.render import draw_pictures
from gan.ui.scenes import grid_latents, interpolation_latents, plane_latents
from gan.ui.validate import list_of, one_of

FPS = {"interpolate": 20, "progression": 4, "plane": 10}


def draw_animation(root: Path, kind: object, view: object, arguments: object) -> dict:
    """A film that plays by itself for ever, {"file": data URI}; kind "gif" or "webp", both lossless for grey levels."""
    kind = one_of("kind", kind, ["gif", "webp"])
    fps = FPS[one_of("view", view, list(FPS))]
    film = draw_pictures(root, view, arguments)
    data = base64.b64decode(film["sprite"].partition(",")[2])
    picture = np.asarray(Image.open(io.BytesIO(data)))
    frames = picture.reshape(film["frames"], -1, picture.shape[1])
    return {"file": data_uri(f"image/{kind}", to_animation(frames, kind, fps, SCALE))}


def give_vectors(view: object, arguments: object) -> dict:
    """The latent vectors of what is shown, {"seeds": ..., "latents": ...}, in the order of its digits or frames."""
    view = one_of("view", view, ["generate", "interpolate", "progression", "plane"])
    if view == "generate":
        scaled = type(arguments) is list and len(arguments) == 5  # as `truncated` takes them
        seeds, z = grid_latents(*list_of("arguments", arguments, 5 if scaled else 4)[2:])
    elif view == "interpolate":
        seeds, z = interpolation_latents(*list_of("arguments", arguments, 6)[2:])
    elif view == "progression":
        seeds, z = grid_latents(*list_of("arguments", arguments, 3)[1:], most=MOST_IN_PROGRESSION)
    else:
        seeds, z = plane_latents(list_of("arguments", arguments, 3)[2])
    return {"seeds": seeds, "latents": z.tolist()}
