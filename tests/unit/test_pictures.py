"""The pictures beside the card, of short runs."""

import io

import numpy as np
import pytest
from helpers.films import SAVED, played
from PIL import Image

from gan.checkpoint import load_snapshot
from gan.images import grid
from gan.latent import latents
from gan.publish.pictures import CAPTION, FILM, FPS, GAP, REST, draw_line, draw_pictures
from gan.sampling import generate


def digits(root, model, epoch, count):
    """A square of the digits of the seeds from 0."""
    tiles = generate(load_snapshot(root / model, epoch).generator, latents(range(count))).numpy()
    return grid(tiles, round(count**0.5))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, checkpoints):
    """A folder with the runs and what is drawn of them."""
    root = tmp_path_factory.mktemp("drawn")
    for model in SAVED:
        (root / model).symlink_to(checkpoints / model)
    draw_pictures(root)
    return root


def test_a_picture_shows_the_last_epochs_digits(drawn):
    for model, saved in SAVED.items():
        with Image.open(drawn / f"{model}.png") as picture:
            assert (np.asarray(picture) == digits(drawn, model, saved[-1], 64)).all()


def test_the_film_shows_every_saved_epoch_of_the_runs_side_by_side_for_ever(drawn):
    frames, times = played((drawn / FILM).read_bytes(), 1000 // FPS)
    assert times == 0
    moments = [{"mlp": 0, "dcgan": 0}, {"mlp": 1, "dcgan": 1}, {"mlp": 2, "dcgan": 1}]
    moments += moments[-1:] * REST
    assert len(frames) == len(moments)
    for frame, moment in zip(frames, moments, strict=True):
        left = 0
        for model, epoch in moment.items():
            square = digits(drawn, model, epoch, 16).repeat(2, 0).repeat(2, 1)
            part = frame[:, left : left + square.shape[1]]
            assert (part[CAPTION:] == square).all()
            assert (part[:CAPTION] == draw_line(f"{model}, epoch {epoch}", square.shape[1])).all()
            left += square.shape[1] + GAP
            assert not frame[:, left - GAP : left].any()
        assert frame.shape[1] == left - GAP


def test_a_line_can_be_read_and_another_says_something_else():
    one, two = draw_line("mlp, epoch 1", 224), draw_line("mlp, epoch 2", 224)
    assert one.shape == (CAPTION, 224) and one.dtype == np.uint8
    assert one.max() == 255 and not one[0].any() and not one[-1].any() and not one[:, 0].any() and not one[:, -1].any()
    assert (one != two).any()


def test_one_run_makes_a_film_alone_and_none_makes_nothing(tmp_path, checkpoints):
    draw_pictures(tmp_path)
    assert not list(tmp_path.iterdir())
    (tmp_path / "dcgan").symlink_to(checkpoints / "dcgan")
    draw_pictures(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"dcgan", "dcgan.png", FILM}
    with Image.open(io.BytesIO((tmp_path / FILM).read_bytes())) as film:
        assert film.size == (4 * 28 * 2, CAPTION + 4 * 28 * 2)
