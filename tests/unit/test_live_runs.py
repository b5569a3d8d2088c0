"""The live runs of a server: equal settings share one, at most eight are kept, and a busy server names one to watch."""

import base64
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from helpers.films import tiles_of
from helpers.questions import refusal
from helpers.writes import recorded_writes

from gan.checkpoint import load_start
from gan.datasets.reals import REALS, load_reals
from gan.ui import live
from gan.ui.limits import MAX_LIVE_RUNS
from gan.ui.live import LiveRuns
from gan.ui.live_files import frames_of
from gan.ui.texts import note

QUICK = ["batch_size", 16]  # the checkpoints of the tests have few real digits
SMALL = ("small", [QUICK], 5)


@pytest.fixture
def runs(checkpoints, monkeypatch):
    monkeypatch.setattr(live, "SLICE", 0)  # a step for each question
    return LiveRuns(checkpoints)


@pytest.fixture
def clock(monkeypatch):
    """The time of the server, which a test can move on."""
    now = [1000.0]
    monkeypatch.setattr(live.time, "monotonic", lambda: now[0])
    return now


def steps(film):
    return film["steps"]


def test_a_question_is_answered_with_the_frames_after_those_that_the_page_has(runs):
    first = runs.advance(*SMALL, -1, 0)
    assert steps(first) == [0] and first["step"] == 0
    second = runs.advance(*SMALL, 0, 3)
    assert second["step"] == 2 and second["frames"] == 0 and second["sprite"] == ""
    assert steps(runs.advance(*SMALL, 0, 3)) == [3]
    assert steps(runs.advance(*SMALL, -1, 3)) == [0, 3]


def test_equal_settings_share_a_run_and_who_comes_later_trains_nothing(runs):
    for _ in range(4):
        runs.advance(*SMALL, 0, 4)
    late = runs.advance("small", [["lr", 2e-3], QUICK], 5, -1, 0)  # that rate is the recipe's
    assert steps(late) == [0, 4] and late["step"] == 4 and len(runs.runs) == 1
    other = runs.advance("small", [QUICK], 6, -1, 0)
    assert other["step"] == 0 and len(runs.runs) == 2


def test_the_film_shows_the_digits_of_the_recorded_frames(runs):
    film = runs.advance(*SMALL, -1, 0)
    run, _ = runs.find(*SMALL, 0)
    assert np.array_equal(tiles_of(film)[0], run.frames[0].digits)
    assert film["seeds"] == list(range(5, 41)) and film["captions"] == ["step 0"]


