"""Checkpoints that are damaged, or replaced, while they are served."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError

import pytest
from helpers.runs import flip, put_runs
from helpers.serving import ROOT, ask, serving

from gan.checkpoint import in_progress_dir, load_snapshot, old_dir, save_snapshot, snapshot_path
from gan.config import RECIPES
from gan.models import build_gan
from gan.runs.swap import publish_run
from gan.store.metrics_log import append_metrics
from gan.ui import catalogue as catalogue_module
from gan.ui.catalogue import catalogue
from gan.ui.render import draw_film
from gan.ui.texts import note

LFS_POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1121562\n"
NAME = "mlp/epoch-001.safetensors"


@pytest.fixture
def root(tmp_path, checkpoints):
    """A copy of the checkpoints, to damage."""
    return shutil.copytree(checkpoints, tmp_path / "checkpoints")


# Unreadable files are folders and broken links, because root can read a file without permissions.
DAMAGES = {
    "truncated": lambda path: os.truncate(path, path.stat().st_size - 1),
    "empty": lambda path: os.truncate(path, 0),
    "a flipped bit": lambda path: flip(path, 8 * path.stat().st_size - 77),
    "HTML": lambda path: path.write_text("<!doctype html><title>Not found</title>"),
    "an LFS pointer": lambda path: path.write_text(LFS_POINTER),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
}


def error_of(address, *values):
    with pytest.raises(HTTPError) as error:
        ask(address, "generate", list(values))
    return json.load(error.value)["error"]


@pytest.mark.slow
def test_a_snapshot_that_is_damaged_while_it_is_served_is_named_and_the_others_are_shown(root):
    path = snapshot_path(root / "mlp", 1)
    data, film = path.read_bytes(), draw_film(root, "generate", ["mlp", 1, 7, 4])
    other_film = draw_film(root, "generate", ["mlp", 2, 7, 4])
    command = "python train.py mlp --out FOLDER"
    message = note("server.unusable", file=NAME, command=command)
    notice = note("server.damaged", model="mlp", count=1, total=3, epochs="1", command=command)
    with serving(root) as address:
        for kind, damage in DAMAGES.items():
            damage(path)
            assert error_of(address, "mlp", 1, 7, 4) == message, kind
            assert ask(address, "generate", ["mlp", 2, 7, 4]) == other_film
            assert ask(address, "progression", ["mlp", 0, 1])["captions"] == ["epoch 0", "epoch 2"]
            listed = ask(address, "catalogue", [])
            assert (listed["models"]["mlp"]["epochs"], listed["notices"]) == ([0, 2], [notice])
            path.rmdir() if path.is_dir() else path.unlink()
            assert error_of(address, "mlp", 1, 7, 4) == note("server.choice", name="epoch", allowed="0, 2")
            path.write_bytes(data)
            assert ask(address, "generate", ["mlp", 1, 7, 4]) == film
        assert ask(address, "catalogue", [])["notices"] == []
        shutil.rmtree(root)
        assert error_of(address, "mlp", 1, 7, 4) == note("server.no-runs")


@pytest.mark.slow
@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("pause", [0, 1, 2, 3, 99])
@pytest.mark.parametrize(
    "read", [catalogue, lambda root: draw_film(root, "progression", ["mlp", 0, 4])], ids=["catalogue", "film"]
)
def test_an_answer_is_of_one_run_at_whatever_moment_another_replaces_it(
    tmp_path, checkpoints, monkeypatch, read, first, pause
):
    """The old run is renamed before load number `first`, and the new one `pause` loads later, or never."""
    run = put_runs(tmp_path, checkpoints)
    append_metrics(run, {"epoch": 1, "d_loss": 0.5})
    copies = [
        shutil.copytree(folder, tmp_path / name / "mlp").parent
        for name, folder in (("old", run), ("new", in_progress_dir(run)))
    ]
    allowed = [read(copy) for copy in copies]
    loads = 0

    def load(directory, epoch):
        nonlocal loads
        if loads == first:
            run.rename(old_dir(run))
        if loads == first + pause:
            in_progress_dir(run).rename(run)
            shutil.rmtree(old_dir(run))
        loads += 1
        return load_snapshot(directory, epoch)

    monkeypatch.setattr(catalogue_module, "load_snapshot", load)
    assert read(tmp_path) in allowed
    assert read(tmp_path) in allowed


@pytest.mark.slow
def test_a_run_that_finishes_while_visitors_ask_is_shown_at_once_and_never_mixed(root):
    films, names = [], []
    for seed in (100, 101):
        folder = root.parent / f"run-{seed}" / "mlp"
        folder.mkdir(parents=True)
        for epoch in (0, 1, 2):
            save_snapshot(folder, build_gan("mlp", seed + 10 * epoch), RECIPES["mlp"], epoch)
        films.append(draw_film(folder.parent, "progression", ["mlp", 0, 9]))
        names.append(catalogue(folder.parent)["models"]["mlp"]["run"])
    allowed = [draw_film(root, "progression", ["mlp", 0, 9]), *films]
    stopped = False

    def visit(address):
        count = 0
        while not stopped:
            assert ask(address, "progression", ["mlp", 0, 9]) in allowed
            count += 1
        return count

    with serving(root) as address, ThreadPoolExecutor() as pool:
        visitors = [pool.submit(visit, address) for _ in range(2)]
        for turn in range(12):
            shutil.copytree(root.parent / f"run-{100 + turn % 2}" / "mlp", in_progress_dir(root / "mlp"))
            publish_run(root / "mlp")
            assert ask(address, "catalogue", [])["models"]["mlp"]["run"] == names[turn % 2]
            assert ask(address, "progression", ["mlp", 0, 9]) == films[turn % 2]
        stopped = True
        assert all(visitor.result() for visitor in visitors)


@pytest.mark.slow
def test_a_file_that_is_too_large_or_lies_about_its_size_is_refused_before_it_is_read(tmp_path):
    command = [sys.executable, str(ROOT / "tests" / "helpers" / "hostile.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64 * 1024  # kB
