import base64
import io
import shutil

import pytest
import torch
from helpers.films import frames_of, played, tiles_of
from helpers.questions import VALID
from PIL import Image

from gan.checkpoint import load_snapshot, snapshot_path
from gan.images import enlarge, side_by_side
from gan.latent import consecutive, interpolate, latents, plane
from gan.sampling import generate
from gan.ui.export import draw_animation, export_latents
from gan.ui.limits import ANIMATION_WIDTHS, GAP
from gan.ui.render import draw_film
from gan.ui.scenes import SIDE
from gan.ui.texts import NoteError

FILMS = {  # arguments, milliseconds per frame
    "interpolate": (["mlp", 2, 3, 8, 6, "slerp"], 50),
    "progression": (["mlp", 5, 6], 250),
    "plane": (["mlp", 1, [4, 3, 2, 1]], 100),
    "handles": (["mlp", 2, 7, "unnamed 1", "unnamed 2"], 100),
}


def decoded(answer, kind):
    """The bytes of the file in an answer."""
    prefix, _, data = answer["file"].partition(",")
    assert prefix == f"data:image/{kind};base64"
    data = base64.b64decode(data)
    assert Image.open(io.BytesIO(data)).format.lower() == kind
    return data


def enlarged_frames(film, width=ANIMATION_WIDTHS[0]):
    return enlarge(frames_of(film), width)


@pytest.mark.parametrize("kind", ["gif", "webp"])
@pytest.mark.parametrize("view", FILMS)
def test_an_animation_repeats_the_enlarged_frames_at_its_speed(checkpoints, kind, view):
    arguments, pause = FILMS[view]
    frames, loop = played(decoded(draw_animation(checkpoints, kind, view, arguments), kind), pause)
    assert (frames == enlarged_frames(draw_film(checkpoints, view, arguments))).all()
    assert loop == 0


@pytest.mark.parametrize("width", ANIMATION_WIDTHS)
def test_an_animation_has_the_width_that_is_asked_for(checkpoints, width):
    arguments = ["mlp", 2, 3, 8, 2, "slerp"]
    frames, _ = played(decoded(draw_animation(checkpoints, "gif", "interpolate", arguments, width), "gif"), 50)
    assert frames.shape == (2, width, width)


def test_films_of_several_models_are_side_by_side(checkpoints):
    several = [["mlp", 1, 3, 8, 4, "slerp"], ["dcgan", 0, 3, 8, 4, "slerp"]]
    frames, _ = played(decoded(draw_animation(checkpoints, "gif", "interpolate", several), "gif"), 50)
    films = [enlarged_frames(draw_film(checkpoints, "interpolate", arguments)) for arguments in several]
    assert (frames == side_by_side(films, GAP)).all()


def test_films_side_by_side_show_the_same_epoch_or_the_last_one_before_it(checkpoints, tmp_path):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    snapshot_path(root / "mlp", 1).unlink()
    shutil.copy(snapshot_path(root / "mlp", 2), snapshot_path(root / "mlp", 4))  # mlp: 0, 2, 4; dcgan: 0, 1
    several = [["mlp", 5, 4], ["dcgan", 5, 4]]
    frames, _ = played(decoded(draw_animation(root, "gif", "progression", several), "gif"), 250)
    mlp, dcgan = (enlarged_frames(draw_film(root, "progression", arguments)) for arguments in several)
    assert (frames == side_by_side([mlp[[0, 0, 1, 2]], dcgan[[0, 1, 1, 1]]], GAP)).all()


@pytest.mark.parametrize(
    ("several", "key"),
    [
        ([["mlp", 2, 3, 8, 4, "lerp"]] * 4, "server.films"),
        ([["mlp", 2, 3, 8, frames, "lerp"] for frames in (4, 5)], "server.lengths"),
        ([["mlp", 2, 3, 8, 4, "lerp"], "mlp"], "server.list"),
        ([], "server.list"),
    ],
)
def test_films_that_cannot_be_side_by_side_are_refused(checkpoints, several, key):
    with pytest.raises(NoteError) as error:
        draw_animation(checkpoints, "gif", "interpolate", several)
    assert error.value.note["key"] == key


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
def test_the_exported_latents_are_those_that_the_digits_are_drawn_from(checkpoints, view, arguments, seeds, expected):
    assert export_latents(checkpoints, view, arguments) == {"seeds": seeds, "latents": expected().tolist()}


@pytest.mark.parametrize("view", ["handles", "arithmetic"])
def test_the_exported_latents_of_handles_and_of_arithmetic_draw_their_film(checkpoints, view):
    film, exported = draw_film(checkpoints, view, VALID[view]), export_latents(checkpoints, view, VALID[view])
    generator = load_snapshot(checkpoints / "mlp", 2).generator
    images = generate(generator, torch.tensor(exported["latents"]))
    assert (tiles_of(film).reshape(-1, 28, 28) == images.numpy()).all() and exported["seeds"] == film["seeds"]
