"""What is served, and notes about snapshots that cannot be used: what to do about them."""

from pathlib import Path

from gan.console import counted
from gan.ui.texts import note

LISTED = 5  # epochs in a note


def describe_runs(root: Path, catalogue: dict) -> list[str]:
    """What is served, in lines: how many snapshots of each model can be drawn, and what is wrong with the others."""
    counts = {model: len(run["epochs"]) for model, run in catalogue["models"].items()}
    runs = ", ".join(f"{model} ({counted(count, 'snapshot')})" for model, count in counts.items() if count)
    return [f"Serving {runs or 'no run'} of {root}", *(notice["text"] for notice in catalogue["notices"])]


def snapshot_notes(root: Path, model: str, total: int, unfit: list[int], damaged: list[int]) -> list[dict]:
    """The notes about a run with `total` snapshots. There is one for each problem: 37 notes would cover the page.

    unfit: the epochs whose snapshots do not fit the network. damaged: those whose files cannot be read.
    """
    command = train_command(root, model)
    return [
        note(key, model=model, count=len(found), total=total, epochs=_list(found), command=command)
        for key, found in (("server.unfit", unfit), ("server.damaged", damaged))
        if found
    ]


def train_command(root: Path, name: str = "") -> str:
    """The command that trains `name` again into `root`, or every model. It shows no path outside this folder."""
    root, here = root.resolve(), Path.cwd()
    if root == here / "checkpoints":
        return f"python train.py {name}".rstrip()
    folder = root.relative_to(here).as_posix() if root.is_relative_to(here) else "FOLDER"
    return " ".join(filter(None, ["python train.py", name, "--out", folder]))


def _list(epochs: list[int]) -> str:
    return ", ".join(map(str, epochs[:LISTED])) + ", ..." * (len(epochs) > LISTED)
