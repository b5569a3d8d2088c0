"""The commands python -m gan.publish card and push."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.films import SAVED
from helpers.hub import TOKEN, running_hub

from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.errors import HubError
from gan.publish import __main__ as publish

ROOT = Path(__file__).parents[2]
WRONG = {
    "COMMAND": [],
    "invalid choice": ["upload"],
    "no folder no-such-folder": ["card", "--data", "no-such-folder"],
    "--out mine": ["card", "--data", "FashionMNIST"],
    "--baseline": ["card", "--baseline", "no-such-folder"],
    "USER/NAME": ["push"],
    "unrecognized arguments": ["push", "someone/digits", "--baseline", "classic"],
}


@pytest.fixture
def command(monkeypatch, capsys):
    """Run a command in this process. Return its exit code and what it printed to stdout and stderr."""
    monkeypatch.setattr(publish, "configure_torch", lambda: None)

    def run(*words):
        try:
            code = publish.main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def calls(monkeypatch):
    """Record the arguments of make_card and push instead of calling them."""
    made = []
    monkeypatch.setattr(publish, "make_card", lambda *args: made.append(args) or ("the card's path", []))
    monkeypatch.setattr(publish, "push", lambda *args: made.append(args) or "the repository's address")
    return made


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_flag_ends_with_one_line_and_exit_code_2(message, command, calls):
    code, out, err = command(*WRONG[message])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("python -m gan.publish") and message in err
    assert not calls


def test_card_prints_the_path_of_the_card_it_made(command, calls, tmp_path):
    assert command("card") == (0, "the card's path\n", "")
    command("card", "--out", "mine", "--data", "KMNIST", "--baseline", tmp_path)
    assert calls == [(Path("checkpoints"), "MNIST", None), (Path("mine"), "KMNIST", tmp_path)]


def test_card_names_the_metrics_that_it_leaves_out(command, monkeypatch):
    monkeypatch.setattr(publish, "make_card", lambda *args: ("the card's path", ["recall", "density"]))
    code, out, err = command("card")
    assert (code, out, err.count("\n")) == (0, "the card's path\n", 1) and "recall, density" in err


def test_push_prints_the_address_of_the_repository(command, calls):
    begun = "Uploading checkpoints to someone/digits\n"
    assert command("push", "someone/digits") == (0, "the repository's address\n", begun)
    command("push", "someone/digits", "--out", "mine")
    assert calls == [(Path("checkpoints"), "someone/digits"), (Path("mine"), "someone/digits")]


def test_an_error_that_the_user_can_fix_is_one_line_and_exit_code_1(command, monkeypatch):
    def refuse(*args):
        raise HubError("hub:someone/digits: refused")

    monkeypatch.setattr(publish, "push", refuse)
    code, printed, errors = command("push", "someone/digits")
    assert (code, printed) == (1, "")
    assert errors.splitlines()[1:] == ["python -m gan.publish push: hub:someone/digits: refused"]


def test_ctrl_c_is_exit_code_130(command, monkeypatch):
    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "make_card", stop)
    assert command("card") == (130, "", "\nstopped\n")


def test_runs_without_a_classifier_are_one_line_that_says_how_to_make_one(command, checkpoints, mnist):
    code, out, err = command("card", "--data", mnist, "--out", checkpoints)
    assert (code, out, err.count("\n")) == (1, "", 1) and f"classifier --data {mnist} --out {checkpoints}`" in err


@pytest.mark.slow
def test_card_and_push_upload_a_card_that_describes_the_runs(tmp_path, checkpoints, mnist):
    root = shutil.copytree(checkpoints, tmp_path / "runs")
    save_classifier(root / WEIGHTS, classifier(0))

    def run(*words):
        command = [sys.executable, "-m", "gan.publish", *map(str, words), "--out", str(root)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    with running_hub() as hub:
        environment = hub.environment(tmp_path / "home", HF_TOKEN=TOKEN)
        assert run("card", "--data", mnist) == str(root / "README.md")
        assert run("push", "someone/digits") == f"{hub.address}/someone/digits"
        uploaded = hub.repositories["someone/digits"]
    assert uploaded["README.md"] == (root / "README.md").read_bytes()
    assert {f"{model}.png" for model in SAVED} <= uploaded.keys()
