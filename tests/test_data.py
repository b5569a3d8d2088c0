import gzip
import hashlib
import http.server
import threading
from functools import partial
from urllib.error import URLError

import pytest
import torch
from digits import TEST, TRAIN, draw_digits
from torchvision.datasets import MNIST
from torchvision.datasets import mnist as torchvision_mnist

from gan.data import FILES, DataError, batches, load_digits, load_images


def test_the_images_are_the_training_files_bytes(mnist, images):
    loaded = load_images(mnist)
    assert loaded.dtype == torch.uint8
    assert torch.equal(loaded, images)


@pytest.mark.parametrize(("part", "count", "seed"), [("train", TRAIN, 0), ("test", TEST, 1)])
def test_each_part_comes_with_its_labels(mnist, part, count, seed):
    images, labels = load_digits(mnist, part)
    expected = draw_digits(count, seed)
    assert (images.numpy() == expected[0]).all()
    assert labels.dtype == torch.int64 and (labels.numpy() == expected[1]).all()


def test_batches_stay_on_the_images_device_and_never_read_it():
    images = torch.zeros(10, 28, 28, dtype=torch.uint8, device="meta")
    assert [(len(batch), batch.device.type) for batch in batches(images, 4, None)] == [(4, "meta")] * 2 + [(2, "meta")]


def test_an_epoch_shows_every_image_once(images):
    rng = torch.Generator().manual_seed(0)
    shown = torch.cat(list(batches(images, 128, rng)))
    assert [len(batch) for batch in batches(images, 128, rng)] == [128, 128, TRAIN - 256]
    levels = ((shown.squeeze(1) + 1) * 127.5).round().to(torch.uint8)
    assert sorted(map(bytes, levels.numpy())) == sorted(map(bytes, images.numpy()))


def test_the_order_comes_from_the_generator_alone_and_changes_each_epoch(images):
    rng, again = (torch.Generator().manual_seed(3) for _ in range(2))
    first, second = next(batches(images, 64, rng)), next(batches(images, 64, rng))
    assert torch.equal(first, next(batches(images, 64, again)))
    assert not torch.equal(first, second)


def test_batches_span_minus_one_to_one(images):
    (batch,) = batches(images, TRAIN, torch.Generator())
    assert batch.shape == (TRAIN, 1, 28, 28)
    assert (batch.dtype, batch.min(), batch.max()) == (torch.float32, -1, 1)


def test_without_files_and_network_the_error_names_what_is_missing_and_where_it_goes(tmp_path, mnist, monkeypatch):
    def no_network(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(torchvision_mnist, "download_and_extract_archive", no_network)
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / FILES[1]).write_bytes((mnist / "MNIST" / "raw" / FILES[1]).read_bytes())
    with pytest.raises(DataError) as error:
        load_images(tmp_path)
    message = str(error.value)
    assert all(name in message for name in (FILES[0], FILES[2], FILES[3], str(raw)))
    assert FILES[1] not in message


def test_absent_files_are_downloaded(tmp_path, mnist, images, monkeypatch):
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


@pytest.mark.parametrize("damage", [lambda data: data[:1000], lambda data: b"", lambda data: b"\xff" * 16 + data[16:]])
def test_a_damaged_file_is_refused(tmp_path, mnist, damage):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FILES:
        (raw / name).write_bytes((mnist / "MNIST" / "raw" / name).read_bytes())
    path = raw / FILES[0]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError):
        load_images(tmp_path)


def test_the_drawn_digits_are_always_the_same():
    assert (draw_digits(20, 5)[0] == draw_digits(20, 5)[0]).all()
