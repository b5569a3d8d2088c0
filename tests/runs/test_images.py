"""Training on a folder of images: what train.py prints about them, and the flags that convert them."""

import numpy as np
import pytest
from helpers.digits import draw_digits
from PIL import Image

import train as train_py
from gan.data import load_images
from gan.datasets.folders import Folder


@pytest.fixture
def photos(tmp_path):
    """Coloured JPEGs of black digits on white, in the folders of five classes, beside a text file."""
    for part, count, seed in (("train", 40, 0), ("test", 10, 1)):
        for number, (image, label) in enumerate(zip(*draw_digits(count, seed), strict=True)):
            path = tmp_path / "photos" / part / str(label % 5) / f"{number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(255 - image).convert("RGB").resize((64, 48)).save(path, quality=95)
    (tmp_path / "photos" / "notes.txt").touch()
    return tmp_path / "photos"


@pytest.fixture
def train_on(photos, tmp_path, monkeypatch, capsys):
    """Train the classifier for an epoch with these flags. Returns the exit code and what was printed."""
    monkeypatch.setattr(train_py, "configure_torch", lambda: None)

    def run(*flags):
        arguments = ["classifier", "--epochs", "1", "--data", str(photos), "--out", str(tmp_path / "mine"), *flags]
        code = train_py.main(arguments)
        return code, *capsys.readouterr()

    return run


def test_images_of_another_form_are_refused_with_the_flag_that_converts_them(train_on):
    code, _, error = train_on()
    assert code == 1 and error.count("\n") == 1 and "64x48 pixels of mode RGB" in error and "--convert" in error


def test_the_line_about_the_images_says_what_was_left_out_and_that_the_background_is_light(train_on, photos):
    code, printed, _ = train_on("--convert")
    assert code == 0
    line = printed.splitlines()[0]
    assert line.startswith(f"{photos} --convert: 40 images; left out: 11 files (")
    assert "add --invert" in line


def test_converted_and_inverted_images_are_white_on_black(train_on, photos):
    code, printed, _ = train_on("--convert", "--invert")
    assert code == 0 and "--invert" not in printed.splitlines()[0].partition("images")[2]
    images = load_images(Folder(photos, convert=True, invert=True)).numpy()
    assert images.shape == (40, 28, 28)
    assert np.median(images) < 10 and (images.max((1, 2)) > 150).all()
