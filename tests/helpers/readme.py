"""The README as its tests read it: its sections, its blocks of code, its commands; and how they run a command."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"([A-Z_]+=\S+ )*(python|pip|hf|git|apt-get|mkdir|cp|curl|npm|npx|docker|ruff|chromium) .+")


def section(title: str) -> str:
    """What stands under a heading, to the next one of its kind."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(text: str, language: str = "") -> list[str]:
    """The blocks of code in a language; those of a shell name none."""
    return [code for name, code in BLOCK.findall(text) if name == language]


def commands(text: str) -> list[str]:
    """Every command once, in order: each line of the shell's blocks, then what looks like one within the text."""
    lines = [
        line for name in ("", "bash", "sh", "console") for code in blocks(text, name) for line in code.splitlines()
    ]
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", BLOCK.sub("", text))]
    return list(dict.fromkeys([*filter(None, lines), *filter(COMMAND.fullmatch, spans)]))


def shell(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess:
    """Run a command as it is typed, with this Python."""
    environment = os.environ | variables
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)


def run(command: str, folder: Path, **variables: str) -> str:
    """The same, which must go well: what it prints."""
    done = shell(command, folder, **variables)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
