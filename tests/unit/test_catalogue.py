import hashlib
import json
import os
import shutil
from pathlib import Path

import gradio as gr
import pytest
import torch
from helpers.films import SAVED, scored
from helpers.runs import put_run

from gan.checkpoint import load_snapshot, old_dir, save_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.config import RECIPES
from gan.latent import latents
from gan.models import MODELS, build_gan
from gan.sampling import generate
from gan.store.files import sha256
from gan.store.metrics_log import METRICS
from gan.ui import catalogue as module
from gan.ui import render
from gan.ui.catalogue import catalogue, gan_of, loadable_gans
from gan.ui.commentary import describe_epoch
from gan.ui.problems import train_command
from gan.ui.render import draw_film
from gan.ui.texts import note

ROWS = [
    {"epoch": 0, "frechet_ratio": 90.0},
    {"epoch": 1, "d_real": 0.9, "d_fake": 0.1, "frechet_ratio": 30.0},
    {"epoch": 2, "d_real": 0.6, "d_fake": 0.4, "frechet_ratio": 30.5},
]


@pytest.fixture
def root(tmp_path, checkpoints):
    """A copy of the checkpoints, to damage."""
    return shutil.copytree(checkpoints, tmp_path / "checkpoints")


def rewrite(path, data, later=0):
    """Replace a file's bytes, and set its modification time to `later` ns after the old one."""
    mtime = path.stat().st_mtime_ns
    path.write_bytes(data)
    os.utime(path, ns=(mtime + later, mtime + later))


def write_metrics(root, rows):
    (root / "mlp" / METRICS).write_text("".join(json.dumps(row) + "\n" for row in rows))


def count_calls(monkeypatch, name, function):
    """The list of arguments of the calls of a function that the catalogue uses."""
    calls = []
    monkeypatch.setattr(module, name, lambda *arguments: calls.append(arguments) or function(*arguments))
    return calls


# What the catalogue lists


def test_the_catalogue_lists_the_runs_in_the_order_of_the_models_with_their_epochs(checkpoints):
    listed = catalogue(checkpoints)
    assert list(listed["models"]) == list(SAVED)
    assert {model: run["epochs"] for model, run in listed["models"].items()} == SAVED
    assert (listed["notices"], listed["classifier"]) == ([], False)


def test_the_catalogue_has_the_metrics_of_a_run_and_a_sentence_for_each_saved_epoch(root):
    rows = [*ROWS, {"epoch": 3, "d_real": 0.5, "d_fake": 0.5}]  # epoch 3 has no snapshot
    write_metrics(root, rows)
    models = catalogue(root)["models"]
    assert models["mlp"]["metrics"] == rows
    assert models["mlp"]["comments"] == [describe_epoch(rows, epoch) for epoch in SAVED["mlp"]]
    assert models["dcgan"]["metrics"] == []
    assert models["dcgan"]["comments"] == [describe_epoch([], epoch) for epoch in SAVED["dcgan"]]


def test_the_name_of_a_run_is_the_digest_of_its_last_loadable_snapshot(root):
    names = {model: run["run"] for model, run in catalogue(root)["models"].items()}
    for model, saved in SAVED.items():
        data = snapshot_path(root / model, saved[-1]).read_bytes()
        assert names[model] == hashlib.sha256(data).hexdigest()[:12]
    snapshot_path(root / "mlp", 2).write_bytes(b"")
    data = snapshot_path(root / "mlp", 1).read_bytes()
    assert catalogue(root)["models"]["mlp"]["run"] == hashlib.sha256(data).hexdigest()[:12]


def test_a_single_run_is_listed_alone(root):
    shutil.rmtree(root / "mlp")
    assert list(catalogue(root)["models"]) == ["dcgan"]
    with pytest.raises(gr.Error, match="Set model to one of: dcgan"):
        gan_of(root, "mlp", 0)


def test_no_runs_is_a_notice_and_an_error_that_name_the_command(tmp_path):
    (tmp_path / "mlp").mkdir()
    expected = {"models": {}, "best": None, "notices": [note("server.no-runs")], "classifier": False}
    assert catalogue(tmp_path) == expected
    assert catalogue(tmp_path / "none") == catalogue(tmp_path)
    with pytest.raises(gr.Error, match=r"python train\.py"):
        gan_of(tmp_path, "mlp", 0)


# Damaged files


def problem(key, count, epochs, model="mlp"):
    """The note about `count` snapshots of a run that cannot be used."""
    command = f"python train.py {model} --out FOLDER"  # the folder of a test is not in the present one
    return note(key, model=model, count=count, total=len(SAVED[model]), epochs=epochs, command=command)


def test_a_damaged_snapshot_is_left_out_with_a_notice_that_names_it(root):
    snapshot_path(root / "mlp", 1).write_text("<html>")
    listed = catalogue(root)
    assert listed["models"]["mlp"]["epochs"] == [0, 2]
    assert len(listed["models"]["mlp"]["comments"]) == 2
    assert listed["notices"] == [problem("server.damaged", 1, "1")]
    with pytest.raises(gr.Error, match="epoch-001"):
        gan_of(root, "mlp", 1)


