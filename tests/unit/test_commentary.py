"""The sentences about an epoch, from its metrics."""

import re

import pytest
from helpers.commentary import CHANGES, CLASSES, GAMES, LOOKS, all_sentences, metrics_row
from helpers.serving import ROOT

from gan.runs.flags import DEFAULT_MODELS
from gan.store.metrics_log import read_metrics
from gan.ui.commentary import describe_epoch
from gan.ui.texts import ENGLISH


def sentence(key, **values):
    return {"key": f"read.{key}", "values": values}


@pytest.mark.parametrize(("ratio", "look"), LOOKS)
def test_the_frechet_ratio_decides_what_is_to_be_seen(ratio, look):
    assert describe_epoch([metrics_row(1, ratio=ratio)], 1) == [sentence(look)]


@pytest.mark.parametrize(("shares", "said"), CLASSES)
def test_a_class_that_is_missing_or_most_of_the_digits_is_named(shares, said):
    sentences = [sentence(said[0], **said[1])] if said else [sentence("unknown")]
    assert describe_epoch([metrics_row(1, shares=shares)], 1) == sentences


def test_nothing_is_said_of_the_classes_of_blobs():
    shares, said = next((shares, said) for shares, said in CLASSES if said)
    row = metrics_row(1, ratio=79, ambiguity=0.3, shares=shares)
    assert describe_epoch([row], 1)[1:] == [sentence(said[0], **said[1]), sentence("ambiguous", share=0.3)]
    assert describe_epoch([row | {"frechet_ratio": 80}], 1)[1:] == []


@pytest.mark.parametrize(("real", "fake", "game"), GAMES)
def test_the_scores_decide_who_is_ahead(real, fake, game):
    assert describe_epoch([metrics_row(3, real, fake)], 3) == [sentence(game, real=real, fake=fake)]


@pytest.mark.parametrize(("before", "ratio", "change"), CHANGES)
def test_the_frechet_ratio_decides_how_the_digits_changed(before, ratio, change):
    metrics = [metrics_row(1, ratio=before), metrics_row(2, ratio=ratio)]
    assert describe_epoch(metrics, 2)[1:] == [sentence(change, ratio=ratio, before=before)]


def test_the_change_is_relative_to_the_last_epoch_with_a_ratio():
    metrics = [metrics_row(0, ratio=90), metrics_row(4, ratio=80), metrics_row(5, ratio=50), metrics_row(6, 0.9, 0.1)]
    metrics += [metrics_row(7, ratio=40), metrics_row(8, ratio=9)]
    assert describe_epoch(metrics, 7)[1]["values"]["before"] == 50
    assert describe_epoch(metrics, 4)[1]["values"]["before"] == 90  # of the untrained networks


@pytest.mark.parametrize("metrics", [[], [metrics_row(0, ratio=90)]])
def test_epoch_0_is_untrained(metrics):
    assert describe_epoch(metrics, 0) == [sentence("untrained")]


@pytest.mark.parametrize("metrics", [[], [metrics_row(1, 0.9, 0.1)], [metrics_row(2)], [metrics_row(2, 1)]])
def test_an_epoch_without_metrics_is_unknown(metrics):
    assert describe_epoch(metrics, 2) == [sentence("unknown")]


def test_the_first_epochs_and_the_last_of_a_run_read_differently():
    for model in DEFAULT_MODELS:
        metrics = read_metrics(ROOT / "checkpoints" / model)
        last = metrics[-1]["epoch"]
        seen = [[said["key"] for said in describe_epoch(metrics, epoch)][:2] for epoch in (0, 1, 2, last)]
        assert len(set(map(tuple, seen))) == len(seen), model


def test_every_sentence_has_a_text_and_every_text_has_a_sentence():
    assert {sentence["key"] for sentence in all_sentences()} == {key for key in ENGLISH if key.startswith("read.")}


def test_the_text_of_a_sentence_uses_all_its_values_or_fewer():
    for said in all_sentences():
        assert set(re.findall(r"\{(\w+)\}", ENGLISH[said["key"]])) <= said["values"].keys()
