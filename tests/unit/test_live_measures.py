"""What a frame of a live run measures for the coach."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from gan import live
from gan.config import RECIPES
from gan.live import LiveRun

CONFIG = replace(RECIPES["mlp"], batch_size=16)


def trained(images, config=CONFIG):
    run = LiveRun(config, images[:70], images[:0])
    for step in (1, 2):
        run.advance(3600, until=step)
    return run


def test_the_change_is_that_of_a_pixel_since_the_frame_before(images):
    frames = trained(images).frames
    digits = [frame.digits / 255 for frame in frames]
    changes = [0, *(np.abs(after - before).mean() for before, after in pairwise(digits))]
    assert [frame.change for frame in frames] == pytest.approx(changes)
    assert changes[1] > 0


@pytest.mark.parametrize(("level", "grey"), [(0, 0), (25, 0), (26, 1), (229, 1), (230, 0), (255, 0)])
def test_a_pixel_is_grey_from_a_tenth_to_nine_tenths_of_white(images, level, grey):
    run = LiveRun(CONFIG, images[:70], images[:0])
    assert run._read(torch.full((64, 28, 28), level, dtype=torch.uint8)).grey == grey


def test_the_coach_knows_whether_a_run_trains_on_one_class(images, monkeypatch):
    said = []
    monkeypatch.setattr(live, "diagnose", lambda frames, one_class: said.append(one_class) or "starting")
    trained(images)
    trained(images, replace(CONFIG, only=3))
    assert said == [False] * 3 + [True] * 3
