"""Images of MNIST from its files, and batches of them."""

import errno
import gzip
import hashlib
import http.server
import shutil
import struct
import threading
import urllib.request
from functools import partial
from http.client import IncompleteRead
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from helpers.digits import TEST, TRAIN, draw_digits, write_mnist
from torchvision.datasets import MNIST, FashionMNIST
from torchvision.datasets import mnist as torchvision_mnist

from gan import data as data_py
from gan.batches import batches
from gan.data import DATA_DIR, REALS_DIR, is_mnist, load_images, load_labelled_images
from gan.datasets.idx import file_names
from gan.datasets.reals import digest, save_reals
from gan.errors import DataError
from gan.network import NETWORK

FILES = [name for part in file_names("MNIST").values() for name in part]


def test_images_are_the_bytes_of_the_training_file(mnist, images):
    loaded = load_images(mnist)
    assert loaded.dtype == torch.uint8
    assert torch.equal(loaded, images)


@pytest.mark.parametrize(("part", "count", "seed"), [("train", TRAIN, 0), ("test", TEST, 1)])
def test_each_part_has_its_labels(mnist, part, count, seed):
    images, labels = load_labelled_images(mnist, part)
    expected = draw_digits(count, seed)
    assert (images.numpy() == expected[0]).all()
    assert labels.dtype == torch.int64 and (labels.numpy() == expected[1]).all()


def test_batches_stay_on_the_device_of_the_images_and_never_read_it():
    images = torch.zeros(10, 28, 28, dtype=torch.uint8, device="meta")
    assert [(len(batch), batch.device.type) for batch in batches(images, 4, None)] == [(4, "meta")] * 2 + [(2, "meta")]


def test_an_epoch_has_every_image_once(images):
    rng = torch.Generator().manual_seed(0)
    shown = torch.cat(list(batches(images, 128, rng)))
    assert [len(batch) for batch in batches(images, 128, rng)] == [128, 128, TRAIN - 256]
    levels = ((shown.squeeze(1) + 1) * 127.5).round().to(torch.uint8)
    assert sorted(map(bytes, levels.numpy())) == sorted(map(bytes, images.numpy()))


def test_the_order_depends_on_the_generator_only_and_changes_each_epoch(images):
    rng, again = (torch.Generator().manual_seed(3) for _ in range(2))
    first, second = next(batches(images, 64, rng)), next(batches(images, 64, rng))
    assert torch.equal(first, next(batches(images, 64, again)))
    assert not torch.equal(first, second)


def test_batches_are_scaled_to_minus_one_to_one(images):
    (batch,) = batches(images, TRAIN, torch.Generator())
    assert batch.shape == (TRAIN, 1, 28, 28)
    assert (batch.dtype, batch.min(), batch.max()) == (torch.float32, -1, 1)


@pytest.mark.parametrize(
    "error", [URLError("no network"), IncompleteRead(b""), RuntimeError("File not found")], ids=repr
)
def test_without_files_and_network_the_error_names_the_missing_files_and_their_folder(
    tmp_path, mnist, monkeypatch, error
):
    def no_network(*args, **kwargs):
        raise error

    monkeypatch.setattr(torchvision_mnist, "download_and_extract_archive", no_network)
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / FILES[1]).write_bytes((mnist / "MNIST" / "raw" / FILES[1]).read_bytes())
    with pytest.raises(DataError) as error_info:
        load_images(tmp_path)
    message = str(error_info.value)
    assert all(name in message for name in (FILES[0], FILES[2], FILES[3], str(raw)))
    assert FILES[1] not in message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("http_proxy", "http://user:secret@127.0.0.1:9"),
        ("HTTP_PROXY", "http:/127.0.0.1"),
        ("SSL_CERT_FILE", "/no/secret"),
    ],
)
def test_a_failed_download_names_the_variables_that_decide_how_it_goes(tmp_path, monkeypatch, variable, value):
    for name in ("NO_PROXY", *NETWORK):
        for spelling in (name, name.lower()):
            monkeypatch.delenv(spelling, raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # it keeps the proxies of the first request
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:9/"])
    monkeypatch.setenv(variable, value)
    with pytest.raises(DataError) as error_info:
        load_images(tmp_path)
    message = str(error_info.value)
    assert f"{variable} in the environment names" in message or f"(set in the environment: {variable})" in message
    assert "secret@" not in message and "\n" not in message


def test_missing_files_are_downloaded(tmp_path, mnist, images, monkeypatch):
    served = tmp_path / "served"
    served.mkdir()
    resources = []
    for name in FILES:
        packed = gzip.compress((mnist / "MNIST" / "raw" / name).read_bytes())
        (served / f"{name}.gz").write_bytes(packed)
        resources.append((f"{name}.gz", hashlib.md5(packed).hexdigest()))
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=served)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
        monkeypatch.setattr(MNIST, "resources", resources)
        loaded = load_images(tmp_path / "data")
        server.shutdown()
    assert torch.equal(loaded, images)


