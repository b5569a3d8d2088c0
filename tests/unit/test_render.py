import json
import re
import shutil

import gradio as gr
import numpy as np
import pytest
import torch
from helpers.films import SAVED, frames_of, scored, tiles_of
from helpers.questions import FILMS, VALID

from gan.checkpoint import load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, classify, save_classifier
from gan.images import grid
from gan.latent import interpolate, latents, plane
from gan.sampling import generate, generate_with_fakes
from gan.ui import render
from gan.ui.render import draw_film, draw_frames, draw_pictures, draw_predictions
from gan.ui.scenes import MAX_DIGITS, MAX_FRAMES, MAX_PROGRESSION_DIGITS, SIDE, scene_of


def rounded(tensor):
    """The numbers of a film that come from a tensor: rounded to four decimals."""
    return pytest.approx(tensor.double().numpy(), abs=0.51e-4)


@pytest.fixture(scope="module")
def with_classifier(tmp_path_factory, checkpoints):
    """The checkpoints, with an untrained classifier beside them."""
    root = shutil.copytree(checkpoints, tmp_path_factory.mktemp("with_classifier") / "checkpoints")
    save_classifier(root / WEIGHTS, classifier(0))
    return root


# Scenes


@pytest.mark.parametrize("model", SAVED)
def test_a_grid_shows_consecutive_seeds_at_one_epoch(checkpoints, model):
    film = draw_film(checkpoints, "generate", [model, 1, 5, 5])
    images, scores = scored(load_snapshot(checkpoints / model, 1), latents(range(5, 10)))
    (frame,) = frames_of(film)
    assert (film["columns"], film["rows"]) == (3, 2)  # the last row has an empty tile
    assert (frame == grid(images.numpy(), 3)).all()
    assert film["seeds"] == [5, 6, 7, 8, 9]
    assert np.array(film["scores"]) == rounded(scores[None])
    assert np.array(film["lengths"]) == rounded(latents(range(5, 10)).norm(dim=1)[None])


@pytest.mark.parametrize("truncation", [0, 0.4, 1])
def test_truncation_scales_the_latent_vectors(checkpoints, truncation):
    film = draw_film(checkpoints, "truncated", ["mlp", 2, 5, 4, truncation])
    z = truncation * latents(range(5, 9))
    images = generate(load_snapshot(checkpoints / "mlp", 2).generator, z)
    assert (frames_of(film)[0] == grid(images.numpy(), 2)).all()
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[None])


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_an_interpolation_shows_one_digit_from_seed_to_seed(checkpoints, path):
    film = draw_film(checkpoints, "interpolate", ["mlp", 2, 3, 8, 5, path])
    z = interpolate(*latents([3, 8]), 5, path)
    images, scores = scored(load_snapshot(checkpoints / "mlp", 2), z)
    assert (frames_of(film) == images.numpy()).all()
    assert film["seeds"] == [3, 8]
    assert np.array(film["scores"]) == rounded(scores[:, None])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[:, None])
    ends = [frames_of(draw_film(checkpoints, "generate", ["mlp", 2, seed, 1]))[0] for seed in (3, 8)]
    assert (frames_of(film)[[0, -1]] == ends).all()


def test_an_interpolation_has_the_lengths_of_the_vectors_on_both_paths(checkpoints):
    paths = draw_film(checkpoints, "interpolate", ["mlp", 2, 3, 8, 9, "lerp"])["paths"]
    start, end = latents([3, 8]).double()
    straight = torch.stack([(1 - t) * start + t * end for t in torch.linspace(0, 1, 9)])
    assert paths.keys() == {"slerp", "lerp"}
    assert paths["lerp"] == pytest.approx(straight.norm(dim=1).tolist(), rel=1e-6)
    assert paths["slerp"] == pytest.approx(interpolate(start, end, 9, "slerp").norm(dim=1).tolist(), rel=1e-6)
    assert min(paths["lerp"]) < min(paths["slerp"])


@pytest.mark.parametrize("model", SAVED)
def test_a_progression_shows_the_same_seeds_at_every_saved_epoch(checkpoints, model):
    film = draw_film(checkpoints, "progression", [model, 2**32 - 1, 2])
    assert film["seeds"] == [2**32 - 1, 0]
    assert film["captions"] == [f"epoch {epoch}" for epoch in SAVED[model]]
    z = latents(film["seeds"])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[None])
    for epoch, frame, row in zip(SAVED[model], frames_of(film), film["scores"], strict=True):
        images, scores = scored(load_snapshot(checkpoints / model, epoch), z)
        assert (frame == grid(images.numpy(), 2)).all()
        assert np.array(row) == rounded(scores)


@pytest.mark.parametrize("model", SAVED)
def test_a_plane_shows_a_digit_at_every_position_between_four_seeds(checkpoints, model):
    film = draw_film(checkpoints, "plane", [model, 1, [4, 3, 2, 1]])
    z = plane(latents([4, 3, 2, 1]), SIDE)
    images, scores = scored(load_snapshot(checkpoints / model, 1), z)
    assert (frames_of(film) == images.numpy()).all()
    assert film["seeds"] == [4, 3, 2, 1]
    assert np.array(film["scores"]) == rounded(scores[:, None])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[:, None])


