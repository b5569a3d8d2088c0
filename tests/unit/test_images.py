"""Grids, sprites, PNG and animations."""

import io

import numpy as np
import pytest
from helpers.films import played
from PIL import Image

from gan.images import columns_for, enlarge, grid, side_by_side, sprite, to_animation, to_png

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


@pytest.mark.parametrize(("width", "scale"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_an_enlarged_picture_repeats_each_pixel_until_it_is_wide_enough(width, scale):
    pictures = np.arange(2 * 4 * 5, dtype=np.uint8).reshape(2, 4, 5)
    assert (enlarge(pictures, width) == np.kron(pictures, np.ones((1, scale, scale), np.uint8))).all()


def test_pictures_side_by_side_have_a_black_gap_between_them_and_black_below_the_lower_one():
    left, right = np.full((2, 4, 5), 1, np.uint8), np.full((2, 3, 2), 2, np.uint8)
    joined = side_by_side([left, right], 3)
    assert joined.shape == (2, 4, 10)
    assert (joined[:, :, :5] == 1).all() and (joined[:, :3, 8:] == 2).all()
    assert joined.sum() == left.sum() + right.sum()
    assert (side_by_side([left], 3) == left).all()


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_is_lossless_and_repeats(kind):
    frames = np.random.RandomState(0).randint(0, 256, (6, 28, 56), dtype=np.uint8)
    frames[0, :16, :16] = np.arange(256).reshape(16, 16)  # every level
    frames[3] = frames[2]
    frames[4, 5, 5] ^= 255
    frames[5, :, :] = 0
    shown, loop = played(to_animation(frames, kind, 10), 100)
    assert (shown == frames).all()
    assert loop == 0
