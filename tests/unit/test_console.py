"""Output that cannot be written."""

import io
import os
import sys

import pytest
from tqdm import tqdm

from gan.console import prepare_output, say


def test_letters_that_the_encoding_lacks_are_escaped(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    prepare_output()
    say("é 数")
    assert written.getvalue() == "é \\u6570\n".encode("cp1252")


def closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


def full_disk():
    return os.fdopen(os.open("/dev/full", os.O_WRONLY), "w")


@pytest.mark.parametrize("broken", [closed_pipe, full_disk])
def test_output_that_cannot_be_written_is_said_once_and_dropped(monkeypatch, capsys, broken):
    with broken() as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        for _ in range(3):
            say("a line")
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "stdout cannot be written" in error


def test_no_stream_can_be_written(monkeypatch):
    with closed_pipe() as out, full_disk() as err:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        say("a line")
        say("a line", sys.stderr)


def test_streams_that_were_closed_at_the_start_can_be_written(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    prepare_output()
    with sys.stdout, sys.stderr:
        say("a line")
        say("a line", sys.stderr)
        list(tqdm(range(3), disable=None))
