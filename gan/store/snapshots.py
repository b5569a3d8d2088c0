"""The names of snapshots. Nothing here imports torch."""

import re

MAX_EPOCH = 999_999
NAME = re.compile(r"epoch-(\d{3}|[1-9]\d{3,5})\.safetensors", re.ASCII)


def snapshot_name(epoch: int) -> str:
    """The file name of an epoch's snapshot."""
    return f"epoch-{epoch:03}.safetensors"


def epoch_of(name: str) -> int | None:
    """The epoch, 0..MAX_EPOCH, of the snapshot with this file name; None if it is no snapshot's name."""
    match = NAME.fullmatch(name)
    return int(match[1]) if match else None
