"""A vector as a place, in every endpoint that takes a seed: the same pixels as Python draws."""

import pytest
import torch
from helpers.films import tiles_of
from helpers.questions import refusal

from gan.checkpoint import load_snapshot
from gan.latent import decode_vector, encode_vector, interpolate, latents, neighbours, plane
from gan.sampling import generate
from gan.ui.export import export_latents
from gan.ui.limits import MAX_LENGTH, SIDE
from gan.ui.nearest import draw_nearest
from gan.ui.quiz import draw_quiz
from gan.ui.render import draw_film, draw_pictures
from gan.ui.texts import note

Z = (latents([77])[0] * 0.9).half().float()
VECTOR = encode_vector(Z)


def digits(root, z, epoch=2):
    return generate(load_snapshot(root / "mlp", epoch).generator, z).numpy()


@pytest.mark.parametrize("truncation", [1, 0.5])
def test_a_grid_at_a_vector_shows_it_and_its_neighbours(checkpoints, truncation):
    view = "generate" if truncation == 1 else "truncated"
    arguments = ["mlp", 2, VECTOR, 9] + ([] if truncation == 1 else [truncation])
    film = draw_film(checkpoints, view, arguments)
    near = neighbours(Z, 9)
    assert (tiles_of(film)[0][:9] == digits(checkpoints, near * truncation)).all()
    assert film["seeds"] == [encode_vector(row) for row in near] and film["seeds"][0] == VECTOR
    assert draw_nearest(checkpoints, "mlp", 2, VECTOR, 9, truncation)["seeds"] == film["seeds"]


def test_a_neighbour_is_a_place_of_its_own(checkpoints):
    film = draw_pictures(checkpoints, "generate", ["mlp", 2, VECTOR, 3])
    alone = draw_pictures(checkpoints, "generate", ["mlp", 2, film["seeds"][2], 1])
    assert (tiles_of(alone)[0][0] == tiles_of(film)[0][2]).all()


def test_training_is_shown_at_a_vector(checkpoints):
    film = draw_pictures(checkpoints, "progression", ["mlp", VECTOR, 2])
    for frame, epoch in enumerate((0, 1, 2)):
        assert (tiles_of(film)[frame][:2] == digits(checkpoints, neighbours(Z, 2), epoch)).all()


@pytest.mark.parametrize("ends", [(VECTOR, 7), (7, VECTOR), (VECTOR, VECTOR)])
def test_an_interpolation_can_begin_and_end_at_a_vector(checkpoints, ends):
    z = [Z if end == VECTOR else latents([end])[0] for end in ends]
    film = draw_pictures(checkpoints, "interpolate", ["mlp", 2, *ends, 4, "slerp"])
    assert (tiles_of(film)[:, 0] == digits(checkpoints, interpolate(*z, 4, "slerp"))).all()
    assert film["seeds"] == list(ends)


def test_a_corner_of_a_plane_can_be_a_vector(checkpoints):
    corners = torch.stack([latents([1])[0], Z, *latents([2, 3])])
    film = draw_pictures(checkpoints, "plane", ["mlp", 2, [1, VECTOR, 2, 3]])
    assert (tiles_of(film)[:, 0] == digits(checkpoints, plane(corners, SIDE))).all()


def test_the_vectors_of_a_grid_at_a_vector_can_be_taken_away(checkpoints):
    answer = export_latents(checkpoints, "generate", ["mlp", 2, VECTOR, 3])
    assert answer["latents"] == neighbours(Z, 3).tolist()
    assert answer["latents"] == [decode_vector(text).tolist() for text in answer["seeds"]]


@pytest.mark.parametrize("text", ["", "7", "A" * 266, encode_vector(torch.full((100,), torch.nan))])
def test_a_text_that_is_no_vector_is_refused(checkpoints, text):
    for view, arguments in (("generate", ["mlp", 2, text, 4]), ("plane", ["mlp", 2, [1, 2, text, 3]])):
        name = "seed" if view == "generate" else "corner"
        assert refusal(draw_film, checkpoints, view, arguments) == note("server.vector", name=name)


def test_a_vector_that_is_too_long_is_refused(checkpoints):
    text = encode_vector(Z * 10)
    refused = refusal(draw_film, checkpoints, "progression", ["mlp", text, 4])
    assert refused == note("server.long-vector", name="seed", most=MAX_LENGTH)


@pytest.mark.parametrize("view", ["reals", "real_progression"])
def test_real_digits_have_seeds_only(checkpoints, view):
    arguments = ["mlp", 2, VECTOR, 4] if view == "reals" else ["mlp", VECTOR, 4]
    assert refusal(draw_film, checkpoints, view, arguments)["key"] == "server.whole"


def test_a_round_of_the_quiz_has_a_seed_only(checkpoints):
    assert refusal(draw_quiz, checkpoints, "mlp", 2, VECTOR, 8)["key"] == "server.whole"
