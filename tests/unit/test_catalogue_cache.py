"""What the catalogue keeps of files, and when it reads them again."""

import os

import pytest
import torch
from helpers.films import SAVED, scored
from helpers.runs import put_run

from gan.checkpoint import load_snapshot, old_dir, save_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.config import RECIPES
from gan.latent import latents
from gan.models import build_gan
from gan.sampling import generate
from gan.store.files import sha256
from gan.ui import catalogue as module
from gan.ui import render
from gan.ui.catalogue import catalogue, gan_of, loadable_gans
from gan.ui.render import draw_film


def rewrite(path, data, later=0):
    """Replace a file's bytes, and set its modification time to `later` ns after the old one."""
    mtime = path.stat().st_mtime_ns
    path.write_bytes(data)
    os.utime(path, ns=(mtime + later, mtime + later))


def count_calls(monkeypatch, name, function):
    """The list of arguments of the calls of a function that the catalogue uses."""
    calls = []
    monkeypatch.setattr(module, name, lambda *arguments: calls.append(arguments) or function(*arguments))
    return calls


# Files that change


def test_a_snapshot_that_is_damaged_or_repaired_is_seen_at_the_next_request(copy):
    path = snapshot_path(copy / "mlp", 1)
    data = path.read_bytes()
    assert list(loadable_gans(copy, "mlp")[0]) == [0, 1, 2]
    rewrite(path, data[:-1])  # the same mtime, another size
    assert list(loadable_gans(copy, "mlp")[0]) == [0, 2]
    rewrite(path, data)
    assert list(loadable_gans(copy, "mlp")[0]) == [0, 1, 2]


def test_a_snapshot_that_is_replaced_is_seen_at_the_next_request(copy):
    path, other = (snapshot_path(copy / "mlp", epoch) for epoch in (1, 2))
    before, after = (draw_film(copy, "generate", ["mlp", epoch, 0, 4])["sprite"] for epoch in (1, 2))
    name = catalogue(copy)["models"]["mlp"]["run"]
    rewrite(path, other.read_bytes(), later=1)  # the same size, another mtime
    assert draw_film(copy, "generate", ["mlp", 1, 0, 4])["sprite"] == after != before
    rewrite(other, snapshot_path(copy / "mlp", 0).read_bytes(), later=1)
    assert catalogue(copy)["models"]["mlp"]["run"] != name


def test_an_unchanged_run_is_loaded_and_hashed_once(copy, monkeypatch):
    loaded = count_calls(monkeypatch, "load_snapshot", load_snapshot)
    hashed = count_calls(monkeypatch, "sha256", sha256)
    gan, epoch, run = gan_of(copy, "mlp", 1)
    assert gan_of(copy, "mlp", 1) == (gan, 1, run) and epoch == 1
    assert loaded == [(copy / "mlp", 1), (copy / "mlp", 2)]  # epoch 2 for the name of the run
    assert run == catalogue(copy)["models"]["mlp"]["run"] == draw_film(copy, "generate", ["mlp", 0, 0, 1])["run"]
    assert len(loaded) == len(set(loaded)) == sum(map(len, SAVED.values()))
    assert [path.parent.name for (path,) in hashed] == ["mlp", "dcgan"]


def test_a_question_lists_the_files_of_the_run_twice(copy, monkeypatch):
    listed = count_calls(monkeypatch, "_list_snapshots", module._list_snapshots)
    gan_of(copy, "mlp", 1)
    assert listed == [(copy / "mlp",)] * 2


def test_during_a_swap_the_old_run_is_read_and_not_cached(copy):
    run = copy / "mlp"
    before = draw_film(copy, "progression", ["mlp", 0, 2])
    run.rename(old_dir(run))
    assert draw_film(copy, "progression", ["mlp", 0, 2]) == before
    for epoch in SAVED["mlp"]:
        save_snapshot(old_dir(run), build_gan("mlp", 100 + epoch), RECIPES["mlp"], epoch)
    after = draw_film(copy, "progression", ["mlp", 0, 2])
    assert after["run"] != before["run"] and after["sprite"] != before["sprite"]


def test_a_run_that_is_replaced_while_it_is_read_is_read_again(copy, monkeypatch):
    loaded = []

    def load_and_replace(directory, epoch):
        gan = load_snapshot(directory, epoch)
        if not loaded:
            put_run(copy, SAVED["mlp"], seed=100)
        loaded.append(epoch)
        return gan

    monkeypatch.setattr(module, "load_snapshot", load_and_replace)
    film = draw_film(copy, "progression", ["mlp", 0, 2])
    assert film == draw_film(copy, "progression", ["mlp", 0, 2])


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


def test_a_classifier_that_is_replaced_is_seen_at_the_next_request(copy, monkeypatch):
    monkeypatch.setattr(render, "is_noise", lambda images: torch.zeros(len(images), dtype=torch.bool))
    path = copy / WEIGHTS
    save_classifier(path, classifier(0))
    before = draw_film(copy, "generate", ["mlp", 2, 0, 4])["labels"]
    save_classifier(copy / "other", classifier(1))
    rewrite(path, (copy / "other").read_bytes(), later=1)
    assert draw_film(copy, "generate", ["mlp", 2, 0, 4])["labels"] != before