@pytest.fixture
def copied(tmp_path, mnist):
    shutil.copytree(mnist, tmp_path, dirs_exist_ok=True)
    return tmp_path


def count(number):
    return lambda data: data[:4] + struct.pack(">I", number) + data[8:]


DAMAGE = {
    "truncated": (lambda data: data[:-1], "bytes"),
    "half a header": (lambda data: data[:5], "no data"),
    "empty": (lambda data: b"", "no data"),
    "a byte too long": (lambda data: data + b"0", "bytes"),
    "another magic number": (lambda data: b"\0\0\x0d" + data[3:], "starts with the number"),
    "the other file": (lambda data: data[:3] + bytes([data[3] ^ 2]) + data[4:], "starts with the number"),
    "no images": (lambda data: count(0)(data), "bytes"),
    "a count of hostile size": (count(2**32 - 1), "bytes"),
    "compressed": (gzip.compress, "gunzip"),
    "an HTML page": (lambda data: b"<!doctype html><title>Not found</title>", "starts with the number"),
}


@pytest.mark.parametrize("name", [FILES[0], FILES[3]])  # images, labels
@pytest.mark.parametrize(("damage", "message"), DAMAGE.values(), ids=DAMAGE)
def test_the_error_of_a_damaged_file_names_it_and_says_what_to_do(copied, name, damage, message):
    path = copied / "MNIST" / "raw" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=f"{path} .*{message}") as error_info:
        load_labelled_images(copied, "train" if name.startswith("train") else "test")
    hint = str(error_info.value)
    assert "\n" not in hint and (f"Delete {path}" in hint or f"Rename it to {name}.gz" in hint)


@pytest.mark.parametrize("change", [lambda data: data[:-1] + b"\x0a", lambda data: count(TRAIN - 1)(data)[:-1]])
def test_labels_that_do_not_fit_the_images_are_refused(copied, change):
    path = copied / "MNIST" / "raw" / FILES[1]
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match=f"{path} does not have a label"):
        load_images(copied)


def test_a_file_without_read_permission_is_named(copied, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=rf"{FILES[0]} cannot be read \(Permission denied\)"):
        load_images(copied)


def test_pickles_of_old_torchvision_releases_are_not_read(tmp_path, monkeypatch):
    """torchvision once stored MNIST in two pickles, and still accepts them."""
    processed = tmp_path / "MNIST" / "processed"
    processed.mkdir(parents=True)
    for name in (MNIST.training_file, MNIST.test_file):
        torch.save((torch.zeros(1, 28, 28), torch.zeros(1)), processed / name)
    assert len(MNIST(tmp_path)) == 1
    monkeypatch.setattr(MNIST, "mirrors", [])
    with pytest.raises(DataError, match=f"could not be downloaded .*{FILES[0]}"):
        load_images(tmp_path)


