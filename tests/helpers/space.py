"""Run app.py as on a Hugging Face Space, and record which hosts it asks and which programs it starts."""

import os
from pathlib import Path

VARIABLES = {
    "SYSTEM": "spaces",
    "SPACE_ID": "someone/digits",
    "GRADIO_SSR_MODE": "True",
    "GRADIO_SERVER_NAME": "0.0.0.0",
}

# The parts of the package `spaces`, which a Space installs, that Gradio imports.
WRAP = "def gradio_auto_wrap(function):\n    return function\n"
RELOAD = "def start_reload_server(prerun, postrun, stop_event):\n    pass\n"

WATCH = '''
"""Python imports this file when it starts. Record which hosts the process asks, and which programs it starts."""

import os
import sys


def watch(event, arguments):
    if event == "socket.getaddrinfo":
        note("asks", arguments[0])
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        note("asks", arguments[1][0])
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        note("starts", arguments[0])


def note(action, target):
    with open(os.environ["WATCHED"], "a") as file:
        print(action, target, file=file)


sys.addaudithook(watch)
'''


def space_environment(folder: Path) -> tuple[dict[str, str], Path]:
    """The environment of a process on a Space, with its files in `folder`; and a file that records what it does.

    The file has a line per action: `asks HOST` or `starts PROGRAM`.
    """
    package = folder / "packages"
    (package / "spaces").mkdir(parents=True)
    (package / "spaces" / "__init__.py").write_text(WRAP)
    (package / "spaces" / "reloading.py").write_text(RELOAD)
    metadata = package / "spaces-0.50.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: spaces\nVersion: 0.50.0\n")
    (package / "sitecustomize.py").write_text(WATCH)
    node = package / "node"  # a Space has Node.js on its PATH, and Gradio looks for it there
    node.write_text('#!/bin/sh\necho starts node >> "$WATCHED"\n')
    node.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    watched = folder / "watched.txt"
    watched.touch()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_"))}
    clean["PATH"] = f"{package}{os.pathsep}{clean['PATH']}"
    folders = {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(package)}
    return {**clean, **VARIABLES, **folders, "WATCHED": str(watched)}, watched
