"""What GAN_CHECKPOINTS names: a folder of runs, or a repository on the Hugging Face Hub."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from gan.errors import VariableError
from gan.publish.hub import SCHEME
from gan.store.snapshots import epoch_of

VARIABLE = "GAN_CHECKPOINTS"
# Other ways to write a model repository: the address of its page, and the scheme of huggingface_hub.
REPOSITORY = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/|(?:hf|hub):/*)(?:models/)?"
    r"(?!(?:spaces|datasets|buckets|collections)/)([\w.-]+/[\w.-]+)",
    re.IGNORECASE,
)


def requested_source(default: Path) -> Path | str:
    """The folder or hub:USER/NAME in GAN_CHECKPOINTS, or the default if it is not set.

    Raises VariableError for anything else: no folder, the folder of one run, another way to write a repository.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        return default
    if text.startswith(SCHEME):
        return text
    problem = _problem_of_folder(Path(text)) if os.path.isdir(text) else _problem_of_name(text)
    if problem:
        raise VariableError(f"{VARIABLE} is {text[:200]!r}{problem}")
    return Path(text)


def _problem_of_folder(folder: Path) -> str | None:
    if any(_snapshots(folder, "*")):
        return f", the folder of one run. Name the folder that holds it: {folder.resolve().parent}"
    below = next(_snapshots(folder, "*/*/*"), None)
    if below and not any(_snapshots(folder, "*/*")):
        return f", which has no runs, but {below.parents[1]} has. Name that folder"
    return None


def _snapshots(folder: Path, pattern: str) -> Iterator[Path]:
    return (path for path in folder.glob(pattern) if epoch_of(path.name) is not None)


def _problem_of_name(text: str) -> str:
    bare = text.strip(" \t\r\n\"'")
    if not bare:
        return f". Name a folder of runs, or a repository as {SCHEME}USER/NAME, or unset it"
    repository = REPOSITORY.match(bare)
    if repository:
        return f". Write {SCHEME}{repository[1]}"
    if bare != text:
        return f", with quotes or spaces around it. Write {bare}"
    if "://" in text:
        return f". Name a folder of runs, or a model repository on the Hub as {SCHEME}USER/NAME"
    kind = "is a file, not a folder" if os.path.exists(text) else "does not exist"
    return f", which {kind}. Name a folder of runs, or a repository as {SCHEME}USER/NAME"
