import shutil

import gradio as gr
import numpy as np
import pytest
import torch
from helpers.films import SAVED, frames_of, scored

from gan.checkpoint import load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, classify, save_classifier
from gan.images import grid
from gan.latent import interpolate, latents, plane
from gan.sampling import generate
from gan.ui import render as handlers
from gan.ui.render import draw_film, draw_pictures, draw_predictions
from gan.ui.scenes import SIDE


def rounded(tensor):
    """What a film holds of some numbers: four digits behind the point."""
    return pytest.approx(tensor.double().numpy(), abs=0.51e-4)


@pytest.fixture(scope="module")
def reading(tmp_path_factory, checkpoints):
    """The checkpoints, and an untrained classifier beside them."""
    root = shutil.copytree(checkpoints, tmp_path_factory.mktemp("reading") / "checkpoints")
    save_classifier(root / WEIGHTS, classifier(0))
    return root


@pytest.mark.parametrize("model", SAVED)
def test_a_grid_shows_consecutive_seeds_at_one_epoch(checkpoints, model):
    film = draw_film(checkpoints, "generate", [model, 1, 5, 6])
    images, scores = scored(load_snapshot(checkpoints / model, 1), latents(range(5, 11)))
    (frame,) = frames_of(film)
    assert (frame == grid(images.numpy(), 3)).all()
    assert film["seeds"] == [5, 6, 7, 8, 9, 10]
    assert np.array(film["scores"]) == rounded(scores[None])
    assert np.array(film["lengths"]) == rounded(latents(range(5, 11)).norm(dim=1)[None])


@pytest.mark.parametrize("share", [0, 0.4, 1])
def test_truncation_scales_the_vectors(checkpoints, share):
    film = draw_film(checkpoints, "truncated", ["mlp", 2, 5, 4, share])
    z = share * latents(range(5, 9))
    images = generate(load_snapshot(checkpoints / "mlp", 2).generator, z)
    assert (frames_of(film)[0] == grid(images.numpy(), 2)).all()
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[None])


def test_a_grid_without_truncation_is_that_of_truncation_1(checkpoints):
    whole = draw_film(checkpoints, "generate", ["mlp", 2, 5, 4])
    assert whole == draw_film(checkpoints, "truncated", ["mlp", 2, 5, 4, 1])


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_a_journey_shows_one_digit_from_seed_to_seed(checkpoints, path):
    film = draw_film(checkpoints, "interpolate", ["mlp", 2, 3, 8, 5, path])
    z = interpolate(*latents([3, 8]), 5, path)
    images, scores = scored(load_snapshot(checkpoints / "mlp", 2), z)
    assert (frames_of(film) == images.numpy()).all()
    assert film["seeds"] == [3, 8]
    assert np.array(film["scores"]) == rounded(scores[:, None])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[:, None])
    ends = [frames_of(draw_film(checkpoints, "generate", ["mlp", 2, seed, 1]))[0] for seed in (3, 8)]
    assert (frames_of(film)[[0, -1]] == ends).all()


def test_a_journey_tells_how_long_the_vectors_are_on_both_paths(checkpoints):
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
def test_a_plane_shows_a_digit_at_every_place_between_four_seeds(checkpoints, model):
    film = draw_film(checkpoints, "plane", [model, 1, [4, 3, 2, 1]])
    z = plane(latents([4, 3, 2, 1]), SIDE)
    images, scores = scored(load_snapshot(checkpoints / model, 1), z)
    assert (frames_of(film) == images.numpy()).all()
    assert film["seeds"] == [4, 3, 2, 1]
    assert np.array(film["scores"]) == rounded(scores[:, None])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[:, None])


@pytest.mark.parametrize(
    ("view", "arguments"),
    [
        ("generate", ["mlp", 2, 5, 6]),
        ("interpolate", ["mlp", 2, 3, 8, 5, "slerp"]),
        ("progression", ["mlp", 5, 6]),
        ("plane", ["mlp", 2, [4, 3, 2, 1]]),
    ],
)
def test_every_digit_has_a_label_where_there_is_a_classifier(checkpoints, reading, view, arguments):
    film, silent = (draw_film(root, view, arguments) for root in (reading, checkpoints))
    assert "labels" not in silent
    assert silent | {"labels": film["labels"]} == film
    tiles = frames_of(film).reshape(film["frames"], film["rows"], 28, film["columns"], 28).swapaxes(2, 3)
    tiles = torch.from_numpy(tiles.reshape(-1, 28, 28).copy())
    digits, confidence = classify(classifier(0), tiles)
    labels = np.array(film["labels"])  # (F, N, 2)
    assert (labels[..., 0].flatten() == digits.numpy()).all()
    assert labels[..., 1].flatten() == rounded(confidence)


