"""What "Troubleshooting" in gan/README.md quotes is what the programs print, and its advice helps."""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from helpers.digits import write_mnist
from helpers.films import SAVED
from helpers.readme import ROOT, section, steps
from torchvision.datasets import mnist as torchvision_mnist

from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.data import load_images
from gan.errors import DataError
from gan.ui.catalogue import catalogue

CAUSES = steps(section("gan/README.md", "Troubleshooting"))
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1234567\n".format("0" * 64)


def quoted(words):
    """The message that a cause quotes."""
    (message,) = [re.match("`(.*?)`", cause)[1] for cause in CAUSES if words in cause]
    return message


def test_without_network_mnist_goes_where_the_message_says(tmp_path, monkeypatch):
    def no_network(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(torchvision_mnist, "download_and_extract_archive", no_network)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as error:
        load_images("MNIST")
    message = str(error.value)
    assert quoted("MNIST") in message
    names = set(re.findall(r"[\w-]+-ubyte\b", message))
    folder = tmp_path / re.search(r"into ([^\s.,]+)", message)[1]
    write_mnist(tmp_path / "elsewhere")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(tmp_path / "elsewhere" / "MNIST" / "raw" / name, folder)
    assert len(names) == 4 and len(load_images("MNIST"))


@pytest.mark.slow
def test_a_taken_port_is_skipped_and_another_one_printed(checkpoints):
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_SERVER_PORT"}
    environment |= {"GAN_CHECKPOINTS": str(checkpoints), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "app.py"]
    with ExitStack() as stack:
        with suppress(OSError):  # another program has it
            stack.enter_context(socket.create_server(("127.0.0.1", 7860)))
        process = stack.enter_context(
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(process.terminate)
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://[\w.:]+", line)))
        with urlopen(address) as page:
            assert "GAN digits" in page.read().decode()
    assert 7860 < int(address.rpartition(":")[2]) < 7960


def test_pointers_in_place_of_checkpoints_are_said_of_every_run(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    save_classifier(root / WEIGHTS, classifier(0))
    for path in root.rglob("*.safetensors"):
        path.write_text(POINTER)
    notices = [notice["text"] for notice in catalogue(root)["notices"]]
    for model in SAVED:
        assert [text for text in notices if text.startswith(f"{model}: ") and quoted("damaged") in text]
