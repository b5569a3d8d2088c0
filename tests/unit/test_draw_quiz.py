"""The endpoint /quiz: half fakes of /generate, half real test digits of the same classes, all drawn from one seed."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.digits import draw_digits
from helpers.films import REAL_COUNTS, scored, tiles_of
from helpers.questions import refusal
from hypothesis import given
from hypothesis import strategies as st

from gan.checkpoint import load_snapshot
from gan.classifier import WEIGHTS, classify, load_classifier
from gan.datasets.reals import REALS, Reals, load_reals, save_reals
from gan.latent import latents
from gan.models import to_real
from gan.sampling import scores_of
from gan.ui import render
from gan.ui.endpoints import endpoints
from gan.ui.limits import MAX_QUIZ
from gan.ui.problems import train_command
from gan.ui.quiz import draw_quiz, draw_reals
from gan.ui.texts import note

COMMITTED = Path(__file__).parents[2] / "checkpoints"
SEED, COUNT = 7, 40
ARGUMENTS = "mlp", 2, SEED, COUNT


@pytest.fixture(scope="module")
def film(checkpoints):
    return draw_quiz(checkpoints, *ARGUMENTS)


@pytest.fixture(scope="module", params=["dcgan", "mlp"])
def committed_film(request):
    """A round of a committed model at its last epoch, with the classifier's labels."""
    return draw_quiz(COMMITTED, request.param, {"dcgan": 40, "mlp": 100}[request.param], 0, 20)


# The digits of a round


@pytest.mark.parametrize("count", [2, 20, 100])
def test_half_of_the_digits_are_real_and_each_is_marked(checkpoints, count):
    film = draw_quiz(checkpoints, "mlp", 2, SEED, count)
    assert len(film["real"]) == len(film["seeds"]) == len(film["numbers"]) == len(film["scores"][0]) == count
    assert sum(film["real"]) == count / 2
    for real, seed, number in zip(film["real"], film["seeds"], film["numbers"], strict=True):
        assert (seed is None, number is None) == (real, not real)


