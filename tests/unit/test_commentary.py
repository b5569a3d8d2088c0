"""The sentence about an epoch, from its metrics."""

import re

import pytest
from helpers.commentary import CHANGES, GAMES, all_sentences, metrics_row

from gan.ui.commentary import describe_game
from gan.ui.texts import ENGLISH


@pytest.mark.parametrize(("real", "fake", "game"), GAMES)
def test_the_scores_decide_who_is_ahead(real, fake, game):
    values = {"real": real, "fake": fake}
    assert describe_game([metrics_row(3, real, fake)], 3) == {"key": f"read.{game}", "values": values}


@pytest.mark.parametrize(("before", "ratio", "digits"), CHANGES)
@pytest.mark.parametrize(("real", "fake", "game"), GAMES[1::3])
def test_the_frechet_ratio_decides_how_the_digits_changed(real, fake, game, before, ratio, digits):
    values = {"real": real, "fake": fake, "ratio": ratio, "before": before}
    metrics = [metrics_row(1, 0.9, 0.1, before), metrics_row(2, real, fake, ratio)]
    assert describe_game(metrics, 2) == {"key": f"read.{game}.{digits}", "values": values}


def test_the_change_is_relative_to_the_last_epoch_with_a_ratio():
    metrics = [metrics_row(4, 0.9, 0.1, 80), metrics_row(5, 0.9, 0.1, 50), metrics_row(6, 0.9, 0.1)]
    metrics += [metrics_row(7, 0.9, 0.1, 40), metrics_row(8, 1, 0, 9)]
    assert describe_game(metrics, 7)["values"]["before"] == 50


def test_the_change_can_be_relative_to_the_untrained_networks():
    assert describe_game([metrics_row(0, ratio=90), metrics_row(1, 0.9, 0.1, 30)], 1)["values"]["before"] == 90


def test_an_epoch_without_a_ratio_has_no_part_about_the_digits():
    assert describe_game([metrics_row(1, 0.9, 0.1, 50), metrics_row(2, 0.9, 0.1)], 2)["key"] == "read.wins"


@pytest.mark.parametrize("metrics", [[], [metrics_row(0, ratio=90)]])
def test_epoch_0_is_untrained(metrics):
    assert describe_game(metrics, 0) == {"key": "read.untrained", "values": {}}


@pytest.mark.parametrize("metrics", [[], [metrics_row(1, 0.9, 0.1)], [metrics_row(2, ratio=30)], [metrics_row(2, 1)]])
def test_an_epoch_without_scores_is_unknown(metrics):
    assert describe_game(metrics, 2) == {"key": "read.unknown", "values": {}}


def test_every_sentence_has_a_text_and_every_text_has_a_sentence():
    assert {sentence["key"] for sentence in all_sentences()} == {key for key in ENGLISH if key.startswith("read.")}


def test_the_text_of_a_sentence_uses_only_its_values():
    for sentence in all_sentences():
        assert set(re.findall(r"\{(\w+)\}", ENGLISH[sentence["key"]])) <= sentence["values"].keys()
