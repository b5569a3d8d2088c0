import base64
import io
import shutil

import gradio as gr
import numpy as np
import pytest
import torch
from conftest import SAVED
from PIL import Image

from gan.checkpoint import load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, read_digits, save_classifier
from gan.images import grid
from gan.latent import interpolate, latents, plane
from gan.sampling import generate, generate_scored
from gan.ui.handlers import SIDE, draw_grid, draw_journey, draw_plane, draw_progression


def frames_of(film):
    """The frames of a film as its player sees them: uint8 (F, rows * 28, columns * 28)."""
    data = base64.b64decode(film["sprite"].partition(",")[2])
    picture = np.asarray(Image.open(io.BytesIO(data)))
    assert picture.shape == (film["frames"] * film["rows"] * 28, film["columns"] * 28)
    assert len(film["captions"]) == len(film["scores"]) == film["frames"]
    return picture.reshape(film["frames"], film["rows"] * 28, film["columns"] * 28)


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
    film = draw_grid(checkpoints, model, 1, 5, 6)
    images, scores = generate_scored(load_snapshot(checkpoints / model, 1), latents(range(5, 11)))
    (frame,) = frames_of(film)
    assert (frame == grid(images.numpy(), 3)).all()
    assert film["seeds"] == [5, 6, 7, 8, 9, 10]
    assert np.array(film["scores"]) == rounded(scores[None])
    assert np.array(film["lengths"]) == rounded(latents(range(5, 11)).norm(dim=1)[None])


@pytest.mark.parametrize("share", [0, 0.4, 1])
def test_truncation_scales_the_vectors(checkpoints, share):
    film = draw_grid(checkpoints, "mlp", 2, 5, 4, share)
    z = share * latents(range(5, 9))
    images = generate(load_snapshot(checkpoints / "mlp", 2).generator, z)
    assert (frames_of(film)[0] == grid(images.numpy(), 2)).all()
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[None])


def test_a_grid_without_truncation_is_that_of_truncation_1(checkpoints):
    assert draw_grid(checkpoints, "mlp", 2, 5, 4) == draw_grid(checkpoints, "mlp", 2, 5, 4, 1)


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_a_journey_shows_one_digit_from_seed_to_seed(checkpoints, path):
    film = draw_journey(checkpoints, "mlp", 2, 3, 8, 5, path)
    z = interpolate(*latents([3, 8]), 5, path)
    images, scores = generate_scored(load_snapshot(checkpoints / "mlp", 2), z)
    assert (frames_of(film) == images.numpy()).all()
    assert film["seeds"] == [3, 8]
    assert np.array(film["scores"]) == rounded(scores[:, None])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[:, None])
    ends = [frames_of(draw_grid(checkpoints, "mlp", 2, seed, 1))[0] for seed in (3, 8)]
    assert (frames_of(film)[[0, -1]] == ends).all()


def test_a_journey_tells_how_long_the_vectors_are_on_both_paths(checkpoints):
    paths = draw_journey(checkpoints, "mlp", 2, 3, 8, 9, "lerp")["paths"]
    start, end = latents([3, 8]).double()
    straight = torch.stack([(1 - t) * start + t * end for t in torch.linspace(0, 1, 9)])
    assert paths.keys() == {"slerp", "lerp"}
    assert paths["lerp"] == pytest.approx(straight.norm(dim=1).tolist(), rel=1e-6)
    assert paths["slerp"] == pytest.approx(interpolate(start, end, 9, "slerp").norm(dim=1).tolist(), rel=1e-6)
    assert min(paths["lerp"]) < min(paths["slerp"])


@pytest.mark.parametrize("model", SAVED)
def test_a_progression_shows_the_same_seeds_at_every_saved_epoch(checkpoints, model):
    film = draw_progression(checkpoints, model, 2**32 - 1, 2)
    assert film["seeds"] == [2**32 - 1, 0]
    assert film["captions"] == [f"epoch {epoch}" for epoch in SAVED[model]]
    z = latents(film["seeds"])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[None])
    for epoch, frame, row in zip(SAVED[model], frames_of(film), film["scores"], strict=True):
        images, scores = generate_scored(load_snapshot(checkpoints / model, epoch), z)
        assert (frame == grid(images.numpy(), 2)).all()
        assert np.array(row) == rounded(scores)


