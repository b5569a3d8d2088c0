"""What the catalogue lists: runs, epochs, metrics, and what is wrong with files."""

import hashlib
import json
import shutil
from pathlib import Path

import gradio as gr
import pytest
from helpers.films import SAVED

from gan.checkpoint import snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.models import MODELS
from gan.store.metrics_log import METRICS
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


def write_metrics(copy, rows):
    (copy / "mlp" / METRICS).write_text("".join(json.dumps(row) + "\n" for row in rows))


# What the catalogue lists


def test_the_catalogue_lists_the_runs_in_the_order_of_the_models_with_their_epochs(checkpoints):
    listed = catalogue(checkpoints)
    assert list(listed["models"]) == list(SAVED)
    assert {model: run["epochs"] for model, run in listed["models"].items()} == SAVED
    assert (listed["notices"], listed["classifier"]) == ([], False)


def test_the_catalogue_has_the_metrics_of_a_run_and_a_sentence_for_each_saved_epoch(copy):
    rows = [*ROWS, {"epoch": 3, "d_real": 0.5, "d_fake": 0.5}]  # epoch 3 has no snapshot
    write_metrics(copy, rows)
    models = catalogue(copy)["models"]
    assert models["mlp"]["metrics"] == rows
    assert models["mlp"]["comments"] == [describe_epoch(rows, epoch) for epoch in SAVED["mlp"]]
    assert models["dcgan"]["metrics"] == []
    assert models["dcgan"]["comments"] == [describe_epoch([], epoch) for epoch in SAVED["dcgan"]]


def test_the_name_of_a_run_is_the_digest_of_its_last_loadable_snapshot(copy):
    names = {model: run["run"] for model, run in catalogue(copy)["models"].items()}
    for model, saved in SAVED.items():
        data = snapshot_path(copy / model, saved[-1]).read_bytes()
        assert names[model] == hashlib.sha256(data).hexdigest()[:12]
    snapshot_path(copy / "mlp", 2).write_bytes(b"")
    data = snapshot_path(copy / "mlp", 1).read_bytes()
    assert catalogue(copy)["models"]["mlp"]["run"] == hashlib.sha256(data).hexdigest()[:12]


def test_a_single_run_is_listed_alone(copy):
    shutil.rmtree(copy / "mlp")
    assert list(catalogue(copy)["models"]) == ["dcgan"]
    with pytest.raises(gr.Error, match="Set model to one of: dcgan"):
        gan_of(copy, "mlp", 0)


def test_no_runs_is_a_notice_and_an_error_that_name_the_command(tmp_path):
    (tmp_path / "mlp").mkdir()
    expected = {"models": {}, "best": None, "notices": [note("server.no-runs")], "classifier": False, "reals": []}
    expected["command"] = train_command(tmp_path)
    assert catalogue(tmp_path) == expected
    assert catalogue(tmp_path / "none") == catalogue(tmp_path)
    with pytest.raises(gr.Error, match=r"python train\.py"):
        gan_of(tmp_path, "mlp", 0)


# Damaged files


def problem(key, count, epochs, model="mlp"):
    """The note about `count` snapshots of a run that cannot be used."""
    command = f"python train.py {model} --out FOLDER"  # the folder of a test is not in the present one
    return note(key, model=model, count=count, total=len(SAVED[model]), epochs=epochs, command=command)


def test_a_damaged_snapshot_is_left_out_with_a_notice_that_names_it(copy):
    snapshot_path(copy / "mlp", 1).write_text("<html>")
    listed = catalogue(copy)
    assert listed["models"]["mlp"]["epochs"] == [0, 2]
    assert len(listed["models"]["mlp"]["comments"]) == 2
    assert listed["notices"] == [problem("server.damaged", 1, "1")]
    with pytest.raises(gr.Error, match="epoch-001"):
        gan_of(copy, "mlp", 1)


@pytest.mark.parametrize("target", ["nowhere", "epoch-001.safetensors"])
def test_a_snapshot_that_is_a_broken_link_is_left_out_like_a_damaged_one(copy, target):
    path = snapshot_path(copy / "mlp", 1)
    path.unlink()
    path.symlink_to(target)
    gans, problems, _ = loadable_gans(copy, "mlp")
    assert list(gans) == [0, 2] and problems == [problem("server.damaged", 1, "1")]