def test_the_largest_films_are_drawn(checkpoints):
    assert len(draw_film(checkpoints, "generate", ["mlp", 2, 0, MAX_DIGITS])["seeds"]) == 100
    assert draw_film(checkpoints, "interpolate", ["mlp", 2, 0, 2**32 - 1, MAX_FRAMES, "slerp"])["frames"] == 120
    assert len(draw_film(checkpoints, "progression", ["mlp", 0, MAX_PROGRESSION_DIGITS])["seeds"]) == 36


# The form of a film


@pytest.mark.parametrize("view", FILMS)
def test_every_digit_has_a_label_if_there_is_a_classifier(checkpoints, with_classifier, monkeypatch, view):
    monkeypatch.setattr(render, "is_noise", lambda images: torch.zeros(len(images), dtype=torch.bool))
    film, unlabelled = (draw_film(root, view, VALID[view]) for root in (with_classifier, checkpoints))
    assert "labels" not in unlabelled
    assert unlabelled | {"labels": film["labels"]} == film
    digits, confidence = classify(classifier(0), torch.tensor(tiles_of(film).reshape(-1, 28, 28)))
    labels = np.array(film["labels"])  # (F, N, 2)
    assert (labels[..., 0].flatten() == digits.numpy()).all()
    assert type(film["labels"][0][0][0]) is int
    assert labels[..., 1].flatten() == rounded(confidence)


def test_noise_has_no_label(with_classifier):
    assert draw_film(with_classifier, "generate", ["mlp", 0, 0, 3])["labels"] == [[None] * 3]


@pytest.mark.parametrize("view", FILMS)
def test_the_numbers_of_a_film_have_at_most_four_decimals(with_classifier, monkeypatch, view):
    monkeypatch.setattr(render, "is_noise", lambda images: torch.zeros(len(images), dtype=torch.bool))
    film = draw_film(with_classifier, view, VALID[view])
    numbers = json.dumps([film["scores"], film["labels"], film.get("lengths")])
    assert max(len(decimals) for decimals in re.findall(r"\.(\d+)", numbers)) == 4


@pytest.mark.parametrize("view", FILMS)
def test_frames_are_the_pictures_of_a_film(checkpoints, view):
    frames = draw_frames(scene_of(checkpoints, view, VALID[view]))
    assert frames.dtype == np.uint8
    assert (frames == frames_of(draw_film(checkpoints, view, VALID[view]))).all()


@pytest.mark.parametrize("view", FILMS)
def test_the_pictures_are_not_drawn_again_for_the_predictions(with_classifier, monkeypatch, view):
    film = draw_film(with_classifier, view, VALID[view])
    render._drawn.clear()
    pictures = draw_pictures(with_classifier, view, VALID[view])
    monkeypatch.setattr(render, "generate_with_fakes", None)
    assert pictures | draw_predictions(with_classifier, view, VALID[view]) == film


def test_the_drawings_kept_are_bounded_in_bytes_and_the_least_used_go_first(checkpoints, monkeypatch):
    size = 4 * 28 * 28 * (1 + 4)  # four digits: a byte for each pixel of the image, four for the fake
    monkeypatch.setattr(render, "MAX_DRAWN_BYTES", 2 * size)
    render._drawn.clear()
    drawn = []
    monkeypatch.setattr(render, "generate_with_fakes", lambda *z: drawn.append(1) or generate_with_fakes(*z))
    monkeypatch.setattr(render, "THREADS", 1)
    counts = []
    for seed in (5, 6, 5, 7, 5, 6):
        draw_pictures(checkpoints, "generate", ["mlp", 2, seed, 4])
        counts.append(len(drawn))
    assert counts == [1, 2, 2, 3, 3, 4]


@pytest.mark.parametrize("view", FILMS)
def test_a_film_does_not_depend_on_the_number_of_threads(with_classifier, monkeypatch, view):
    films = []
    for threads in (1, 3):
        monkeypatch.setattr(render, "THREADS", threads)
        render._drawn.clear()
        films.append(draw_film(with_classifier, view, VALID[view]))
    assert films[0] == films[1]


# Missing and damaged snapshots


def test_a_progression_leaves_out_a_damaged_snapshot(copy):
    snapshot_path(copy / "mlp", 1).write_bytes(b"")
    assert draw_film(copy, "progression", ["mlp", 0, 1])["captions"] == ["epoch 0", "epoch 2"]


def test_a_damaged_snapshot_is_an_error_that_names_it(copy):
    snapshot_path(copy / "mlp", 1).write_bytes(b"")
    with pytest.raises(gr.Error, match="epoch-001"):
        draw_film(copy, "generate", ["mlp", 1, 0, 1])


def test_a_run_with_only_damaged_snapshots_is_an_error_that_names_the_command(copy):
    for epoch in SAVED["mlp"]:
        snapshot_path(copy / "mlp", epoch).write_bytes(b"")
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw_film(copy, "progression", ["mlp", 0, 1])


@pytest.mark.parametrize("view", FILMS)
def test_no_checkpoints_is_an_error_that_names_the_command(tmp_path, view):
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw_film(tmp_path / "none", view, VALID[view])
