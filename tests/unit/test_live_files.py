"""What visitors take away from live runs: the nearest training digits, the snapshot and animations."""

import base64

import numpy as np
import torch
from helpers.films import played, tiles_of
from helpers.questions import refusal
from helpers.writes import recorded_writes

from gan.checkpoint import load_start
from gan.datasets.reals import REALS, load_reals
from gan.images import enlarge, grid, side_by_side
from gan.ui import export, live
from gan.ui.limits import ANIMATION_WIDTHS, GAP
from gan.ui.live_files import frames_of
from gan.ui.texts import note

QUICK = ["batch_size", 16]  # the checkpoints of the tests have few real digits
SMALL = ("small", [QUICK], 5)


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


def test_the_command_names_the_smaller_batches_of_a_live_dcgan(runs):
    runs.advance("dcgan", [], 5, -1, 0)
    flags = "--batch-size 16 --seed 5 --start dcgan-step-0.safetensors"
    assert runs.snapshot("dcgan", [], 5, 0)["command"] == f"python train.py dcgan {flags}"


def test_a_live_run_writes_no_file(runs, tmp_path):
    with recorded_writes() as written:
        for _ in range(5):
            runs.advance(*SMALL, 0, 4)
        runs.nearest(*SMALL, 4)
        runs.snapshot(*SMALL, 4)
        frames_of([runs.kept(*SMALL, 4)], [4])
        assert written == []
        (tmp_path / "file").write_bytes(b"")
    assert len(written) == 1  # the test hears a file that is written


def test_a_run_that_has_not_come_to_a_step_can_be_neither_saved_nor_compared(runs):
    runs.advance(*SMALL, -1, 0)
    for ask in (runs.snapshot, runs.nearest):
        assert refusal(ask, *SMALL, 3) == refusal(ask, "small", [], 6, 3) == note("server.live-gone")
    runs.advance(*SMALL, 0, 1)
    runs.advance(*SMALL, 1, 4)
    assert refusal(runs.nearest, *SMALL, 2) == note("server.no-frame")


def test_the_distances_of_test_digits_are_computed_once_for_the_same_training_digits(runs, monkeypatch):
    counts, nearest = [], live.nearest
    monkeypatch.setattr(live, "nearest", lambda test, train: counts.append(len(test)) or nearest(test, train))
    first = runs.nearest(*SMALL, 0)
    assert runs.nearest(*SMALL, 0) == first
    runs.nearest("small", [QUICK], 6, 0)
    assert counts == [60]
    runs.nearest("small", [QUICK, ["images", 100]], 5, 0)
    assert len(counts) == 2


def test_a_run_whose_weights_do_not_fit_a_snapshot_says_so(runs):
    runs.advance(*SMALL, -1, 0)
    with torch.no_grad():
        next(runs.kept(*SMALL, 0).gan.discriminator.parameters()).fill_(1e6)
    assert refusal(runs.snapshot, *SMALL, 0) == note("server.live-diverged")


def test_an_animation_has_the_frames_up_to_the_step_of_each_lane(runs, monkeypatch):
    monkeypatch.setattr(export, "live_runs", lambda _: runs)
    other = ("small", [QUICK], 6)
    for have in (-1, 0, 1, 2):
        for lane in (SMALL, other):
            runs.advance(*lane, have, have + 1)
    answer = export.draw_animation(runs.root, "webp", "live", [[*SMALL, 2], [*other, 1]])
    frames, _ = played(base64.b64decode(answer["file"].partition(",")[2]), 100)
    left, right = pictures_by_step(runs, SMALL), pictures_by_step(runs, other)
    shown = [left[0], left[1], left[2]], [right[0], right[1], right[1]]
    expected = side_by_side([enlarge(np.stack(each), ANIMATION_WIDTHS[0]) for each in shown], GAP)
    assert np.array_equal(frames, expected)


def pictures_by_step(runs, lane):
    """The recorded frames of a run as pictures, by step."""
    return {frame.step: grid(frame.digits, 6) for frame in runs.kept(*lane, 0).frames}


def test_an_animation_starts_no_run(runs, monkeypatch):
    """It is drawn on another thread than that of the runs."""
    monkeypatch.setattr(export, "live_runs", lambda _: runs)
    assert refusal(export.draw_animation, runs.root, "gif", "live", [*SMALL, 0]) == note("server.live-gone")
    assert not runs.runs