@pytest.mark.parametrize("model", SAVED)
def test_a_plane_shows_a_digit_at_every_place_between_four_seeds(checkpoints, model):
    film = draw_plane(checkpoints, model, 1, [4, 3, 2, 1])
    z = plane(latents([4, 3, 2, 1]), SIDE)
    images, scores = generate_scored(load_snapshot(checkpoints / model, 1), z)
    assert (frames_of(film) == images.numpy()).all()
    assert film["seeds"] == [4, 3, 2, 1]
    assert np.array(film["scores"]) == rounded(scores[:, None])
    assert np.array(film["lengths"]) == rounded(z.norm(dim=1)[:, None])


@pytest.mark.parametrize(
    ("draw", "arguments"),
    [
        (draw_grid, ["mlp", 2, 5, 6]),
        (draw_journey, ["mlp", 2, 3, 8, 5, "slerp"]),
        (draw_progression, ["mlp", 5, 6]),
        (draw_plane, ["mlp", 2, [4, 3, 2, 1]]),
    ],
)
def test_every_digit_has_a_label_where_there_is_a_classifier(checkpoints, reading, draw, arguments):
    film, silent = draw(reading, *arguments), draw(checkpoints, *arguments)
    assert "labels" not in silent
    assert silent | {"labels": film["labels"]} == film
    tiles = frames_of(film).reshape(film["frames"], film["rows"], 28, film["columns"], 28).swapaxes(2, 3)
    tiles = torch.from_numpy(tiles.reshape(-1, 28, 28).copy())
    digits, confidence = read_digits(classifier(0), tiles)
    labels = np.array(film["labels"])  # (F, N, 2)
    assert (labels[..., 0].flatten() == digits.numpy()).all()
    assert labels[..., 1].flatten() == rounded(confidence)


WRONG = [
    *((draw_grid, ["mlp", 2, 5, 4, 1], place, value) for place in range(5) for value in (None, -1, "2", [1])),
    *((draw_grid, ["mlp", 2, 5, 4, 1], *wrong) for wrong in [(1, 3), (3, 0), (3, 101), (4, 1.01), (4, float("nan"))]),
    *((draw_journey, ["mlp", 2, 3, 8, 5, "slerp"], place, value) for place in range(6) for value in (None, -1, [1])),
    *((draw_journey, ["mlp", 2, 3, 8, 5, "slerp"], *wrong) for wrong in [(3, 2**32), (4, 1), (4, 121), (5, "arc")]),
    *((draw_progression, ["mlp", 5, 4], place, value) for place in range(3) for value in (None, -1, 37.0, [1])),
    *((draw_progression, ["mlp", 5, 4], 2, value) for value in (0, 37)),
    *((draw_plane, ["mlp", 2, [4, 3, 2, 1]], place, value) for place in range(3) for value in (None, -1, [1])),
    *((draw_plane, ["mlp", 2, [4, 3, 2, 1]], 2, [4, 3, 2, seed]) for seed in (-1, 2**32, True, 1.0, "1", None, [1])),
]


@pytest.mark.parametrize(("draw", "arguments", "place", "value"), WRONG)
def test_a_wrong_value_is_refused(checkpoints, draw, arguments, place, value):
    with pytest.raises(gr.Error, match="must be"):
        draw(checkpoints, *arguments[:place], value, *arguments[place + 1 :])


def test_the_most_that_is_allowed_is_drawn(checkpoints):
    assert len(draw_grid(checkpoints, "mlp", 2, 0, 100)["seeds"]) == 100
    assert draw_journey(checkpoints, "mlp", 2, 0, 2**32 - 1, 120, "slerp")["frames"] == 120
    assert len(draw_progression(checkpoints, "mlp", 0, 36)["seeds"]) == 36


def test_a_broken_snapshot_is_passed_over_and_refused_by_name(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    snapshot_path(root / "mlp", 1).write_bytes(b"")
    assert draw_progression(root, "mlp", 0, 1)["captions"] == ["epoch 0", "epoch 2"]
    with pytest.raises(gr.Error, match="epoch-001"):
        draw_grid(root, "mlp", 1, 0, 1)


def test_a_run_of_broken_snapshots_tells_how_to_make_new_ones(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    for epoch in SAVED["mlp"]:
        snapshot_path(root / "mlp", epoch).write_bytes(b"")
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw_progression(root, "mlp", 0, 1)


@pytest.mark.parametrize(
    ("draw", "arguments"),
    [
        (draw_grid, ["mlp", 0, 0, 1]),
        (draw_journey, ["mlp", 0, 0, 1, 2, "slerp"]),
        (draw_progression, ["mlp", 0, 1]),
        (draw_plane, ["mlp", 0, [0, 1, 2, 3]]),
    ],
)
def test_without_checkpoints_the_visitor_is_told_how_to_make_them(tmp_path, draw, arguments):
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw(tmp_path / "none", *arguments)
