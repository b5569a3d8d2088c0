"""The nearest training image of each image, against all distances in float64."""

from functools import cache

import pytest
import torch
from helpers.digits import draw_digits

from gan import nearest as module
from gan.nearest import nearest


@cache
def drawn(count: int, seed: int) -> torch.Tensor:
    return torch.from_numpy(draw_digits(count, seed)[0])


def brute_force(images: torch.Tensor, train: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    least = torch.cdist(images.flatten(1).double(), train.flatten(1).double()).min(1)
    return least.indices, least.values


@pytest.mark.parametrize("chunk", [7, 1000])
def test_the_nearest_image_is_the_minimum_of_all_distances(monkeypatch, chunk):
    monkeypatch.setattr(module, "CHUNK", chunk)
    monkeypatch.setattr(module, "TRAIN_CHUNK", chunk)
    images, train = drawn(60, 1), drawn(200, 0)
    index, distance = nearest(images, train)
    expected = brute_force(images, train)
    assert index.equal(expected[0]) and torch.allclose(distance, expected[1])


@pytest.mark.parametrize("chunk", [7, 1000])
def test_a_copy_has_distance_zero_and_of_equal_images_the_first_is_found(monkeypatch, chunk):
    monkeypatch.setattr(module, "TRAIN_CHUNK", chunk)
    train = drawn(50, 0).repeat(4, 1, 1)
    index, distance = nearest(train, train)
    assert index.tolist() == list(range(50)) * 4
    assert distance.tolist() == [0] * 200


def test_extreme_images_are_compared_without_rounding():
    """One grey level of one pixel decides, at the greatest dot products that there are."""
    train = torch.full((3, 28, 28), 255, dtype=torch.uint8)
    train[0, 0, 0], train[1, 0, 0] = 253, 254
    index, distance = nearest(torch.full((1, 28, 28), 255, dtype=torch.uint8), train)
    assert index.tolist() == [2] and distance.tolist() == [0]
    index, distance = nearest(torch.full((1, 28, 28), 255, dtype=torch.uint8), train[:2])
    assert index.tolist() == [1] and distance.tolist() == [1]
