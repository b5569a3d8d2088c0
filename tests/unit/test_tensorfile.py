"""Tensors in a file with a checksum."""

import json
import os

import pytest
import torch
from helpers.runs import flip
from safetensors.torch import save_file

from gan.store.tensorfile import DamagedError, encode, read_header, read_tensors

TENSORS = {"a": torch.arange(6.0).view(2, 3), "b": torch.ones((), dtype=torch.int64), "c": torch.ones(3).bfloat16()}
HEADER = {"model": "mlp", "config": {"betas": [0.5, 0.999]}}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file.safetensors"
    path.write_bytes(encode(TENSORS, HEADER))
    return path


def test_tensors_and_header_come_back(path):
    tensors, header = read_tensors(path, 10_000)
    assert header == HEADER == read_header(path)
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)


def test_the_same_content_gives_the_same_bytes(path):
    assert encode(dict(reversed(TENSORS.items())), HEADER) == path.read_bytes()


def test_the_header_is_read_without_the_tensors(path):
    data = path.read_bytes()
    path.write_bytes(data[: 8 + int.from_bytes(data[:8], "little")])
    assert read_header(path) == HEADER
    with pytest.raises(DamagedError):
        read_tensors(path, 10_000)


@pytest.mark.parametrize("name", ["a" * length for length in range(8)])  # safetensors pads to eight bytes
def test_a_header_of_any_length_is_read_to_its_end(path, name):
    path.write_bytes(encode(TENSORS, HEADER | {"name": name}))
    assert read_header(path) == HEADER | {"name": name} == read_tensors(path, 10_000)[1]


def test_the_header_is_read_from_a_file_that_does_not_fit_into_memory(path):
    os.truncate(path, 2**40)  # sparse: it takes no room on disk
    assert read_header(path) == HEADER


def test_a_changed_tensor_has_a_wrong_checksum(path):
    flip(path, 8 * (len(path.read_bytes()) - 1))
    with pytest.raises(DamagedError, match="checksum"):
        read_tensors(path, 10_000)


def test_a_file_without_a_checksum_is_refused(path):
    save_file(TENSORS, path, {"header": json.dumps(HEADER)})
    for read in (lambda: read_tensors(path, 10_000), lambda: read_header(path)):
        with pytest.raises(DamagedError, match="no header of this project"):
            read()


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(path):
    size = path.stat().st_size
    read_tensors(path, size)
    with pytest.raises(DamagedError, match="larger"):
        read_tensors(path, size - 1)


@pytest.mark.parametrize("length", [0, 10**6, 2**63])
def test_a_header_with_a_wrong_length_is_refused(path, length):
    path.write_bytes(length.to_bytes(8, "little") + path.read_bytes()[8:])
    with pytest.raises(DamagedError):
        read_header(path)


def test_a_write_into_the_file_does_not_change_what_was_read(path):
    """`cp` writes into an existing file."""
    tensors, _ = read_tensors(path, 10_000)
    path.write_bytes(bytes(path.stat().st_size))
    assert torch.equal(tensors["a"], TENSORS["a"])
