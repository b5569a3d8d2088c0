"""The figures of a run: metrics.jsonl, a line for each epoch."""

import json
from pathlib import Path

from gan.errors import CheckpointError
from gan.store.files import write_atomic

METRICS = "metrics.jsonl"


def append_metrics(directory: Path, figures: dict) -> None:
    """Add one epoch's figures to those of the epochs before it, and drop what stands after them.

    A line is written before the state that it belongs to, so a stopped run may find its own epoch there.
    """
    lines = [json.dumps(line) for line in read_metrics(directory) if line["epoch"] < figures["epoch"]]
    write_atomic(directory / METRICS, "".join(line + "\n" for line in [*lines, json.dumps(figures)]).encode())


def read_metrics(directory: Path) -> list[dict]:
    """The figures of each epoch of a run, in order; empty where there are none.

    Raises CheckpointError, with a message that names the file, where they are not figures.
    """
    path = directory / METRICS
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if not all(isinstance(line, dict) and _are_figures(line) for line in lines):
            raise ValueError("a line holds no figures of an epoch")
        return lines
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        mend = "delete it to do without its figures"
        raise CheckpointError(f"{path} is damaged ({error}): {mend}") from error


def _are_figures(line: dict) -> bool:
    numbers = [number for value in line.values() for number in (value if isinstance(value, list) else [value])]
    return type(line.get("epoch")) is int and all(type(number) in (int, float) for number in numbers)
