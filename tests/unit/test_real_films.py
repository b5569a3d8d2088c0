"""The endpoints /reals and /real_progression: real test digits, scored by the discriminator of each epoch."""

import numpy as np
import pytest
import torch
from helpers.films import REAL_COUNTS, SAVED, frames_of
from helpers.questions import VALID, refusal

from gan.checkpoint import load_snapshot
from gan.datasets import reals as reals_py
from gan.datasets.reals import REALS, has_reals, load_reals, save_reals
from gan.images import grid
from gan.models import to_real
from gan.sampling import scores_of
from gan.ui.catalogue import catalogue
from gan.ui.export import draw_animation, export_latents
from gan.ui.problems import train_command
from gan.ui.render import draw_film
from gan.ui.scenes import MAX_DIGITS, MAX_PROGRESSION_DIGITS
from gan.ui.texts import note

VIEWS = "reals", "real_progression"
TEST = REAL_COUNTS["test"]


def numbers_of(root, seed, count):
    return draw_film(root, "reals", ["mlp", 2, seed, count])["numbers"]


def test_the_digits_and_classes_are_those_of_their_numbers(checkpoints):
    film = draw_film(checkpoints, "reals", ["mlp", 2, 7, 9])
    test = load_reals(checkpoints / REALS, "test")
    assert film["seeds"] == list(range(7, 16)) and film["captions"] == ["real"]
    assert (frames_of(film)[0] == grid(test.images[film["numbers"]], film["columns"])).all()
    assert film["digits"] == test.labels[film["numbers"]].tolist()


def test_digits_without_classes_have_none(copy):
    save_reals(copy / REALS, "test", load_reals(copy / REALS, "test").images.copy(), None)
    assert draw_film(copy, "reals", ["mlp", 2, 7, 9])["digits"] is None


@pytest.mark.parametrize("seed", [0, 7, 55])
def test_consecutive_seeds_show_every_test_digit_once_before_one_returns(checkpoints, seed):
    numbers = numbers_of(checkpoints, seed, 100)
    assert sorted(numbers[:TEST]) == list(range(TEST))
    assert numbers[TEST:] == numbers[: 100 - TEST]


def test_after_the_largest_seed_comes_seed_0(checkpoints):
    assert numbers_of(checkpoints, 2**32 - 3, 4)[3:] == numbers_of(checkpoints, 0, 1)


def test_the_seed_chooses_the_digits_in_an_order_unlike_that_of_the_data(checkpoints):
    assert numbers_of(checkpoints, 0, 9) == numbers_of(checkpoints, 0, 9)
    assert numbers_of(checkpoints, 1, 8) == numbers_of(checkpoints, 0, 9)[1:]
    assert numbers_of(checkpoints, 0, 60) != list(range(60)) and numbers_of(checkpoints, 9, 9) != list(range(9, 18))


def test_links_from_before_show_the_same_digits(checkpoints):
    order = np.random.RandomState(0).permutation(TEST).tolist()
    assert numbers_of(checkpoints, 5, 9) == order[5:14]


@pytest.mark.parametrize("model", SAVED)
def test_each_epoch_has_the_scores_of_its_discriminator(checkpoints, model):
    film = draw_film(checkpoints, "real_progression", [model, 7, 4])
    images = load_reals(checkpoints / REALS, "test").images[film["numbers"]]
    expected = []
    for epoch in SAVED[model]:
        discriminator = load_snapshot(checkpoints / model, epoch).discriminator
        expected.append(scores_of(discriminator, to_real(torch.from_numpy(images))).tolist())
        single = draw_film(checkpoints, "reals", [model, epoch, 7, 4])
        assert single["scores"] == [film["scores"][len(expected) - 1]]
    assert np.array(film["scores"]) == pytest.approx(np.array(expected), abs=0.51e-4)
    assert film["frames"] == 1 and "lengths" not in film


def test_all_models_and_epochs_show_the_same_digits_for_a_seed(checkpoints):
    films = [draw_film(checkpoints, "reals", [model, epoch, 7, 4]) for model in SAVED for epoch in SAVED[model]]
    films += [draw_film(checkpoints, "real_progression", [model, 7, 4]) for model in SAVED]
    assert len({(film["sprite"], tuple(film["numbers"])) for film in films}) == 1


@pytest.mark.parametrize(("view", "most"), [("reals", MAX_DIGITS), ("real_progression", MAX_PROGRESSION_DIGITS)])
def test_the_counts_are_those_of_fakes(checkpoints, view, most):
    before = VALID[view][:-2]
    assert len(draw_film(checkpoints, view, [*before, 0, most])["numbers"]) == most
    expected = note("server.whole", name="count", low=1, high=most)
    assert refusal(draw_film, checkpoints, view, [*before, 0, most + 1]) == expected


@pytest.mark.parametrize("view", VIEWS)
def test_damaged_and_missing_test_digits_are_errors_that_name_the_command(copy, view):
    sprite = copy / REALS / "test-0.png"
    sprite.write_bytes(b"")
    assert refusal(draw_film, copy, view, VALID[view]) == note("server.bad-reals", command=train_command(copy))
    sprite.unlink()
    assert refusal(draw_film, copy, view, VALID[view]) == note("server.no-reals", command=train_command(copy))


@pytest.mark.parametrize("view", VIEWS)
def test_real_digits_have_no_animation_and_no_latent_vectors(checkpoints, view):
    for function in (
        lambda: draw_animation(checkpoints, "gif", view, VALID[view]),
        lambda: export_latents(checkpoints, view, []),
    ):
        error = refusal(function)
        assert error["key"] == "server.choice" and error["values"]["name"] == "view"
        assert view not in error["values"]["allowed"].split(", ")


@pytest.mark.parametrize("view", ["generate", "truncated", "interpolate", "plane", "progression"])
def test_fakes_are_drawn_without_loading_real_digits(checkpoints, monkeypatch, view):
    monkeypatch.setattr(reals_py, "_load", None)
    draw_film(checkpoints, view, VALID[view])


def test_the_catalogue_says_of_which_parts_there_are_real_digits_without_loading_them(copy, monkeypatch):
    monkeypatch.setattr(reals_py, "_load", None)
    assert catalogue(copy)["reals"] == ["train", "test"]
    for part, other in (("test", "train"), ("train", "test")):
        (copy / REALS / f"{part}-0.png").rename(copy / f"{part}.png")
        assert catalogue(copy)["reals"] == [other]
        (copy / f"{part}.png").rename(copy / REALS / f"{part}-0.png")
    assert has_reals(copy / REALS, "test") and catalogue(copy)["command"] == train_command(copy)
