"""Films of D's push."""

import base64

import numpy as np
import pytest
import torch
from helpers.films import SAVED, frames_of, picture_of, played, scored, tiles_of
from helpers.questions import refusal

from gan.checkpoint import load_snapshot
from gan.classifier import WEIGHTS, classifier, classify, save_classifier
from gan.images import enlarge, grid
from gan.latent import latents, plane
from gan.models import GAN, to_images
from gan.push import FRAMES, LATENT_STEP, PIXEL_STEP, follow_in_pixels, follow_in_z, push_in_pixels, push_in_z, to_unit
from gan.sampling import generate, generate_with_fakes, scores_of, to_eval_float64
from gan.ui import push as draw
from gan.ui import render
from gan.ui.export import draw_animation
from gan.ui.limits import MAX_PUSH
from gan.ui.push import draw_push, draw_pushed
from gan.ui.render import draw_film


def served(root, model, epoch):
    """The networks as the page keeps them."""
    gan = load_snapshot(root / model, epoch)
    return GAN(to_eval_float64(gan.generator), gan.discriminator).eval()


def gradients_of(gan, z):
    return push_in_pixels(gan.discriminator, generate_with_fakes(gan.generator, z)[1])[:, 0]


def bytes_of(gradients, scale):
    """The bytes of gradients, (N, 28, 28), in the sprite."""
    return 128 + np.round(127 * gradients.double().numpy() / scale)


@pytest.mark.parametrize("model", SAVED)
def test_the_push_of_a_grid_is_the_gradient_of_each_digit_in_the_tiles_of_the_film(checkpoints, model):
    arguments = [model, 1, 5, 5]
    push, film = draw_push(checkpoints, "generate", arguments), draw_film(checkpoints, "generate", arguments)
    gan, z = served(checkpoints, model, 1), latents(range(5, 10))
    gradients = gradients_of(gan, z)
    assert push["scale"] == pytest.approx(gradients.abs().max().item(), rel=1e-3)
    expected = grid(bytes_of(gradients, push["scale"]).clip(1, 255).astype(np.uint8), 3).astype(int)
    assert picture_of(push["push"]).shape == frames_of(film)[0].shape
    assert abs(picture_of(push["push"]) - expected).max() <= 1
    assert push["norms"][0] == pytest.approx(gradients.flatten(1).norm(dim=1).tolist(), abs=1e-4)
    in_z = push_in_z(gan, z)[1]
    assert np.array(push["directions"]) == pytest.approx(to_unit(in_z).numpy(), abs=1e-4)
    assert push["z_norms"] == pytest.approx(in_z.norm(dim=1).tolist(), abs=1e-4)
    assert push["run"] == film["run"]


def test_the_push_of_a_progression_has_each_epochs_discriminator_and_one_scale(checkpoints):
    push = draw_push(checkpoints, "progression", ["mlp", 5, 2])
    gradients = torch.stack([gradients_of(served(checkpoints, "mlp", epoch), latents([5, 6])) for epoch in (0, 1, 2)])
    assert push["scale"] == pytest.approx(gradients.abs().max().item(), rel=1e-3)
    tiles = picture_of(push["push"]).reshape(3, 28, 2, 28).swapaxes(1, 2).astype(int)
    assert abs(tiles - bytes_of(gradients, push["scale"])).max() <= 1
    assert np.array(push["norms"]) == pytest.approx(gradients.flatten(2).norm(dim=2).numpy(), abs=1e-4)
    assert push.keys() == {"push", "scale", "norms", "run"}


def test_the_push_of_a_plane_has_a_frame_for_each_digit(checkpoints):
    push = draw_push(checkpoints, "plane", ["mlp", 2, [4, 3, 2, 1]])
    gradients = gradients_of(served(checkpoints, "mlp", 2), plane(latents([4, 3, 2, 1]), 11))
    tiles = picture_of(push["push"]).reshape(121, 28, 28).astype(int)
    assert abs(tiles - bytes_of(gradients, push["scale"])).max() <= 1


def test_the_push_of_a_film_uses_the_digits_that_are_still_cached(checkpoints, monkeypatch):
    draw_film(checkpoints, "progression", ["mlp", 5, 2])
    monkeypatch.setattr(render, "generate_with_fakes", None)
    draw_push(checkpoints, "progression", ["mlp", 5, 2])


def test_a_flat_discriminator_has_a_push_of_zeros(checkpoints, monkeypatch):
    monkeypatch.setattr(draw, "push_in_z", lambda gan, z: (torch.zeros(len(z), 1, 28, 28), torch.zeros(len(z), 100)))
    push = draw_push(checkpoints, "generate", ["mlp", 2, 5, 4])
    assert (picture_of(push["push"]) == 128).all() and push["scale"] == 0
    assert not np.any(push["directions"]) and not np.any(push["norms"])


