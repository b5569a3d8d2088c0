"""Tensors in a file that tells whether it is as it was written: safetensors, with a header of JSON and a sum."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from gan.store.files import read_limited

SUM = "sha256"  # its name in the header


class DamagedError(Exception):
    """A file that is not as it was written; the message says how, and leaves its name to others."""


def encode(tensors: dict[str, Tensor], header: dict) -> bytes:
    """A file of contiguous tensors on the CPU and a header that JSON can say."""
    # One entry of JSON, for safetensors writes several in an order that changes from run to run.
    return save(tensors, {"header": json.dumps(header | {SUM: _sum(tensors, header)})})


def read_tensors(path: Path, most: int) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the header of a file of `most` bytes at most; one made before there was a sum has none.

    Raises DamagedError, or OSError where it cannot be read.
    """
    data = read_limited(path, most + 1)
    try:
        if len(data) > most:
            raise ValueError("it is far larger than any that is written here")
        tensors = load(data)
        header = json.loads(_metadata(data).get("header", "{}"))
        if not isinstance(header, dict):
            raise ValueError("its header is no table")
        rest = {name: value for name, value in header.items() if name != SUM}
        if SUM in header and header[SUM] != _sum(tensors, rest):
            raise ValueError("it is not as it was written")
        return tensors, header
    except (
        SafetensorError,
        ValueError,
        KeyError,
        RecursionError,
    ) as error:  # KeyError: a type that PyTorch does not know
        raise DamagedError(str(error).partition("\n")[0] or type(error).__name__) from error


def _metadata(data: bytes) -> dict[str, str]:
    # Of a file that `load` took: eight bytes say how long the table at its beginning is.
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]).get("__metadata__", {})


def _sum(tensors: dict[str, Tensor], header: dict) -> str:
    # Of all that a file holds, as safetensors itself keeps no checksum.
    digest = hashlib.sha256(json.dumps(header).encode())
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        digest.update(tensors[name].reshape(-1).view(torch.uint8).numpy())  # NumPy has no bfloat16
    return digest.hexdigest()
