import base64
import io

import pytest
from helpers.films import frames_of, played
from PIL import Image

from gan.latent import consecutive, interpolate, latents, plane
from gan.ui.export import SCALE, draw_animation, export_latents
from gan.ui.render import draw_film
from gan.ui.scenes import SIDE

FILMS = {  # arguments, milliseconds per frame
    "interpolate": (["mlp", 2, 3, 8, 6, "slerp"], 50),
    "progression": (["mlp", 5, 6], 250),
    "plane": (["mlp", 1, [4, 3, 2, 1]], 100),
}


def decoded(answer, kind):
    """The bytes of the file in an answer."""
    prefix, _, data = answer["file"].partition(",")
    assert prefix == f"data:image/{kind};base64"
    data = base64.b64decode(data)
    assert Image.open(io.BytesIO(data)).format.lower() == kind
    return data


def enlarged_frames(film):
    return frames_of(film).repeat(SCALE, 1).repeat(SCALE, 2)


@pytest.mark.parametrize("kind", ["gif", "webp"])
@pytest.mark.parametrize("view", FILMS)
def test_an_animation_repeats_the_enlarged_frames_at_its_speed(checkpoints, kind, view):
    arguments, pause = FILMS[view]
    frames, loop = played(decoded(draw_animation(checkpoints, kind, view, arguments), kind), pause)
    assert (frames == enlarged_frames(draw_film(checkpoints, view, arguments))).all()
    assert loop == 0


def test_an_animation_of_equal_frames_has_the_full_length(checkpoints):
    arguments = ["mlp", 2, 3, 3, 5, "lerp"]
    frames, _ = played(decoded(draw_animation(checkpoints, "gif", "interpolate", arguments), "gif"), 50)
    assert (frames == enlarged_frames(draw_film(checkpoints, "interpolate", arguments))).all()


@pytest.mark.parametrize(
    ("view", "arguments", "seeds", "expected"),
    [
        ("generate", ["mlp", 2, 5, 3], [5, 6, 7], lambda: latents([5, 6, 7])),
        ("generate", ["mlp", 2, 5, 3, 0.4], [5, 6, 7], lambda: latents([5, 6, 7]) * 0.4),
        ("generate", ["mlp", 2, 2**32 - 1, 2], [2**32 - 1, 0], lambda: latents([2**32 - 1, 0])),
        ("interpolate", ["mlp", 2, 3, 8, 6, "slerp"], [3, 8], lambda: interpolate(*latents([3, 8]), 6, "slerp")),
        ("interpolate", ["mlp", 2, 3, 8, 6, "lerp"], [3, 8], lambda: interpolate(*latents([3, 8]), 6, "lerp")),
        ("progression", ["mlp", 5, 3], [5, 6, 7], lambda: latents(consecutive(5, 3))),
        ("plane", ["mlp", 2, [4, 3, 2, 1]], [4, 3, 2, 1], lambda: plane(latents([4, 3, 2, 1]), SIDE)),
    ],
)
def test_the_exported_latents_are_those_that_the_digits_are_drawn_from(view, arguments, seeds, expected):
    assert export_latents(view, arguments) == {"seeds": seeds, "latents": expected().tolist()}
