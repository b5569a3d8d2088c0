"""Tensors in a file with a checksum: safetensors, with a JSON header that holds the SHA-256 of all it contains."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from gan.errors import first_line
from gan.store.files import open_regular, read_limited

CHECKSUM = "sha256"  # its key in the header
MAX_HEADER = 2**20  # bytes of the table of tensors and the header


class DamagedError(Exception):
    """The file is damaged. The message says how; the caller adds the path."""


def encode(tensors: dict[str, Tensor], header: dict) -> bytes:
    """The bytes of a file of contiguous CPU tensors and a header of JSON values."""
    # Safetensors writes several metadata entries in an order that changes from run to run, so there is only one.
    return save(tensors, {"header": json.dumps(header | {CHECKSUM: _checksum(tensors, header)})})


def read_tensors(path: Path, max_bytes: int) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the header of a file of at most `max_bytes` bytes.

    Raises DamagedError if the file is larger or a bit has changed, OSError if it cannot be read.
    """
    data = read_limited(path, max_bytes + 1)
    if len(data) > max_bytes:
        raise DamagedError("it is larger than any file of this project")
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError) as error:  # KeyError: a data type that PyTorch does not have
        raise DamagedError(first_line(error)) from error
    header = _parse_header(data[8 : 8 + _header_length(data[:8])])
    if header.pop(CHECKSUM) != _checksum(tensors, header):
        raise DamagedError("its checksum is wrong")
    return tensors, header


def read_header(path: Path) -> dict:
    """The header of a file, without reading the tensors or verifying the checksum.

    Raises DamagedError if it is not a header, OSError if it cannot be read.
    """
    with open_regular(path) as file:
        header = _parse_header(file.read(min(_header_length(file.read(8)), MAX_HEADER)))
    del header[CHECKSUM]
    return header


def _header_length(prefix: bytes) -> int:
    # Eight bytes give the length of the JSON table behind them (safetensors' format).
    return int.from_bytes(prefix, "little")


def _parse_header(table: bytes) -> dict:
    try:
        header = json.loads(json.loads(table)["__metadata__"]["header"])
        header[CHECKSUM]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError("it has no header of this project") from error
    return header


def _checksum(tensors: dict[str, Tensor], header: dict) -> str:
    # Safetensors has no checksum of its own.
    digest = hashlib.sha256(json.dumps(header).encode())
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        digest.update(tensors[name].reshape(-1).view(torch.uint8).numpy())  # NumPy has no bfloat16
    return digest.hexdigest()
