"""A drawing becomes a digit as MNIST was made: against a slow reference, and against MNIST's own digits."""

from pathlib import Path

import numpy as np
import pytest

from gan.datasets.reals import REALS, load_reals
from gan.drawing import DrawingError, to_digit

MNIST = Path(__file__).parents[2] / "checkpoints" / REALS


def drawn(side=112, ink=100, seed=0):
    """A random picture with ink in a square of `ink` pixels, which it fills from edge to edge."""
    picture = np.zeros((side, side), np.uint8)
    stream = np.random.RandomState(seed)
    block = stream.randint(0, 2, (ink, ink)) * stream.randint(40, 256, (ink, ink))
    block[[0, -1]] = 200
    picture[5 : 5 + ink, 7 : 7 + ink] = block
    return picture


def reference(picture, left, top, ink):
    """The digit of a square of ink whose side is a multiple of 20, pixel by pixel."""
    size = ink // 20
    small = np.zeros((20, 20))
    for row in range(20):
        for column in range(20):
            block = picture[top + size * row :, left + size * column :][:size, :size]
            small[row, column] = int(block.sum() / size**2 + 0.5)
    rows = sum(row * small[row, column] for row in range(20) for column in range(20)) / small.sum()
    columns = sum(column * small[row, column] for row in range(20) for column in range(20)) / small.sum()
    digit = np.zeros((28, 28))
    for row in range(20):
        for column in range(20):
            digit[row + int(14 - rows + 0.5), column + int(14 - columns + 0.5)] = small[row, column]
    return digit


def test_the_ink_is_averaged_into_20_pixels_and_centred_by_its_mass():
    picture = drawn()
    assert np.abs(to_digit(picture) - reference(picture, 7, 5, 100)).max() <= 1  # Pillow rounds after each axis


def test_wide_ink_keeps_its_ratio():
    picture = np.zeros((112, 112), np.uint8)
    picture[50:70, 10:90] = 255
    digit = to_digit(picture)
    rows, columns = np.nonzero(digit)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (5, 20) and set(digit[rows, columns]) == {255}


def test_digits_of_mnist_hardly_change():
    images = load_reals(MNIST, "test").images[:1000]
    errors = np.array([(to_digit(image).astype(float) - image) ** 2 for image in images]).mean((1, 2)) ** 0.5
    assert (errors == 0).mean() >= 0.75 and np.quantile(errors, 0.99) < 4  # of 10,000: 0.79, and 2.3 grey levels


@pytest.mark.parametrize("move", [(0, 1), (7, 0), (-5, 5)])
def test_the_place_of_the_ink_does_not_matter(move):
    picture = drawn()
    assert np.array_equal(to_digit(np.roll(picture, move, (0, 1))), to_digit(picture))


def test_the_size_of_the_picture_does_not_matter():
    picture = drawn(side=56, ink=40)
    assert np.array_equal(to_digit(picture.repeat(2, 0).repeat(2, 1)), to_digit(picture))


def test_ink_far_from_the_centre_of_mass_stays_inside():
    picture = np.zeros((112, 112), np.uint8)
    picture[:, :30] = 255
    picture[50:52] = 255
    assert to_digit(picture).sum() / 255 > 100


@pytest.mark.parametrize(
    ("reason", "ink", "level"),
    [("blank", 0, 255), ("blank", 50, 20), ("dot", 10, 255), ("full", 112, 255), ("full", 112, 40)],
)
def test_what_cannot_be_a_digit_is_refused(reason, ink, level):
    picture = np.zeros((112, 112), np.uint8)
    picture[:ink, :ink] = level
    with pytest.raises(DrawingError) as refused:
        to_digit(picture)
    assert refused.value.reason == reason


def test_a_thin_stroke_is_refused():
    picture = np.zeros((112, 112), np.uint8)
    np.fill_diagonal(picture, 255)
    with pytest.raises(DrawingError) as refused:
        to_digit(picture)
    assert refused.value.reason == "thin"
