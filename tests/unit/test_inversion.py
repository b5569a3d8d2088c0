"""The search for the vector of a digit, on generators whose answer is known."""

import copy

import pytest
import torch
from torch import nn

from gan.inversion import BANK, MAX_NORM, invert, make_inverter
from gan.latent import consecutive, latents
from gan.models import build_gan
from gan.sampling import generate


class Linear(nn.Module):
    """A generator whose pixels are linear in z: the closest digit is the solution of least squares."""

    def __init__(self):
        super().__init__()
        stream = torch.Generator().manual_seed(0)
        self.weight = nn.Parameter(torch.randn(100, 784, generator=stream) / 40)

    def forward(self, z):
        return (z @ self.weight).unflatten(1, (1, 28, 28))


def digit_of(generator, z):
    return generate(generator, z[None])[0]


@pytest.fixture(scope="module")
def mlp():
    return build_gan("mlp", 3).generator


def test_a_linear_generator_is_inverted_to_the_vector_that_drew_the_digit():
    generator, z = Linear(), 0.5 * latents([12345])[0]
    climb = invert(make_inverter(generator), digit_of(generator, z))
    assert (climb.z[-1] - z).abs().max() < 0.05  # the digit is rounded to 256 grey levels


def test_the_climb_begins_at_the_vector_of_a_nearby_seed(mlp):
    digit = digit_of(mlp, latents([BANK + 7])[0])
    climb = invert(make_inverter(mlp), digit)
    distances = torch.cdist(
        generate(mlp, latents(consecutive(0, BANK))).flatten(1).double(), digit.flatten().double()[None]
    )
    order = distances[:, 0].argsort()
    assert climb.seed == order[0]
    starts = latents(order[:8].tolist())
    assert min((climb.z[0] - start).abs().max() for start in starts) == 0


def test_the_digit_that_is_found_is_closer_than_that_of_any_seed_of_the_bank(mlp):
    target = latents([BANK + 7])[0]
    digit = digit_of(mlp, target).double()
    climb = invert(make_inverter(mlp), digit.byte())
    errors = (generate(mlp, climb.z).double() - digit).square().mean((1, 2))
    bank = (generate(mlp, latents(consecutive(0, BANK))).double() - digit).square().mean((1, 2))
    assert errors[-1] < 0.25 * bank.min() and len(climb.steps) == len(climb.z)


def test_vectors_stay_short_and_the_last_one_fits_into_float16(mlp):
    climb = invert(make_inverter(mlp), torch.full((28, 28), 255, dtype=torch.uint8))  # out of reach
    assert climb.z.norm(dim=1)[1:].max() < MAX_NORM * 1.001
    assert torch.equal(climb.z[-1].half().float(), climb.z[-1])


def test_the_same_digit_gives_the_same_bits_and_the_generator_stays_as_it_is(mlp):
    before, inverter = copy.deepcopy(mlp.state_dict()), make_inverter(mlp)
    digit = digit_of(mlp, latents([5])[0])
    assert torch.equal(invert(inverter, digit).z, invert(inverter, digit).z)
    assert all(torch.equal(before[name], tensor) for name, tensor in mlp.state_dict().items())
    assert mlp.training and all(weight.requires_grad for weight in mlp.parameters())
