"""Checkpoints to and from a stand-in for the Hugging Face Hub, over HTTP."""

import shutil
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from helpers.digits import draw_digits
from helpers.films import SAVED
from helpers.hub import TOKEN, running_hub
from helpers.serving import ask, serving
from huggingface_hub import close_session, constants

from gan.checkpoint import snapshot_path
from gan.datasets.reals import REALS, save_reals
from gan.directions_file import DIRECTIONS
from gan.errors import HubError
from gan.models import MODELS
from gan.network import NETWORK
from gan.publish import hub as publish_hub
from gan.publish.hub import fetch, push
from gan.publish.pictures import FILM
from gan.real_distances import DISTANCES
from gan.store.files import sha256
from gan.ui.catalogue import catalogue

ROOT = Path(__file__).parents[2]
NAME = "someone/digits"
SOURCE = f"hub:{NAME}"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A Hub that this process uses, with the token that may write."""
    with running_hub() as hub:
        hub.use_here(monkeypatch, tmp_path / "home", TOKEN)
        yield hub


@pytest.fixture
def runs(tmp_path, checkpoints):
    """A folder of checkpoints as training leaves it, with files that are not for others."""
    root = shutil.copytree(checkpoints, tmp_path / "runs")
    digests = [sha256(snapshot_path(root / model, saved[-1])) for model, saved in SAVED.items()]
    (root / "README.md").write_text("---\nlicense: mit\n---\n" + "\n".join(digests))
    (root / "classifier.safetensors").write_bytes(b"weights")
    (root / FILM).write_bytes(b"film")
    save_reals(root / REALS, "train", *draw_digits(3, 0))
    (root / REALS / "README.md").write_text("of others")
    (root / REALS / ".train-0.png.draft").write_bytes(b"half")
    for model in SAVED:
        (root / f"{model}.png").write_bytes(b"digits")
        (root / model / "metrics.jsonl").write_text('{"epoch": 0}\n')
        (root / model / "samples-001.png").write_bytes(b"digits")
        for folder in (f".{model}-in-progress", f".{model}-old"):
            shutil.copytree(root / model, root / folder)
    (root / "mlp" / "state.safetensors").write_bytes(b"state")
    (root / "mlp" / ".epoch-002.safetensors.draft").write_bytes(b"half")
    (root / "notes.txt").write_text("mine")
    return root


def public_files(root):
    """The files in a folder of checkpoints that are for others."""
    names = ["README.md", "classifier.safetensors", FILM]
    names += [f"{REALS}/{name}" for name in ("README.md", "train-0.png", "test-0.png", DISTANCES)]
    for model in SAVED:
        names += [f"{model}.png", f"{model}/metrics.jsonl", f"{model}/samples-001.png", f"{model}/{DIRECTIONS}"]
        names += [f"{model}/{path.name}" for path in (root / model).glob("epoch-*.safetensors")]
    return {name: (root / name).read_bytes() for name in names}


def error_of(function, *args):
    with pytest.raises(HubError) as raised:
        function(*args)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_push_uploads_the_public_files_only(hub, runs):
    assert push(runs, NAME) == f"{hub.address}/{NAME}"
    assert hub.repositories == {NAME: public_files(runs)}


def test_a_model_without_a_recipe_is_pushed_and_a_folder_of_no_model_is_not(hub, runs, monkeypatch):
    monkeypatch.setitem(MODELS, "other", MODELS["mlp"])
    shutil.copytree(runs / "mlp", runs / "other")
    shutil.copytree(runs / "mlp", runs / "copy of mlp")
    push(runs, NAME)
    pushed = hub.repositories[NAME]
    assert any(name.startswith("other/") for name in pushed)
    assert not any(name.startswith("copy") for name in pushed)


def test_a_pushed_run_replaces_the_run_of_its_name_and_keeps_other_files(hub, runs):
    replaced = {"mlp/epoch-100.safetensors": b"old", "mlp/metrics.jsonl": b"old"}
    replaced |= {f"{REALS}/{name}": b"old" for name in ("train-1.png", "test-0.png", DISTANCES)}
    kept = {"vae/epoch-001.safetensors": b"theirs", "LICENSE": b"mit"}
    hub.repositories[NAME] = replaced | kept
    push(runs, NAME)
    assert hub.repositories[NAME] == public_files(runs) | kept


def test_files_whose_names_are_not_those_of_epochs_are_neither_pushed_nor_deleted(hub, runs):
    others = {f"mlp/epoch-{epoch}.safetensors": b"theirs" for epoch in ("1", "0001", "last", "9" * 20)}
    hub.repositories[NAME] = dict(others)
    expected = public_files(runs) | others
    for epoch in ("7", "best"):
        (runs / "mlp" / f"epoch-{epoch}.safetensors").write_bytes(b"mine")
    push(runs, NAME)
    assert hub.repositories[NAME] == expected


def test_fetch_downloads_neither_pickles_nor_code(hub, runs):
    hub.repositories[NAME] = public_files(runs) | {"pytorch_model.bin": b"a pickle", "run.py": b"code"}
    root = fetch(SOURCE)
    assert {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()} == (
        public_files(runs)
    )
    assert not [request for request in hub.requests if "pytorch_model" in request or "run.py" in request]


def test_fetch_returns_the_cached_copy_if_the_hub_is_down(hub, runs):
    hub.repositories[NAME] = public_files(runs)
    root = fetch(SOURCE)
    hub.error_status = 503
    assert fetch(SOURCE) == root


@pytest.mark.parametrize("name", ["digits", "some/one/digits", ""])
def test_a_name_without_exactly_one_slash_is_refused_before_any_request(hub, runs, name):
    assert error_of(fetch, f"hub:{name}") == f"hub:{name}: the name of a repository has the form USER/NAME"
    assert error_of(push, runs, name) == f"hub:{name}: the name of a repository has the form USER/NAME"
    assert not hub.requests


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("some one/digits", None, "Repo id must use alphanumeric chars"),
        ("someone/absent", None, "Repository Not Found"),
        (NAME, 403, "Make sure your token has the correct permissions"),
        (NAME, 500, "500 Internal Server Error"),
    ],
)
def test_an_error_of_the_hub_in_fetch_is_one_line_in_its_own_words(hub, name, status, message):
    hub.error_status = status
    error = error_of(fetch, f"hub:{name}")
    assert error.startswith(f"hub:{name}: ") and message in error


@pytest.mark.parametrize(
    ("token", "status", "message"),
    [("hf_other", None, "token has the correct permissions"), (TOKEN, 500, "500 Internal Server Error")],
)
def test_an_error_of_the_hub_in_push_is_one_line_in_its_own_words(hub, runs, monkeypatch, token, status, message):
    hub.repositories[NAME], hub.error_status = {}, status
    monkeypatch.setenv("HF_TOKEN", token)
    error = error_of(push, runs, NAME)
    assert error.startswith(f"{SOURCE}: ") and message in error
    assert not hub.repositories[NAME]


def test_an_unreachable_hub_is_one_line(tmp_path, monkeypatch, runs):
    with running_hub() as stopped:
        stopped.use_here(monkeypatch, tmp_path / "home", TOKEN)
    assert "Connection refused" in error_of(fetch, SOURCE)
    assert "Connection refused" in error_of(push, runs, NAME)


def test_a_repository_without_checkpoints_is_one_line_with_the_command_that_uploads_some(hub):
    hub.repositories["someone/empty"] = {"README.md": b"", "model.safetensors": b""}
    assert "`python -m gan.publish push someone/empty`" in error_of(fetch, "hub:someone/empty")


def test_a_folder_without_checkpoints_is_not_pushed(hub, tmp_path):
    assert f"no checkpoints in {tmp_path}" in error_of(push, tmp_path, NAME)
    assert not hub.requests


def test_a_card_of_other_runs_is_not_pushed(hub, runs):
    path = snapshot_path(runs / "dcgan", SAVED["dcgan"][-1])
    path.write_bytes(path.read_bytes() + b" ")  # as if the run had been trained again
    error = error_of(push, runs, NAME)
    assert str(runs / "README.md") in error and f"`python -m gan.publish card --out {runs}`" in error
    assert not hub.requests


def test_runs_without_a_card_are_pushed(hub, runs):
    (runs / "README.md").unlink()
    push(runs, NAME)
    assert "mlp/metrics.jsonl" in hub.repositories[NAME]


def test_a_folder_in_place_of_a_card_is_no_card(hub, runs):
    (runs / "README.md").unlink()
    (runs / "README.md").mkdir()
    push(runs, NAME)
    assert "mlp/metrics.jsonl" in hub.repositories[NAME]


def test_a_card_that_the_hub_refuses_is_one_line(hub, runs):
    card = runs / "README.md"
    card.write_text(card.read_text().rpartition("---\n")[2])
    assert error_of(push, runs, NAME) == f"{SOURCE}: Invalid metadata in README.md. - no metadata"


def test_app_py_ends_with_one_line_if_the_hub_is_unreachable(tmp_path):
    with running_hub() as stopped:
        environment = stopped.environment(tmp_path, GAN_CHECKPOINTS=SOURCE)
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"app.py: {SOURCE}: ")


def test_a_mirror_that_does_not_name_the_commit_is_one_line_in_the_words_of_the_hub(hub, runs):
    hub.repositories[NAME], hub.names_commit = public_files(runs), False
    error = error_of(fetch, SOURCE)
    assert "X-Repo-Commit" in error and "space" not in error


def test_the_login_page_of_a_network_is_one_line_that_says_what_to_do(hub, runs):
    hub.repositories[NAME], hub.page = public_files(runs), b"<html>Please log in</html>"
    error = error_of(fetch, SOURCE)
    assert f"open {hub.address} in a browser" in error and "Expecting" not in error


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9"),
        ("http_proxy", "http://127.0.0.1:9"),
        ("HTTPS_PROXY", "foo://x"),
    ],
)
def test_the_error_names_the_variables_that_decide_how_the_hub_is_reached(hub, runs, monkeypatch, variable, value):
    hub.repositories[NAME] = public_files(runs)
    for name in ("NO_PROXY", publish_hub.ENDPOINT, *NETWORK):
        for spelling in (name, name.lower()):
            monkeypatch.delenv(spelling, raising=False)
    monkeypatch.setenv(variable, value)
    close_session()
    error = error_of(fetch, SOURCE)
    close_session()
    assert f"(set in the environment: {variable})" in error and value not in error.partition("(set in")[2]


def test_a_file_of_certificates_that_does_not_exist_is_named_alone(hub, runs, monkeypatch):
    hub.repositories[NAME] = public_files(runs)
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    close_session()
    error = error_of(fetch, SOURCE)
    close_session()
    assert "SSL_CERT_FILE in the environment names a file that does not exist" in error and "proxy" not in error


@pytest.mark.parametrize("arguments", [(fetch, SOURCE), (push, "runs", NAME)])
def test_requests_to_the_hub_have_a_time_limit(hub, runs, monkeypatch, arguments):
    monkeypatch.setattr(publish_hub, "TIMEOUT", 0.2)
    close_session()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        error = error_of(*(runs if argument == "runs" else argument for argument in arguments))
    close_session()
    assert "timed out" in error


@pytest.mark.slow
def test_an_unreachable_storage_is_one_line_with_the_variable_that_goes_around_it(hub, runs, tmp_path):
    hub.repositories[NAME] = public_files(runs)
    with running_hub() as stopped:
        hub.storage = stopped.address
    environment = hub.environment(tmp_path / "home", GAN_CHECKPOINTS=SOURCE)
    run = partial(subprocess.run, [sys.executable, "app.py"], cwd=ROOT, capture_output=True, text=True, timeout=100)
    done = run(env=environment)
    assert done.returncode == 1 and SOURCE in done.stdout and "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("app.py: ")]
    assert line.startswith(f"app.py: {SOURCE}: ") and "HF_HUB_DISABLE_XET=1" in line
    with serving(SOURCE, environment | {"HF_HUB_DISABLE_XET": "1"}) as address:
        assert ask(address, "catalogue", [])["models"] == catalogue(runs)["models"]


@pytest.mark.slow
def test_app_py_serves_checkpoints_from_the_hub(hub, runs, tmp_path):
    hub.repositories[NAME] = public_files(runs)
    with serving(SOURCE, hub.environment(tmp_path / "home")) as address:
        assert ask(address, "catalogue", [])["models"] == catalogue(runs)["models"]
        assert ask(address, "generate", ["mlp", 2, 7, 4])["seeds"] == [7, 8, 9, 10]
