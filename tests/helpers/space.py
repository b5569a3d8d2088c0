"""A Hugging Face Space played on this machine: its variables, its own package, and a watch on what the server does."""

import os
from pathlib import Path

VARIABLES = {
    "SYSTEM": "spaces",
    "SPACE_ID": "someone/digits",
    "GRADIO_SSR_MODE": "True",
    "GRADIO_SERVER_NAME": "0.0.0.0",
}

# What Gradio takes of the package `spaces`, which a Space installs.
WRAP = "def gradio_auto_wrap(function):\n    return function\n"
RELOAD = "def start_reload_server(prerun, postrun, stop_event):\n    pass\n"

WATCH = '''
"""Loaded by Python as it starts: writes down which hosts this process asks, and which programs it starts."""

import os
import sys


def watch(event, arguments):
    if event == "socket.getaddrinfo":
        note("asks", arguments[0])
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        note("asks", arguments[1][0])
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        note("starts", arguments[0])


def note(deed, what):
    with open(os.environ["WATCHED"], "a") as file:
        print(deed, what, file=file)


sys.addaudithook(watch)
'''


def as_a_space(folder: Path) -> tuple[dict[str, str], Path]:
    """The variables of a process that takes itself for a Space's, with its files in `folder`; and the file that says
    what it did, a line each: `asks HOST`, `starts PROGRAM`."""
    package = folder / "packages"
    (package / "spaces").mkdir(parents=True)
    (package / "spaces" / "__init__.py").write_text(WRAP)
    (package / "spaces" / "reloading.py").write_text(RELOAD)
    about = package / "spaces-0.50.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: spaces\nVersion: 0.50.0\n")
    (package / "sitecustomize.py").write_text(WATCH)
    node = package / "node"  # for Gradio to find, as on a Space
    node.write_text('#!/bin/sh\necho starts node >> "$WATCHED"\n')
    node.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    watched = folder / "watched.txt"
    watched.touch()
    places = dict.fromkeys(["HOME", "TMPDIR"], str(home))
    # A Space's checkpoints come with it, and it has no other variables of the Hub's.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_"))}
    clean["PATH"] = f"{package}{os.pathsep}{clean['PATH']}"
    return {**clean, **VARIABLES, **places, "PYTHONPATH": str(package), "WATCHED": str(watched)}, watched
