"""The gradient of D's logit, against finite differences, and the paths that follow it."""

import copy
from pathlib import Path

import pytest
import torch
from helpers.gans import equal, weights

from gan.checkpoint import epochs, load_snapshot
from gan.latent import latents
from gan.models import GAN
from gan.push import (
    FRAMES,
    LATENT_STEP,
    PIXEL_STEP,
    follow_in_pixels,
    follow_in_z,
    push_in_pixels,
    push_in_z,
    to_unit,
)
from gan.runs.flags import DEFAULT_MODELS
from gan.sampling import generate_with_fakes, to_eval_float64

ROOT = Path(__file__).parents[2]
Z = latents(range(6))
STEP = 1e-5


def exact(gan):
    """A copy in float64, in which finite differences are exact enough."""
    return copy.deepcopy(gan).double().eval()


def differences(logits, points):
    """The slope of each logit along random directions, and the directions, by central differences."""
    directions = torch.randn(points.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return (logits(points + STEP * directions) - logits(points - STEP * directions)) / (2 * STEP), directions


def test_the_gradient_in_pixels_equals_finite_differences(gan):
    gan = exact(gan)
    fakes = gan.generator(Z.double()).detach()
    slopes, directions = differences(gan.discriminator, fakes)
    found = (push_in_pixels(gan.discriminator, fakes) * directions).sum((1, 2, 3))
    assert found == pytest.approx(slopes, rel=0.01)


def test_the_gradients_in_z_and_in_the_pixels_of_g_equal_finite_differences(gan):
    gan = exact(gan)
    slopes, directions = differences(lambda z: gan.discriminator(gan.generator(z)), Z.double())
    in_pixels, in_z = push_in_z(gan, Z)
    assert (in_z * directions).sum(1) == pytest.approx(slopes, rel=0.01)
    assert torch.equal(in_pixels, push_in_pixels(gan.discriminator, gan.generator(Z.double()).detach()))


def test_the_gradient_of_a_digit_is_the_same_alone_or_among_others_and_changes_no_network(gan):
    gan = copy.deepcopy(gan).double().train()
    before = weights(gan)
    _, together = push_in_z(gan, Z)
    alone = torch.cat([push_in_z(gan, z[None])[1] for z in Z])
    assert alone == pytest.approx(together, rel=1e-9, abs=1e-15)
    assert equal(weights(gan), before) and gan.training
    assert all(weight.grad is None for weight in gan.parameters())


def test_a_small_step_along_the_gradient_raises_the_logit_in_pixels_and_in_z(gan):
    gan = exact(gan)
    with torch.no_grad():
        fakes = gan.generator(Z.double())
        start = gan.discriminator(fakes)
        in_pixels = gan.discriminator(fakes + 1e-3 * to_unit(push_in_pixels(gan.discriminator, fakes)))
        in_z = gan.discriminator(gan.generator(Z.double() + 1e-3 * to_unit(push_in_z(gan, Z)[1])))
    assert (in_pixels > start).all() and (in_z > start).all()


def test_a_path_through_pixels_has_steps_of_equal_length_along_the_push_at_each_frame(gan):
    fakes = torch.zeros(3, 1, 28, 28)  # far from the ends of the grey levels
    path = follow_in_pixels(gan.discriminator, fakes)
    assert path.shape == (FRAMES, 3, 1, 28, 28) and torch.equal(path[0], fakes)
    steps = path.diff(dim=0).flatten(2)
    assert steps.norm(dim=2) == pytest.approx(torch.full((FRAMES - 1, 3), PIXEL_STEP / (FRAMES - 1)), rel=1e-3)
    for before, step in zip(path, steps, strict=False):
        along = to_unit(push_in_pixels(gan.discriminator, before)).flatten(1)
        assert (to_unit(step) * along).sum(1) == pytest.approx(torch.ones(3), abs=1e-3)


def test_a_path_through_pixels_stays_within_the_grey_levels(gan):
    path = follow_in_pixels(gan.discriminator, torch.full((2, 1, 28, 28), -1.0))
    assert path.min() == -1 and path.max() <= 1 and not torch.equal(path[0], path[-1])


def test_a_path_through_z_has_the_length_of_a_full_step_and_vectors_that_a_link_can_keep(gan):
    path = follow_in_z(GAN(to_eval_float64(gan.generator), gan.discriminator), Z)
    assert path.shape == (FRAMES, *Z.shape) and path.dtype == torch.float32 and torch.equal(path[0], Z)
    length = path.diff(dim=0).norm(dim=2).sum(0)
    assert (length <= LATENT_STEP * 1.05).all() and (length >= LATENT_STEP * 0.5).all()
    assert torch.equal(path[1:], path[1:].half().float())
    first = to_unit(push_in_z(gan, Z)[1])
    assert ((path[1] - path[0]) * first).sum(1) == pytest.approx(path[1].sub(path[0]).norm(dim=1), rel=0.1)


def test_where_the_logit_is_flat_nothing_moves():
    flat = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 1), torch.nn.Flatten(0))
    torch.nn.init.zeros_(flat[1].weight)
    fakes = torch.zeros(2, 1, 28, 28)
    assert torch.equal(follow_in_pixels(flat, fakes)[-1], fakes)


@pytest.mark.slow
@pytest.mark.parametrize("model", DEFAULT_MODELS)
def test_a_small_step_raises_the_score_of_digits_of_the_committed_runs(model):
    run = ROOT / "checkpoints" / model
    gan = load_snapshot(run, epochs(run)[-1])
    served = GAN(to_eval_float64(gan.generator), gan.discriminator)
    z = latents(range(500))
    _, fakes = generate_with_fakes(served.generator, z)
    in_pixels, in_z = push_in_z(served, z)
    with torch.no_grad():
        start = served.discriminator(fakes)
        in_pixels = served.discriminator(fakes + 0.05 * to_unit(in_pixels))
        in_z = served.discriminator(served.generator(z.double() + 0.005 * to_unit(in_z)).float())
    assert (in_pixels > start).double().mean() >= 0.99
    assert (in_z > start).double().mean() >= 0.99
