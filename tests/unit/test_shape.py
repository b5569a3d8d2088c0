"""The measures of a digit's shape, against drawn bars."""

import math

import pytest
import torch

from gan.shape import SHAPES, measure_shapes

FINE = 16  # points along each side of a pixel


def bar(width, height, slant=0.0, right=0.0):
    """A bar `width` x `height` pixels large, leaning right by `slant` degrees, `right` pixels from the middle."""
    points = (torch.arange(28 * FINE) + 0.5) / FINE - 14
    x, y = points[None] - right, -points[:, None]  # y is upward
    inside = ((x - y * math.tan(math.radians(slant))).abs() <= width / 2) & (y.abs() <= height / 2)
    return (255 * inside.double().view(28, FINE, 28, FINE).mean((1, 3))).round().to(torch.uint8)


def measured(image):
    return dict(zip(SHAPES, measure_shapes(image[None])[0].tolist(), strict=True))


@pytest.mark.parametrize("slant", [-30, -10, 0, 10, 30, 45])
def test_a_bar_has_its_slant_and_without_it_its_width_and_height(slant):
    found = measured(bar(6, 18, slant))
    assert found["slant"] == pytest.approx(slant, abs=0.1)
    assert found["width"] == pytest.approx(6, rel=0.05) and found["height"] == pytest.approx(18, rel=0.01)


def test_a_digit_that_leans_right_has_its_top_to_the_right_of_its_foot():
    image = bar(3, 20, 20)
    columns = torch.arange(28).double()
    top, foot = (image[row].double() @ columns / image[row].sum() for row in (5, 22))
    assert top > foot and measured(image)["slant"] > 0 > measured(image.flip(1))["slant"]


@pytest.mark.parametrize("thick", [2, 3, 4])
@pytest.mark.parametrize("slant", [0, 20, 45])
def test_the_thickness_of_a_stroke_is_measured_across_it(thick, slant):
    found = measured(bar(thick / math.cos(math.radians(slant)), 20 * math.cos(math.radians(slant)), slant))
    assert found["thickness"] == pytest.approx(thick, rel=0.2)


def test_ink_is_the_mean_grey_level():
    assert measured(bar(4, 14))["ink"] == pytest.approx(4 * 14 / 28**2)


def test_no_measure_depends_on_the_place():
    assert measured(bar(4, 16, 15, right=-5)) == pytest.approx(measured(bar(4, 16, 15, right=4)))


def test_a_blank_image_measures_zero_and_many_images_measure_as_each_alone():
    images = torch.stack([torch.zeros(28, 28, dtype=torch.uint8), bar(4, 16)]).repeat(200, 1, 1)
    found = measure_shapes(images)
    assert (found[0] == 0).all() and found.shape == (400, len(SHAPES)) and found.isfinite().all()
    assert torch.equal(found[-1], measure_shapes(images[1:2])[0])
    assert measure_shapes(images[:0]).shape == (0, len(SHAPES))
