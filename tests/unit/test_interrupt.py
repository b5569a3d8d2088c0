"""Ctrl-C before a program has begun."""

import os
import signal
import subprocess
import sys

import pytest
from helpers.readme import ROOT

from gan.interrupt import one_line_at_ctrl_c

AT_ITS_FIRST_IMPORT = """
import os, signal, sys
program, first = sys.argv[1:], {"gan", "gan.interrupt"}
class Finder:
    def find_spec(name, *_):
        if name not in first:
            os.kill(os.getpid(), signal.SIGINT)
with open(program[0]) as file:
    code = compile(file.read(), program[0], "exec")
del sys.modules["signal"]  # Python's start does not load it
sys.meta_path.insert(0, Finder)
sys.path.insert(0, os.getcwd())
exec(code, {"__name__": "__main__", "__file__": program[0]})
"""


def run_python(*arguments, **variables):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | variables, capture_output=True, text=True
    )


def expect_one_line(done):
    assert (done.returncode, done.stdout) == (130, "")
    (line,) = done.stderr.strip().splitlines()
    assert line.endswith("stopped before it began")


@pytest.mark.parametrize("program", ["app.py", "train.py", "gan/publish/__main__.py"])
def test_from_a_program_s_first_import_on_ctrl_c_is_one_line(program):
    """But for those of the package and of the module that sees to it. A finder of modules sends it."""
    expect_one_line(run_python("-c", AT_ITS_FIRST_IMPORT, program))


@pytest.mark.parametrize("command", [["train.py"], ["-m", "gan.publish", "card"]], ids=" ".join)
def test_ctrl_c_during_the_imports_is_one_line(tmp_path, command):
    """A module in torch's place sends it."""
    (tmp_path / "torch.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    expect_one_line(run_python(*command, PYTHONPATH=str(tmp_path)))


def test_afterwards_ctrl_c_is_what_it_was_before():
    for before in (signal.default_int_handler, signal.SIG_IGN):
        signal.signal(signal.SIGINT, before)
        with one_line_at_ctrl_c("x"):
            assert (signal.getsignal(signal.SIGINT) is before) == (before is signal.SIG_IGN)
        assert signal.getsignal(signal.SIGINT) is before
    signal.signal(signal.SIGINT, signal.default_int_handler)