@pytest.mark.parametrize(("view", "arguments"), [("generate", ["mlp", 2, 0]), ("truncated", ["mlp", 2, 0, 0.5])])
def test_a_push_takes_no_more_digits_than_it_may(checkpoints, view, arguments):
    def numbered(count):
        return [*arguments[:3], count, *arguments[3:]]

    assert len(draw_push(checkpoints, view, numbered(MAX_PUSH))["norms"][0]) == MAX_PUSH
    too_many = numbered(MAX_PUSH + 1)
    assert refusal(draw_push, checkpoints, view, too_many)["values"]["high"] == MAX_PUSH
    assert refusal(draw_pushed, checkpoints, view, too_many, "z")["values"]["high"] == MAX_PUSH


# Films that follow the push


def test_a_film_of_pixels_shows_digits_that_follow_the_push_and_their_predictions(checkpoints, copy, monkeypatch):
    monkeypatch.setattr(render, "is_noise", lambda images: torch.zeros(len(images), dtype=torch.bool))
    save_classifier(copy / WEIGHTS, classifier(0))
    monkeypatch.setattr(draw, "THREADS", 1)
    film = draw_pushed(copy, "generate", ["dcgan", 1, 5, 4], "pixels")
    gan = served(checkpoints, "dcgan", 1)
    fakes = generate_with_fakes(gan.generator, latents(range(5, 9)))[1]
    path = follow_in_pixels(gan.discriminator, fakes).flatten(0, 1)
    assert abs(tiles_of(film).reshape(-1, 28, 28).astype(int) - to_images(path).numpy()).max() <= 1
    scores = scores_of(gan.discriminator, path).view(FRAMES, 4)
    assert np.array(film["scores"]) == pytest.approx(scores.numpy(), abs=1e-4)
    read = torch.tensor(film["labels"]).flatten(0, 1)[:, 0]
    assert (read == classify(classifier(0), to_images(path))[0]).double().mean() > 0.95  # a grey level can decide
    assert film["sizes"] == pytest.approx(np.linspace(0, PIXEL_STEP, FRAMES).tolist())
    (first,) = frames_of(draw_film(checkpoints, "generate", ["dcgan", 1, 5, 4]))
    assert (frames_of(film)[0] == first).all()


def test_a_film_of_z_shows_what_g_draws_of_vectors_that_follow_the_push(checkpoints, monkeypatch):
    monkeypatch.setattr(draw, "THREADS", 1)
    film = draw_pushed(checkpoints, "truncated", ["mlp", 2, 5, 4, 0.5], "z")
    gan = served(checkpoints, "mlp", 2)
    z = follow_in_z(gan, 0.5 * latents(range(5, 9)))
    assert (tiles_of(film).reshape(-1, 28, 28) == generate(gan.generator, z.flatten(0, 1)).numpy()).all()
    assert np.array(film["lengths"]) == pytest.approx(z.norm(dim=2).numpy(), abs=1e-4)
    assert np.array(film["scores"]).flatten() == pytest.approx(scored(gan, z.flatten(0, 1))[1].numpy(), abs=1e-4)
    assert film["sizes"] == pytest.approx(np.linspace(0, LATENT_STEP, FRAMES).tolist())


@pytest.mark.parametrize("target", ["pixels", "z"])
def test_the_scores_rise_along_the_film(checkpoints, target):
    scores = np.array(draw_pushed(checkpoints, "generate", ["dcgan", 1, 5, 9], target)["scores"])
    assert (scores[-1] > scores[0]).all()


def test_an_animation_of_a_pushed_film_has_its_frames(checkpoints):
    arguments = ["generate", ["mlp", 2, 5, 4], "pixels"]
    uri = draw_animation(checkpoints, "webp", "pushed", arguments)["file"]
    frames, _ = played(base64.b64decode(uri.partition(",")[2]), 100)
    assert (frames == enlarge(frames_of(draw_pushed(checkpoints, *arguments)), 280)).all()


def test_only_grids_can_follow_the_push_and_reals_have_none(checkpoints):
    assert refusal(draw_pushed, checkpoints, "plane", ["mlp", 2, [1, 2, 3, 4]], "z")["values"]["name"] == "view"
    assert refusal(draw_push, checkpoints, "reals", ["mlp", 2, 5, 4])["values"]["name"] == "view"
    assert refusal(draw_pushed, checkpoints, "generate", ["mlp", 2, 5, 4], "pixel")["values"]["name"] == "target"