WRONG = [
    *(("truncated", ["mlp", 2, 5, 4, 1], place, value) for place in range(5) for value in (None, -1, "2", [1])),
    *(("truncated", ["mlp", 2, 5, 4, 1], *wrong) for wrong in [(1, 3), (3, 0), (3, 101), (4, 1.01), (4, float("nan"))]),
    *(("interpolate", ["mlp", 2, 3, 8, 5, "slerp"], place, value) for place in range(6) for value in (None, -1, [1])),
    *(("interpolate", ["mlp", 2, 3, 8, 5, "slerp"], *wrong) for wrong in [(3, 2**32), (4, 1), (4, 121), (5, "arc")]),
    *(("progression", ["mlp", 5, 4], place, value) for place in range(3) for value in (None, -1, 37.0, [1])),
    *(("progression", ["mlp", 5, 4], 2, value) for value in (0, 37)),
    *(("plane", ["mlp", 2, [4, 3, 2, 1]], place, value) for place in range(3) for value in (None, -1, [1])),
    *(("plane", ["mlp", 2, [4, 3, 2, 1]], 2, [4, 3, 2, seed]) for seed in (-1, 2**32, True, 1.0, "1", None, [1])),
]


@pytest.mark.parametrize(("view", "arguments", "place", "value"), WRONG)
def test_a_wrong_value_is_refused(checkpoints, view, arguments, place, value):
    with pytest.raises(gr.Error, match="must be"):
        draw_film(checkpoints, view, [*arguments[:place], value, *arguments[place + 1 :]])


@pytest.mark.parametrize(("view", "arguments"), [("generate", ["mlp", 2, 5, 6]), ("progression", ["dcgan", 5, 6])])
def test_what_was_drawn_is_not_drawn_again_to_be_judged(reading, monkeypatch, view, arguments):
    whole = draw_film(reading, view, arguments)
    handlers._drawn_by.cache_clear()
    pictures = draw_pictures(reading, view, arguments)
    monkeypatch.setattr(handlers, "generate_with_fakes", None)
    assert pictures | draw_predictions(reading, view, arguments) == whole


def test_the_most_that_is_allowed_is_drawn(checkpoints):
    assert len(draw_film(checkpoints, "generate", ["mlp", 2, 0, 100])["seeds"]) == 100
    assert draw_film(checkpoints, "interpolate", ["mlp", 2, 0, 2**32 - 1, 120, "slerp"])["frames"] == 120
    assert len(draw_film(checkpoints, "progression", ["mlp", 0, 36])["seeds"]) == 36


def test_a_broken_snapshot_is_passed_over_and_refused_by_name(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    snapshot_path(root / "mlp", 1).write_bytes(b"")
    assert draw_film(root, "progression", ["mlp", 0, 1])["captions"] == ["epoch 0", "epoch 2"]
    with pytest.raises(gr.Error, match="epoch-001"):
        draw_film(root, "generate", ["mlp", 1, 0, 1])


def test_a_run_of_broken_snapshots_tells_how_to_make_new_ones(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    for epoch in SAVED["mlp"]:
        snapshot_path(root / "mlp", epoch).write_bytes(b"")
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw_film(root, "progression", ["mlp", 0, 1])


@pytest.mark.parametrize(
    ("view", "arguments"),
    [
        ("generate", ["mlp", 0, 0, 1]),
        ("interpolate", ["mlp", 0, 0, 1, 2, "slerp"]),
        ("progression", ["mlp", 0, 1]),
        ("plane", ["mlp", 0, [0, 1, 2, 3]]),
    ],
)
def test_without_checkpoints_the_visitor_is_told_how_to_make_them(tmp_path, view, arguments):
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw_film(tmp_path / "none", view, arguments)
