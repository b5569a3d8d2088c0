import hashlib
import json
import os
import shutil

import gradio as gr
import pytest
from helpers.films import SAVED, scored

from gan.checkpoint import load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.config import RECIPES
from gan.latent import latents
from gan.models import build_gan
from gan.sampling import generate
from gan.store.metrics_log import METRICS
from gan.ui import catalogue as runs
from gan.ui.catalogue import catalogue, gan_of, run_of, sound_gans
from gan.ui.commentary import describe_game
from gan.ui.render import draw_film
from gan.ui.texts import text

FIGURES = [
    {"epoch": 0, "frechet_ratio": 90.0},
    {"epoch": 1, "d_real": 0.9, "d_fake": 0.1, "frechet_ratio": 30.0},
    {"epoch": 2, "d_real": 0.6, "d_fake": 0.4, "frechet_ratio": 30.5},
]


@pytest.fixture
def root(tmp_path, checkpoints):
    """A copy of the checkpoints, to damage."""
    return shutil.copytree(checkpoints, tmp_path / "checkpoints")


def rewrite(path, data, later=0):
    """Put other bytes into a file; its time of change is `later` ns after what it was."""
    changed = path.stat().st_mtime_ns
    path.write_bytes(data)
    os.utime(path, ns=(changed + later, changed + later))


def test_the_catalogue_lists_the_runs_in_the_order_of_the_models_with_their_epochs(checkpoints):
    listed = catalogue(checkpoints)
    assert list(listed["models"]) == list(SAVED)
    assert {model: run["epochs"] for model, run in listed["models"].items()} == SAVED
    assert (listed["notices"], listed["reads"]) == ([], False)


def test_the_catalogue_has_a_runs_figures_and_a_reading_for_each_saved_epoch(root):
    lines = [*FIGURES, {"epoch": 3, "d_real": 0.5, "d_fake": 0.5}]  # of an epoch that was not saved
    (root / "mlp" / METRICS).write_text("".join(json.dumps(line) + "\n" for line in lines))
    models = catalogue(root)["models"]
    assert models["mlp"]["figures"] == lines
    assert models["mlp"]["reading"] == [describe_game(lines, epoch) for epoch in SAVED["mlp"]]
    assert [reading["key"] for reading in models["mlp"]["reading"]] == [
        "read.untrained",
        "read.wins.better",
        "read.ahead.same",
    ]
    assert models["dcgan"]["figures"] == []
    assert [reading["key"] for reading in models["dcgan"]["reading"]] == ["read.untrained", "read.unknown"]


def test_a_run_is_told_from_others_by_its_last_sound_snapshot(root):
    names = {model: run["run"] for model, run in catalogue(root)["models"].items()}
    for model, saved in SAVED.items():
        data = snapshot_path(root / model, saved[-1]).read_bytes()
        assert names[model] == hashlib.sha256(data).hexdigest()[:12]
    snapshot_path(root / "mlp", 2).write_bytes(b"")
    data = snapshot_path(root / "mlp", 1).read_bytes()
    assert catalogue(root)["models"]["mlp"]["run"] == hashlib.sha256(data).hexdigest()[:12]


def test_a_run_of_broken_snapshots_has_no_epochs_and_no_name(root):
    for epoch in SAVED["mlp"]:
        snapshot_path(root / "mlp", epoch).write_bytes(b"")
    listed = catalogue(root)
    assert (listed["models"]["mlp"]["epochs"], listed["models"]["mlp"]["run"]) == ([], "")
    assert len(listed["notices"]) == 3 and listed["models"]["dcgan"]["epochs"] == SAVED["dcgan"]


def test_a_broken_snapshot_is_named_and_left_out(root):
    snapshot_path(root / "mlp", 1).write_text("<html>")
    listed = catalogue(root)
    assert listed["models"]["mlp"]["epochs"] == [0, 2]
    assert len(listed["models"]["mlp"]["reading"]) == 2
    (notice,) = listed["notices"]
    assert "epoch-001.safetensors" in notice and "python train.py" in notice
    with pytest.raises(gr.Error, match="epoch-001"):
        gan_of(root, "mlp", 1)


def test_damaged_figures_are_a_notice_and_the_digits_stay(root):
    (root / "mlp" / METRICS).write_text('{"epoch": 0}\n{"epo')
    listed = catalogue(root)
    assert listed["models"]["mlp"]["epochs"] == SAVED["mlp"]
    assert listed["models"]["mlp"]["figures"] == []
    (notice,) = listed["notices"]
    assert METRICS in notice


def test_figures_that_are_no_numbers_are_left_out(root):
    lines = [{"epoch": 1, "d_loss": 1.5, "d_real": float("nan"), "d_fake": 0.5, "class_shares": [0.5, 0.5]}]
    lines += [{"epoch": 2, "d_loss": float("inf"), "d_real": 0.5, "d_fake": float("-inf")}]
    (root / "mlp" / METRICS).write_text("".join(json.dumps(line) + "\n" for line in lines))
    run = catalogue(root)["models"]["mlp"]
    assert run["figures"] == [
        {"epoch": 1, "d_loss": 1.5, "d_fake": 0.5, "class_shares": [0.5, 0.5]},
        {"epoch": 2, "d_real": 0.5},
    ]
    assert [reading["key"] for reading in run["reading"]] == ["read.untrained", "read.unknown", "read.unknown"]


