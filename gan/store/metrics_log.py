"""The metrics of a run: metrics.jsonl, a JSON object per epoch."""

import json
from pathlib import Path

from gan.errors import CheckpointError
from gan.store.files import append_line, read_regular, write_atomic

METRICS = "metrics.jsonl"


def append_metrics(directory: Path, row: dict) -> None:
    """Append the row of an epoch, {"epoch": int, name: number or list of numbers}. Raises DiskError."""
    append_line(directory / METRICS, json.dumps(row))


def trim_metrics(directory: Path, epoch: int) -> None:
    """Drop what a crash left after `epoch`: rows of later epochs, and an incomplete last line.

    A row is written before the state of its epoch, so a resumed run may find rows of epochs that it trains again.
    Raises CheckpointError as `read_metrics` does, DiskError if the file cannot be written.
    """
    path = directory / METRICS
    text = _read(path)
    complete = text[: text.rfind(b"\n") + 1]
    lines = complete.splitlines(keepends=True)
    if lines and not _is_json(lines[-1]):  # a crash can keep the end of a line and lose its start
        lines.pop()
    rows = zip(lines, _parse(path, b"".join(lines)), strict=True)
    kept = b"".join(line for line, row in rows if row["epoch"] <= epoch)
    if kept != text:
        write_atomic(path, kept)


def read_metrics(directory: Path) -> list[dict]:
    """The rows of a run, in order; an empty list if it has no file of metrics.

    Raises CheckpointError, with a message that names the file, if a line is not a row of metrics.
    """
    path = directory / METRICS
    return _parse(path, _read(path))


def _read(path: Path) -> bytes:
    try:
        return read_regular(path)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror}). Allow that, or delete it") from error


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parse(path: Path, text: bytes) -> list[dict]:
    try:
        rows = [json.loads(line) for line in text.splitlines()]
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged ({error}). Delete it to go on without its metrics") from error
    if not all(_is_row(row) for row in rows):
        raise CheckpointError(f"{path} has a line that is not a row of metrics. Delete it to go on without its metrics")
    return rows


def _is_row(row: object) -> bool:
    if not isinstance(row, dict):
        return False
    numbers = [number for value in row.values() for number in (value if isinstance(value, list) else [value])]
    return type(row.get("epoch")) is int and all(type(number) in (int, float) for number in numbers)
