"""Data sets by name: the same images as torchvision's, from the same files and downloads."""

import gzip
import hashlib
import http.server
import shutil
import threading
import zipfile
from functools import partial
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
from helpers.digits import TEST, TRAIN, draw_digits, write_emnist, write_mnist
from torchvision.datasets import EMNIST, KMNIST, FashionMNIST
from torchvision.datasets import mnist as torchvision_mnist

from gan.data import load_images, load_labelled_images
from gan.datasets.idx import SETS, file_names
from gan.errors import DataError

LIKE_MNIST = {"FashionMNIST": FashionMNIST, "KMNIST": KMNIST}


def same(images, others):
    """Whether these are the same images, in any order."""
    return sorted(map(bytes, images.numpy())) == sorted(map(bytes, others.numpy()))


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The current folder, whose subfolder data/ holds the data sets."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server(here):
    """An HTTP server: its address and its folder."""
    folder = here / "served"
    folder.mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", folder
        server.shutdown()


@pytest.mark.parametrize("name", LIKE_MNIST)
def test_a_data_set_has_the_images_and_labels_that_torchvision_reads(name, images):
    write_mnist(Path("data"), name)
    theirs = LIKE_MNIST[name]("data", train=False)
    ours = load_labelled_images(name, "test")
    pairs = [
        sorted(zip(map(bytes, i.numpy()), t.tolist(), strict=True)) for i, t in (ours, (theirs.data, theirs.targets))
    ]
    assert pairs[0] == pairs[1]
    assert same(load_images(name), images)


@pytest.mark.parametrize("split", EMNIST.splits)
def test_emnist_images_are_upright(split, images):
    write_emnist(Path("data"), split)
    theirs = EMNIST("data", split, train=True)
    ours = load_images(f"EMNIST-{split}")
    assert same(ours, theirs.data.transpose(1, 2)) and same(ours, images)
    assert ours.is_contiguous()


def test_emnist_without_a_split_means_its_letters(images):
    write_emnist(Path("data"), "letters")
    assert same(load_images("EMNIST"), images)


def test_ten_classes_have_labels_and_more_are_refused():
    for split in ("digits", "letters"):
        write_emnist(Path("data"), split)
    images, labels = load_labelled_images("EMNIST-digits", "test")
    label = {bytes(image): label for image, label in zip(*draw_digits(TEST, 1), strict=True)}
    assert [label[bytes(image)] for image in images.numpy()] == labels.tolist()
    with pytest.raises(DataError, match="EMNIST-letters has 26 classes"):
        load_labelled_images("EMNIST-letters", "test")


@pytest.mark.parametrize("label", [0, 27])
def test_a_label_out_of_range_is_refused(label):
    write_emnist(Path("data"), "letters")
    path = Path("data/EMNIST/raw/emnist-letters-train-labels-idx1-ubyte")
    path.write_bytes(path.read_bytes()[:-1] + bytes([label]))
    with pytest.raises(DataError, match=f"{path} does not have a label from 1 to 26"):
        load_images("EMNIST")


@pytest.mark.parametrize("name", LIKE_MNIST)
def test_a_missing_data_set_is_downloaded(name, here, images, server, monkeypatch):
    address, folder = server
    write_mnist(here / "theirs", name)
    resources = []
    for path in sorted((here / "theirs" / name / "raw").iterdir()):
        packed = gzip.compress(path.read_bytes())
        (folder / f"{path.name}.gz").write_bytes(packed)
        resources.append((f"{path.name}.gz", hashlib.md5(packed).hexdigest()))
    monkeypatch.setattr(LIKE_MNIST[name], "mirrors", [address])
    monkeypatch.setattr(LIKE_MNIST[name], "resources", resources)
    assert same(load_images(name), images)
    assert {path.name for path in Path("data").iterdir()} == {name}


@pytest.mark.parametrize("present", ["nothing", "train", "test"])
def test_missing_parts_of_emnist_are_downloaded(here, images, server, monkeypatch, present):
    address, folder = server
    write_emnist(here / "theirs", "digits")
    theirs = here / "theirs" / "EMNIST" / "raw"
    with zipfile.ZipFile(folder / "gzip.zip", "w") as packed:
        for path in theirs.iterdir():
            packed.writestr(f"gzip/{path.name}.gz", gzip.compress(path.read_bytes()))
    monkeypatch.setattr(EMNIST, "url", f"{address}gzip.zip")
    monkeypatch.setattr(EMNIST, "md5", hashlib.md5((folder / "gzip.zip").read_bytes()).hexdigest())
    raw = Path("data/EMNIST/raw")
    raw.mkdir(parents=True)
    for path in theirs.glob(f"*-{present}-*"):
        shutil.copy(path, raw)
    assert same(load_images("EMNIST-digits"), images)
    assert len(load_labelled_images("EMNIST-digits", "test")[0]) == TEST


@pytest.mark.parametrize("name", [name for name in SETS if name != "MNIST"])
def test_without_network_the_error_names_the_missing_files_and_their_folder(name, monkeypatch):
    def no_network(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(torchvision_mnist, "download_and_extract_archive", no_network)
    with pytest.raises(DataError, match=f"^{name} is not complete and could not be downloaded") as error_info:
        load_images(name)
    folder = "EMNIST" if name.startswith("EMNIST") else name
    for part in ("train", "test"):
        assert all(file in str(error_info.value) for file in file_names(name)[part])
    message = str(error_info.value)
    assert f"into {Path('data') / folder / 'raw'}, " in message and "--data" in message and "\n" not in message


def test_a_path_means_a_folder_even_if_a_data_set_has_its_name(here, images):
    write_mnist(Path("data"), "FashionMNIST")
    write_mnist(Path("FashionMNIST"))
    path = Path("FashionMNIST/MNIST/raw/train-images-idx3-ubyte")
    path.write_bytes(path.read_bytes()[: -28 * 28] + bytes(28 * 28))
    assert same(load_images("FashionMNIST"), images)
    other = load_images(Path("FashionMNIST")).numpy()
    assert not other[-1].any() and np.array_equal(other[:-1], images[:-1]) and len(other) == TRAIN
