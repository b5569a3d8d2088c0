import base64
import io

import gradio as gr
import pytest
from helpers.films import frames_of, played
from PIL import Image

from gan.latent import consecutive, interpolate, latents, plane
from gan.ui.export import draw_animation, give_vectors
from gan.ui.render import draw_film
from gan.ui.scenes import SIDE

FILMS = {
    "interpolate": (["mlp", 2, 3, 8, 6, "slerp"], 50),
    "progression": (["mlp", 5, 6], 250),
    "plane": (["mlp", 1, [4, 3, 2, 1]], 100),
}  # with the milliseconds for each frame


def opened(answer, kind):
    """The file in an answer."""
    said, _, data = answer["file"].partition(",")
    assert said == f"data:image/{kind};base64"
    data = base64.b64decode(data)
    assert Image.open(io.BytesIO(data)).format.lower() == kind
    return data


@pytest.mark.parametrize("kind", ["gif", "webp"])
@pytest.mark.parametrize("view", FILMS)
def test_an_animation_plays_the_films_frames_four_times_as_large_for_ever(checkpoints, kind, view):
    arguments, pause = FILMS[view]
    frames, loop = played(opened(draw_animation(checkpoints, kind, view, arguments), kind), pause)
    assert (frames == frames_of(draw_film(checkpoints, view, arguments)).repeat(4, 1).repeat(4, 2)).all()
    assert loop == 0


def test_frames_that_repeat_take_their_time(checkpoints):
    arguments = ["mlp", 2, 3, 3, 5, "lerp"]  # a journey that goes nowhere
    frames, _ = played(opened(draw_animation(checkpoints, "gif", "interpolate", arguments), "gif"), 50)
    assert (frames == frames_of(draw_film(checkpoints, "interpolate", arguments)).repeat(4, 1).repeat(4, 2)).all()


NOT_A_LIST = [None, 3, "abc", {"a": 1}, (), [], [None]]
BAD = [
    *(("kind", kind, "plane", ["mlp", 1, [4, 3, 2, 1]]) for kind in ["png", "GIF", None, 1, ["gif"]]),
    *(("view", "gif", view, ["mlp", 2, 5, 6]) for view in ["generate", "truncated", "animation", None, 1, ["plane"]]),
    *(("arguments", "gif", view, arguments) for view in FILMS for arguments in NOT_A_LIST),
    *(("arguments", "gif", view, FILMS[view][0][:-1]) for view in FILMS),
    *(("arguments", "gif", view, [*FILMS[view][0], 1]) for view in FILMS),
    ("model", "gif", "progression", ["../mlp", 5, 6]),
    ("epoch", "gif", "plane", ["mlp", 3, [4, 3, 2, 1]]),
    ("corner", "gif", "plane", ["mlp", 1, [4, 3, 2, "1"]]),
    ("frames", "gif", "interpolate", ["mlp", 2, 3, 8, 10**9, "slerp"]),
]


@pytest.mark.parametrize(("name", "kind", "view", "arguments"), BAD)
def test_a_wrong_animation_is_refused_by_the_name_of_what_is_wrong(checkpoints, name, kind, view, arguments):
    with pytest.raises(gr.Error, match=f"^'{name} must be"):
        draw_animation(checkpoints, kind, view, arguments)


@pytest.mark.parametrize(
    ("view", "arguments", "seeds", "expected"),
    [
        ("generate", ["mlp", 2, 5, 3], [5, 6, 7], lambda: latents([5, 6, 7])),
        ("generate", ["mlp", 2, 5, 3, 0.4], [5, 6, 7], lambda: latents([5, 6, 7]) * 0.4),
        ("generate", ["mlp", 2, 2**32 - 1, 2], [2**32 - 1, 0], lambda: latents([2**32 - 1, 0])),
        ("generate", ["mlp", 2, 0, 100], [*range(100)], lambda: latents(range(100))),
        ("interpolate", ["mlp", 2, 3, 8, 6, "slerp"], [3, 8], lambda: interpolate(*latents([3, 8]), 6, "slerp")),
        ("interpolate", ["mlp", 2, 3, 8, 6, "lerp"], [3, 8], lambda: interpolate(*latents([3, 8]), 6, "lerp")),
        ("progression", ["mlp", 5, 3], [5, 6, 7], lambda: latents(consecutive(5, 3))),
        ("plane", ["mlp", 2, [4, 3, 2, 1]], [4, 3, 2, 1], lambda: plane(latents([4, 3, 2, 1]), SIDE)),
    ],
)
def test_the_vectors_are_those_that_are_drawn_from(view, arguments, seeds, expected):
    given = give_vectors(view, arguments)
    assert given["seeds"] == seeds
    assert given["latents"] == expected().tolist()


WRONG = [
    *(("view", view, ["mlp", 2, 5, 3]) for view in ["truncated", "lesson", None, 1, ["generate"]]),
    *(("arguments", view, arguments) for view in ["generate", *FILMS] for arguments in NOT_A_LIST),
    *(("arguments", view, FILMS[view][0][:-1]) for view in FILMS),
    *(("arguments", view, [*FILMS[view][0], 1]) for view in FILMS),
    *(("arguments", "generate", arguments) for arguments in (["mlp", 2], ["mlp", 2, 5], ["mlp", 2, 5, 3, 1, 1])),
    *(("seed", "generate", ["mlp", 2, seed, 3]) for seed in (-1, 2**32, None, True, "5", [5])),
    *(("count", "generate", ["mlp", 2, 5, count]) for count in (0, 101, None, 3.0)),
    *(("truncation", "generate", ["mlp", 2, 5, 3, share]) for share in (-0.1, 1.1, float("nan"), None, "1")),
    ("seed_to", "interpolate", ["mlp", 2, 3, -8, 6, "slerp"]),
    ("frames", "interpolate", ["mlp", 2, 3, 8, 121, "slerp"]),
    ("path", "interpolate", ["mlp", 2, 3, 8, 6, "arc"]),
    ("count", "progression", ["mlp", 5, 37]),
    ("corners", "plane", ["mlp", 2, [4, 3, 2]]),
    ("corner", "plane", ["mlp", 2, [4, 3, 2, [1]]]),
]


@pytest.mark.parametrize(("name", "view", "arguments"), WRONG)
def test_wrong_vectors_are_refused_by_the_name_of_what_is_wrong(name, view, arguments):
    with pytest.raises(gr.Error, match=f"^'{name} must be"):
        give_vectors(view, arguments)
