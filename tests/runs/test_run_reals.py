"""A training leaves sprites of its own real images beside its runs."""

import shutil

import numpy as np
import pytest
import torch
from helpers.digits import TEST, TRAIN, draw_digits, write_emnist, write_pngs
from helpers.films import frames_of
from helpers.stopping import only_line

from gan import data as data_py
from gan.data import REALS_DIR, load_images, load_labelled_images
from gan.datasets.reals import REALS, digest, has_reals, load_reals, save_reals
from gan.images import grid
from gan.real_distances import DISTANCES, load_distances, save_distances
from gan.runs import reals as runs_reals
from gan.runs.lock import locked
from gan.runs.reals import NOTICE, save_run_reals
from gan.ui.catalogue import catalogue, models_with_snapshots
from gan.ui.endpoints import endpoints


@pytest.fixture
def pngs(tmp_path):
    write_pngs(tmp_path / "pngs")
    return tmp_path / "pngs"


@pytest.fixture
def mnist_notice(tmp_path, monkeypatch):
    """The current folder has sprites of drawn digits with a notice, and these digits are taken for MNIST."""
    monkeypatch.chdir(tmp_path)
    parts = {"train": draw_digits(TRAIN, 0), "test": draw_digits(TEST, 1)}
    for part, arrays in parts.items():
        save_reals(REALS_DIR, part, *arrays)
    save_distances(REALS_DIR)
    (REALS_DIR / NOTICE).write_text("of others")
    digests = {part: digest(*arrays) for part, arrays in parts.items()}
    for module in (data_py, runs_reals):
        monkeypatch.setattr(module, "MNIST_SHA256", digests)


def assert_reals_of(source, out):
    """The sprites in a folder of runs are the images of a source, in their order."""
    for part, count in (("train", TRAIN), ("test", TEST)):
        images, labels = load_labelled_images(source, part)
        loaded = load_reals(out / REALS, part)
        assert len(loaded.images) == count and (loaded.images == images.numpy()).all()
        assert (loaded.labels == labels.numpy()).all()


def test_a_training_on_pngs_leaves_their_sprites_and_a_page_takes_them_for_no_run(tmp_path, train_mlp, pngs):
    out = tmp_path / "out"
    assert train_mlp(out, data=pngs) == (0, "")
    assert_reals_of(pngs, out)
    assert not (out / REALS / NOTICE).exists()
    assert models_with_snapshots(out) == ["mlp"] and not catalogue(out)["notices"]