def test_fakes_are_those_of_consecutive_seeds_and_reals_are_the_test_digits_of_their_numbers(checkpoints, film):
    drawn, _ = scored(load_snapshot(checkpoints / "mlp", 2), latents(range(SEED, SEED + COUNT // 2)))
    test = load_reals(checkpoints / REALS, "test").images
    assert sorted(seed for seed in film["seeds"] if seed is not None) == list(range(SEED, SEED + COUNT // 2))
    for tile, seed, number in zip(tiles_of(film)[0], film["seeds"], film["numbers"], strict=True):
        assert (tile == (test[number] if seed is None else drawn[seed - SEED].numpy())).all()


def test_scores_are_those_of_the_discriminator(checkpoints, film):
    """Of fakes as the generator drew them, not rounded to grey levels, and of real digits as in training."""
    gan = load_snapshot(checkpoints / "mlp", 2)
    _, fakes = scored(gan, latents(range(SEED, SEED + COUNT // 2)))
    images = torch.from_numpy(load_reals(checkpoints / REALS, "test").images)
    reals = scores_of(gan.discriminator, to_real(images))
    for score, seed, number in zip(film["scores"][0], film["seeds"], film["numbers"], strict=True):
        expected = reals[number] if seed is None else fakes[seed - SEED]
        assert score == pytest.approx(expected.item(), abs=0.6e-4)


def test_the_order_mixes_reals_and_fakes_and_does_not_keep_that_of_the_seeds(film):
    seeds = [seed for seed in film["seeds"] if seed is not None]
    assert seeds != sorted(seeds)
    changes = sum(one != other for one, other in zip(film["real"], film["real"][1:], strict=False))
    assert changes > 5


def test_the_same_seed_is_the_same_round_and_another_seed_another(checkpoints, film):
    assert draw_quiz(checkpoints, *ARGUMENTS) == film
    other = draw_quiz(checkpoints, "mlp", 2, SEED + 1, COUNT)
    assert other["real"] != film["real"]
    assert {n for n in other["numbers"] if n is not None} != {n for n in film["numbers"] if n is not None}


def test_links_from_before_give_the_same_round(film):
    """Without classes, any real digit that is left is drawn for each fake; then the order is drawn."""
    stream, left = np.random.RandomState(SEED), list(range(REAL_COUNTS["test"]))
    reals = [(True, left.pop(stream.randint(len(left)))) for _ in range(COUNT // 2)]
    both = [(False, None)] * (COUNT // 2) + reals
    expected = [both[place] for place in stream.permutation(COUNT)]
    assert list(zip(film["real"], film["numbers"], strict=True)) == expected


def test_a_round_is_the_same_on_two_servers_over_copies_of_a_folder(checkpoints, tmp_path):
    rounds = []
    for name in ("one", "other"):
        root = shutil.copytree(checkpoints, tmp_path / name)
        (quiz,) = (function for function in endpoints(root)["films"] if function.__name__ == "quiz")
        rounds.append(json.dumps(quiz(*ARGUMENTS)))
    assert rounds[0] == rounds[1]


# Classes


def test_each_fake_has_a_real_digit_of_the_class_that_the_classifier_reads(committed_film):
    test = load_reals(COMMITTED / REALS, "test")
    rows = list(zip(committed_film["real"], committed_film["labels"][0], committed_film["numbers"], strict=True))
    read = Counter(label[0] for real, label, _ in rows if not real and label is not None)
    classes = Counter(int(test.labels[number]) for real, _, number in rows if real)
    assert not read - classes and sum(read.values()) >= 8


def test_labels_are_what_the_classifier_reads_in_each_digit(committed_film):
    digits, confidence = classify(load_classifier(COMMITTED / WEIGHTS), torch.tensor(tiles_of(committed_film)[0]))
    for label, digit, sure in zip(committed_film["labels"][0], digits.tolist(), confidence.tolist(), strict=True):
        assert label is None or (label[0], label[1]) == (digit, pytest.approx(sure, abs=0.6e-4))


def test_without_a_classifier_there_are_no_labels(film):
    assert "labels" not in film


def test_real_digits_without_classes_are_drawn_too(copy, monkeypatch):
    monkeypatch.setattr(render, "is_noise", lambda images: torch.zeros(len(images), dtype=torch.bool))
    test = load_reals(copy / REALS, "test").images.copy()
    save_reals(copy / REALS, "test", test, None)
    shutil.copy(COMMITTED / WEIGHTS, copy)
    film = draw_quiz(copy, *ARGUMENTS)
    assert sum(film["real"]) == COUNT / 2 and None not in film["labels"][0]


wanted_classes = st.lists(st.none() | st.integers(0, 10), max_size=30)


@given(wanted=wanted_classes, seed=st.integers(0, 2**32 - 1))
def test_a_class_is_matched_until_none_of_it_is_left_and_no_digit_is_drawn_twice(wanted, seed):
    labels = np.array([0] * 3 + [1] * 20 + [2] * 7 + [9], np.uint8)
    test = Reals(np.zeros((len(labels), 28, 28), np.uint8), labels, "")
    numbers = draw_reals(np.random.RandomState(seed), test, wanted)
    assert len(set(numbers)) == len(numbers) == len(wanted)
    for place, (number, digit) in enumerate(zip(numbers, wanted, strict=True)):
        left = set(range(len(labels))) - set(numbers[:place])
        if digit in labels[list(left)]:
            assert labels[number] == digit


def test_every_digit_of_a_class_is_drawn_by_some_seed():
    test = Reals(*draw_digits(40, 0), "")
    drawn = {draw_reals(np.random.RandomState(seed), test, [3])[0] for seed in range(100)}
    assert drawn == {3, 13, 23, 33}


# Size


def test_the_numbers_of_a_round_have_at_most_four_decimals(committed_film):
    numbers = json.dumps([committed_film["scores"], committed_film["labels"]])
    assert max(len(decimals) for decimals in re.findall(r"\.(\d+)", numbers)) == 4


@pytest.mark.parametrize(("model", "last"), [("dcgan", 40), ("mlp", 100)])
@pytest.mark.parametrize("first", [True, False])
def test_an_answer_of_twenty_digits_takes_at_most_15_kb(model, last, first):
    answer = {"data": [draw_quiz(COMMITTED, model, 0 if first else last, 3, 20)]}
    assert len(json.dumps(answer)) <= 15_000


# Errors


@pytest.mark.parametrize("count", [0, 1, MAX_QUIZ + 1, MAX_QUIZ + 2, -2, "8", 8.0])
def test_other_counts_than_2_to_100_are_refused(checkpoints, count):
    assert refusal(draw_quiz, checkpoints, "mlp", 2, 0, count) == note("server.whole", name="count", low=2, high=100)


@pytest.mark.parametrize("count", [3, 21, 99])
def test_odd_counts_are_refused(checkpoints, count):
    assert refusal(draw_quiz, checkpoints, "mlp", 2, 0, count) == note("server.even", name="count")


def test_more_digits_than_there_are_test_digits_are_refused_with_the_largest_round(copy):
    save_reals(copy / REALS, "test", *draw_digits(5, 1))
    assert refusal(draw_quiz, copy, "mlp", 2, 0, 12) == note("server.few-reals", have=5, need=6, most=10)
    numbers = draw_quiz(copy, "mlp", 2, 0, 10)["numbers"]
    assert sorted(number for number in numbers if number is not None) == list(range(5))
    assert REAL_COUNTS["test"] >= MAX_QUIZ / 2


def test_damaged_and_missing_test_digits_are_errors_that_name_the_command(copy):
    sprite = copy / REALS / "test-0.png"
    sprite.write_bytes(b"")
    assert refusal(draw_quiz, copy, *ARGUMENTS) == note("server.bad-reals", command=train_command(copy))
    sprite.unlink()
    assert refusal(draw_quiz, copy, *ARGUMENTS) == note("server.no-reals", command=train_command(copy))
