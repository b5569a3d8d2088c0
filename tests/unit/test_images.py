"""Grids, sprites, PNG and animations."""

import io

import numpy as np
import pytest
from helpers.films import played
from PIL import Image

from gan.images import columns_for, grid, sprite, to_animation, to_png

TILES = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 2, 3) + 1


def test_a_grid_places_tiles_row_by_row_and_leaves_the_rest_black():
    picture = grid(TILES, columns=2)
    assert picture.shape == (6, 6)
    for i, tile in enumerate(TILES):
        row, column = divmod(i, 2)
        assert (picture[2 * row : 2 * row + 2, 3 * column : 3 * column + 3] == tile).all()
    assert not picture[4:, 3:].any()


def test_a_sprite_stacks_the_frames_downward():
    frames = np.stack([TILES, TILES[::-1]])
    assert (sprite(frames, 2) == np.vstack([grid(TILES, 2), grid(TILES[::-1], 2)])).all()


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (4, 2), (5, 3), (64, 8), (100, 10)])
def test_a_grid_is_nearly_square(count, columns):
    assert columns_for(count) == columns


def test_a_png_is_lossless():
    picture = np.random.RandomState(0).randint(0, 256, (28, 56), dtype=np.uint8)
    opened = Image.open(io.BytesIO(to_png(picture)))
    assert opened.mode == "L"
    assert (np.asarray(opened) == picture).all()


def test_a_png_keeps_its_text_chunks():
    opened = Image.open(io.BytesIO(to_png(TILES[0], {"GAN digits": "view=generate&seed=7"})))
    assert opened.text == {"GAN digits": "view=generate&seed=7"}


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_is_lossless_and_repeats(kind):
    frames = np.random.RandomState(0).randint(0, 256, (6, 28, 56), dtype=np.uint8)
    frames[0, :16, :16] = np.arange(256).reshape(16, 16)  # every level
    frames[3] = frames[2]
    frames[4, 5, 5] ^= 255
    frames[5, :, :] = 0
    shown, loop = played(to_animation(frames, kind, 10, 3), 100)
    assert (shown == frames.repeat(3, 1).repeat(3, 2)).all()
    assert loop == 0
