"""What GAN_CHECKPOINTS may name."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gan.errors import VariableError
from gan.publish.source import VARIABLE, requested_source

ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(monkeypatch, tmp_path):
    """The source that a value of the variable names, in an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def ask(text):
        monkeypatch.setenv(VARIABLE, str(text))
        return requested_source(Path("default"))

    return ask


def test_without_the_variable_the_source_is_the_default(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert requested_source(Path("no such folder")) == Path("no such folder")


@pytest.mark.parametrize("name", ["runs", "runs of mine", "it's", "数字"])
def test_a_folder_is_taken_with_runs_or_empty(source, tmp_path, checkpoints, name):
    (tmp_path / name).mkdir()
    assert source(name) == Path(name)
    shutil.copytree(checkpoints, tmp_path / name, dirs_exist_ok=True)
    assert source(name) == Path(name)
    assert source(tmp_path / name) == tmp_path / name


def test_a_repository_on_the_hub_is_taken(source):
    assert source("hub:user/name") == "hub:user/name"


def error_of(source, text):
    with pytest.raises(VariableError) as error_info:
        source(text)
    message = str(error_info.value)
    assert message.startswith(f"{VARIABLE} is ") and "\n" not in message
    return message


@pytest.mark.parametrize(
    "address",
    [
        "https://huggingface.co/user/name",
        "https://huggingface.co/user/name/tree/main",
        "http://hf.co/user/name/",
        "huggingface.co/user/name",
        "hf://user/name",
        "hf://models/user/name",
        "hf:user/name",
        "Hub:user/name",
        "'https://huggingface.co/user/name'",
        '"hub:user/name"',
    ],
)
def test_another_way_to_write_a_repository_is_refused_with_the_right_one(source, address):
    assert error_of(source, address).endswith("Write hub:user/name")


@pytest.mark.parametrize("text", ["https://huggingface.co/spaces/user/name", "hf://datasets/user/name", "s3://runs"])
def test_other_addresses_are_refused(source, text):
    assert "hub:USER/NAME" in error_of(source, text)


@pytest.mark.parametrize("text", ["", " ", "''", '""'])
def test_an_empty_name_is_refused(source, text):
    assert "unset it" in error_of(source, text)


def test_a_quoted_folder_is_refused_with_the_name_alone(source, checkpoints):
    assert error_of(source, f"'{checkpoints}'").endswith(f"Write {checkpoints}")


def test_a_folder_that_does_not_exist_and_a_file_are_refused(source, tmp_path):
    (tmp_path / "file").touch()
    assert "does not exist" in error_of(source, "nowhere")
    assert "does not exist" in error_of(source, "x" * 5000)
    assert "is a file" in error_of(source, "file")


@pytest.mark.parametrize("run", ["mlp", ".mlp-in-progress"])
def test_the_folder_of_a_run_is_refused_with_the_folder_that_holds_it(source, tmp_path, checkpoints, run):
    shutil.copytree(checkpoints / "mlp", tmp_path / "runs" / run)
    assert error_of(source, tmp_path / "runs" / run).endswith(f": {tmp_path / 'runs'}")


def test_a_file_whose_number_is_no_epoch_makes_no_run(source, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "epoch-99999999999999999999.safetensors").touch()
    assert source("runs") == Path("runs")


def test_a_folder_above_the_runs_is_refused_with_the_folder_that_holds_them(source, tmp_path, checkpoints):
    shutil.copytree(checkpoints, tmp_path / "runs")
    assert "but runs has" in error_of(source, ".")


def test_app_py_ends_with_that_line(checkpoints):
    environment = {"GAN_CHECKPOINTS": str(checkpoints / "mlp"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1
    assert done.stderr.startswith("app.py: GAN_CHECKPOINTS is ")
