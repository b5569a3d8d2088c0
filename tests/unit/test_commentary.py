"""What is said of a game."""

import re

import pytest
from helpers.commentary import CHANGES, GAMES, line, readings

from gan.ui.commentary import describe_game
from gan.ui.texts import ENGLISH


@pytest.mark.parametrize(("real", "fake", "game"), GAMES)
def test_the_scores_say_who_is_ahead(real, fake, game):
    assert describe_game([line(3, real, fake)], 3) == {"key": f"read.{game}", "values": {"real": real, "fake": fake}}


@pytest.mark.parametrize(("before", "ratio", "digits"), CHANGES)
@pytest.mark.parametrize(("real", "fake", "game"), GAMES[1::3])
def test_the_ratio_says_how_the_digits_have_changed(real, fake, game, before, ratio, digits):
    values = {"real": real, "fake": fake, "ratio": ratio, "before": before}
    figures = [line(1, 0.9, 0.1, before), line(2, real, fake, ratio)]
    assert describe_game(figures, 2) == {"key": f"read.{game}.{digits}", "values": values}


def test_the_change_is_since_the_last_epoch_that_was_measured():
    figures = [line(4, 0.9, 0.1, 80), line(5, 0.9, 0.1, 50), line(6, 0.9, 0.1), line(7, 0.9, 0.1, 40), line(8, 1, 0, 9)]
    assert describe_game(figures, 7)["values"]["before"] == 50


def test_the_untrained_networks_count_as_a_measurement_before():
    assert describe_game([line(0, ratio=90), line(1, 0.9, 0.1, 30)], 1)["values"]["before"] == 90


def test_an_epoch_without_a_ratio_is_said_to_be_no_better_and_no_worse():
    assert describe_game([line(1, 0.9, 0.1, 50), line(2, 0.9, 0.1)], 2)["key"] == "read.wins"


def test_before_training_there_is_no_game():
    assert describe_game([line(0, ratio=90)], 0) == {"key": "read.untrained", "values": {}}
    assert describe_game([], 0) == {"key": "read.untrained", "values": {}}


@pytest.mark.parametrize("figures", [[], [line(1, 0.9, 0.1)], [line(2, ratio=30)], [line(2, real=1)]])
def test_an_epoch_without_scores_is_unknown(figures):
    assert describe_game(figures, 2) == {"key": "read.unknown", "values": {}}


def test_every_reading_has_a_text_and_every_text_its_reading():
    assert {reading["key"] for reading in readings()} == {key for key in ENGLISH if key.startswith("read.")}


def test_a_readings_text_names_only_values_that_come_with_it():
    for reading in readings():
        assert set(re.findall(r"\{(\w+)\}", ENGLISH[reading["key"]])) <= reading["values"].keys()
