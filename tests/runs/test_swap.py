"""How a complete run replaces the served one."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from helpers.runs import folders, put_runs
from helpers.stopping import PowerFailureError, fail_at

from gan import checkpoint
from gan.checkpoint import epochs, in_progress_dir, load_snapshot, old_dir
from gan.runs import swap
from gan.runs.swap import has_unfinished_run, publish_run, recover_run


def test_a_new_run_replaces_the_old_one_and_keeps_only_what_is_served(tmp_path, checkpoints):
    run = put_runs(tmp_path, checkpoints)
    (in_progress_dir(run) / "epoch-1.safetensors").write_bytes(b"not an epoch's name")
    publish_run(run)
    assert folders(tmp_path) == ["mlp"]
    snapshots = ["epoch-000.safetensors", "epoch-001.safetensors"]
    assert sorted(os.listdir(run)) == ["directions.safetensors", *snapshots, "metrics.jsonl", "samples-1000.png"]


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """The renames, directory syncs and deletions, in order."""
    calls = []

    def record(owner, name, label):
        original = getattr(owner, name)

        def recorded(path, *args, **kwargs):
            calls.append(label(path))
            return original(path, *args, **kwargs)

        monkeypatch.setattr(owner, name, recorded)

    record(Path, "rename", lambda path: f"rename {path.name}")
    record(swap, "sync_dir", lambda path: "sync" if path == tmp_path else path)
    record(Path, "unlink", lambda path: f"delete {path.name}")
    record(shutil, "rmtree", lambda path: f"delete {path.name}")
    return calls


def test_each_step_of_a_swap_reaches_the_disk_before_the_next_and_the_state_is_deleted_last(
    tmp_path, checkpoints, calls
):
    publish_run(put_runs(tmp_path, checkpoints))
    assert calls[:5] == ["rename mlp", "sync", "rename .mlp-in-progress", "sync", "sync"]
    assert calls[5] == "delete .mlp-old"
    assert all(call.startswith("delete") for call in calls[6:]) and calls[-1] == f"delete {checkpoint.STATE}"


def test_recovery_syncs_the_renames_before_it_deletes(tmp_path, checkpoints, calls):
    run = put_runs(tmp_path, checkpoints)
    run.rename(old_dir(run))
    in_progress_dir(run).rename(run)  # here the process was killed
    calls.clear()
    assert recover_run(run)
    assert calls[0] == "sync" and all(call.startswith("delete") for call in calls[1:])


def test_there_is_something_to_resume_until_the_swap_is_tidied(tmp_path, checkpoints):
    run = put_runs(tmp_path, checkpoints)
    assert has_unfinished_run(run)
    run.rename(old_dir(run))
    assert has_unfinished_run(run)
    in_progress_dir(run).rename(run)
    assert has_unfinished_run(run)
    shutil.rmtree(old_dir(run))
    assert has_unfinished_run(run)
    assert recover_run(run)
    assert not has_unfinished_run(run) and not recover_run(run)


@pytest.mark.parametrize("at", range(1, 13))
def test_a_swap_that_crashes_serves_a_complete_run_and_the_next_start_finishes_it(
    tmp_path, checkpoints, monkeypatch, at
):
    run = put_runs(tmp_path, checkpoints)
    old = load_snapshot(run, 0).state_dict()
    new = load_snapshot(in_progress_dir(run), 0).state_dict()
    with monkeypatch.context() as patch:
        deletions = ((Path, "rename"), (Path, "unlink"), (os, "unlink"), (os, "rmdir"))
        fail_at(patch, at, PowerFailureError(), calls=deletions)
        with suppress(PowerFailureError):
            publish_run(run)

    listed = epochs(run)
    assert listed in ([0, 1, 2], [0, 1])
    load_snapshot(run, listed[-1])
    served = load_snapshot(run, 0).state_dict()
    complete = old if listed == [0, 1, 2] else new
    assert all(torch.equal(served[name], complete[name]) for name in complete)

    interrupted = old_dir(run).exists() or (run / checkpoint.STATE).exists()
    assert recover_run(run) == interrupted
    if at > 1:  # the swap had started
        assert epochs(run) == [0, 1] and folders(tmp_path) == ["mlp"]
        assert not (run / checkpoint.STATE).exists()


def test_a_folder_that_moves_away_while_it_is_listed_is_found_in_its_new_place(tmp_path, checkpoints, monkeypatch):
    run = put_runs(tmp_path, checkpoints)
    original = Path.glob

    def glob(path, pattern):
        if path == run and run.exists():
            run.rename(old_dir(run))
            raise FileNotFoundError(run)
        return original(path, pattern)

    monkeypatch.setattr(Path, "glob", glob)
    assert epochs(run) == [0, 1, 2]


def test_a_reader_that_finds_neither_folder_looks_again_for_the_new_run(tmp_path, checkpoints, monkeypatch):
    run = put_runs(tmp_path, checkpoints)
    new = load_snapshot(in_progress_dir(run), 0).state_dict()
    run.rename(old_dir(run))
    read_tensors = checkpoint.read_tensors

    def swap_ends_first(path, *args):
        if path.parent == old_dir(run):
            recover_run(run)
        return read_tensors(path, *args)

    monkeypatch.setattr(checkpoint, "read_tensors", swap_ends_first)
    served = load_snapshot(run, 0).state_dict()
    assert all(torch.equal(served[name], new[name]) for name in new)
