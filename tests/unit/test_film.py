import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from gan.images import sprite
from gan.ui.film import data_uri, film, predictions

FRAMES = torch.from_numpy(np.random.RandomState(0).randint(0, 256, (3, 5, 28, 28), dtype=np.uint8))


SCORES = torch.linspace(0, 1, 15).view(3, 5)


def made(lengths=None):
    return film(FRAMES, ["a", "b", "c"], [1, 2, 3, 4, 5], torch.ones(1, 5) if lengths is None else lengths)


def test_a_film_carries_its_frames_without_loss():
    film = made()
    assert (film["tile"], film["columns"], film["rows"], film["frames"]) == (28, 3, 2, 3)
    assert (film["captions"], film["seeds"]) == (["a", "b", "c"], [1, 2, 3, 4, 5])
    kind, _, data = film["sprite"].partition(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert picture.mode == "L"
    assert (np.asarray(picture) == sprite(FRAMES.numpy(), 3)).all()


@pytest.mark.parametrize("rows", [1, 3])
def test_its_numbers_are_rounded_to_four_places(rows):
    lengths = made(torch.linspace(0, 2 / 3, rows * 5).view(rows, 5))["lengths"]
    scores = predictions(SCORES, ())["scores"]
    assert scores[0][:3] == [0, 0.0714, 0.1429] and scores[2][4] == 1
    assert np.shape(scores) == (3, 5) and np.shape(lengths) == (rows, 5)
    assert lengths[-1][-1] == 0.6667


def test_labels_are_a_digit_and_how_sure_it_is():
    digits = torch.arange(15).view(3, 5) % 10
    labels = predictions(SCORES, (digits, torch.full((3, 5), 2 / 3)))["labels"]
    assert labels == [[[digit, 0.6667] for digit in row] for row in digits.tolist()]
    assert type(labels[2][4][0]) is int


def test_nothing_is_said_of_labels_where_there_are_none():
    assert predictions(SCORES, ()).keys() == {"scores"}


def test_an_address_holds_the_bytes_themselves():
    assert data_uri("image/gif", b"\0\xff") == "data:image/gif;base64,AP8="