@pytest.mark.parametrize("labelled", [True, False])
def test_a_page_over_a_run_on_pngs_shows_its_own_real_digits(tmp_path, train_mlp, pngs, labelled):
    if not labelled:
        for path in list(pngs.rglob("*.png")):
            path.rename(path.parents[1] / path.name)
        for folder in [folder for folder in pngs.glob("*/*") if folder.is_dir()]:
            folder.rmdir()
    out = tmp_path / "out"
    assert train_mlp(out, data=pngs) == (0, "")
    test, train = load_images(pngs / "test"), load_images(pngs)
    answers = {function.__name__: function for function in endpoints(out)["films"]}

    film = answers["reals"]("mlp", 2, 0, TEST)
    assert sorted(film["numbers"]) == list(range(TEST))
    assert (frames_of(film)[0] == grid(test[film["numbers"]].numpy(), film["columns"])).all()
    assert answers["real_progression"]("mlp", 0, TEST // 2)["numbers"] == film["numbers"][: TEST // 2]

    film = answers["nearest"]("mlp", 2, 0, 9)
    assert (frames_of(film)[0] == grid(train[film["numbers"]].numpy(), film["columns"])).all()
    real = torch.cdist(test.flatten(1).double(), train.flatten(1).double()).min(1).values
    assert torch.allclose(load_distances(out / REALS), real.sort().values)
    assert len(film["percentiles"]) == 9
    assert (film["digits"] is not None) == labelled

    film = answers["quiz"]("mlp", 2, 0, 2 * TEST)
    assert sorted(number for number in film["numbers"] if number is not None) == list(range(TEST))


def test_a_training_writes_the_distances_of_its_own_images(tmp_path, train_mlp, mnist, pngs):
    out = tmp_path / "out"
    assert train_mlp(out, data=mnist) == (0, "")
    first = (out / REALS / DISTANCES).read_bytes()
    for path in (pngs / "test").rglob("*.png"):
        shutil.copy(next((pngs / "train").rglob("*.png")), path)
    assert train_mlp(out, data=pngs) == (0, "")
    assert (out / REALS / DISTANCES).read_bytes() != first
    assert load_distances(out / REALS).tolist() == [0] * TEST  # each test image is a training image


def test_a_resumed_run_writes_them_too(tmp_path, stopped_mlp, train_mlp, mnist):
    shutil.rmtree(tmp_path / REALS)
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert_reals_of(mnist, tmp_path)


def test_the_default_data_trains_from_the_sprites_of_the_repository_and_copies_them_with_their_notice(
    tmp_path, train_here, mnist_notice
):
    assert train_here("mlp", "--epochs", "1", "--out", "mine") == (0, "")
    for part in ("train", "test"):
        assert load_reals(tmp_path / "mine" / REALS, part).sha256 == load_reals(REALS_DIR, part).sha256
    assert (tmp_path / "mine" / REALS / NOTICE).read_text() == "of others"
    before = {path: path.stat().st_mtime_ns for path in REALS_DIR.iterdir()}
    assert train_here("mlp", "--epochs", "1") == (0, "")
    assert {path: path.stat().st_mtime_ns for path in REALS_DIR.iterdir()} == before


def test_other_images_do_not_keep_the_notice_of_mnist_but_keep_their_own(tmp_path, mnist_notice, pngs):
    save_run_reals(REALS_DIR.parent, pngs, load_images(pngs))
    assert_reals_of(pngs, REALS_DIR.parent)
    assert not (REALS_DIR / NOTICE).exists()
    (REALS_DIR / NOTICE).write_text("mine")
    save_run_reals(REALS_DIR.parent, pngs, load_images(pngs))
    assert (REALS_DIR / NOTICE).read_text() == "mine"


def test_images_without_classes_have_no_labels_and_without_a_test_part_there_are_no_test_images(tmp_path, pngs):
    out = tmp_path / "out"
    out.mkdir()
    save_run_reals(out, pngs, load_images(pngs))
    train = pngs / "train"
    save_run_reals(out, train, load_images(train))
    loaded = load_reals(out / REALS, "train")
    assert loaded.labels is None and (loaded.images == load_images(train).numpy()).all()
    assert not has_reals(out / REALS, "test")


def test_more_than_ten_classes_have_labels(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_emnist(data_py.DATA_DIR, "letters")
    save_run_reals(tmp_path, "EMNIST", load_images("EMNIST"))
    loaded = load_reals(tmp_path / REALS, "train")
    label = {bytes(image): label + 1 for image, label in zip(*draw_digits(TRAIN, 0), strict=True)}
    assert [label[bytes(image)] for image in loaded.images] == loaded.labels.tolist()


def test_of_more_images_than_mnist_has_the_first_are_taken(tmp_path, monkeypatch, mnist, images):
    monkeypatch.setattr(runs_reals, "MAX_IMAGES", {"train": 100, "test": 10})
    save_run_reals(tmp_path, mnist, images)
    assert (load_reals(tmp_path / REALS, "train").images == images[:100].numpy()).all()
    assert np.array_equal(load_reals(tmp_path / REALS, "test").labels, np.arange(10))


def test_a_damaged_test_image_is_one_line_and_does_not_stop_the_training_of_a_gan(tmp_path, train_mlp, pngs, capsys):
    next((pngs / "test").rglob("*.png")).write_bytes(b"")
    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs_reals, "say", lines.append)
        assert train_mlp(tmp_path / "out", data=pngs) == (0, "")
    (line,) = lines
    assert "no real test images" in line and str(pngs / "test") in line
    assert has_reals(tmp_path / "out" / REALS) and not has_reals(tmp_path / "out" / REALS, "test")


def test_while_another_training_writes_them_they_are_left_to_it(tmp_path, mnist, images):
    with locked(tmp_path / REALS):
        save_run_reals(tmp_path, mnist, images)
    assert not has_reals(tmp_path / REALS)


def test_a_folder_that_cannot_be_written_is_one_line_and_the_run_continues_once_it_can(tmp_path, train_mlp, mnist):
    (tmp_path / REALS).write_text("a file")
    code, printed = train_mlp(tmp_path)
    assert code == 1 and str(tmp_path / REALS) in only_line(printed) and "--resume" in printed
    (tmp_path / REALS).unlink()
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert_reals_of(mnist, tmp_path)