def test_a_single_step_of_d_goes_on_from_a_copy_of_the_run(runs):
    for until in (1, 2):
        runs.advance(*SMALL, until - 1, until)
    moved = [QUICK, ["moves", [[2, "d"]]]]
    answer = runs.advance("small", moved, 5, 2, 3)
    assert steps(answer) == [3] and len(runs.runs) == 2
    twice = runs.advance("small", [QUICK, ["moves", [[2, "d"], [3, "g"]]]], 5, 3, 4)
    assert steps(twice) == [4] and len(runs.runs) == 2  # the copy with one move went on as this one
    again = LiveRuns(runs.root)
    for _ in range(4):
        again.advance("small", [QUICK, ["moves", [[2, "d"], [3, "g"]]]], 5, 3, 4)
    known, replayed = (each.find("small", [QUICK, ["moves", [[2, "d"], [3, "g"]]]], 5, 0)[0] for each in (runs, again))
    assert known.step == replayed.step == 4
    for one, other in zip(known.gan.parameters(), replayed.gan.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_run_that_nobody_has_asked_for_longest_makes_room(runs, clock):
    for seed in range(MAX_LIVE_RUNS):
        runs.advance("small", [QUICK], seed, -1, 0)
        clock[0] += 1
    runs.advance("small", [QUICK], 0, -1, 0)  # now seed 1 waits longest
    clock[0] += live.WATCHED
    runs.advance("small", [QUICK], 99, -1, 0)
    assert sorted(config.seed for config, _, _ in runs.runs) == [0, *range(2, MAX_LIVE_RUNS), 99]


def test_a_busy_server_names_a_run_that_can_be_watched(runs, clock):
    for seed in range(MAX_LIVE_RUNS):
        runs.advance("small", [QUICK, ["d_steps", 3], ["moves", [[4, "g"], [7, "d"]]]], seed, -1, 0)
    with pytest.raises(Exception) as refused:
        runs.advance("small", [QUICK], 99, -1, 0)
    link = parse_qs(refused.value.note["values"]["link"])
    expected = {"view": "train", "gan": "small", "seed": "7", "batch_size": "16", "d_steps": "3", "moves": "4g,7d"}
    assert refused.value.note["key"] == "server.live-busy" and link == {name: [text] for name, text in expected.items()}
    assert len(runs.runs) == MAX_LIVE_RUNS


def test_a_run_of_one_class_trains_on_its_digits(runs, checkpoints):
    runs.advance("small", [QUICK, ["only", 3]], 5, -1, 0)
    run, _ = runs.find("small", [QUICK, ["only", 3]], 5, 0)
    reals = load_reals(checkpoints / REALS, "train")
    assert np.array_equal(run.images.numpy(), reals.images[reals.labels == 3])


def test_the_nearest_digit_of_a_planted_copy_is_itself_at_percentile_0(runs, checkpoints, monkeypatch):
    film = runs.advance(*SMALL, -1, 0)
    reals = load_reals(checkpoints / REALS, "train")
    run, _ = runs.find(*SMALL, 0)
    copies = np.repeat(reals.images[7:8], film["columns"] * film["rows"], axis=0)
    monkeypatch.setattr(type(run.frames[0]), "digits", copies)
    answer = runs.nearest(*SMALL, 0)
    assert set(answer["numbers"]) == {7} and set(answer["distances"]) == {0} == set(answer["percentiles"])
    assert np.array_equal(tiles_of(answer)[0], copies)


def test_the_snapshot_holds_the_networks_and_the_command_trains_on_from_it(runs, tmp_path):
    runs.advance("small", [QUICK, ["batch_norm", False], ["beta1", 0.9]], 5, -1, 0)
    answer = runs.snapshot("small", [QUICK, ["batch_norm", False], ["beta1", 0.9]], 5, 0)
    path = tmp_path / answer["name"]
    path.write_bytes(base64.b64decode(answer["file"].partition(",")[2]))
    run, _ = runs.find("small", [QUICK, ["batch_norm", False], ["beta1", 0.9]], 5, 0)
    loaded = load_start(path)
    for name, weight in run.export().state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight.half().float() if weight.is_floating_point() else weight)
    flags = "--batch-size 16 --betas 0.9 0.99 --seed 5 --no-batch-norm --start small-step-0.safetensors"
    assert answer["command"] == f"python train.py small {flags}"


def test_a_live_run_writes_no_file(runs, tmp_path):
    with recorded_writes() as written:
        for _ in range(5):
            runs.advance(*SMALL, 0, 4)
        runs.nearest(*SMALL, 4)
        runs.snapshot(*SMALL, 4)
        frames_of([runs.find(*SMALL, 4)[0]])
        assert written == []
        (tmp_path / "file").write_bytes(b"")
    assert len(written) == 1  # the test hears a file that is written


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (("other", [], 0, -1, 0), "server.choice"),
        (("small", {"lr": 1}, 0, -1, 0), "server.settings"),
        (("small", [["lr"]], 0, -1, 0), "server.settings"),
        (("small", [["rate", 1]], 0, -1, 0), "server.settings"),
        (("small", [["lr", 0]], 0, -1, 0), "server.number"),
        (("small", [["lr", float("nan")]], 0, -1, 0), "server.number"),
        (("small", [["batch_size", 2.5]], 0, -1, 0), "server.whole"),
        (("small", [["batch_norm", 1]], 0, -1, 0), "server.choice"),
        (("small", [["moves", [[1, "x"]]]], 0, -1, 0), "server.choice"),
        (("small", [["moves", [[1]]]], 0, -1, 0), "server.moves"),
        (("small", [["moves", [[1, "d"]] * 65]], 0, -1, 0), "server.moves"),
        (("small", [], -1, -1, 0), "server.whole"),
        (("small", [], 0, -2, 0), "server.whole"),
        (("small", [], 0, -1, -1), "server.whole"),
    ],
)
def test_wrong_values_are_refused_and_start_no_run(runs, arguments, refused):
    assert refusal(runs.advance, *arguments)["key"] == refused
    assert not runs.runs


def test_a_run_that_has_not_come_to_a_step_can_be_neither_saved_nor_compared(runs):
    runs.advance(*SMALL, -1, 0)
    for ask in (runs.snapshot, runs.nearest):
        assert refusal(ask, *SMALL, 3) == refusal(ask, "small", [], 6, 3) == note("server.live-gone")
    runs.advance(*SMALL, 0, 1)
    runs.advance(*SMALL, 1, 4)
    assert refusal(runs.nearest, *SMALL, 2) == note("server.no-frame")
