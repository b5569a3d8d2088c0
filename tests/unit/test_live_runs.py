"""The live runs of a server: equal settings share one, at most eight are kept, and a busy server names one to watch."""

import asyncio
import json
import math
from dataclasses import replace
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from helpers.films import tiles_of
from helpers.questions import refusal
from starlette.requests import Request

from gan.datasets.reals import REALS, load_reals
from gan.ui import live
from gan.ui.limits import LIVE_LIMITS, MAX_LIVE_RUNS, MAX_MOVES
from gan.ui.live import LiveRuns
from gan.ui.live_settings import MAX_STEP
from gan.ui.routes import read_json
from gan.ui.texts import note, user_error

QUICK = ["batch_size", 16]  # the checkpoints of the tests have few real digits
SMALL = ("small", [QUICK], 5)


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


def test_who_asks_for_the_same_frames_of_a_run_gets_the_film_that_is_there(runs, monkeypatch):
    drawn = []
    monkeypatch.setattr(live, "film_of", lambda run, frames: drawn.append(frames) or {"frames": len(frames)})
    for question in ((*SMALL, -1, 0), (*SMALL, -1, 0), ("small", [QUICK], 6, -1, 0), (*SMALL, 0, 1), (*SMALL, 0, 1)):
        runs.advance(*question)
    assert [[frame.step for frame in frames] for frames in drawn] == [[0], [0], [1]]
    monkeypatch.setattr(live, "MAX_LIVE_RUNS", 2)
    monkeypatch.setattr(live, "WATCHED", 0.0)
    runs.advance("small", [QUICK], 7, -1, 0)  # in the place of the oldest run
    assert runs.films.keys() == runs.runs.keys()


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


def test_the_next_single_step_of_a_run_needs_no_room(runs, clock):
    for seed in range(MAX_LIVE_RUNS - 1):
        runs.advance("small", [QUICK], seed, -1, 0)
    for until in (1, 2):
        runs.advance("small", [QUICK, ["moves", [[0, "g"]]]], 99, until - 1, until)
    answer = runs.advance("small", [QUICK, ["moves", [[0, "g"], [2, "d"]]]], 99, 2, 3)
    assert steps(answer) == [3] and len(runs.runs) == MAX_LIVE_RUNS


def test_a_single_step_goes_on_from_the_run_that_makes_room_for_it(runs, clock):
    runs.advance("small", [QUICK], 99, -1, 0)
    for until in (1, 2, 3, 4):
        runs.advance("small", [QUICK], 99, until - 1, until)
    for seed in range(MAX_LIVE_RUNS - 1):
        runs.advance("small", [QUICK], seed, -1, 0)
    clock[0] += live.WATCHED
    answer = runs.advance("small", [QUICK, ["moves", [[4, "d"]]]], 99, 4, 5)  # from the start, it would take longer
    assert steps(answer) == [5] and len(runs.runs) == MAX_LIVE_RUNS


def test_a_run_without_images_takes_no_place(runs, clock, monkeypatch):
    for seed in range(MAX_LIVE_RUNS):
        runs.advance("small", [QUICK], seed, -1, 0)
    clock[0] += live.WATCHED

    def chosen(*_):
        raise user_error("server.no-class")

    monkeypatch.setattr(live, "chosen", chosen)
    before = list(runs.runs)
    assert refusal(runs.advance, "small", [QUICK, ["only", 3]], 99, -1, 0) == note("server.no-class")
    assert list(runs.runs) == before


def test_a_question_about_a_step_that_others_have_passed_gets_the_step_they_came_to(runs):
    for _ in range(3):
        runs.advance(*SMALL, MAX_STEP, 0)
    answer = runs.advance(*SMALL, 0, 2)
    assert answer["step"] > 2 and steps(answer) == [answer["step"]]


def test_a_score_that_is_not_a_number_is_null(runs):
    runs.advance(*SMALL, -1, 0)
    run, _ = runs.find(*SMALL, 0)
    run.frames[0] = replace(run.frames[0], reading=replace(run.frames[0].reading, d_test=math.nan))
    assert json.loads(json.dumps(live.film_of(run, run.frames), allow_nan=False))["d_test"] == [None]


def test_a_run_of_one_class_trains_on_its_digits(runs, checkpoints):
    runs.advance("small", [QUICK, ["only", 3]], 5, -1, 0)
    run, _ = runs.find("small", [QUICK, ["only", 3]], 5, 0)
    reals = load_reals(checkpoints / REALS, "train")
    assert np.array_equal(run.images.numpy(), reals.images[reals.labels == 3])


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


def test_the_server_takes_the_longest_question_of_the_page():
    """An animation of both lanes, with every setting and as many single steps as a run may have."""
    settings = [[name, high] for name, (_, high) in LIVE_LIMITS.items()]
    settings += [["batch_norm", False], ["moves", [[MAX_STEP - step, "d"] for step in range(MAX_MOVES)]]]
    lanes = [["small", chosen, 2**32 - 1, MAX_STEP] for chosen in ([], settings)]
    body = {"data": ["webp", "live", lanes, 560]}

    async def receive():
        return {"type": "http.request", "body": json.dumps(body).encode()}

    assert asyncio.run(read_json(Request({"type": "http"}, receive))) == body
