"""Checkpoints on the Hugging Face Hub: push them to a model repository, fetch them from one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gan.config import RECIPES
from gan.errors import HubError
from gan.store.files import sha256

SCHEME = "hub:"
FILES = ["*.safetensors", "*.jsonl", "*.png", "*.webp", "README.md"]  # all that is read from a repository


def push(root: Path, repository: str, token: str | None = None) -> str:
    """Upload the finished runs in `root` and their card to the model repository USER/NAME; its address.

    The repository is made where there is none. A run there of the same name gives way to the new one, file by file.
    Without a token, huggingface_hub takes the one of HF_TOKEN or of `hf auth login`. Raises HubError, also where the
    card is of other runs.
    """
    runs = _runs(root)
    if not runs:
        raise HubError(f"there are no checkpoints in {root}: `python train.py` makes them")
    _check_card(root, runs)
    with _explained(repository, "write to it"):
        from huggingface_hub import HfApi

        hub = HfApi(token=token)
        hub.create_repo(repository, exist_ok=True)
        files = [f"{run}/{name}" for run in runs for name in ("epoch-*.safetensors", "metrics.jsonl", "samples-*.png")]
        hub.upload_folder(
            repo_id=repository,
            folder_path=root,
            allow_patterns=[
                "README.md",
                "classifier.safetensors",
                "progression.webp",
                *(f"{run}.png" for run in runs),
                *files,
            ],
            delete_patterns=files,
            commit_message="Upload the checkpoints",
        )
        return f"{hub.endpoint}/{repository}"


def fetch(place: str) -> Path:
    """The folder of the checkpoints at `place`: a folder's path, or hub:USER/NAME.

    What is fetched is kept in huggingface_hub's cache, and taken from there while the Hub cannot be reached.
    Raises HubError.
    """
    if not place.startswith(SCHEME):
        return Path(place)
    repository = place.removeprefix(SCHEME)
    with _explained(repository, "read it"):
        from huggingface_hub import snapshot_download

        root = Path(snapshot_download(repository, allow_patterns=FILES))
    if not _runs(root):
        raise HubError(
            f"{place}: there are no checkpoints of this project in it; "
            f"`python train.py --push-to-hub {repository}` puts them there"
        )
    return root


def _runs(root: Path) -> list[str]:
    return [model for model in RECIPES if any((root / model).glob("epoch-*.safetensors"))]


def _check_card(root: Path, runs: list[str]) -> None:
    from gan.checkpoint import epochs, snapshot_path  # with torch, for which the page does not wait

    card = root / "README.md"
    if not card.exists():
        return
    told = card.read_text(encoding="utf-8")
    for run in runs:
        if sha256(snapshot_path(root / run, epochs(root / run)[-1])) not in told:
            raise HubError(
                f"{card} is not about what is in {root / run}: "
                f"`python train.py --evaluate --out {root}` writes it anew; or delete it"
            )


@contextmanager
def _explained(repository: str, deed: str) -> Iterator[None]:
    # Says in one line what went wrong while someone wanted to do a deed with a repository.
    from httpx2 import HTTPError
    from huggingface_hub.errors import HFValidationError

    place = f"{SCHEME}{repository}"
    if repository.count("/") != 1:
        raise HubError(f"{place}: a repository on the Hub is named USER/NAME")
    try:
        yield
    except (HTTPError, OSError) as error:
        raise HubError(f"{place}: {_advice(error, deed)}") from error
    except HFValidationError as error:
        raise HubError(f"{place}: a repository is named USER/NAME, in letters, digits, '-', '_' and '.'") from error
    except ValueError as error:  # a card that the Hub does not take
        raise HubError(f"{place}: {' '.join(str(error).split())}") from error


def _advice(error: Exception, deed: str) -> str:
    from httpx2 import HTTPError
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    if isinstance(error, LocalEntryNotFoundError):
        error = error.__cause__ or error  # what kept snapshot_download from the Hub
    login = "log in with `hf auth login`, or set HF_TOKEN to a token that may"
    match error:
        case RepositoryNotFoundError():
            return f"there is no such model repository, or you may not {deed}: {login}"
        case HfHubHTTPError() if error.response.status_code in (401, 403):
            return f"you may not {deed}: {login}"
        case HfHubHTTPError():
            return f"the Hub answers {error.response.status_code}; try again later"
        case HTTPError() | OfflineModeIsEnabled() | LocalEntryNotFoundError():
            return "the Hub cannot be reached; check the network, and that HF_HUB_OFFLINE is not set"
    return f"{error.strerror or error}; free some space, or set HF_HOME to another folder"
