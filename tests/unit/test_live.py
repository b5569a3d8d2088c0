"""A run that is trained live: the steps of `train`, frames at fixed steps, single steps, copies and the end."""

from dataclasses import replace

import pytest
import torch
from helpers.gans import EACH_MODEL, equal, weights

from gan import live
from gan.config import RECIPES
from gan.live import LiveRun
from gan.models import build_gan
from gan.sampling import generate
from gan.state import init_state
from gan.training import train

NO_TEST = torch.empty(0, 28, 28, dtype=torch.uint8)


def quick(model, **changes):
    """A recipe with batches of 16, so that a run of 70 images has five steps in an epoch, the last one smaller."""
    return replace(RECIPES[model], batch_size=16, **changes)


def live_run(config, images, **arguments):
    return LiveRun(config, images[:70], NO_TEST, **arguments)


def take(run, steps):
    run.advance(3600, until=run.step + steps)


@EACH_MODEL
def test_the_weights_after_two_epochs_are_those_of_train(model, images):
    config = quick(model, epochs=2, ema=0.9)
    gan = build_gan(model, config.seed)
    state = init_state(gan, config)
    list(train(gan, images[:70], config, state))
    run = live_run(config, images)
    take(run, 10)
    assert equal(weights(run.gan), weights(gan))
    assert equal(weights(run.state.ema), weights(state.ema))


def test_slices_change_neither_the_weights_nor_the_frames(images, monkeypatch):
    monkeypatch.setattr(live, "USUAL_FRAME_IMAGES", 64)  # a frame in every fourth step
    whole, sliced = live_run(quick("mlp"), images), live_run(quick("mlp"), images)
    take(whole, 12)
    for _ in range(12):
        sliced.advance(0)
    assert equal(weights(whole.gan), weights(sliced.gan))
    assert [frame.step for frame in whole.frames] == [0, 4, 8, 12] == [frame.step for frame in sliced.frames]
    for one, other in zip(whole.frames, sliced.frames, strict=True):
        assert replace(one, seconds=0) == replace(other, seconds=0)


def test_a_frame_has_the_means_of_the_steps_since_the_one_before(images, monkeypatch):
    monkeypatch.setattr(live, "USUAL_FRAME_IMAGES", 32)
    config = quick("mlp")
    run = live_run(config, images)
    take(run, 4)
    every = live_run(config, images)
    monkeypatch.setattr(live, "USUAL_FRAME_IMAGES", 16)
    take(every, 4)
    single = torch.tensor([frame.metrics for frame in every.frames[1:]])
    assert run.frames[2].metrics == pytest.approx(single[2:].mean(0).tolist())
    assert [(frame.step, frame.images) for frame in run.frames] == [(0, 0), (2, 32), (4, 64)]


def test_frames_get_twice_as_far_apart_after_every_so_many(images, monkeypatch):
    monkeypatch.setattr(live, "USUAL_FRAME_IMAGES", 16)
    monkeypatch.setattr(live, "USUAL_SPARSER", 3)
    run = live_run(quick("mlp"), images)
    take(run, 20)
    assert [frame.step for frame in run.frames] == [0, 1, 2, 4, 6, 8, 12, 16, 20]


def test_the_digits_of_an_mlp_are_those_of_its_average(images):
    """Without batch norm, a digit does not depend on the others that are drawn with it."""
    run = live_run(quick("mlp"), images)
    take(run, 3)
    drawn = generate(run.state.ema, run.z[: live.DIGITS])
    assert (torch.from_numpy(run.frames[-1].digits.astype(int)) - drawn).abs().max() <= 1  # float32 and float64


@EACH_MODEL
@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_drawing_a_frame_leaves_no_trace_in_the_networks(model, ema, images):
    run = live_run(quick(model, ema=ema), images)
    take(run, 2)
    before = weights(run.gan), weights(run.state.ema)
    run._record()
    assert equal(weights(run.gan), before[0]) and equal(weights(run.state.ema), before[1])


# Single steps


@pytest.mark.parametrize(
    ("move", "moved", "still"), [("d", "discriminator", "generator"), ("g", "generator", "discriminator")]
)
def test_a_step_of_one_network_leaves_the_weights_of_the_other(move, moved, still, images):
    run = live_run(quick("dcgan"), images, moves={1: move})
    take(run, 1)
    before = {name: [p.clone() for p in getattr(run.gan, name).parameters()] for name in (moved, still)}
    take(run, 1)
    assert equal(list(getattr(run.gan, still).parameters()), before[still])
    assert not equal(list(getattr(run.gan, moved).parameters()), before[moved])


def test_g_is_updated_in_every_third_step_only_if_d_takes_three(images):
    run = live_run(quick("mlp", d_steps=3), images)
    changed = []
    for _ in range(6):
        before = [weight.clone() for weight in run.gan.generator.parameters()]
        take(run, 1)
        changed.append(not equal(list(run.gan.generator.parameters()), before))
    assert changed == [False, False, True] * 2


def test_the_step_to_stop_at_has_a_frame_and_is_not_passed(images):
    run = live_run(quick("mlp"), images)
    take(run, 1)
    take(run, 2)
    run.advance(3600, until=2)
    assert run.step == 3 and [frame.step for frame in run.frames] == [0, 1, 3]


# Copies


@EACH_MODEL
def test_a_copy_trains_on_to_the_same_bits_and_leaves_the_original_alone(model, images):
    run = live_run(quick(model, ema=0.9), images)
    take(run, 7)
    twin = run.fork()
    take(twin, 5)
    assert run.step == 7 and run.frames[-1].step == 7
    take(run, 5)
    assert equal(weights(run.gan), weights(twin.gan)) and equal(weights(run.state.ema), weights(twin.state.ema))
    assert run.frames[-1].packed == twin.frames[-1].packed


# The end


def test_a_loss_that_is_not_finite_ends_the_run_at_its_step(images):
    run = live_run(quick("mlp", lr=1e30), images)
    run.advance(3600, until=100)
    assert run.ended == "diverged"
    diverged = run.frames[-1]
    assert (diverged.diagnosis, diverged.metrics) == ("diverged", None)
    assert diverged.step == first_bad_step(quick("mlp", lr=1e30), images)
    before = run.step
    run.advance(3600, until=200)
    assert run.step == before


def first_bad_step(config, images):
    run = live_run(config, images)
    while run.ended != "diverged":
        take(run, 1)
    return run.step


@pytest.mark.parametrize(("name", "value", "ended"), [("MAX_SECONDS", 0, "time"), ("MAX_BYTES", 10_000, "memory")])
def test_a_run_ends_after_its_time_or_memory(name, value, ended, images, monkeypatch):
    run = live_run(quick("mlp"), images)
    monkeypatch.setattr(live, "USUAL_FRAME_IMAGES", 64)
    monkeypatch.setattr(live, name, value)
    run.advance(3600, until=50)
    assert run.ended == ended and run.step == run.frames[-1].step < 50