@pytest.mark.parametrize("target", ["nowhere", "epoch-001.safetensors"])
def test_a_snapshot_that_is_a_broken_link_is_left_out_like_a_damaged_one(root, target):
    path = snapshot_path(root / "mlp", 1)
    path.unlink()
    path.symlink_to(target)
    gans, problems, _ = loadable_gans(root, "mlp")
    assert list(gans) == [0, 2] and problems == [problem("server.damaged", 1, "1")]


def test_a_run_with_only_damaged_snapshots_has_no_epochs_and_no_name(root):
    for epoch in SAVED["mlp"]:
        snapshot_path(root / "mlp", epoch).write_bytes(b"")
    listed = catalogue(root)
    assert (listed["models"]["mlp"]["epochs"], listed["models"]["mlp"]["run"]) == ([], "")
    assert listed["notices"] == [problem("server.damaged", 3, "0, 1, 2")]
    assert listed["models"]["dcgan"]["epochs"] == SAVED["dcgan"]


def test_snapshots_of_a_changed_network_are_one_notice_of_their_own(root, monkeypatch):
    snapshot_path(root / "dcgan", 1).write_bytes(b"")
    monkeypatch.setitem(MODELS, "dcgan", MODELS["mlp"])
    listed = catalogue(root)
    assert (listed["models"]["dcgan"]["epochs"], listed["models"]["mlp"]["epochs"]) == ([], SAVED["mlp"])
    unfit, damaged = problem("server.unfit", 1, "0", "dcgan"), problem("server.damaged", 1, "1", "dcgan")
    assert listed["notices"] == [unfit, damaged]
    with pytest.raises(gr.Error, match="epoch-000"):
        gan_of(root, "dcgan", 0)


def test_a_notice_lists_the_first_epochs_of_many(root):
    for epoch in range(9):
        snapshot_path(root / "mlp", epoch).write_bytes(b"")
    (notice,) = catalogue(root)["notices"]
    assert (notice["values"]["count"], notice["values"]["epochs"]) == (9, "0, 1, 2, 3, 4, ...")


@pytest.mark.parametrize(
    ("folder", "end"), [("checkpoints", ""), ("mine", " --out mine"), ("a/b", " --out a/b"), ("..", " --out FOLDER")]
)
def test_the_command_to_train_again_names_the_folder_but_no_path_outside(tmp_path, monkeypatch, folder, end):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for root in (Path(folder), Path(folder).resolve()):
        assert train_command(root, "mlp") == f"python train.py mlp{end}"


DAMAGED = ["{", "[]", "{}", '{"epoch": "1"}', '{"epoch": 1, "d_real": "<b>"}', '{"epoch": 0}\n{"epo', "\ud800", None]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_metrics_are_a_notice_and_the_epochs_stay(root, content):
    path = root / "mlp" / METRICS
    path.mkdir() if content is None else path.write_bytes(content.encode(errors="surrogatepass"))
    listed = catalogue(root)
    assert listed["notices"] == [note("server.metrics", path=f"mlp/{METRICS}")]
    assert listed["models"]["mlp"]["epochs"] == SAVED["mlp"] and listed["models"]["mlp"]["metrics"] == []


def test_metrics_that_are_inf_or_nan_are_left_out(root):
    write_metrics(
        root,
        [
            {"epoch": 1, "d_loss": 1.5, "d_real": float("nan"), "d_fake": 0.5, "class_shares": [0.5, 0.5]},
            {"epoch": 2, "d_loss": float("inf"), "d_real": 0.5, "d_fake": float("-inf")},
        ],
    )
    run = catalogue(root)["models"]["mlp"]
    assert run["metrics"] == [
        {"epoch": 1, "d_loss": 1.5, "d_fake": 0.5, "class_shares": [0.5, 0.5]},
        {"epoch": 2, "d_real": 0.5},
    ]
    assert run["comments"] == [describe_epoch(run["metrics"], epoch) for epoch in SAVED["mlp"]]


# Files that change


def test_a_snapshot_that_is_damaged_or_repaired_is_seen_at_the_next_request(root):
    path = snapshot_path(root / "mlp", 1)
    data = path.read_bytes()
    assert list(loadable_gans(root, "mlp")[0]) == [0, 1, 2]
    rewrite(path, data[:-1])  # the same mtime, another size
    assert list(loadable_gans(root, "mlp")[0]) == [0, 2]
    rewrite(path, data)
    assert list(loadable_gans(root, "mlp")[0]) == [0, 1, 2]


def test_a_snapshot_that_is_replaced_is_seen_at_the_next_request(root):
    path, other = (snapshot_path(root / "mlp", epoch) for epoch in (1, 2))
    before, after = (draw_film(root, "generate", ["mlp", epoch, 0, 4])["sprite"] for epoch in (1, 2))
    name = catalogue(root)["models"]["mlp"]["run"]
    rewrite(path, other.read_bytes(), later=1)  # the same size, another mtime
    assert draw_film(root, "generate", ["mlp", 1, 0, 4])["sprite"] == after != before
    rewrite(other, snapshot_path(root / "mlp", 0).read_bytes(), later=1)
    assert catalogue(root)["models"]["mlp"]["run"] != name


