"""The READMEs as their tests read them: sections, blocks of code, commands; and a shell to run the commands."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = ["README.md", "gan/README.md", "tests/README.md", "tests/benchmarks/README.md"]
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"([A-Z_]+=\S+ )*(python|pip|hf|git|apt-get|mkdir|cp|curl|npm|npx|docker|ruff|chromium) .+")


def section(name: str, title: str) -> str:
    """The text of a README between a heading and the next one of its level."""
    text = READMES[name].partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert text, f"{name} has no section {title}"
    return text


def steps(text: str) -> dict[str, str]:
    """The paragraphs that begin with bold words, by these words."""
    return dict(re.findall(r"^\*\*(.*?)\*\*(.*?)(?=^\*\*|\Z)", text, re.MULTILINE | re.DOTALL))


def blocks(text: str, language: str = "") -> list[str]:
    """The blocks of code in a language. Shell blocks name none."""
    return [code for name, code in BLOCK.findall(text) if name == language]


def commands(text: str) -> list[str]:
    """Every command once, in order: the lines of shell blocks, then the code spans that look like commands."""
    lines = [line for code in blocks(text) for line in code.splitlines()]
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", BLOCK.sub("", text))]
    return list(dict.fromkeys([*filter(None, lines), *filter(COMMAND.fullmatch, spans)]))


def shell(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess:
    """Run a command as a user types it, with this Python."""
    environment = os.environ | variables
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)


def run(command: str, folder: Path, **variables: str) -> str:
    """Run a command that must succeed. Return what it prints."""
    done = shell(command, folder, **variables)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
