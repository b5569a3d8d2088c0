"""Latent vectors of seeds, and paths between them."""

import base64
import math
import struct

import numpy as np
import pytest
import torch

from gan.latent import (
    PATHS,
    TURN,
    arithmetic,
    consecutive,
    decode_vector,
    encode_vector,
    interpolate,
    latents,
    neighbours,
    plane,
    vectors_of,
)

UNIT = torch.eye(100)


def test_a_seed_draws_from_numpys_frozen_stream():
    # The first numbers that numpy.random.seed(0) has given since numpy 1.0.
    assert latents([0])[0, :4].numpy() == pytest.approx([1.76405235, 0.40015721, 0.97873798, 2.2408932], rel=1e-6)


def test_a_row_depends_on_its_seed_only():
    together = latents([5, 2**32 - 1, 5, 0])
    assert together.shape == (4, 100) and together.dtype == torch.float32
    assert torch.equal(together, torch.cat([latents([seed]) for seed in (5, 2**32 - 1, 5, 0)]))
    assert torch.equal(together[0], together[2])
    assert not torch.equal(together[0], together[1])


def test_no_seeds_give_no_rows():
    assert latents([]).shape == (0, 100)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(ValueError):
        latents([seed])


def test_after_the_last_seed_comes_seed_zero():
    assert consecutive(2**32 - 2, 4) == [2**32 - 2, 2**32 - 1, 0, 1]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("seeds", [(3, 4), (3, 3), (5, 2**32 - 1), (42, 7)])
def test_a_path_includes_both_ends_exactly(path, seeds):
    start, end = latents(list(seeds))
    points = interpolate(start, end, 7, path)
    assert points.shape == (7, 100) and points.dtype == torch.float32
    assert torch.equal(points[0], start) and torch.equal(points[-1], end)


def test_slerp_takes_equal_angles_on_the_sphere():
    points = interpolate(UNIT[0], UNIT[1], 4, "slerp")
    angles = [i * math.pi / 6 for i in range(4)]
    assert points[:, 0].numpy() == pytest.approx(np.cos(angles), abs=1e-6)
    assert points[:, 1].numpy() == pytest.approx(np.sin(angles), abs=1e-6)
    assert points.norm(dim=1).numpy() == pytest.approx(np.ones(4))


@pytest.mark.parametrize("seed", range(20))
def test_slerp_between_equal_vectors_is_finite(seed):
    """Rounding may put the cosine of the angle above 1."""
    (z,) = latents([seed])
    assert torch.allclose(interpolate(z, z, 3, "slerp"), z.expand(3, -1))
    assert torch.allclose(interpolate(z, 1.5 * z, 3, "slerp")[1], 1.25 * z)


def test_lerp_is_the_straight_line_and_leaves_the_sphere():
    points = interpolate(UNIT[0], UNIT[1], 3, "lerp")
    assert points[1, :2].tolist() == [0.5, 0.5]
    assert points[1].norm().item() == pytest.approx(math.sqrt(0.5))


def test_opposite_vectors_are_joined_by_the_line():
    assert torch.equal(interpolate(UNIT[0], -UNIT[0], 3, "slerp"), interpolate(UNIT[0], -UNIT[0], 3, "lerp"))


@pytest.mark.parametrize(("steps", "path"), [(1, "slerp"), (5, "cubic")])
def test_another_path_or_a_single_step_is_refused(steps, path):
    with pytest.raises(ValueError):
        interpolate(UNIT[0], UNIT[1], steps, path)


def test_a_plane_takes_equal_angles_along_its_edges_and_columns():
    points = plane(UNIT[:4], 4).view(4, 4, 100)
    for row in range(4):
        for column in range(4):
            down, across = row * math.pi / 6, column * math.pi / 6
            upper = [math.cos(down) * math.cos(across), math.cos(down) * math.sin(across)]
            lower = [math.sin(down) * math.cos(across), math.sin(down) * math.sin(across)]
            assert points[row, column, :4].tolist() == pytest.approx(upper + lower, abs=1e-6)
    assert not points[..., 4:].any()