def test_an_unchanged_run_is_loaded_and_hashed_once(root, monkeypatch):
    loaded = count_calls(monkeypatch, "load_snapshot", load_snapshot)
    hashed = count_calls(monkeypatch, "sha256", sha256)
    gan, epoch, run = gan_of(root, "mlp", 1)
    assert gan_of(root, "mlp", 1) == (gan, 1, run) and epoch == 1
    assert loaded == [(root / "mlp", 1), (root / "mlp", 2)]  # epoch 2 for the name of the run
    assert run == catalogue(root)["models"]["mlp"]["run"] == draw_film(root, "generate", ["mlp", 0, 0, 1])["run"]
    assert len(loaded) == len(set(loaded)) == sum(map(len, SAVED.values()))
    assert [path.parent.name for (path,) in hashed] == ["mlp", "dcgan"]


def test_a_question_lists_the_files_of_the_run_twice(root, monkeypatch):
    listed = count_calls(monkeypatch, "_list_snapshots", module._list_snapshots)
    gan_of(root, "mlp", 1)
    assert listed == [(root / "mlp",)] * 2


def test_during_a_swap_the_old_run_is_read_and_not_cached(root):
    run = root / "mlp"
    before = draw_film(root, "progression", ["mlp", 0, 2])
    run.rename(old_dir(run))
    assert draw_film(root, "progression", ["mlp", 0, 2]) == before
    for epoch in SAVED["mlp"]:
        save_snapshot(old_dir(run), build_gan("mlp", 100 + epoch), RECIPES["mlp"], epoch)
    after = draw_film(root, "progression", ["mlp", 0, 2])
    assert after["run"] != before["run"] and after["sprite"] != before["sprite"]


def test_a_run_that_is_replaced_while_it_is_read_is_read_again(root, monkeypatch):
    loaded = []

    def load_and_replace(directory, epoch):
        gan = load_snapshot(directory, epoch)
        if not loaded:
            put_run(root, SAVED["mlp"], seed=100)
        loaded.append(epoch)
        return gan

    monkeypatch.setattr(module, "load_snapshot", load_and_replace)
    film = draw_film(root, "progression", ["mlp", 0, 2])
    assert film == draw_film(root, "progression", ["mlp", 0, 2])


# Cached networks


@pytest.mark.parametrize("model", SAVED)
def test_a_cached_gan_draws_the_same_as_its_snapshot(checkpoints, model):
    z = latents(range(4))
    gan, _, _ = gan_of(checkpoints, model, 1)
    assert generate(gan.generator, z).equal(generate(load_snapshot(checkpoints / model, 1).generator, z))
    assert not any(part.training for part in gan.modules())


@pytest.mark.parametrize("model", SAVED)
def test_a_cached_gan_has_the_trained_weights(checkpoints, model):
    untrained = build_gan(model, RECIPES[model].seed)
    z = latents(range(4))
    first_images, first_scores = scored(untrained, z)
    for epoch in SAVED[model]:
        images, scores = scored(gan_of(checkpoints, model, epoch)[0], z)
        change = (images.int() - first_images.int()).abs().max()  # float16 alone changes it by at most one level
        assert (change > 8) == (epoch > 0)
        assert scores.allclose(first_scores, atol=1e-3) == (epoch == 0)


# The classifier


def test_the_catalogue_tells_whether_there_is_a_classifier(root):
    save_classifier(root / WEIGHTS, classifier(0))
    listed = catalogue(root)
    assert (listed["classifier"], listed["notices"]) == (True, [])


def test_a_damaged_classifier_is_a_notice_and_films_have_no_labels(root):
    path = root / WEIGHTS
    save_classifier(path, classifier(0))
    data = path.read_bytes()
    assert "labels" in draw_film(root, "generate", ["mlp", 2, 0, 2])
    rewrite(path, data[:-1])
    listed = catalogue(root)
    assert listed["notices"] == [
        note("server.unusable", file=WEIGHTS, command="python train.py classifier --out FOLDER")
    ]
    assert not listed["classifier"] and "labels" not in draw_film(root, "generate", ["mlp", 2, 0, 2])
    rewrite(path, data)
    assert catalogue(root)["classifier"] and "labels" in draw_film(root, "generate", ["mlp", 2, 0, 2])
    path.unlink()
    path.mkdir()
    assert not catalogue(root)["classifier"]


def test_a_classifier_that_is_replaced_is_seen_at_the_next_request(root, monkeypatch):
    monkeypatch.setattr(render, "is_noise", lambda images: torch.zeros(len(images), dtype=torch.bool))
    path = root / WEIGHTS
    save_classifier(path, classifier(0))
    before = draw_film(root, "generate", ["mlp", 2, 0, 4])["labels"]
    save_classifier(root / "other", classifier(1))
    rewrite(path, (root / "other").read_bytes(), later=1)
    assert draw_film(root, "generate", ["mlp", 2, 0, 4])["labels"] != before
