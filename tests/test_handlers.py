import base64
import io
import shutil

import gradio as gr
import numpy as np
import pytest
from conftest import SAVED
from PIL import Image

from gan.checkpoint import load_snapshot, snapshot_path
from gan.images import grid
from gan.latent import interpolate, latents
from gan.sampling import generate, generate_scored
from gan.ui.handlers import choices, draw_grid, draw_journey, draw_progression


def frames_of(film):
    """The frames of a film as its player sees them: uint8 (F, rows * 28, columns * 28)."""
    data = base64.b64decode(film["sprite"].partition(",")[2])
    picture = np.asarray(Image.open(io.BytesIO(data)))
    assert picture.shape == (film["frames"] * film["rows"] * 28, film["columns"] * 28)
    assert len(film["captions"]) == len(film["scores"]) == film["frames"]
    return picture.reshape(film["frames"], film["rows"] * 28, film["columns"] * 28)


@pytest.mark.parametrize("model", SAVED)
def test_a_grid_shows_consecutive_seeds_at_one_epoch(checkpoints, model):
    film = draw_grid(checkpoints, model, 1, 5, 6)
    gan = load_snapshot(checkpoints / model, 1)
    images, scores = generate_scored(gan, latents(range(5, 11)))
    (frame,) = frames_of(film)
    assert (frame == grid(images.numpy(), 3)).all()
    assert film["seeds"] == [5, 6, 7, 8, 9, 10]
    assert np.allclose(film["scores"], scores[None], atol=1e-4)


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_a_journey_shows_one_digit_from_seed_to_seed(checkpoints, path):
    film = draw_journey(checkpoints, "mlp", 2, 3, 8, 5, path)
    z = interpolate(*latents([3, 8]), 5, path)
    expected = generate(load_snapshot(checkpoints / "mlp", 2).generator, z).numpy()
    assert (frames_of(film) == expected).all()
    assert film["seeds"] == [3, 8]
    ends = [frames_of(draw_grid(checkpoints, "mlp", 2, seed, 1))[0] for seed in (3, 8)]
    assert (frames_of(film)[[0, -1]] == ends).all()


def test_slerp_and_lerp_take_different_ways(checkpoints):
    films = [draw_journey(checkpoints, "mlp", 2, 3, 8, 5, path) for path in ("slerp", "lerp")]
    assert films[0]["sprite"] != films[1]["sprite"]


@pytest.mark.parametrize("model", SAVED)
def test_a_progression_shows_the_same_seeds_at_every_saved_epoch(checkpoints, model):
    film = draw_progression(checkpoints, model, 2**32 - 1, 2)
    assert film["seeds"] == [2**32 - 1, 0]
    assert film["captions"] == [f"epoch {epoch}" for epoch in SAVED[model]]
    for epoch, frame in zip(SAVED[model], frames_of(film), strict=True):
        gan = load_snapshot(checkpoints / model, epoch)
        assert (frame == grid(generate(gan.generator, latents(film["seeds"])).numpy(), 2)).all()


def test_a_broken_snapshot_is_named_and_the_rest_is_shown(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    snapshot_path(root / "mlp", 1).write_bytes(b"")
    models, saved, notice = choices(root, "mlp")
    assert (models, saved) == (["mlp", "dcgan"], [0, 2])
    assert "epoch-001.safetensors" in notice and "python train.py" in notice
    assert draw_progression(root, "mlp", 0, 1)["captions"] == ["epoch 0", "epoch 2"]
    with pytest.raises(gr.Error, match="epoch-001"):
        draw_grid(root, "mlp", 1, 0, 1)


def test_a_snapshot_that_is_mended_is_seen_at_once(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    path = snapshot_path(root / "mlp", 1)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert choices(root, "mlp")[1] == [0, 2]
    path.write_bytes(whole)
    assert choices(root, "mlp")[1] == [0, 1, 2]


def test_without_checkpoints_the_visitor_is_told_how_to_make_them(tmp_path):
    assert choices(tmp_path / "none", None)[:2] == ([], [])
    assert "python train.py" in choices(tmp_path / "none", None)[2]
    with pytest.raises(gr.Error, match=r"python train\.py"):
        draw_grid(tmp_path / "none", "mlp", 0, 0, 1)


def test_the_controls_offer_what_was_asked_or_the_last_model(checkpoints):
    assert choices(checkpoints, "mlp")[1] == SAVED["mlp"]
    assert choices(checkpoints, None)[1] == choices(checkpoints, ["mlp"])[1] == SAVED["dcgan"]
