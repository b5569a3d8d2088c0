"""The drawings that tests and benchmarks draw, and their pen."""

from collections import Counter

import numpy as np
import pytest
from helpers.strokes import CANVAS, DRAWINGS, path, rasterise

from gan.drawing import to_digit


@pytest.mark.parametrize("side", [56, 112])
@pytest.mark.parametrize("length", [0, 100])
def test_a_straight_stroke_covers_a_rectangle_with_two_half_discs(side, length):
    drawing = {"pen": 40, "strokes": [[[80, 90], [80 + length, 90]]]}
    ink = rasterise(drawing, side).sum() / 255 * (CANVAS / side) ** 2
    assert ink == pytest.approx(40 * length + np.pi * 20**2, rel=0.02)


def test_the_pen_passes_through_every_point_and_straight_on_between_points_in_a_line():
    points = [[20, 30], [60, 200], [60, 200], [110, 200], [160, 200], [210, 200]]
    way = path(points)
    assert all((way == point).all(1).any() for point in points)
    assert (way[way[:, 0] > 110][:, 1] == 200).all()


def test_there_are_five_drawings_of_each_digit_of_which_two_are_sloppy():
    assert Counter(drawing["digit"] for drawing in DRAWINGS) == dict.fromkeys(range(10), 5)
    assert Counter(drawing["digit"] for drawing in DRAWINGS if drawing["sloppy"]) == dict.fromkeys(range(10), 2)


def test_every_drawing_stays_on_the_canvas_and_can_be_a_digit():
    for drawing in DRAWINGS:
        picture = rasterise(drawing, 56)
        assert not np.concatenate((picture[[0, -1]], picture[:, [0, -1]].T)).any()
        assert to_digit(picture).any()
