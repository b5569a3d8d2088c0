"""Checkpoints on the Hugging Face Hub: upload them to a model repository, download them from one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from huggingface_hub import HfApi, snapshot_download

from gan.errors import HubError
from gan.store.files import sha256
from gan.store.snapshots import epoch_of

SCHEME = "hub:"
DOWNLOADS = ["*.safetensors", "*.jsonl", "*.png", "*.webp", "README.md"]  # no code and no pickles
RUN_FILES = ["epoch-*.safetensors", "metrics.jsonl", "samples-*.png"]


def push(root: Path, repository: str, token: str | None = None) -> str:
    """Upload the complete runs in `root` and their model card to the model repository USER/NAME. Return its address.

    Creates the repository if it does not exist. A run replaces the run of the same name in the repository. The
    default token is that of HF_TOKEN or of `hf auth login`. Raises HubError if the Hub refuses the upload, if there
    are no runs, or if the card describes other runs.
    """
    from gan.models import MODELS  # app.py imports this module and must not wait for torch

    runs = [model for model in MODELS if model in _runs(root)]
    if not runs:
        raise HubError(f"there are no checkpoints in {root}. Run `python train.py` to make some")
    _check_card(root, runs)
    run_files = [f"{run}/{pattern}" for run in runs for pattern in RUN_FILES]
    pictures = [f"{run}.png" for run in runs]
    with _hub_errors(repository):
        hub = HfApi(token=token)
        hub.create_repo(repository, exist_ok=True)
        hub.upload_folder(
            repo_id=repository,
            folder_path=root,
            allow_patterns=["README.md", "classifier.safetensors", "progression.webp", *pictures, *run_files],
            delete_patterns=run_files,
            commit_message="Upload the checkpoints",
        )
        return f"{hub.endpoint}/{repository}"


def fetch(source: str) -> Path:
    """The folder of the checkpoints that `source` names: a folder's path, or hub:USER/NAME to download them.

    If the Hub cannot be reached, returns the copy in huggingface_hub's cache. Raises HubError if there is none, or if
    the repository has no checkpoints of this project.
    """
    if not source.startswith(SCHEME):
        return Path(source)
    repository = source.removeprefix(SCHEME)
    with _hub_errors(repository):
        root = Path(snapshot_download(repository, allow_patterns=DOWNLOADS))
    if not _runs(root):
        raise HubError(
            f"{source} has no checkpoints of this project. Upload some with `python -m gan.publish push {repository}`"
        )
    return root


def _runs(root: Path) -> set[str]:
    # The folders that hold snapshots. A run in progress is hidden.
    return {path.parent.name for path in root.glob("[!.]*/*") if epoch_of(path.name) is not None}


def _check_card(root: Path, runs: list[str]) -> None:
    from gan.checkpoint import epochs, snapshot_path  # not above, for the same reason

    card = root / "README.md"
    if not card.exists():
        return
    text = card.read_text(encoding="utf-8")
    for run in runs:
        if sha256(snapshot_path(root / run, epochs(root / run)[-1])) not in text:
            raise HubError(
                f"{card} does not describe the run in {root / run}. "
                f"Run `python -m gan.publish card --out {root}` to update it, or delete it"
            )


@contextmanager
def _hub_errors(repository: str) -> Iterator[None]:
    """Turn Hub errors into a one-line HubError."""
    source = f"{SCHEME}{repository}"
    if repository.count("/") != 1:
        raise HubError(f"{source}: the name of a repository has the form USER/NAME")
    try:
        yield
    except (httpx2.HTTPError, OSError, ValueError) as error:  # ValueError: a name or a card that the Hub refuses
        raise HubError(f"{source}: {' '.join(str(error).split())}") from error
