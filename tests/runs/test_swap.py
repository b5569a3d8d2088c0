"""How a complete run takes the place of the one that is served: gan/checkpoint.py."""

import os
import shutil
from pathlib import Path

import pytest
import torch
from helpers.runs import put_runs

from gan import checkpoint
from gan.checkpoint import epochs, in_progress_dir, load_snapshot, old_dir
from gan.runs import swap
from gan.runs.swap import publish_run, recover_run


class PowerFailure(BaseException):
    """Ends a swap at once, as a power failure would."""


def test_a_new_run_takes_the_place_of_the_old_and_leaves_only_what_is_served(tmp_path, checkpoints):
    run = put_runs(tmp_path, checkpoints)
    publish_run(run)
    assert sorted(os.listdir(tmp_path)) == ["mlp"]
    snapshots = ["epoch-000.safetensors", "epoch-001.safetensors"]
    assert sorted(os.listdir(run)) == [*snapshots, "metrics.jsonl", "samples-001.png"]


def test_a_swap_reaches_the_disk_step_by_step_before_anything_is_deleted(tmp_path, checkpoints, monkeypatch):
    run = put_runs(tmp_path, checkpoints)
    calls = []

    def recorded(owner, name, label):
        deed = getattr(owner, name)

        def record(path, *args, **kwargs):
            calls.append(label(path))
            return deed(path, *args, **kwargs)

        monkeypatch.setattr(owner, name, record)

    recorded(Path, "rename", lambda path: f"rename {path.name}")
    recorded(checkpoint, "sync_dir", lambda path: "sync" if path == tmp_path else path)
    recorded(Path, "unlink", lambda path: "delete")
    recorded(shutil, "rmtree", lambda path: "delete")
    publish_run(run)
    assert calls[:5] == ["rename mlp", "sync", "rename .mlp-in-progress", "sync", "sync"]
    assert set(calls[5:]) == {"delete"}

    shutil.rmtree(tmp_path)
    run = put_runs(tmp_path, checkpoints)
    run.rename(old_dir(run))
    in_progress_dir(run).rename(run)  # and there the process was killed
    calls.clear()
    recover_run(run)
    assert calls[0] == "sync" and set(calls[1:]) == {"delete"}


def test_a_folder_that_moves_away_as_it_is_listed_is_looked_for_where_it_went(tmp_path, checkpoints, monkeypatch):
    run = put_runs(tmp_path, checkpoints)
    listing = Path.glob

    def glob(path, pattern):
        if path == run and run.exists():
            run.rename(old_dir(run))
            raise FileNotFoundError(run)
        return listing(path, pattern)

    monkeypatch.setattr(Path, "glob", glob)
    assert epochs(run) == [0, 1, 2]


def test_there_is_something_to_resume_until_the_swap_is_tidied(tmp_path, checkpoints):
    run = put_runs(tmp_path, checkpoints)
    assert swap.has_unfinished_run(run)
    run.rename(old_dir(run))
    assert swap.has_unfinished_run(run)
    in_progress_dir(run).rename(run)
    assert swap.has_unfinished_run(run)
    shutil.rmtree(old_dir(run))
    assert swap.has_unfinished_run(run)
    recover_run(run)
    assert not swap.has_unfinished_run(run)


@pytest.mark.parametrize("stop", range(12))
def test_whenever_a_swap_is_cut_short_a_whole_run_is_served_and_the_next_start_finishes_it(
    tmp_path, checkpoints, monkeypatch, stop
):
    run = put_runs(tmp_path, checkpoints)
    old = load_snapshot(run, 0).state_dict()
    new = load_snapshot(in_progress_dir(run), 0).state_dict()
    calls = 0

    def failing(deed):
        def attempt(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls > stop:
                raise PowerFailure
            return deed(*args, **kwargs)

        return attempt

    with monkeypatch.context() as patch:
        for owner, name in ((Path, "rename"), (Path, "unlink"), (os, "unlink"), (os, "rmdir")):
            patch.setattr(owner, name, failing(getattr(owner, name)))
        try:
            publish_run(run)
        except PowerFailure:
            assert calls == stop + 1

    listed = epochs(run)
    assert listed in ([0, 1, 2], [0, 1])
    served = load_snapshot(run, listed[-1]) and load_snapshot(run, 0).state_dict()
    whole = old if listed == [0, 1, 2] else new
    assert all(torch.equal(served[name], whole[name]) for name in whole)

    begun = old_dir(run).exists() or (run / checkpoint.STATE).exists()
    assert recover_run(run) == begun
    if not in_progress_dir(run).exists():
        assert epochs(run) == [0, 1]
        assert sorted(os.listdir(tmp_path)) == ["mlp"]
        assert not (run / checkpoint.STATE).exists()
    else:
        assert stop == 0  # the swap had not begun
    assert not old_dir(run).exists()


def test_a_reader_that_finds_neither_folder_looks_again_for_the_one_that_has_moved_in(
    tmp_path, checkpoints, monkeypatch
):
    run = put_runs(tmp_path, checkpoints)
    new = load_snapshot(in_progress_dir(run), 0).state_dict()
    run.rename(old_dir(run))
    read, tried = checkpoint._read, []

    def read_as_the_swap_ends(path):
        tried.append(path.parent)
        if path.parent == old_dir(run):
            recover_run(run)
        return read(path)

    monkeypatch.setattr(checkpoint, "_read", read_as_the_swap_ends)
    served = load_snapshot(run, 0).state_dict()
    assert tried == [run, old_dir(run), run]
    assert all(torch.equal(served[name], new[name]) for name in new)
