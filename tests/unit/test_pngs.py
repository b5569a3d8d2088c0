"""Folders of PNGs."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.digits import TEST, TRAIN, draw_digits, write_mnist, write_pngs
from PIL import Image
from torchvision.datasets import ImageFolder

from gan.data import is_mnist, load_images, load_labelled_images
from gan.errors import DataError


def draw(path, level, size=(28, 28), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, level).convert(mode).save(path)


@pytest.fixture(scope="module")
def pngs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pngs")
    write_pngs(folder)
    return folder


def test_all_pngs_at_any_depth_are_loaded(tmp_path):
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
    found = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda *asked: reversed(list(found(*asked))))  # file systems list in any order
    again = load_labelled_images(pngs, "train")
    assert torch.equal(again[0], images) and torch.equal(again[1], labels)
    assert torch.equal(load_images(pngs), images)
    order = np.random.RandomState(0).permutation(TRAIN)
    assert labels.tolist() == np.sort(draw_digits(TRAIN, 0)[1])[order].tolist()


def test_black_and_white_pngs_are_grey(tmp_path):
    image = Image.fromarray(draw_digits(1, 0)[0][0]).convert("1")
    image.save(tmp_path / "a.png")
    assert (load_images(tmp_path)[0].numpy() == np.asarray(image) * 255).all()


def test_class_folders_give_the_labels_of_torchvisions_image_folder(pngs):
    for part, count in (("train", TRAIN), ("test", TEST)):
        theirs = {np.asarray(picture)[..., 0].tobytes(): label for picture, label in ImageFolder(pngs / part)}
        images, labels = load_labelled_images(pngs, part)
        assert labels.dtype == torch.int64
        assert dict(zip(map(bytes, images.numpy()), labels.tolist(), strict=True)) == theirs and len(theirs) == count


WRONG = {
    "too large": ({"size": (32, 32)}, "32x32 pixels of mode L"),
    "not square": ({"size": (28, 27)}, "28x27 pixels of mode L"),
    "colour": ({"mode": "RGB"}, "28x28 pixels of mode RGB"),
    "transparent": ({"mode": "LA"}, "28x28 pixels of mode LA"),
    "a palette": ({"mode": "P"}, "28x28 pixels of mode P"),
    "sixteen bits": ({"mode": "I;16"}, "28x28 pixels of mode I;16"),
}


@pytest.mark.parametrize(("form", "message"), WRONG.values(), ids=WRONG)
def test_the_error_of_an_image_of_another_form_names_it_and_its_hint_converts_it(tmp_path, form, message):
    draw(tmp_path / "a.png", 7)
    draw(tmp_path / "b" / "c.png", 7, **form)
    with pytest.raises(
        DataError, match=f"^{tmp_path / 'b' / 'c.png'} has {message}, not 28x28 grey pixels"
    ) as error_info:
        load_images(tmp_path)
    hint = str(error_info.value).rpartition("with image")[2]
    image = Image.open(tmp_path / "b" / "c.png")
    eval(f"image{hint}", {"image": image}).save(tmp_path / "b" / "c.png")
    assert len(load_images(tmp_path)) == 2


@pytest.mark.parametrize("damage", [lambda data: data[:-40], lambda data: b"<html>", lambda data: b""], ids=range(3))
def test_the_error_of_a_damaged_png_names_it(tmp_path, damage):
    Image.fromarray(draw_digits(1, 0)[0][0]).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes(damage((tmp_path / "a.png").read_bytes()))
    with pytest.raises(DataError, match=f"^{tmp_path / 'a.png'} cannot be read as a PNG ") as error_info:
        load_images(tmp_path)
    assert "\n" not in str(error_info.value)


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
    with pytest.raises(DataError, match=f"there are no PNGs in {tmp_path / 'test'}"):
        load_labelled_images(tmp_path, "test")
    with pytest.raises(DataError, match="has 11 classes"):
        load_labelled_images(tmp_path, "train")


def test_mnist_is_not_downloaded_into_a_folder_of_other_files(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(DataError, match=f"^{tmp_path} holds neither PNGs nor MNIST"):
        load_images(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]


def test_pngs_beside_mnist_are_ignored(tmp_path, images):
    write_mnist(tmp_path)
    draw(tmp_path / "a.png", 7)
    assert is_mnist(tmp_path) and torch.equal(load_images(tmp_path), images)


def test_mnist_is_a_name_or_a_folder_that_holds_it_or_is_empty(tmp_path, pngs):
    assert is_mnist("MNIST") and is_mnist(tmp_path) and is_mnist(Path("no-such-folder"))
    assert not is_mnist("KMNIST") and not is_mnist(pngs)