def test_a_snapshot_that_is_damaged_or_mended_is_seen_at_once(root):
    path = snapshot_path(root / "mlp", 1)
    whole = path.read_bytes()
    assert list(sound_gans(root / "mlp")[0]) == [0, 1, 2]
    rewrite(path, whole[:-1])  # the size alone tells
    assert list(sound_gans(root / "mlp")[0]) == [0, 2]
    rewrite(path, whole)
    assert list(sound_gans(root / "mlp")[0]) == [0, 1, 2]


def test_a_snapshot_that_is_replaced_is_seen_at_once(root):
    path, other = (snapshot_path(root / "mlp", epoch) for epoch in (1, 2))
    before, after = (draw_film(root, "generate", ["mlp", epoch, 0, 4])["sprite"] for epoch in (1, 2))
    name = catalogue(root)["models"]["mlp"]["run"]
    rewrite(path, other.read_bytes(), later=1)  # as large: the time alone tells
    assert draw_film(root, "generate", ["mlp", 1, 0, 4])["sprite"] == after != before
    rewrite(other, snapshot_path(root / "mlp", 0).read_bytes(), later=1)
    assert catalogue(root)["models"]["mlp"]["run"] != name


def test_a_snapshot_that_has_not_changed_is_loaded_once(root, monkeypatch):
    loaded = []
    monkeypatch.setattr(runs, "load_snapshot", lambda *which: loaded.append(which) or load_snapshot(*which))
    first, epoch, run = gan_of(root, "mlp", 1)
    assert gan_of(root, "mlp", 1) == (first, 1, run) and epoch == 1
    assert loaded == [(root / "mlp", 1), (root / "mlp", 2)]  # the last, for the run's name
    assert run == catalogue(root)["models"]["mlp"]["run"] == draw_film(root, "generate", ["mlp", 0, 0, 1])["run"]


@pytest.mark.parametrize("model", SAVED)
def test_the_networks_at_hand_draw_what_the_snapshot_draws(checkpoints, model):
    z = latents(range(4))
    at_hand, _, _ = gan_of(checkpoints, model, 1)
    assert generate(at_hand.generator, z).equal(generate(load_snapshot(checkpoints / model, 1).generator, z))
    assert not any(module.training for module in at_hand.modules())


@pytest.mark.parametrize("model", SAVED)
def test_the_networks_at_hand_are_the_trained_ones(checkpoints, model):
    untrained = build_gan(model, RECIPES[model].seed)
    z = latents(range(4))
    began, first = scored(untrained, z)
    for epoch in SAVED[model]:
        drawn, scores = scored(gan_of(checkpoints, model, epoch)[0], z)
        moved = (drawn.int() - began.int()).abs().max()  # by at most a level from float16 alone
        assert (moved > 8) == (epoch > 0)
        assert scores.allclose(first, atol=1e-3) == (epoch == 0)


def test_without_runs_the_catalogue_is_empty_and_says_how_to_make_them(tmp_path):
    (tmp_path / "mlp").mkdir()
    assert catalogue(tmp_path) == {"models": {}, "notices": [text("server.no-runs")], "reads": False}
    assert catalogue(tmp_path / "none") == catalogue(tmp_path)
    assert "python train.py" in text("server.no-runs")
    with pytest.raises(gr.Error, match=r"python train\.py"):
        run_of(tmp_path, "mlp")


def test_a_single_run_is_listed_alone(root):
    shutil.rmtree(root / "mlp")
    assert list(catalogue(root)["models"]) == ["dcgan"]
    with pytest.raises(gr.Error, match="must be"):
        run_of(root, "mlp")


def test_the_catalogue_tells_whether_there_is_a_classifier(root):
    save_classifier(root / WEIGHTS, classifier(0))
    listed = catalogue(root)
    assert (listed["reads"], listed["notices"]) == (True, [])


def test_a_damaged_classifier_is_a_notice_and_takes_the_labels_with_it(root):
    path = root / WEIGHTS
    save_classifier(path, classifier(0))
    whole = path.read_bytes()
    assert "labels" in draw_film(root, "generate", ["mlp", 2, 0, 2])
    rewrite(path, whole[:-1])
    listed = catalogue(root)
    (notice,) = listed["notices"]
    assert not listed["reads"] and WEIGHTS in notice
    assert "labels" not in draw_film(root, "generate", ["mlp", 2, 0, 2])
    rewrite(path, whole)
    assert catalogue(root)["reads"] and "labels" in draw_film(root, "generate", ["mlp", 2, 0, 2])


def test_a_classifier_that_is_replaced_reads_at_once(root):
    path = root / WEIGHTS
    save_classifier(path, classifier(0))
    before = draw_film(root, "generate", ["mlp", 2, 0, 4])["labels"]
    save_classifier(root / "other", classifier(1))
    rewrite(path, (root / "other").read_bytes(), later=1)
    assert draw_film(root, "generate", ["mlp", 2, 0, 4])["labels"] != before
