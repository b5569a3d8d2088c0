"""Handles as the page gets them, and how they become known."""

import shutil
import threading

import numpy as np
import pytest
import torch
from helpers.films import frames_of, tiles_of
from helpers.questions import refusal

from gan.checkpoint import load_snapshot
from gan.directions import Directions, move
from gan.directions_file import DIRECTIONS, load_directions
from gan.latent import arithmetic, latents
from gan.sampling import generate
from gan.ui import handles
from gan.ui.catalogue import gan_of
from gan.ui.handles import both_ends, describe, directions_of, handle_plane
from gan.ui.limits import HANDLE_RANGE, SIDE
from gan.ui.render import draw_film

MEASURES = ("slant", "width", "like 0")
Z = latents([7])[0]


@pytest.fixture
def known():
    """Directions along the first four components of z. The last measure is too badly explained to be offered."""
    moves = torch.tensor([[1.5, 0.05, -0.3], [0.2, 1.2, 0.4], [0, 0, 1], [0, 0.7, 0]])
    return Directions((*MEASURES,), torch.eye(100)[:4], torch.tensor([0.5, 0.8, 0.39]), moves)


@pytest.fixture
def unmeasured(copy):
    """Checkpoints whose MLP has no file of directions."""
    (copy / "mlp" / DIRECTIONS).unlink()
    return copy


def test_a_handle_has_its_name_its_kind_its_r2_and_what_it_moves_the_most_first(known):
    assert describe(known) == [
        {"name": "width", "kind": "shape", "r2": 0.8, "moves": [["width", 1.2], ["like 0", 0.4], ["slant", 0.2]]},
        {"name": "slant", "kind": "shape", "r2": 0.5, "moves": [["slant", 1.5], ["like 0", -0.3]]},
        {"name": "unnamed 1", "kind": "unnamed", "r2": None, "moves": [["width", 0.7]]},
    ]


