from dataclasses import replace

import pytest
from test_training import EITHER, equal, weights

from gan.config import RECIPES
from gan.models import build
from gan.state import restore, start, state_tensors
from gan.training import train


@EITHER
def test_a_resumed_run_ends_in_the_bits_of_one_that_was_not_stopped(model, images):
    config = replace(RECIPES[model], epochs=3)
    whole = build(model, 0)
    whole_state = start(whole, config)
    expected = list(train(whole, images, config, whole_state))

    stopped = build(model, 0)
    state = start(stopped, config)
    next(train(stopped, images, config, state))
    saved = {name: tensor.clone() for name, tensor in state_tensors(stopped, state).items()}
    resumed = build(model, 5)
    state = start(resumed, config)
    restore(resumed, state, saved, epoch=1)
    stats = list(train(resumed, images, config, state))

    assert equal(weights(whole), weights(resumed))
    assert equal(weights(whole_state.average), weights(state.average))
    assert [line.d_loss for line in stats] == [line.d_loss for line in expected[1:]]


def test_a_state_of_another_model_is_refused(images):
    mlp, dcgan = build("mlp", 0), build("dcgan", 0)
    tensors = state_tensors(dcgan, start(dcgan, RECIPES["dcgan"]))
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        restore(mlp, start(mlp, RECIPES["mlp"]), tensors, epoch=0)
