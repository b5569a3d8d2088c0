"""Checkpoints on the Hugging Face Hub: upload them to a model repository, download them from one."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from huggingface_hub import HfApi, get_session, snapshot_download
from huggingface_hub.errors import HfHubHTTPError

from gan.errors import HubError
from gan.network import network_hint
from gan.store.files import sha256
from gan.store.snapshots import epoch_of

SCHEME = "hub:"
DOWNLOADS = ["*.safetensors", "*.jsonl", "*.png", "*.webp", "README.md", "reals/README.md"]  # no code and no pickles
RUN_FILES = ["metrics.jsonl", "samples-*.png", "directions.safetensors"]  # beside the snapshots
REAL_IMAGES = ["reals/train-?.png", "reals/test-?.png", "reals/*.safetensors", "reals/README.md"]  # with their authors

TIMEOUT = 10  # seconds that the Hub may be silent. huggingface_hub sets no limit to most requests.
STORAGE = {  # the same for hf_xet, which reads large files from the Hub's storage and would try for six minutes
    "HF_XET_CLIENT_RETRY_MAX_ATTEMPTS": "1",
    "HF_XET_CLIENT_RETRY_MAX_DURATION": f"{TIMEOUT}s",
    "HF_XET_CLIENT_CONNECT_TIMEOUT": f"{TIMEOUT}s",
    "HF_XET_CLIENT_READ_TIMEOUT": f"{TIMEOUT}s",
}
ENDPOINT = "HF_ENDPOINT"  # names another Hub


def push(root: Path, repository: str, token: str | None = None) -> str:
    """Upload the complete runs in `root`, their model card and their real images to the model repository USER/NAME.

    Returns its address. Creates the repository if it does not exist. A run replaces the run of the same name there. The
    default token is that of HF_TOKEN or of `hf auth login`. Raises HubError if the Hub refuses the upload, if there
    are no runs, or if the card describes other runs.
    """
    from gan.models import MODELS  # app.py imports this module and must not wait for torch

    runs = [model for model in MODELS if model in _runs(root)]
    if not runs:
        raise HubError(f"there are no checkpoints in {root}. Run `python train.py` to make some")
    _check_card(root, runs)
    files = [f"{run}/{pattern}" for run in runs for pattern in RUN_FILES] + REAL_IMAGES
    snapshots = _snapshots(runs, [path.relative_to(root).as_posix() for path in root.glob("*/*")])
    pictures = [f"{run}.png" for run in runs]
    with _hub_errors(repository):
        _limit_waiting()
        hub = HfApi(token=token)
        hub.create_repo(repository, exist_ok=True)
        old_snapshots = _snapshots(runs, hub.list_repo_files(repository))
        hub.upload_folder(
            repo_id=repository,
            folder_path=root,
            allow_patterns=["README.md", "classifier.safetensors", "progression.webp", *pictures, *files, *snapshots],
            delete_patterns=files + old_snapshots,
            commit_message="Upload the checkpoints",
        )
        return f"{hub.endpoint}/{repository}"


def fetch(source: str) -> Path:
    """Download the checkpoints that hub:USER/NAME names, and return their folder.

    If the Hub cannot be reached, returns the copy in huggingface_hub's cache. Raises HubError if there is none, or if
    the repository has no checkpoints of this project.
    """
    repository = source.removeprefix(SCHEME)
    with _hub_errors(repository):
        _limit_waiting()
        # One file at a time first: if the storage is silent, every download that has begun waits for it in turn.
        snapshot_download(repository, allow_patterns="*/epoch-000.safetensors", max_workers=1)
        root = Path(snapshot_download(repository, allow_patterns=DOWNLOADS))
    if not _runs(root):
        raise HubError(
            f"{source} has no checkpoints of this project. Upload some with `python -m gan.publish push {repository}`"
        )
    return root


def _limit_waiting() -> None:
    os.environ.update(STORAGE | os.environ)
    hooks = get_session().event_hooks["request"]
    if _limit_time not in hooks:
        hooks.append(_limit_time)


def _limit_time(request: httpx2.Request) -> None:
    request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)


def _runs(root: Path) -> set[str]:
    # The folders that hold snapshots. A run in progress is hidden.
    return {path.parent.name for path in root.glob("[!.]*/*") if epoch_of(path.name) is not None}


def _snapshots(runs: list[str], paths: list[str]) -> list[str]:
    # The paths that are snapshots of these runs, as in mlp/epoch-000.safetensors.
    parts = [(path, *path.partition("/")) for path in paths]
    return [path for path, run, _, name in parts if run in runs and epoch_of(name) is not None]


def _check_card(root: Path, runs: list[str]) -> None:
    from gan.checkpoint import epochs, snapshot_path  # not above, for the same reason

    card = root / "README.md"
    if not card.is_file():
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
    """Turn errors of huggingface_hub into a one-line HubError, in its own words."""
    source = f"{SCHEME}{repository}"
    if repository.count("/") != 1:
        raise HubError(f"{source}: the name of a repository has the form USER/NAME")
    try:
        yield
    except json.JSONDecodeError as error:
        raise HubError(
            f"{source}: the answer is not the Hub's. Perhaps the network asks for a login, or a proxy answers: "
            f"open {HfApi().endpoint} in a browser{network_hint(ENDPOINT)}"
        ) from error
    except RuntimeError as error:  # hf_xet's
        raise HubError(
            f"{source}: {_one_line(error)}. If the storage of the Hub cannot be reached from here, set "
            f"HF_HUB_DISABLE_XET=1 to download through the Hub itself{network_hint(ENDPOINT)}"
        ) from error
    except (HfHubHTTPError, ValueError) as error:  # ValueError: a name, a card or the address of a proxy is refused
        hint = network_hint(ENDPOINT) if "proxy" in str(error) else ""
        raise HubError(f"{source}: {_one_line(error)}{hint}") from error
    except (httpx2.HTTPError, OSError, ImportError) as error:  # ImportError: a package for a proxy is missing
        raise HubError(f"{source}: {_one_line(error)}{network_hint(ENDPOINT)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
