"""The networks and their contract."""

import pytest
import torch
from torch import nn

from gan.models import LATENT_DIM, MODELS, build_gan, to_images, to_real


def test_a_generator_maps_z_to_images_in_minus_one_to_one(gan):
    fake = gan.generator(100 * torch.randn(5, LATENT_DIM))
    assert fake.shape == (5, 1, 28, 28)
    assert fake.abs().max() <= 1


@pytest.mark.parametrize("count", [1, 5])
def test_a_discriminator_gives_one_unbounded_logit_for_each_image(gan, count):
    last = [layer for layer in gan.discriminator if isinstance(layer, (nn.Linear, nn.Conv2d))][-1]
    with torch.no_grad():
        last.weight.mul_(1e4)
    logits = gan.discriminator(torch.rand(count, 1, 28, 28))
    assert logits.shape == (count,)
    assert logits.abs().max() > 1


def test_the_mlp_keeps_the_classic_layer_sizes():
    gan = build_gan("mlp", 0)
    sizes = [
        [(layer.in_features, layer.out_features) for layer in network if isinstance(layer, nn.Linear)]
        for network in (gan.generator, gan.discriminator)
    ]
    assert sizes == [[(100, 256), (256, 256), (256, 784)], [(784, 256), (256, 256), (256, 1)]]


def test_the_initial_weights_of_the_dcgan_have_a_standard_deviation_of_0_02():
    weights = [
        layer.weight.detach().flatten()
        for layer in build_gan("dcgan", 0).modules()
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d))
    ]
    assert len(weights) == 9
    assert torch.cat(weights).std().item() == pytest.approx(0.02, rel=0.01)
    assert torch.cat(weights).mean().item() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_an_untrained_gan_depends_on_model_and_seed_only(model):
    before = torch.get_rng_state()
    first, again, other = (torch.cat([w.flatten() for w in build_gan(model, seed).parameters()]) for seed in (7, 7, 8))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(before, torch.get_rng_state())


def test_every_grey_level_survives_scaling_and_back():
    levels = torch.arange(256, dtype=torch.uint8).repeat(49, 1).reshape(-1, 28, 28)
    assert torch.equal(to_images(to_real(levels)), levels)
