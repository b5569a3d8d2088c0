"""What the server answers about a drawing: the same as Python, or one clear sentence. Nothing is kept."""

import asyncio
import base64

import numpy as np
import pytest
import torch
from helpers.films import tiles_of
from helpers.questions import refusal
from helpers.writes import recorded_writes

from gan.checkpoint import load_snapshot
from gan.classifier import WEIGHTS, classifier, classify, save_classifier
from gan.datasets.reals import REALS, load_reals
from gan.drawing import to_digit
from gan.inversion import invert, make_inverter
from gan.latent import decode_vector, latents
from gan.models import to_real
from gan.sampling import generate, scores_of
from gan.ui import drawings
from gan.ui.answers import Answers
from gan.ui.drawings import draw_climb, prepare
from gan.ui.endpoints import endpoints
from gan.ui.example import example_drawing
from gan.ui.limits import PICTURE_SIDES
from gan.ui.texts import note

SEVEN = example_drawing()


def picture_of(pixels):
    return base64.b64encode(np.asarray(pixels, np.uint8).tobytes()).decode()


def digit_of(text):
    return torch.from_numpy(to_digit(np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)))


def test_a_drawing_is_prepared_scored_and_read(copy):
    save_classifier(copy / WEIGHTS, classifier(3))
    film, digit = prepare(copy, "mlp", 2, SEVEN), digit_of(SEVEN)[None]
    assert (tiles_of(film)[0] == digit.numpy()).all()
    score = scores_of(load_snapshot(copy / "mlp", 2).discriminator.eval(), to_real(digit))
    assert film["scores"] == [[pytest.approx(score.item(), abs=1e-4)]]
    read, sure = classify(classifier(3), digit)
    assert film["labels"] == [[[read.item(), pytest.approx(sure.item(), abs=1e-4)]]]


def test_the_climb_is_a_film_of_the_vectors_on_the_way(checkpoints):
    film, digit = draw_climb(checkpoints, "mlp", 2, SEVEN), digit_of(SEVEN)
    generator = load_snapshot(checkpoints / "mlp", 2).generator
    climb = invert(make_inverter(generator), digit)
    images = generate(generator, climb.z)
    assert (tiles_of(film)[:, 0] == images.numpy()).all()
    errors = (images.double() - digit.double()).square().mean((1, 2)).sqrt()
    assert film["rmse"] == pytest.approx(errors.tolist(), abs=0.006)
    assert film["z"] == climb.z[-1].tolist() == decode_vector(film["vector"]).tolist()
    assert film["seeds"] == [film["vector"]] and film["steps"] == climb.steps
    assert film["lengths"] == [[pytest.approx(length, abs=1e-4)] for length in climb.z.norm(dim=1).tolist()]
    nearest = generate(generator, latents([film["nearest"]]))[0].double()
    assert film["nearest_rmse"] == pytest.approx((nearest - digit.double()).square().mean().sqrt().item(), abs=0.3)
    assert film["drawing"] == prepare(checkpoints, "mlp", 2, SEVEN)


def test_a_digit_is_found_at_every_epoch(checkpoints):
    for epoch in (0, 1, 2):
        assert draw_climb(checkpoints, "mlp", epoch, SEVEN)["captions"][-1].endswith(f"epoch {epoch}")


def full(side, level=255):
    return picture_of(np.full((side, side), level))


def dot(side):
    pixels = np.zeros((side, side))
    pixels[3:5, 3:5] = 255
    return picture_of(pixels)


@pytest.mark.parametrize(
    ("picture", "key"),
    [
        (full(28, 0), "server.drawing-blank"),
        (full(112), "server.drawing-full"),
        (dot(28), "server.drawing-dot"),
        (full(27), "server.picture"),
        (full(113), "server.picture"),
        (picture_of(np.zeros((28, 29))), "server.picture"),
        ("%" + SEVEN[1:], "server.picture"),
        (SEVEN[:-1], "server.picture"),
        ("ü" * 1000, "server.picture"),
        ("A" * 1_000_000, "server.picture"),
        ("", "server.picture"),
        (7, "server.picture"),
        ([SEVEN], "server.picture"),
    ],
)
def test_what_is_no_drawing_is_refused(checkpoints, picture, key):
    least, most = PICTURE_SIDES
    values = {"name": "picture", "least": least, "most": most} if key == "server.picture" else {}
    for ask in (prepare, draw_climb):
        assert refusal(ask, checkpoints, "mlp", 2, picture) == note(key, **values)


@pytest.mark.parametrize("side", PICTURE_SIDES)
def test_the_smallest_and_the_largest_picture_are_taken(checkpoints, side):
    pixels = np.zeros((side, side))
    pixels[side // 5 : -side // 5, side // 3 : side // 2] = 255
    assert prepare(checkpoints, "mlp", 2, picture_of(pixels))["frames"] == 1


def test_a_digit_upside_down_is_one_more_drawing(checkpoints):
    reals = load_reals(checkpoints / REALS, "test")
    assert draw_climb(checkpoints, "mlp", 2, picture_of(reals.images[0][::-1]))["rmse"]


def test_nothing_of_a_drawing_is_kept_or_written(checkpoints):
    answers = Answers(endpoints(checkpoints), checkpoints)
    with recorded_writes() as written:
        for name in ("prepare", "invert"):
            asyncio.run(answers.ask(name, ["mlp", 2, SEVEN]))
    assert not answers.kept and not answers.jobs and written == []


def test_only_the_generators_that_were_asked_last_are_kept(checkpoints, monkeypatch):
    monkeypatch.setattr(drawings, "MAX_INVERTERS", 2)
    monkeypatch.setattr(drawings, "_inverters", type(drawings._inverters)())
    for epoch in (0, 1, 0, 2):
        draw_climb(checkpoints, "mlp", epoch, SEVEN)
    assert list(drawings._inverters) == [drawings.gan_of(checkpoints, "mlp", epoch)[0] for epoch in (0, 2)]
