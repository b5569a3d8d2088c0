"""Which images are noise: none of the drawings, and everything that an untrained generator draws."""

import numpy as np
import torch
from helpers.digits import TEST, draw_digits
from helpers.gans import EACH_COMMITTED_MODEL
from helpers.serving import ROOT

from gan.checkpoint import epochs, load_snapshot
from gan.latent import latents
from gan.noise import is_noise
from gan.sampling import generate


def shaded(seed):
    """A garment as in FashionMNIST: a large grey shape with folds, on black."""
    y, x = np.mgrid[:28, :28]
    random = np.random.RandomState(seed)
    folds = 150 + 40 * np.sin(x / random.uniform(1.5, 4) + y / 5) + random.normal(0, 5, (28, 28))
    shape = (abs(x - 13.5) < random.uniform(6, 11)) & (abs(y - 13.5) < 12)
    return np.where(shape, folds, 0).astype(np.uint8)


def images(*arrays):
    return torch.from_numpy(np.stack(arrays))


def test_no_drawing_is_noise_whatever_its_brightness():
    digits = draw_digits(TEST, 1)[0]
    for drawings in (images(*digits), images(*digits // 3), 255 - images(*digits), images(*map(shaded, range(TEST)))):
        assert not is_noise(drawings).any()


@EACH_COMMITTED_MODEL
def test_everything_that_an_untrained_generator_draws_is_noise(model):
    run = ROOT / "checkpoints" / model
    assert is_noise(generate(load_snapshot(run, 0).generator, latents(range(64)))).all()
    trained = generate(load_snapshot(run, epochs(run)[-1]).generator, latents(range(64)))
    assert is_noise(trained).double().mean() < 0.05


def test_the_dots_that_very_short_vectors_give_are_noise():
    run = ROOT / "checkpoints" / "dcgan"
    assert is_noise(generate(load_snapshot(run, epochs(run)[-1]).generator, 0.05 * latents(range(64)))).all()


def test_uniform_noise_a_blur_and_an_empty_image_are_noise():
    y, x = np.mgrid[:28, :28]
    noise = np.random.RandomState(0).randint(0, 256, (28, 28))
    blur = 200 * np.exp(-((x - 14) ** 2 + (y - 14) ** 2) / 60)
    assert is_noise(images(*(array.astype(np.uint8) for array in (noise, blur, np.zeros((28, 28)))))).all()
