"""The training loop, against the paper's algorithm and second runs."""

import ctypes
import math
import os
from dataclasses import replace

import pytest
import torch
from helpers.gans import EACH_MODEL, equal, weights
from torch import nn

from gan.config import RECIPES
from gan.errors import DivergedError
from gan.models import GAN, LATENT_DIM, MODELS, build_gan
from gan.state import init_state
from gan.training import bce, configure_torch, r1_penalty, train, train_step


@pytest.mark.parametrize("target", [0, 0.9, 1])
def test_bce_is_the_cross_entropy_of_the_sigmoid(target):
    logits = torch.linspace(-8, 8, 33, dtype=torch.float64)
    expected = nn.BCELoss()(logits.sigmoid(), torch.full_like(logits, target))
    assert bce(logits, target).item() == pytest.approx(expected.item(), rel=1e-12)


def test_bce_stays_finite_where_a_sigmoid_would_round_to_one():
    assert bce(torch.tensor([200.0]), 0).item() == 200


@EACH_MODEL
def test_a_discriminator_that_only_guesses_has_losses_of_two_log_two_and_log_two(model):
    gan = build_gan(model, 0)
    for parameter in gan.discriminator.parameters():
        nn.init.zeros_(parameter)
    optimizers = [torch.optim.SGD(network.parameters(), lr=0.0) for network in (gan.discriminator, gan.generator)]
    metrics = train_step(gan, *optimizers, torch.zeros(8, 1, 28, 28), torch.randn(8, LATENT_DIM))
    assert metrics.tolist() == pytest.approx([2 * math.log(2), math.log(2), 0.5, 0.5])


@pytest.fixture
def double():
    """float64 as the default: Adam's first steps turn rounding noise in a gradient into steps of full size."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@EACH_MODEL
def test_an_epoch_equals_the_papers_algorithm_written_out(double, model, images):
    """Goodfellow et al. 2014, algorithm 1 with the non-saturating loss, with sigmoids and full backward passes."""
    images = images[:70]  # 17 batches of 4, which have two R1 steps, and one of 2
    config = replace(RECIPES[model], epochs=1, batch_size=4, r1=0.3)
    gan = build_gan(model, 0)
    (stats,) = train(gan, images, config)

    reference = build_gan(model, 0)
    d_optimizer, g_optimizer = (
        torch.optim.Adam(network.parameters(), config.lr, config.betas, foreach=False)
        for network in (reference.discriminator, reference.generator)
    )
    rng = torch.Generator().manual_seed(2**32 + config.seed)
    order = torch.randperm(len(images), generator=rng).split(config.batch_size)
    means = torch.zeros(4)
    for step, indices in enumerate(order):
        real = images[indices, None] / 127.5 - 1
        z = torch.randn(len(real), LATENT_DIM, generator=rng)
        fake = reference.generator(z)
        d_real, d_fake = reference.discriminator(real).sigmoid(), reference.discriminator(fake.detach()).sigmoid()
        d_loss = -d_real.log().mean() - (1 - d_fake).log().mean()
        penalty = 0
        if step % 16 == 0:
            point = real.clone().requires_grad_()
            (gradient,) = torch.autograd.grad(reference.discriminator(point).sum(), point, create_graph=True)
            penalty = 16 * 0.3 / 2 * sum(gradient.square().flatten(1).sum(1)) / len(real)
        d_optimizer.zero_grad()
        (d_loss + penalty).backward()
        d_optimizer.step()
        g_loss = -reference.discriminator(fake).sigmoid().log().mean()
        g_optimizer.zero_grad()
        g_loss.backward()
        g_optimizer.step()
        means += torch.stack((d_loss, g_loss, d_real.mean(), d_fake.mean())).detach() * len(real) / len(images)

    assert [stats.d_loss, stats.g_loss, stats.d_real, stats.d_fake] == pytest.approx(means.tolist(), rel=1e-9)
    for ours, theirs in zip(weights(gan), weights(reference), strict=True):
        assert ours.dtype in (torch.float64, torch.int64)
        assert torch.allclose(ours.double(), theirs.double(), rtol=0, atol=1e-8)


def test_the_r1_penalty_of_a_linear_discriminator_is_half_its_squared_gradient():
    plane = nn.Sequential(nn.Flatten(), nn.Linear(784, 1), nn.Flatten(0))
    real = torch.rand(5, 1, 28, 28)
    assert r1_penalty(plane, real).item() == pytest.approx(plane[1].weight.square().sum().item() / 2, rel=1e-5)
    assert not real.requires_grad


def meta_step(gan):
    # Without Adam's fused kernel, which has no meta version.
    optimizers = [torch.optim.Adam(network.parameters()) for network in (gan.discriminator, gan.generator)]
    real = torch.zeros(4, 1, 28, 28, device="meta")
    return train_step(gan, *optimizers, real, torch.zeros(4, LATENT_DIM, device="meta"), r1=1.0)


@EACH_MODEL
def test_a_step_stays_on_its_device_and_never_waits_for_it(model):
    """On the meta device, a tensor of another device raises, and so does reading a value."""
    with torch.device("meta"):
        gan = MODELS[model]()
    assert meta_step(gan).device.type == "meta"


class Stray(nn.Module):
    def __init__(self, network, action):
        super().__init__()
        self.network, self.action = network, action

    def forward(self, inputs):
        return self.action(self.network(inputs))


@pytest.mark.parametrize("action", [lambda out: out + torch.zeros(4), lambda out: out * out.mean().item()])
def test_the_meta_device_detects_a_stray_tensor_and_a_read_value(action):
    with torch.device("meta"):
        gan = MODELS["mlp"]()
    with pytest.raises((RuntimeError, NotImplementedError)):
        meta_step(GAN(gan.generator, Stray(gan.discriminator, action)))


@EACH_MODEL
def test_the_same_config_and_images_give_the_same_bits(model, images):
    images = images[:64]
    config = replace(RECIPES[model], epochs=1, batch_size=32)
    gans = [build_gan(model, 0) for _ in range(2)]
    stats = [list(train(gan, images, config)) for gan in gans]
    assert equal(weights(gans[0]), weights(gans[1]))
    assert stats[0][0].d_loss == stats[1][0].d_loss
    other = build_gan(model, 0)
    list(train(other, images, replace(config, seed=1)))
    assert not equal(weights(gans[0]), weights(other))


def test_the_stats_are_means_over_the_images_of_each_epoch(images):
    """With D and G frozen, an epoch's means are those of the whole data set, whatever the batches."""
    gan = build_gan("mlp", 0)
    with torch.no_grad():
        expected = gan.discriminator(images[:300].unsqueeze(1) / 127.5 - 1).sigmoid().mean().item()
    stats = list(train(gan, images[:300], replace(RECIPES["mlp"], epochs=2, lr=1e-30)))
    assert [row.epoch for row in stats] == [1, 2]
    for row in stats:
        assert row.d_real == pytest.approx(expected, rel=1e-4)
        assert row.images_per_second == pytest.approx(300 / row.seconds)


