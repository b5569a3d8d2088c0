"""Checkpoints that go wrong, or are replaced, while they are served: python app.py as a process, and its functions."""

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
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.config import RECIPES
from gan.models import build_gan
from gan.runs.swap import publish_run
from gan.store.metrics_log import METRICS, append_metrics
from gan.ui import catalogue as runs
from gan.ui.catalogue import catalogue
from gan.ui.render import draw_film
from gan.ui.texts import text

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1121562\n"
NAME = "mlp/epoch-001.safetensors"


@pytest.fixture
def root(tmp_path, checkpoints):
    """A copy of the checkpoints, to damage."""
    return shutil.copytree(checkpoints, tmp_path / "checkpoints")


# Unreadable files are folders and links to nowhere, for whoever runs the tests may be allowed to read all others.
DAMAGES = {
    "truncated": lambda path: os.truncate(path, path.stat().st_size - 1),
    "empty": lambda path: os.truncate(path, 0),
    "a bit flipped": lambda path: flip(path, 8 * path.stat().st_size - 77),
    "a page": lambda path: path.write_text("<!doctype html><title>Not found</title>"),
    "a pointer": lambda path: path.write_text(POINTER),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link to nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
}


def refused(address, *values):
    with pytest.raises(HTTPError) as user_error:
        ask(address, "generate", list(values))
    return json.load(user_error.value)["error"]


def test_whatever_befalls_a_snapshot_that_is_served_it_is_named_and_the_others_are_shown(root):
    path = snapshot_path(root / "mlp", 1)
    whole, sound = path.read_bytes(), draw_film(root, "generate", ["mlp", 1, 7, 4])
    others = draw_film(root, "generate", ["mlp", 2, 7, 4])
    told = text("server.unusable", file=NAME, command="python train.py")
    with serving(root) as address:
        for kind, damage in DAMAGES.items():
            damage(path)
            assert refused(address, "mlp", 1, 7, 4) == told, kind
            assert ask(address, "generate", ["mlp", 2, 7, 4]) == others
            assert ask(address, "progression", ["mlp", 0, 1])["captions"] == ["epoch 0", "epoch 2"]
            listed = ask(address, "catalogue", [])
            assert (listed["models"]["mlp"]["epochs"], listed["notices"]) == ([0, 2], [told])
            path.rmdir() if path.is_dir() else path.unlink()
            assert "must be one of: 0, 2" in refused(address, "mlp", 1, 7, 4)  # deleted
            path.write_bytes(whole)
            assert ask(address, "generate", ["mlp", 1, 7, 4]) == sound
        assert ask(address, "catalogue", [])["notices"] == []
        shutil.rmtree(root)
        assert refused(address, "mlp", 1, 7, 4) == text("server.no-runs")


@pytest.mark.parametrize("kind", ["truncated", "empty", "a page", "a pointer", "a folder"])
def test_a_damaged_classifier_is_named(root, kind):
    save_classifier(root / WEIGHTS, classifier(0))
    DAMAGES[kind](root / WEIGHTS)
    told = text("server.unusable", file=WEIGHTS, command="python train.py classifier")
    listed = catalogue(root)
    assert (listed["reads"], listed["notices"]) == (False, [told])


FIGURES = ["{", "[]", "7", "{}", '{"epoch": "1"}', '{"epoch": true}', '{"epoch": 1, "d_real": "<b>"}']
FIGURES += ['{"epoch": 1, "shares": [{}]}', "[" * 10**5, "\ud800", None]


@pytest.mark.parametrize("text", FIGURES, ids=range(len(FIGURES)))
def test_damaged_figures_are_named_and_the_digits_stay(root, text):
    path = root / "mlp" / METRICS
    path.mkdir() if text is None else path.write_bytes(text.encode(errors="surrogatepass"))
    listed = catalogue(root)
    assert listed["notices"] == [text("server.figures", path=f"mlp/{METRICS}")]
    assert listed["models"]["mlp"]["epochs"] == [0, 1, 2] and listed["models"]["mlp"]["figures"] == []


# A run that takes the place of another


@pytest.mark.parametrize("out", range(4))
@pytest.mark.parametrize("within", [0, 1, 2, 3, 99])
@pytest.mark.parametrize(
    "read", [catalogue, lambda root: draw_film(root, "progression", ["mlp", 0, 4])], ids=["catalogue", "film"]
)
def test_what_is_read_is_of_one_run_whenever_another_moves_in(tmp_path, checkpoints, monkeypatch, read, out, within):
    """The old run moves aside before the load number `out`, the new one moves in `within` loads later, or never."""
    run = put_runs(tmp_path, checkpoints)
    append_metrics(run, {"epoch": 1, "d_loss": 0.5})
    roots = [
        shutil.copytree(folder, tmp_path / f"{name}" / "mlp").parent
        for name, folder in enumerate((run, in_progress_dir(run)))
    ]
    allowed = [read(root) for root in roots]
    loads = 0

    def load(directory, epoch):
        nonlocal loads
        if loads == out:
            run.rename(old_dir(run))
        if loads == out + within:
            in_progress_dir(run).rename(run)
            shutil.rmtree(old_dir(run))
        loads += 1
        return load_snapshot(directory, epoch)

    monkeypatch.setattr(runs, "load_snapshot", load)
    assert read(tmp_path) in allowed
    assert read(tmp_path) in allowed


def test_runs_that_finish_while_visitors_ask_are_shown_at_once_and_never_mixed(root):
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
        seen = []
        while not stopped:
            film = ask(address, "progression", ["mlp", 0, 9])
            assert film in allowed
            seen.append(allowed.index(film))
        return seen

    with serving(root) as address, ThreadPoolExecutor() as pool:
        visitors = [pool.submit(visit, address) for _ in range(2)]
        for turn in range(12):
            shutil.copytree(root.parent / f"run-{100 + turn % 2}" / "mlp", in_progress_dir(root / "mlp"))
            publish_run(root / "mlp")
            assert ask(address, "catalogue", [])["models"]["mlp"]["run"] == names[turn % 2]
            assert ask(address, "progression", ["mlp", 0, 9]) == films[turn % 2]
        stopped = True
        assert all(visitor.result() for visitor in visitors)


# Files that lie about their size


def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_taken(tmp_path):
    command = [sys.executable, str(ROOT / "tests" / "helpers" / "hostile.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64 * 1024  # kB