# The sprites that come with the repository


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """The current folder, with sprites of the drawn digits as those of MNIST, and no network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(MNIST, "mirrors", [])
    parts = {"train": draw_digits(TRAIN, 0), "test": draw_digits(TEST, 1)}
    for part, arrays in parts.items():
        save_reals(REALS_DIR, part, *arrays)
    monkeypatch.setattr(data_py, "MNIST_SHA256", {part: digest(*arrays) for part, arrays in parts.items()})
    return tmp_path


@pytest.mark.parametrize("folders", ["", "MNIST", "MNIST/raw"])
def test_without_files_the_tensors_of_mnist_come_from_the_sprites_and_are_the_same(clone, mnist, folders):
    (DATA_DIR / folders).mkdir(parents=True)
    tensors = [load_images("MNIST")]
    for part in ("train", "test"):
        tensors += load_labelled_images("MNIST", part)
    shutil.copytree(mnist, DATA_DIR, dirs_exist_ok=True)
    shutil.rmtree(REALS_DIR)
    expected = [load_images("MNIST")]
    for part in ("train", "test"):
        expected += load_labelled_images("MNIST", part)
    for tensor, other in zip(tensors, expected, strict=True):
        assert tensor.dtype == other.dtype and tensor.stride() == other.stride() and torch.equal(tensor, other)


def test_a_tensor_from_the_sprites_is_a_copy(clone):
    load_images("MNIST").zero_()
    assert load_images("MNIST").any()


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_files_of_mnist_in_the_data_folder_come_before_the_sprites(clone, ending):
    raw = DATA_DIR / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / f"{FILES[0]}{ending}").touch()
    with pytest.raises(DataError, match="MNIST is not complete"):
        load_images("MNIST")


def test_sprites_of_other_images_are_not_taken_for_mnist_and_damaged_ones_are_named(clone):
    save_reals(REALS_DIR, "train", *draw_digits(TRAIN, 2))
    with pytest.raises(DataError, match="MNIST is not complete"):
        load_images("MNIST")
    (REALS_DIR / "train-0.png").write_bytes(b"")
    with pytest.raises(DataError, match=str(REALS_DIR / "train-0.png")):
        load_images("MNIST")


def test_only_the_name_mnist_means_the_sprites(clone):
    for source in ("FashionMNIST", Path("empty")):
        with pytest.raises(DataError, match="could not be downloaded"), pytest.MonkeyPatch.context() as patch:
            patch.setattr(FashionMNIST, "mirrors", [])
            load_images(source)


# Where MNIST is found


@pytest.mark.parametrize("level", ["", "MNIST", "MNIST/raw"])
def test_mnist_is_found_at_each_of_its_three_levels(mnist, images, level):
    assert is_mnist(mnist / level)
    assert torch.equal(load_images(mnist / level), images)
    assert len(load_labelled_images(mnist / level, "test")[0]) == TEST


def test_mnist_is_found_in_a_folder_of_any_name(tmp_path, mnist, images):
    folder = shutil.copytree(mnist / "MNIST" / "raw", tmp_path / "digits")
    assert torch.equal(load_images(folder), images)
    (folder / FILES[2]).unlink()
    with pytest.raises(DataError, match=rf"Put {FILES[2]} \(uncompressed\) into {folder},"):
        load_images(folder)


@pytest.mark.parametrize("level", ["FashionMNIST", "FashionMNIST/raw"])
def test_files_of_the_same_names_of_another_data_set_are_not_taken_for_mnist(tmp_path, level):
    write_mnist(tmp_path, "FashionMNIST")
    with pytest.raises(DataError, match="Write --data FashionMNIST"):
        load_images(tmp_path / level)


@pytest.mark.parametrize("folders", ["", "MNIST", "MNIST/raw"])
def test_a_failed_download_leaves_no_new_folder(tmp_path, monkeypatch, folders):
    monkeypatch.setattr(MNIST, "mirrors", [])
    (tmp_path / "data" / folders).mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    for root in (tmp_path / "data", tmp_path / "other"):
        with pytest.raises(DataError, match="with --data"):
            load_images(root)
    assert set(tmp_path.rglob("*")) == before
