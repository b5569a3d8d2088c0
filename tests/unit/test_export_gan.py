"""What is served of a GAN in training: the EMA of the generator, and batch statistics measured for it."""

import copy
from dataclasses import replace

import pytest
import torch
from helpers.gans import EACH_MODEL, equal, weights
from torch import nn

from gan.config import RECIPES
from gan.models import LATENT_DIM, build_gan, to_real
from gan.state import init_state
from gan.training import BN_CALIBRATION_IMAGES, export_gan, train, update_ema


def test_the_ema_uses_a_smaller_decay_in_its_first_steps():
    ema, network = nn.Linear(1, 1), nn.Linear(1, 1)
    values, decays = [3.0, -1.0, 4.0, 10.0], [min(0.4, (1 + step) / (10 + step)) for step in (1, 2, 3, 4)]
    assert decays == [2 / 11, 3 / 12, 4 / 13, 5 / 14]
    expected = ema.bias.item()
    for step, value in enumerate(values, 1):
        nn.init.constant_(network.bias, value)
        update_ema(ema, network, 0.4, step)
        expected = decays[step - 1] * expected + (1 - decays[step - 1]) * value
    assert ema.bias.item() == pytest.approx(expected)
    update_ema(ema, network, 0.4, 10**6)
    assert ema.bias.item() == pytest.approx(0.4 * expected + 0.6 * 10)
    assert network.bias.item() == 10 and network.bias.requires_grad


@EACH_MODEL
def test_the_ema_is_updated_after_every_step(model, images):
    images = images[:64]
    config = replace(RECIPES[model], epochs=1, batch_size=16, ema=0.9)
    gan = build_gan(model, 0)
    state = init_state(gan, config)
    expected = copy.deepcopy(gan.generator)
    seen = []

    def progress(batches):
        for batch in batches:
            if seen:  # the step of the previous batch is complete
                update_ema(expected, gan.generator, 0.9, len(seen))
            seen.append(batch)
            yield batch
        update_ema(expected, gan.generator, 0.9, len(seen))

    list(train(gan, images, config, state, progress))
    assert all(torch.equal(a, b) for a, b in zip(expected.parameters(), state.ema.parameters(), strict=True))
    assert not equal(weights(state.ema), weights(gan.generator))


@EACH_MODEL
def test_an_exported_gan_scores_single_images_like_training_scores_batches(model, images):
    """Mean scores of reals and fakes are equal in eval mode, alone, and in training mode, in batches."""
    images = images[:96]
    gan = build_gan(model, 0)
    list(train(gan, images, replace(RECIPES[model], epochs=4, batch_size=32)))
    before = weights(gan)
    exported = export_gan(gan, gan.generator, images)
    assert equal(before, weights(gan)) and gan.training
    assert not any(module.training for module in exported.modules())
    z = torch.randn(len(images), LATENT_DIM, generator=torch.Generator().manual_seed(9))
    with torch.no_grad():
        real, fake = to_real(images), gan.generator(z)
        for batch in (real, fake):
            alone, together = exported.discriminator(batch), gan.discriminator(batch)
            assert alone.sigmoid().mean().item() == pytest.approx(together.sigmoid().mean().item(), abs=0.1)
        assert torch.allclose(exported.generator(z), fake, atol=0.25)


@torch.no_grad()
def test_the_batch_statistics_of_an_exported_discriminator_are_means_over_reals_and_as_many_fakes(images):
    images = images[:128]
    gan = build_gan("dcgan", 0)
    exported = export_gan(gan, gan.generator, images)
    z = torch.randn(BN_CALIBRATION_IMAGES, LATENT_DIM, generator=torch.Generator().manual_seed(0))[:128]
    index = next(i for i, layer in enumerate(exported.discriminator) if isinstance(layer, nn.BatchNorm2d))
    inputs = [exported.discriminator[:index](batch) for batch in (to_real(images), exported.generator(z))]
    expected = torch.stack([batch.mean((0, 2, 3)) for batch in inputs]).mean(0)
    assert torch.allclose(exported.discriminator[index].running_mean, expected, atol=1e-5)
