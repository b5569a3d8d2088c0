import io

import numpy as np
import pytest
from helpers.films import SAVED, played
from PIL import Image

from gan.checkpoint import load_snapshot
from gan.images import grid
from gan.latent import latents
from gan.publish.pictures import CAPTION_HEIGHT, FILM, FPS, GAP, HOLD_FRAMES, draw_caption, draw_pictures
from gan.sampling import generate


def square(root, model, epoch, count):
    """The digits of the seeds 0 to count - 1 in a square."""
    tiles = generate(load_snapshot(root / model, epoch).generator, latents(range(count))).numpy()
    return grid(tiles, round(count**0.5))


@pytest.fixture(scope="module")
def root(tmp_path_factory, checkpoints):
    """A folder of runs with their pictures."""
    root = tmp_path_factory.mktemp("pictures")
    for model in SAVED:
        (root / model).symlink_to(checkpoints / model)
    draw_pictures(root)
    return root


def test_a_runs_picture_shows_its_last_epoch(root):
    for model, saved in SAVED.items():
        with Image.open(root / f"{model}.png") as picture:
            assert (np.asarray(picture) == square(root, model, saved[-1], 64)).all()


def test_the_film_shows_the_runs_side_by_side_at_every_saved_epoch(root):
    frames, loops = played((root / FILM).read_bytes(), 1000 // FPS)
    assert loops == 0  # plays for ever
    shown = [{"mlp": 0, "dcgan": 0}, {"mlp": 1, "dcgan": 1}, {"mlp": 2, "dcgan": 1}]
    shown += shown[-1:] * HOLD_FRAMES
    assert len(frames) == len(shown)
    for frame, epochs in zip(frames, shown, strict=True):
        left = 0
        for model, epoch in epochs.items():
            digits = square(root, model, epoch, 16).repeat(2, 0).repeat(2, 1)
            part = frame[:, left : left + digits.shape[1]]
            assert (part[CAPTION_HEIGHT:] == digits).all()
            assert (part[:CAPTION_HEIGHT] == draw_caption(f"{model}, epoch {epoch}", digits.shape[1])).all()
            left += digits.shape[1] + GAP
            assert not frame[:, left - GAP : left].any()
        assert frame.shape[1] == left - GAP


def test_a_caption_fits_its_line_and_depends_on_its_text():
    caption, other = draw_caption("mlp, epoch 1", 224), draw_caption("mlp, epoch 2", 224)
    assert caption.shape == (CAPTION_HEIGHT, 224) and caption.dtype == np.uint8
    border = np.concatenate([caption[0], caption[-1], caption[:, 0], caption[:, -1]])
    assert caption.max() == 255 and not border.any()
    assert (caption != other).any()


def test_a_folder_without_runs_gets_no_pictures(tmp_path):
    draw_pictures(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_film_of_one_run_shows_that_run_only(tmp_path, checkpoints):
    (tmp_path / "dcgan").symlink_to(checkpoints / "dcgan")
    draw_pictures(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"dcgan", "dcgan.png", FILM}
    with Image.open(io.BytesIO((tmp_path / FILM).read_bytes())) as film:
        assert film.size == (4 * 28 * 2, CAPTION_HEIGHT + 4 * 28 * 2)
