from dataclasses import replace

import pytest
from helpers.gans import EITHER, equal, weights

from gan.config import RECIPES
from gan.models import build_gan
from gan.state import init_state, restore_state, state_tensors
from gan.training import train


@EITHER
def test_a_resumed_run_ends_in_the_bits_of_one_that_was_not_stopped(model, images):
    config = replace(RECIPES[model], epochs=3)
    whole = build_gan(model, 0)
    whole_state = init_state(whole, config)
    expected = list(train(whole, images, config, whole_state))

    stopped = build_gan(model, 0)
    state = init_state(stopped, config)
    next(train(stopped, images, config, state))
    saved = {name: tensor.clone() for name, tensor in state_tensors(stopped, state).items()}
    resumed = build_gan(model, 5)
    state = init_state(resumed, config)
    restore_state(resumed, state, saved, epoch=1)
    stats = list(train(resumed, images, config, state))

    assert equal(weights(whole), weights(resumed))
    assert equal(weights(whole_state.ema), weights(state.ema))
    assert [line.d_loss for line in stats] == [line.d_loss for line in expected[1:]]


def test_a_state_of_another_model_is_refused(images):
    mlp, dcgan = build_gan("mlp", 0), build_gan("dcgan", 0)
    tensors = state_tensors(dcgan, init_state(dcgan, RECIPES["dcgan"]))
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        restore_state(mlp, init_state(mlp, RECIPES["mlp"]), tensors, epoch=0)