@pytest.mark.parametrize("side", [2, 5])
def test_a_plane_includes_its_corners_exactly_and_has_slerp_edges(side):
    corners = latents([5, 2**32 - 1, 42, 7])
    points = plane(corners, side)
    assert points.shape == (side * side, 100) and points.dtype == torch.float32
    points = points.view(side, side, 100)
    assert torch.equal(points[[0, 0, -1, -1], [0, -1, 0, -1]], corners)
    for edge, (start, end) in (
        (points[0], (0, 1)),
        (points[-1], (2, 3)),
        (points[:, 0], (0, 2)),
        (points[:, -1], (1, 3)),
    ):
        assert torch.equal(edge, interpolate(corners[start], corners[end], side, "slerp"))


def test_a_plane_of_one_seed_has_its_vector_everywhere():
    corners = latents([3, 3, 3, 3])
    assert torch.allclose(plane(corners, 3), corners[0], rtol=0, atol=1e-6)


# Vectors as texts


def test_a_vector_survives_its_text_in_float16():
    z = latents([3])[0]
    text = encode_vector(z)
    assert len(text) == 267 and torch.equal(decode_vector(text), z.half().float())
    expected = base64.urlsafe_b64encode(struct.pack("<100e", *z.tolist())).decode()
    assert expected == f"{text}="


@pytest.mark.parametrize(
    "text", ["", "A" * 266, "A" * 268, "A" * 10**6, "é" * 267, "A" * 266 + "!", "A" * 266 + "=", "_38" * 89]
)
def test_other_texts_are_no_vectors(text):
    with pytest.raises(ValueError):
        decode_vector(text)


def test_the_vectors_of_places_are_those_of_seeds_and_of_texts():
    z = latents([3, 8]).half().float()
    assert torch.equal(vectors_of([8, encode_vector(z[0])]), torch.stack((latents([8])[0], z[0])))


def test_neighbours_are_turned_by_one_angle_towards_the_seeds_and_keep_the_length():
    z = 0.8 * latents([3])[0]
    near, seeds = neighbours(z, 6).double(), latents(range(5)).double()
    assert torch.equal(near[0], z.half().double()) and torch.equal(near, near.half().double())
    for turned, seed in zip(near[1:], seeds, strict=True):
        toward = seed / seed.norm()
        expected = math.cos(TURN) * z.double() + math.sin(TURN) * z.double().norm() * toward
        expected *= z.double().norm() / expected.norm()
        assert (turned - expected).abs().max() < 2e-3
    assert near.norm(dim=1).numpy() == pytest.approx(z.norm().item(), rel=1e-3)
    assert torch.equal(neighbours(torch.zeros(100), 3), torch.zeros(3, 100))


@pytest.mark.parametrize("path", PATHS)
def test_a_path_from_the_origin_is_straight(path):
    z = latents([3])[0]
    assert torch.allclose(interpolate(torch.zeros(100), z, 5, path), torch.linspace(0, 1, 5)[:, None] * z)


def test_arithmetic_is_the_mean_of_plus_less_the_mean_of_minus_and_the_mean_of_base():
    plus, minus, base = (latents(seeds) / 4 for seeds in ([0, 1, 2], [3], [4, 5]))
    means = [vectors.mean(0) for vectors in (plus, minus, base)]
    expected = torch.stack([*means, means[0] - means[1] + means[2]])
    found = arithmetic(plus, minus, base)
    assert found == pytest.approx(expected, abs=1e-3) and torch.equal(found, found.half().float())


def test_a_result_of_arithmetic_that_is_too_long_is_shortened_to_the_shell_and_the_means_are_not():
    one, two, three = latents([0, 1, 2]).split(1)
    found = arithmetic(one, two, 4 * three)
    assert found[3].norm() == pytest.approx(100**0.5, rel=1e-3)
    assert found[2].norm() == pytest.approx(4 * three.norm().item(), rel=1e-3)
    straight = one - two + 4 * three
    assert found[3] @ straight[0] == pytest.approx((found[3].norm() * straight.norm()).item(), rel=1e-5)
