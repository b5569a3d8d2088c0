"""The state of a run: resume to the same bits."""

from dataclasses import replace

import pytest
from helpers.gans import EACH_MODEL, equal, weights

from gan.config import RECIPES
from gan.models import build_gan
from gan.state import init_state, restore_state, state_tensors
from gan.training import train


@EACH_MODEL
def test_a_resumed_run_reaches_the_bits_of_a_run_without_a_stop(model, images):
    images = images[:96]
    config = replace(RECIPES[model], epochs=3, batch_size=32)
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
    assert [line.d_loss for line in stats] == [line.d_loss for line in expected[1:]]


def test_a_state_of_another_model_is_refused():
    mlp, dcgan = build_gan("mlp", 0), build_gan("dcgan", 0)
    tensors = state_tensors(dcgan, init_state(dcgan, RECIPES["dcgan"]))
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        restore_state(mlp, init_state(mlp, RECIPES["mlp"]), tensors, epoch=0)
