"""Files that a browser cannot make by itself: animations, and the latent vectors of the digits.

`view` and `arguments` are an endpoint and its inputs. All functions raise gr.Error for invalid values.
"""

from bisect import bisect
from pathlib import Path

import numpy as np

from gan.images import enlarge, side_by_side, to_animation
from gan.models import MODELS
from gan.ui.limits import ANIMATION_WIDTHS, GAP, MAX_PROGRESSION_DIGITS
from gan.ui.live import live_runs
from gan.ui.live_files import frames_of
from gan.ui.push import pushed_frames
from gan.ui.render import data_uri, draw_frames
from gan.ui.scenes import Scene, grid_latents, interpolation_latents, plane_latents, scene_of
from gan.ui.texts import user_error
from gan.ui.validate import list_of, one_of

FPS = {"interpolate": 20, "progression": 4, "plane": 10, "handles": 10, "pushed": 10, "live": 10}


def draw_animation(
    root: Path, kind: object, view: object, arguments: object, width: object = ANIMATION_WIDTHS[0]
) -> dict:
    """A film as a lossless animation that repeats, {"file": data URI}. `kind` is "gif" or "webp".

    arguments: of one film, or a list of the arguments of several, which are shown side by side.
    width: the least number of pixels of each film; one of ANIMATION_WIDTHS.
    """
    kind = one_of("kind", kind, ["gif", "webp"])
    fps = FPS[one_of("view", view, list(FPS))]
    width = one_of("width", width, list(ANIMATION_WIDTHS))
    several = type(arguments) is list and bool(arguments) and all(type(each) is list for each in arguments)
    if several and len(arguments) > len(MODELS):
        raise user_error("server.films", most=len(MODELS))
    films = arguments if several else [arguments]
    if view == "live":
        # This is not the thread of the live runs: it may look one up, and not start one.
        runs = [live_runs(root).kept(*list_of("arguments", each, 4)) for each in films]
        pictures = frames_of(runs, [step for *_, step in films])
    elif view == "pushed":
        pictures = [pushed_frames(root, each) for each in films]
    else:
        pictures = _in_step([scene_of(root, view, each) for each in films])
    frames = side_by_side([enlarge(each, width) for each in pictures], GAP)
    return {"file": data_uri(f"image/{kind}", to_animation(frames, kind, fps))}


def _in_step(scenes: list[Scene]) -> list[np.ndarray]:
    # The frames of films that are shown together. At each epoch that one of them has, the others show their last one
    # up to it, or their first, as the page does.
    frames = [draw_frames(scene) for scene in scenes]
    if any(not scene.epochs for scene in scenes):
        if len({len(each) for each in frames}) > 1:
            raise user_error("server.lengths")
        return frames
    shown = sorted({epoch for scene in scenes for epoch in scene.epochs})
    return [
        each[[max(0, bisect(scene.epochs, epoch) - 1) for epoch in shown]]
        for scene, each in zip(scenes, frames, strict=True)
    ]


def export_latents(root: Path, view: object, arguments: object) -> dict:
    """The latent vectors of a film, {"seeds": ..., "latents": ...}, in the order of its digits or frames."""
    view = one_of("view", view, ["generate", "interpolate", "progression", "plane", "handles", "arithmetic"])
    if view in ("handles", "arithmetic"):
        scene = scene_of(root, view, arguments)
        seeds, z = scene.seeds, scene.z.flatten(0, 1)
    elif view == "generate":
        truncated = type(arguments) is list and len(arguments) == 5  # the arguments of /truncated
        seeds, z = grid_latents(*list_of("arguments", arguments, 5 if truncated else 4)[2:])
    elif view == "interpolate":
        seeds, z = interpolation_latents(*list_of("arguments", arguments, 6)[2:])
    elif view == "progression":
        seeds, z = grid_latents(*list_of("arguments", arguments, 3)[1:], max_count=MAX_PROGRESSION_DIGITS)
    else:
        seeds, z = plane_latents(list_of("arguments", arguments, 3)[2])
    return {"seeds": seeds, "latents": z.tolist()}
