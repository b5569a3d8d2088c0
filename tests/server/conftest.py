"""Fixtures of the server tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.serving import serving


@pytest.fixture(scope="session")
def address(checkpoints: Path) -> Iterator[str]:
    """The address of an app.py over the `checkpoints` fixture. All tests share it."""
    with serving(checkpoints) as address:
        yield address
