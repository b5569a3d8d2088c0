"""Folders of images."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.digits import TEST, TRAIN, draw_digits, write_mnist, write_pngs
from PIL import Image
from torchvision.datasets import ImageFolder

from gan.data import describe, is_mnist, load_images, load_labelled_images
from gan.datasets.folders import Folder, left_out
from gan.datasets.pixels import FORMATS
from gan.errors import DataError


def draw(path, level):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (28, 28), level).save(path)


@pytest.fixture(scope="module")
def pngs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pngs")
    write_pngs(folder)
    return folder


def test_all_images_at_any_depth_are_loaded(tmp_path):
    names = ["b.png", "a/z.png", "a/b/c.PNG", "c/a.png", "10.png", "9.png"]
    for level, name in enumerate(names):
        draw(tmp_path / name, level)
    (tmp_path / "notes.txt").write_text("a note")
    for hidden in (".a.png", "a/._z.png", ".thumbnails/b.png"):  # macOS leaves such files
        (tmp_path / hidden).parent.mkdir(exist_ok=True)
        (tmp_path / hidden).write_bytes(b"\0\5\x16\7")
    images = load_images(tmp_path)
    assert (images.dtype, images.shape) == (torch.uint8, (len(names), 28, 28))
    assert sorted(images[:, 0, 0].tolist()) == list(range(len(names)))
    assert (images == images[:, :1, :1]).all()


def test_the_order_is_a_fixed_shuffle_of_the_sorted_paths(pngs, monkeypatch):
    """Metrics use the first images, which must not be of one class."""
    images, labels = load_labelled_images(pngs, "train")
    assert len(set(labels[:32].tolist())) == 10 and labels.tolist() != list(range(10)) * 32
    found = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda folder: reversed(list(found(folder))))  # file systems list in any order
    again = load_labelled_images(pngs, "train")
    assert torch.equal(again[0], images) and torch.equal(again[1], labels)
    assert torch.equal(load_images(pngs), images)
    order = np.random.RandomState(0).permutation(TRAIN)
    assert labels.tolist() == np.sort(draw_digits(TRAIN, 0)[1])[order].tolist()


def test_class_folders_give_the_labels_of_torchvisions_image_folder(pngs):
    for part, count in (("train", TRAIN), ("test", TEST)):
        theirs = {np.asarray(picture)[..., 0].tobytes(): label for picture, label in ImageFolder(pngs / part)}
        images, labels = load_labelled_images(pngs, part)
        assert labels.dtype == torch.int64
        assert dict(zip(map(bytes, images.numpy()), labels.tolist(), strict=True)) == theirs and len(theirs) == count


def test_without_labels_the_error_shows_the_layout_of_class_folders(tmp_path):
    draw(tmp_path / "a" / "a.png", 7)
    with pytest.raises(
        DataError, match=f"^{tmp_path} has no labels.* {tmp_path}/train/CLASS and {tmp_path}/test/CLASS$"
    ):
        load_labelled_images(tmp_path, "train")


@pytest.mark.parametrize("stray", ["train/a.png", "test/a.png", "test/eleven/a.png"])
@pytest.mark.parametrize("part", ["train", "test"])
def test_the_error_of_an_image_outside_the_classes_names_it(tmp_path, pngs, stray, part):
    shutil.copytree(pngs, tmp_path, dirs_exist_ok=True)
    draw(tmp_path / stray, 7)
    if stray.startswith(part):
        with pytest.raises(DataError, match=f"^{tmp_path / stray} is not in a class"):
            load_labelled_images(tmp_path, part)
    else:
        assert load_labelled_images(tmp_path, part)[1].tolist() == load_labelled_images(pngs, part)[1].tolist()


def test_an_empty_part_and_too_many_classes_are_refused(tmp_path):
    for name in range(11):
        draw(tmp_path / "train" / str(name) / "a.png", 7)
    (tmp_path / "test").mkdir()
    with pytest.raises(DataError, match=f"there are no images in {tmp_path / 'test'}"):
        load_labelled_images(tmp_path, "test")
    with pytest.raises(DataError, match="has 11 classes"):
        load_labelled_images(tmp_path, "train")


def test_mnist_is_not_downloaded_into_a_folder_of_other_files(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    with pytest.raises(DataError, match=f"^{tmp_path} holds neither images nor MNIST"):
        load_images(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_images_beside_mnist_are_ignored(tmp_path, images):
    write_mnist(tmp_path)
    draw(tmp_path / "a.png", 7)
    assert is_mnist(tmp_path) and torch.equal(load_images(tmp_path), images)


def test_mnist_is_a_name_or_a_folder_that_holds_it_or_is_empty(tmp_path, pngs):
    assert is_mnist("MNIST") and is_mnist(tmp_path) and is_mnist(Path("no-such-folder"))
    assert not is_mnist("KMNIST") and not is_mnist(pngs)


# Which files are taken


def test_every_format_is_taken_like_png(tmp_path):
    for number, ending in enumerate(FORMATS):
        draw(tmp_path / f"{number}{ending}", 100)
    assert (load_images(tmp_path) == 100).all() and len(load_images(tmp_path)) == len(FORMATS)
    assert not left_out(tmp_path)


@pytest.mark.parametrize("linked", ["*", "*/*", "*/*/*"], ids=["each part", "each class", "each image"])
def test_links_are_followed(tmp_path, pngs, linked):
    folder = tmp_path / "linked"
    for original in pngs.glob(linked):
        link = folder / original.relative_to(pngs)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(original)
    assert torch.equal(load_images(folder), load_images(pngs))
    labels = load_labelled_images(folder, "test")[1]
    assert torch.equal(labels, load_labelled_images(pngs, "test")[1])


def test_links_that_lead_back_or_nowhere_and_special_files_are_left_out(tmp_path):
    draw(tmp_path / "a" / "a.png", 7)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    (tmp_path / "a" / "gone.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "a" / "pipe.png")
    assert len(load_images(tmp_path)) == 1
    assert left_out(tmp_path) == {"not a file": 4}


def test_what_is_left_out_is_counted_by_reason(tmp_path, pngs):
    folder = shutil.copytree(pngs, tmp_path / "pngs")
    draw(folder / "more" / "a.png", 7)
    for name in ("notes.txt", "train/0/a.svg", "train/.b.png", "test/c"):
        (folder / name).write_text("")
    assert left_out(folder) == {"hidden": 1, "not an image": 3, "outside train": TEST + 1}
    line = describe(folder, load_images(folder))
    assert "\n" not in line and f"{TRAIN} images" in line
    assert f"; left out: {TEST + 5} files (1 hidden, 3 not an image, {TEST + 1} outside train)" in line


def test_one_image_and_one_file_are_not_images_and_files(tmp_path):
    draw(tmp_path / "a.png", 7)
    (tmp_path / "notes.txt").write_text("")
    assert describe(tmp_path, load_images(tmp_path)) == f"{tmp_path}: 1 image; left out: 1 file (1 not an image)"


def test_the_line_of_a_data_set_has_its_name_and_count(images):
    assert describe("MNIST", images) == f"MNIST: {TRAIN} images"


@pytest.mark.parametrize(
    "name", ["testing", "Test", "tests", "test_set", "val", "deep/test", "validation", "eval", "mnist_test"]
)
def test_a_part_for_tests_under_another_name_is_not_mixed_with_the_training_images(tmp_path, name):
    draw(tmp_path / "training" / "0" / "a.png", 7)
    draw(tmp_path / name / "0" / "a.png", 7)
    with pytest.raises(DataError, match=f"^{tmp_path / name} looks like test images"):
        load_images(tmp_path)
    assert len(load_images(tmp_path / "training")) == 1


def test_the_folder_that_holds_the_two_parts_is_named_if_one_above_it_is_given(tmp_path, pngs):
    shutil.copytree(pngs, tmp_path / "set")
    with pytest.raises(DataError, match=f"Name {tmp_path / 'set'} with --data"):
        load_images(tmp_path)


def test_images_are_inverted_on_demand_and_a_light_background_is_told(pngs):
    images = load_images(pngs)
    inverted = load_images(Folder(pngs, invert=True))
    assert torch.equal(inverted, 255 - images)
    labelled = load_labelled_images(Folder(pngs, invert=True), "test")[0]
    assert torch.equal(labelled, 255 - load_labelled_images(pngs, "test")[0])
    assert "--invert" not in describe(pngs, images)
    assert "add --invert" in describe(pngs, inverted)
    assert "leave out --invert" in describe(Folder(pngs, invert=True), inverted)
