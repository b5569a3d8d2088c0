"""The state of a run: resume to the same bits."""

from dataclasses import replace

import pytest
from helpers.gans import EACH_MODEL, equal, weights

from gan.config import MAX_SEED, RECIPES
from gan.models import build_gan
from gan.state import init_state, restore_state, state_tensors
from gan.training import train


@EACH_MODEL
def test_a_resumed_run_reaches_the_bits_of_a_run_without_a_stop(model, images):
    images = images[:48]
    config = replace(RECIPES[model], epochs=3, batch_size=16)
    complete = build_gan(model, 0)
    complete_state = init_state(complete, config)
    expected = list(train(complete, images, config, complete_state))

    stopped = build_gan(model, 0)
    state = init_state(stopped, config)
    next(train(stopped, images, config, state))
    saved = {name: tensor.clone() for name, tensor in state_tensors(stopped, state).items()}
    resumed = build_gan(model, 5)
    state = init_state(resumed, config)
    restore_state(resumed, state, saved, epoch=1)
    stats = list(train(resumed, images, config, state))

    assert equal(weights(complete), weights(resumed))
    assert equal(weights(complete_state.ema), weights(state.ema))
    assert [row.d_loss for row in stats] == [row.d_loss for row in expected[1:]]


def test_the_seed_of_the_rng_is_outside_the_range_of_run_seeds():
    """The CPU's generator ignores the high bits of a seed, but CUDA's does not."""
    config = replace(RECIPES["mlp"], seed=3)
    assert init_state(build_gan("mlp", 3), config).rng.initial_seed() == MAX_SEED + 1 + 3


def test_a_state_of_another_model_is_refused():
    mlp, dcgan = build_gan("mlp", 0), build_gan("dcgan", 0)
    tensors = state_tensors(dcgan, init_state(dcgan, RECIPES["dcgan"]))
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        restore_state(mlp, init_state(mlp, RECIPES["mlp"]), tensors, epoch=0)