def test_a_run_with_only_damaged_snapshots_has_no_epochs_and_no_name(copy):
    for epoch in SAVED["mlp"]:
        snapshot_path(copy / "mlp", epoch).write_bytes(b"")
    listed = catalogue(copy)
    assert (listed["models"]["mlp"]["epochs"], listed["models"]["mlp"]["run"]) == ([], "")
    assert listed["notices"] == [problem("server.damaged", 3, "0, 1, 2")]
    assert listed["models"]["dcgan"]["epochs"] == SAVED["dcgan"]


def test_snapshots_of_a_changed_network_are_one_notice_of_their_own(copy, monkeypatch):
    snapshot_path(copy / "dcgan", 1).write_bytes(b"")
    monkeypatch.setitem(MODELS, "dcgan", MODELS["mlp"])
    listed = catalogue(copy)
    assert (listed["models"]["dcgan"]["epochs"], listed["models"]["mlp"]["epochs"]) == ([], SAVED["mlp"])
    unfit, damaged = problem("server.unfit", 1, "0", "dcgan"), problem("server.damaged", 1, "1", "dcgan")
    assert listed["notices"] == [unfit, damaged]
    with pytest.raises(gr.Error, match="epoch-000"):
        gan_of(copy, "dcgan", 0)


def test_a_notice_lists_the_first_epochs_of_many(copy):
    for epoch in range(9):
        snapshot_path(copy / "mlp", epoch).write_bytes(b"")
    (notice,) = catalogue(copy)["notices"]
    assert (notice["values"]["count"], notice["values"]["epochs"]) == (9, "0, 1, 2, 3, 4, ...")


@pytest.mark.parametrize(
    ("folder", "end"), [("checkpoints", ""), ("mine", " --out mine"), ("a/b", " --out a/b"), ("..", " --out FOLDER")]
)
def test_the_command_to_train_again_names_the_folder_but_no_path_outside(tmp_path, monkeypatch, folder, end):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for folder_path in (Path(folder), Path(folder).resolve()):
        assert train_command(folder_path, "mlp") == f"python train.py mlp{end}"


DAMAGED = ["{", "[]", "{}", '{"epoch": "1"}', '{"epoch": 1, "d_real": "<b>"}', '{"epoch": 0}\n{"epo', "\ud800", None]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_metrics_are_a_notice_and_the_epochs_stay(copy, content):
    path = copy / "mlp" / METRICS
    path.mkdir() if content is None else path.write_bytes(content.encode(errors="surrogatepass"))
    listed = catalogue(copy)
    assert listed["notices"] == [note("server.metrics", path=f"mlp/{METRICS}")]
    assert listed["models"]["mlp"]["epochs"] == SAVED["mlp"] and listed["models"]["mlp"]["metrics"] == []


def test_metrics_that_are_inf_or_nan_are_left_out(copy):
    write_metrics(
        copy,
        [
            {"epoch": 1, "d_loss": 1.5, "d_real": float("nan"), "d_fake": 0.5, "class_shares": [0.5, 0.5]},
            {"epoch": 2, "d_loss": float("inf"), "d_real": 0.5, "d_fake": float("-inf")},
        ],
    )
    run = catalogue(copy)["models"]["mlp"]
    assert run["metrics"] == [
        {"epoch": 1, "d_loss": 1.5, "d_fake": 0.5, "class_shares": [0.5, 0.5]},
        {"epoch": 2, "d_real": 0.5},
    ]
    assert run["comments"] == [describe_epoch(run["metrics"], epoch) for epoch in SAVED["mlp"]]


# The classifier


def test_the_catalogue_tells_whether_there_is_a_classifier(copy):
    save_classifier(copy / WEIGHTS, classifier(0))
    listed = catalogue(copy)
    assert (listed["classifier"], listed["notices"]) == (True, [])


def test_a_damaged_classifier_is_a_notice_and_films_have_no_labels(copy):
    path = copy / WEIGHTS
    save_classifier(path, classifier(0))
    data = path.read_bytes()
    assert "labels" in draw_film(copy, "generate", ["mlp", 2, 0, 2])
    path.write_bytes(data[:-1])
    listed = catalogue(copy)
    assert listed["notices"] == [
        note("server.unusable", file=WEIGHTS, command="python train.py classifier --out FOLDER")
    ]
    assert not listed["classifier"] and "labels" not in draw_film(copy, "generate", ["mlp", 2, 0, 2])
    path.write_bytes(data)
    assert catalogue(copy)["classifier"] and "labels" in draw_film(copy, "generate", ["mlp", 2, 0, 2])
    path.unlink()
    path.mkdir()
    assert not catalogue(copy)["classifier"]
