"""Files that a browser cannot make by itself: animations, and the latent vectors of the digits.

`view` and `arguments` are an endpoint and its inputs. All functions raise gr.Error for invalid values.
"""

from pathlib import Path

from gan.images import to_animation
from gan.ui.limits import MAX_PROGRESSION_DIGITS, SCALE
from gan.ui.render import data_uri, draw_frames
from gan.ui.scenes import grid_latents, interpolation_latents, plane_latents
from gan.ui.validate import list_of, one_of

FPS = {"interpolate": 20, "progression": 4, "plane": 10}


def draw_animation(root: Path, kind: object, view: object, arguments: object) -> dict:
    """A film as a lossless animation that repeats, {"file": data URI}. `kind` is "gif" or "webp"."""
    kind = one_of("kind", kind, ["gif", "webp"])
    fps = FPS[one_of("view", view, list(FPS))]
    return {"file": data_uri(f"image/{kind}", to_animation(draw_frames(root, view, arguments), kind, fps, SCALE))}


def export_latents(view: object, arguments: object) -> dict:
    """The latent vectors of a film, {"seeds": ..., "latents": ...}, in the order of its digits or frames."""
    view = one_of("view", view, ["generate", "interpolate", "progression", "plane"])
    if view == "generate":
        truncated = type(arguments) is list and len(arguments) == 5  # the arguments of /truncated
        seeds, z = grid_latents(*list_of("arguments", arguments, 5 if truncated else 4)[2:])
    elif view == "interpolate":
        seeds, z = interpolation_latents(*list_of("arguments", arguments, 6)[2:])
    elif view == "progression":
        seeds, z = grid_latents(*list_of("arguments", arguments, 3)[1:], max_count=MAX_PROGRESSION_DIGITS)
    else:
        seeds, z = plane_latents(list_of("arguments", arguments, 3)[2])
    return {"seeds": seeds, "latents": z.tolist()}
