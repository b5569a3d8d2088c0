"""The file of the distances of real test images: used for its own images, and for no others."""

import shutil
import struct
from pathlib import Path

import pytest
import torch
from helpers.digits import draw_digits
from helpers.films import REAL_COUNTS
from helpers.hostile import FILES
from helpers.runs import flip

from gan import real_distances
from gan.datasets.reals import REALS, load_reals, save_reals
from gan.errors import DataError
from gan.nearest import nearest
from gan.real_distances import DISTANCES, MAX_BYTES, load_distances, save_distances
from gan.store.tensorfile import encode, read_tensors

COMMITTED = Path(__file__).parents[2] / "checkpoints" / REALS


@pytest.fixture
def folder(copy):
    """The real digits of the checkpoints with their file of distances, to damage."""
    return copy / REALS


def brute_force(folder):
    """All distances of test digits to training digits, and the least of each row, in ascending order."""
    test, train = (torch.from_numpy(load_reals(folder, part).images).flatten(1).double() for part in ("test", "train"))
    return torch.cdist(test, train).min(1).values.sort().values


def header_of(folder):
    return {part: load_reals(folder, part).sha256 for part in ("train", "test")}


def test_the_distances_are_the_least_of_all_in_ascending_order(folder):
    (folder / DISTANCES).unlink()
    distances = load_distances(folder)
    assert distances.dtype == torch.float64 and len(distances) == REAL_COUNTS["test"]
    assert torch.allclose(distances, brute_force(folder))


def test_a_file_that_belongs_to_the_images_is_used(folder):
    known = torch.arange(REAL_COUNTS["test"], 0, -1, dtype=torch.float64)
    (folder / DISTANCES).write_bytes(encode({"distances": known}, header_of(folder)))
    assert load_distances(folder).equal(known.flip(0))


def test_the_file_that_a_training_writes_is_used(folder, monkeypatch):
    (folder / DISTANCES).unlink()
    save_distances(folder)
    monkeypatch.setattr(real_distances, "nearest", None)
    assert torch.allclose(load_distances(folder), brute_force(folder))


def rewrite(path, **tensors):
    """Replace the tensors of the file, with the header of the same images and a valid checksum."""
    path.write_bytes(encode(tensors, header_of(path.parent)))


DAMAGE = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-8]),
    "a changed bit": lambda path: flip(path, 8 * (path.stat().st_size - 20)),
    "too large": lambda path: path.write_bytes(path.read_bytes() + bytes(MAX_BYTES)),
    "without distances": lambda path: rewrite(path, others=torch.zeros(REAL_COUNTS["test"], dtype=torch.float64)),
    "of some of the images": lambda path: rewrite(path, distances=torch.zeros(3, dtype=torch.float64)),
    "of another type": lambda path: rewrite(path, distances=torch.zeros(REAL_COUNTS["test"])),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "of other training images": lambda path: save_reals(path.parent, "train", *draw_digits(200, 7)),
    "of other test images": lambda path: save_reals(path.parent, "test", *draw_digits(60, 7)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_the_distances_are_computed_if_the_file_cannot_be_used(folder, damage):
    damage(folder / DISTANCES)
    assert torch.allclose(load_distances(folder), brute_force(folder))


@pytest.mark.parametrize("name", [name for name in DAMAGE if name != "a folder"])
def test_the_next_training_replaces_a_file_that_cannot_be_used(folder, name):
    DAMAGE[name](folder / DISTANCES)
    save_distances(folder)
    tensors, header = read_tensors(folder / DISTANCES, MAX_BYTES)
    assert header == header_of(folder)
    assert torch.allclose(tensors["distances"].sort().values, brute_force(folder))


def test_a_file_that_lies_about_its_size_is_replaced(folder):
    for header, length, size in FILES:
        with open(folder / DISTANCES, "wb") as file:
            file.write(struct.pack("<Q", length) + header)
            file.truncate(8 + len(header) + size)
        save_distances(folder)
        assert read_tensors(folder / DISTANCES, MAX_BYTES)[1] == header_of(folder)


def test_a_file_of_the_same_images_is_not_written_again(folder):
    before = (folder / DISTANCES).stat().st_mtime_ns
    save_distances(folder)
    assert (folder / DISTANCES).stat().st_mtime_ns == before


def test_without_test_images_the_file_is_deleted_and_there_are_no_distances(folder):
    (folder / "test-0.png").unlink()
    for _ in range(2):
        save_distances(folder)
        assert not (folder / DISTANCES).exists()
    with pytest.raises(DataError, match="has no real images"):
        load_distances(folder)


def test_other_images_at_the_same_place_have_other_distances(folder):
    before = load_distances(folder)
    shutil.copy(folder / "train-0.png", folder / "test-0.png")  # every test digit is a copy
    assert before.min() > 0 and load_distances(folder).tolist() == [0] * REAL_COUNTS["train"]


def test_the_committed_file_belongs_to_the_committed_sprites():
    tensors, header = read_tensors(COMMITTED / DISTANCES, MAX_BYTES)
    assert header == header_of(COMMITTED)
    test, train = (torch.from_numpy(load_reals(COMMITTED, part).images) for part in ("test", "train"))
    assert len(tensors["distances"]) == len(test)
    assert torch.allclose(tensors["distances"][:50], nearest(test[:50], train)[1])
