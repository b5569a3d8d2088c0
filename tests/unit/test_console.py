"""Output that cannot be written, and Ctrl-C during imports."""

import io
import os
import signal
import subprocess
import sys

import pytest
from helpers.readme import ROOT
from tqdm import tqdm

from gan.console import one_line_at_ctrl_c, prepare_output, say


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


@pytest.mark.parametrize("command", [["train.py"], ["-m", "gan.publish", "card"]], ids=" ".join)
def test_ctrl_c_during_the_imports_is_one_line(tmp_path, command):
    """A module in torch's place sends it."""
    (tmp_path / "torch.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 130 and done.stdout == ""
    assert done.stderr.strip().endswith("stopped before it began") and done.stderr.strip().count("\n") == 0


def test_afterwards_ctrl_c_is_what_it_was_before():
    for before in (signal.default_int_handler, signal.SIG_IGN):
        signal.signal(signal.SIGINT, before)
        with one_line_at_ctrl_c("x"):
            assert (signal.getsignal(signal.SIGINT) is before) == (before is signal.SIG_IGN)
        assert signal.getsignal(signal.SIGINT) is before
    signal.signal(signal.SIGINT, signal.default_int_handler)
