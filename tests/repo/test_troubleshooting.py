"""What the README's "Troubleshooting" says a program prints is what it prints, and what it advises helps."""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from urllib.request import urlopen

import pytest
from helpers.digits import write_mnist
from helpers.readme import ROOT, commands, section, shell
from helpers.serving import ask, serving

from gan.classifier import WEIGHTS, classifier, save_classifier

CAUSES = dict(re.findall(r"^\*\*(.*?)\*\*(.*?)(?=^\*\*|\Z)", section("Troubleshooting"), re.MULTILINE | re.DOTALL))
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1234567\n".format("0" * 64)


def printed(words):
    """What a program says, as a cause quotes it."""
    (found,) = [re.match("`(.*?)`", cause)[1] for cause in CAUSES if words in cause]
    return found


def test_without_network_mnist_is_put_where_the_message_says(fork):
    shutil.rmtree(fork / "data")
    offline = dict.fromkeys(["https_proxy", "http_proxy"], "http://127.0.0.1:9") | {"no_proxy": ""}
    done = shell("python train.py mlp --epochs 1", fork, **offline)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("train.py: ")]
    assert printed("MNIST") in line
    names = re.findall(r"[\w-]+-ubyte\b", line.rpartition(": ")[2])
    folder = re.search(r"into (\S+)$", line)[1]
    write_mnist(fork / "elsewhere")
    for name in names:
        shutil.copy(fork / "elsewhere" / "MNIST" / "raw" / name, fork / folder)
    assert len(names) == 4 and shell("python train.py mlp --epochs 1", fork, **offline).returncode == 0


def first_address(checkpoints, **variables):
    """The port of a page that answers."""
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_SERVER_PORT"}
    environment |= {"GAN_CHECKPOINTS": str(checkpoints), "PYTHONUNBUFFERED": "1"} | variables
    with subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
            with urlopen(address) as page:
                assert "GAN digits" in page.read().decode()
        finally:
            process.terminate()
    return int(address.rstrip("/").rpartition(":")[2])


def test_the_port_that_is_asked_for_is_taken(checkpoints):
    (command,) = [command for command in commands(section("Troubleshooting")) if command.endswith("app.py")]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert first_address(checkpoints, **{command.partition("=")[0]: str(port)}) == port


def test_the_usual_port_is_passed_over_where_it_is_taken(checkpoints):
    with ExitStack() as stack:
        with suppress(OSError):  # taken already: all the better
            stack.enter_context(socket.create_server(("127.0.0.1", 7860)))
        assert 7860 < first_address(checkpoints) < 7960


@pytest.fixture
def pointers(tmp_path, checkpoints):
    """A clone without Git LFS."""
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    save_classifier(root / WEIGHTS, classifier(0))
    for path in root.rglob("*.safetensors"):
        path.write_text(POINTER)
    return root


def test_pointers_in_the_place_of_checkpoints_are_told_one_by_one(pointers):
    said = printed("cannot be used")
    (size,) = re.findall(r"some (\d+) bytes", CAUSES[next(cause for cause in CAUSES if "cannot be used" in cause)])
    assert abs(len(POINTER) - int(size)) < 10
    with serving(pointers) as address:
        notices = ask(address, "catalogue", [])["notices"]
    names = [path.relative_to(pointers).as_posix() for path in pointers.rglob("*.safetensors")]
    name, _, rest = said.partition(" ")
    assert len(notices) == len(names) == 6 and name in names
    for name in names:
        assert [notice for notice in notices if notice.startswith(f"{name} {rest}")]