def test_a_plane_moves_a_digit_by_three_units_along_each_handle_and_keeps_it_in_the_middle(known):
    z, captions, about = handle_plane(known, Z, "slant", "width")
    z = z.view(SIDE, SIDE, 100)
    units = torch.linspace(-HANDLE_RANGE, HANDLE_RANGE, SIDE)
    assert torch.equal(z[SIDE // 2, SIDE // 2], Z)
    assert (z[0, :, 0] - Z[0]).numpy() == pytest.approx(units.numpy(), abs=0.002)  # across: the first component
    assert (z[:, 0, 1] - Z[1]).numpy() == pytest.approx(units.numpy(), abs=0.002)  # down: the second
    assert (z[..., 2:] - Z[2:]).abs().max() < 0.002
    others = torch.ones(SIDE, SIDE, dtype=torch.bool)
    others[SIDE // 2, SIDE // 2] = False
    assert torch.equal(z[others], z[others].half().float())
    assert captions[0] == "slant -3, width -3" and captions[1] == "slant -2.4, width -3" and len(captions) == SIDE**2
    assert captions[SIDE**2 // 2] == "slant 0, width 0"
    assert about["positions"] == pytest.approx(units.tolist(), abs=1e-6) and about["handles"] == describe(known)


def test_a_digit_that_is_moved_by_name_is_that_of_the_plane(known):
    z, _, about = handle_plane(known, Z, "slant", "width")
    assert about["positions"][8] == 1.8
    moved = move(Z[None], known, {"slant": 1.8, "width": -1.2})
    assert torch.equal(moved[0], z.view(SIDE, SIDE, 100)[3, 8])
    assert torch.equal(move(Z[None], known, {"slant": 1.8})[0], z.view(SIDE, SIDE, 100)[5, 8])
    assert torch.equal(move(Z[None], known, {}), Z[None])


@pytest.mark.parametrize(
    ("across", "down", "used"),
    [
        ("", "", ("width", "slant")),
        ("slant", "", ("slant", "width")),
        ("", "width", ("width", "width")),
        ("unnamed 1", "slant", ("unnamed 1", "slant")),
    ],
)
def test_without_a_name_the_best_handle_is_used_and_then_the_best_other_one(known, across, down, used):
    about = handle_plane(known, Z, across, down)[2]
    assert (about["across"], about["down"]) == used


def test_a_handle_that_is_not_offered_is_refused_with_those_that_are(known):
    note = refusal(handle_plane, known, Z, "like 0", "slant")
    assert note["values"] == {"name": "across", "allowed": "width, slant, unnamed 1"}


def test_both_ends_of_each_handle_have_the_digit_between_them_and_the_others_are_named(known):
    ends, about = both_ends(known, Z)
    assert ends.shape == (3, len(known.offered()), 100) and (ends[1] == Z).all()
    component = [1, 0, 3]  # of width, slant, unnamed 1
    for index, place in enumerate(component):
        assert (ends[[0, 2], index, place] - Z[place]).tolist() == pytest.approx([-3, 3], abs=0.002)
    assert about["left_out"] == [{"name": "like 0", "r2": 0.39}]


# Films over a run


def test_a_film_of_handles_is_drawn_as_python_draws_its_vectors(checkpoints):
    film = draw_film(checkpoints, "handles", ["mlp", 2, 7, "unnamed 1", "unnamed 2"])
    generator = load_snapshot(checkpoints / "mlp", 2).generator
    z, _, about = handle_plane(load_directions(checkpoints / "mlp", generator), Z, "unnamed 1", "unnamed 2")
    assert (frames_of(film) == generate(generator, z).numpy()).all()
    assert film["seeds"] == [7] and {name: film[name] for name in about} == about
    assert np.array(film["lengths"]) == pytest.approx(z.norm(dim=1, keepdim=True).numpy(), abs=1e-4)
    (middle,) = frames_of(draw_film(checkpoints, "generate", ["mlp", 2, 7, 1]))
    assert (frames_of(film)[SIDE**2 // 2] == middle).all()


def test_offered_handles_are_shown_at_both_ends(checkpoints):
    film = draw_film(checkpoints, "offered", ["mlp", 2, 7])
    generator = load_snapshot(checkpoints / "mlp", 2).generator
    ends, about = both_ends(load_directions(checkpoints / "mlp", generator), Z)
    assert (tiles_of(film) == generate(generator, ends.flatten(0, 1)).view(3, -1, 28, 28).numpy()).all()
    assert film["handles"] == about["handles"] and len(film["seeds"]) == len(film["handles"])


def test_arithmetic_shows_the_three_means_and_the_result(checkpoints):
    film = draw_film(checkpoints, "arithmetic", ["mlp", 2, [7, 8], [9], [10, 11, 12]])
    z = arithmetic(latents([7, 8]), latents([9]), latents([10, 11, 12]))
    generator = load_snapshot(checkpoints / "mlp", 2).generator
    assert (tiles_of(film)[0] == generate(generator, z).numpy()).all()
    assert film["z"] == z.tolist() and film["seeds"] == [None] * 4


# Directions that are not stored


def test_directions_are_measured_on_first_use_one_gan_at_a_time_and_then_known(unmeasured, monkeypatch):
    begun, go_on, measured = threading.Event(), threading.Event(), []

    def measure(generator, network):
        measured.append(generator)
        begun.set()
        assert go_on.wait(60)
        return Directions(("slant",), torch.eye(100)[:2], torch.ones(1), torch.ones(2, 1))

    monkeypatch.setattr(handles, "measure_directions", measure)
    first, second = (gan_of(unmeasured, "mlp", epoch)[0] for epoch in (1, 2))
    for gan in (first, first, second):  # the second GAN has to wait
        assert refusal(directions_of, unmeasured, "mlp", gan)["key"] == "server.measuring"
    assert begun.wait(60) and measured == [first.generator]
    job = handles._job
    go_on.set()
    job.result(60)
    assert directions_of(unmeasured, "mlp", first).offered() == ["slant", "unnamed 1"]
    assert refusal(directions_of, unmeasured, "mlp", second)["key"] == "server.measuring"
    handles._job.result(60)
    assert measured == [first.generator, second.generator]


def test_a_measurement_that_fails_raises_its_error_and_the_next_question_tries_again(unmeasured, monkeypatch):
    monkeypatch.setattr(handles, "_job", None)

    def fail(generator, network):
        raise MemoryError("no room")

    monkeypatch.setattr(handles, "measure_directions", fail)
    gan = gan_of(unmeasured, "mlp", 2)[0]
    refusal(directions_of, unmeasured, "mlp", gan)
    assert isinstance(handles._job.exception(60), MemoryError)
    with pytest.raises(MemoryError, match="no room"):
        directions_of(unmeasured, "mlp", gan)
    assert refusal(directions_of, unmeasured, "mlp", gan)["key"] == "server.measuring"
    assert isinstance(handles._job.exception(60), MemoryError)
    monkeypatch.setattr(handles, "_job", None)


def test_directions_that_are_stored_are_read_without_measuring(checkpoints, tmp_path, monkeypatch):
    root = shutil.copytree(checkpoints, tmp_path / "copy")
    monkeypatch.setattr(handles, "measure_directions", None)
    gan = gan_of(root, "mlp", 2)[0]
    assert isinstance(directions_of(root, "mlp", gan), Directions)
    (root / "mlp" / DIRECTIONS).unlink()
    assert isinstance(directions_of(root, "mlp", gan), Directions)  # known by now