def test_progress_gets_every_batch(images):
    seen = []

    def progress(batches):
        for batch in batches:
            seen.append(len(batch))
            yield batch

    list(train(build_gan("mlp", 0), images, replace(RECIPES["mlp"], epochs=2), progress=progress))
    assert seen == [128, 128, 64] * 2


def spoil(at, value):
    """A `progress` that sets one pixel of batch number `at`, counted from 1 over all epochs."""
    count = 0

    def progress(batches):
        nonlocal count
        for batch in batches:
            count += 1
            if count == at:
                batch[0, 0, 0, 0] = value
            yield batch

    return progress


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize(("at", "epoch", "step"), [(2, 1, 2), (4, 2, 1)])
def test_a_loss_that_is_not_finite_raises_with_its_first_step_and_yields_no_epoch(images, value, at, epoch, step):
    config = replace(RECIPES["mlp"], epochs=3)
    gan = build_gan("mlp", 0)
    state = init_state(gan, config)
    with pytest.raises(DivergedError, match=f"in step {step} of epoch {epoch}"):
        list(train(gan, images, config, state, spoil(at, value)))
    assert state.epoch == epoch - 1


@pytest.mark.parametrize("value", [math.nan, 70_000.0])  # float16 ends at 65,504
def test_a_last_step_that_spoils_a_weight_raises(images, value):
    """The losses of a step are computed before its updates, so that those of the last step are finite."""
    gan = build_gan("mlp", 0)
    config = replace(RECIPES["mlp"], epochs=1, batch_size=len(images))
    state = init_state(gan, config)
    state.g_optimizer.register_step_post_hook(lambda *_: nn.init.constant_(gan.generator[0].bias, value))
    with pytest.raises(DivergedError, match=r"a weight is inf, NaN or too large .* at the end of epoch 1"):
        next(train(gan, images, config, state))
    assert state.epoch == 0


def test_an_epoch_waits_for_its_device_once(images, monkeypatch):
    """Every read of a tensor's value passes through one of these methods."""
    reads = []
    for name in ("tolist", "item", "__bool__", "__float__", "__int__"):
        read = getattr(torch.Tensor, name)
        monkeypatch.setattr(torch.Tensor, name, lambda *args, read=read: reads.append(read) or read(*args))
    list(train(build_gan("mlp", 0), images, replace(RECIPES["mlp"], epochs=2, batch_size=32)))
    assert len(reads) == 2


@pytest.fixture
def default_cudnn(monkeypatch):
    """cuDNN with PyTorch's default settings. They are restored after the test."""
    for name, default in (("deterministic", False), ("allow_tf32", True)):
        monkeypatch.setattr(torch.backends.cudnn, name, default)
    return torch.backends.cudnn


def test_convolutions_on_cuda_are_deterministic_and_in_float32(default_cudnn, monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: None)
    monkeypatch.setattr(torch, "set_flush_denormal", lambda on: None)
    configure_torch()
    assert (default_cudnn.deterministic, default_cudnn.allow_tf32) == (True, False)


@pytest.mark.usefixtures("default_cudnn")
def test_the_allocator_is_not_configured_on_windows(monkeypatch):
    def refuse(name):
        raise TypeError("LoadLibrary() argument 1 must be str, not None")

    monkeypatch.setattr(torch, "set_flush_denormal", lambda on: None)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        configure_torch()
    with pytest.raises(TypeError):
        configure_torch()
