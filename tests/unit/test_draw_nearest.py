"""The endpoint /nearest: the training digit nearest to each fake, against brute force and known distances."""

import pytest
import torch
from helpers.films import REAL_COUNTS, frames_of
from helpers.questions import refusal

from gan.checkpoint import load_snapshot
from gan.datasets.reals import REALS, load_reals, save_reals
from gan.images import grid
from gan.latent import latents
from gan.real_distances import DISTANCES
from gan.sampling import generate
from gan.store.tensorfile import encode
from gan.ui.limits import MAX_NEAREST
from gan.ui.nearest import draw_nearest
from gan.ui.problems import train_command
from gan.ui.render import draw_film
from gan.ui.texts import note

SEED, COUNT = 7, 6
ARGUMENTS = "mlp", 2, SEED, COUNT


def fakes(root, truncation=1.0):
    """The digits of the arguments: uint8 (COUNT, 28, 28)."""
    return generate(load_snapshot(root / "mlp", 2).generator, truncation * latents(range(SEED, SEED + COUNT)))


def distances(root, truncation=1.0):
    """From each of these digits to each training digit: float64 (COUNT, N)."""
    train = torch.from_numpy(load_reals(root / REALS, "train").images)
    return torch.cdist(fakes(root, truncation).flatten(1).double(), train.flatten(1).double())


def exact_distance(root):
    """From the first of these digits to its nearest training digit. Sums of squares of integers are exact."""
    train = torch.from_numpy(load_reals(root / REALS, "train").images)
    return (train.long() - fakes(root)[0].long()).square().sum((1, 2)).min().double().sqrt()


# The nearest digit


@pytest.mark.parametrize("truncation", [1, 0.5, 0])
def test_each_digit_has_the_training_digit_with_the_least_of_all_distances(checkpoints, truncation):
    film = draw_nearest(checkpoints, *ARGUMENTS, truncation)
    least = distances(checkpoints, truncation).min(1)
    train = load_reals(checkpoints / REALS, "train")
    assert film["numbers"] == least.indices.tolist()
    assert film["distances"] == pytest.approx(least.values.tolist(), abs=0.0501)
    assert film["digits"] == train.labels[film["numbers"]].tolist()
    assert (frames_of(film)[0] == grid(train.images[film["numbers"]], film["columns"])).all()


def test_the_seeds_caption_and_run_are_those_of_the_same_grid_of_fakes(checkpoints):
    film, shown = draw_nearest(checkpoints, *ARGUMENTS), draw_film(checkpoints, "generate", list(ARGUMENTS))
    same = "seeds", "captions", "run", "tile", "columns", "rows", "frames"
    assert {key: film[key] for key in same} == {key: shown[key] for key in same}


def test_digits_without_classes_have_none(copy):
    images = load_reals(copy / REALS, "train").images.copy()
    save_reals(copy / REALS, "train", images, None)
    assert draw_nearest(copy, *ARGUMENTS)["digits"] is None


# The percentile


@pytest.mark.parametrize(
    ("steps", "percentile"),
    [([-2, -1, 0, 1], 50), ([-1] * 3 + [0], 75), ([-1] * 4, 100), ([0] * 4, 0), ([1] * 4, 0), ([1, 0, -1], 33.33)],
)
def test_the_percentile_is_the_share_of_test_digits_that_are_strictly_nearer(copy, steps, percentile):
    """The distances of the test digits are known: each is so many grey levels more than that of the fake."""
    test = load_reals(copy / REALS, "test").images[: len(steps)].copy()
    save_reals(copy / REALS, "test", test, None)
    header = {part: load_reals(copy / REALS, part).sha256 for part in ("train", "test")}
    known = torch.tensor(steps, dtype=torch.float64) + exact_distance(copy)
    (copy / REALS / DISTANCES).write_bytes(encode({"distances": known}, header))
    assert draw_nearest(copy, *ARGUMENTS)["percentiles"][0] == percentile


def test_percentiles_compare_with_the_distances_of_all_test_digits(checkpoints):
    test, train = (torch.from_numpy(load_reals(checkpoints / REALS, part).images) for part in ("test", "train"))
    real = torch.cdist(test.flatten(1).double(), train.flatten(1).double()).min(1).values
    least = distances(checkpoints).min(1).values
    expected = [100 * (real < distance).double().mean().item() for distance in least]
    assert draw_nearest(checkpoints, *ARGUMENTS)["percentiles"] == pytest.approx(expected, abs=0.00501)
    assert len(real) == REAL_COUNTS["test"] and set(expected) != {0, 100}


@pytest.mark.parametrize("truncation", [1, 0.5])
def test_a_planted_copy_is_found_at_distance_and_percentile_zero(copy, truncation):
    planted = load_reals(copy / REALS, "train").images.copy()
    planted[50:52] = fakes(copy, truncation)[[3, 1]]
    save_reals(copy / REALS, "train", planted, None)
    film = draw_nearest(copy, *ARGUMENTS, truncation)
    for place, number in ((3, 50), (1, 51)):
        assert (film["numbers"][place], film["distances"][place], film["percentiles"][place]) == (number, 0, 0)
    assert film["distances"][0] > 0


def test_without_test_digits_there_are_no_percentiles(copy):
    expected = draw_nearest(copy, *ARGUMENTS)
    (copy / REALS / "test-0.png").unlink()
    assert draw_nearest(copy, *ARGUMENTS) == expected | {"percentiles": None}


# Errors


@pytest.mark.parametrize("count", [0, MAX_NEAREST + 1, "9", 2.0])
def test_other_counts_than_1_to_36_are_refused(checkpoints, count):
    assert MAX_NEAREST == 36
    assert refusal(draw_nearest, checkpoints, "mlp", 2, 0, count) == note("server.whole", name="count", low=1, high=36)


def test_36_digits_have_36_neighbours(checkpoints):
    assert len(draw_nearest(checkpoints, "dcgan", 1, 2**32 - 2, 36)["percentiles"]) == 36


@pytest.mark.parametrize("part", ["train", "test"])
def test_damaged_sprites_are_an_error_that_names_the_command(copy, part):
    (copy / REALS / f"{part}-0.png").write_bytes(b"")
    assert refusal(draw_nearest, copy, *ARGUMENTS) == note("server.bad-reals", command=train_command(copy))


def test_no_sprites_are_an_error_that_names_the_command(copy):
    (copy / REALS / "train-0.png").unlink()
    assert refusal(draw_nearest, copy, *ARGUMENTS) == note("server.no-reals", command=train_command(copy))
    assert "python train.py" in refusal(draw_nearest, copy, *ARGUMENTS)["text"]
