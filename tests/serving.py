"""python app.py over a folder of checkpoints, as a process: python tests/serving.py DIR asks it for every film."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILM = {"sprite", "tile", "columns", "rows", "frames", "captions", "seeds", "scores"}


@contextmanager
def serving(checkpoints: Path) -> Iterator[str]:
    """The address of a running app.py; when done, it is stopped and must have printed no traceback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "GAN_CHECKPOINTS": str(checkpoints.resolve()),
        "GRADIO_SERVER_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, str(ROOT / "app.py")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            while str(port) not in (line := process.stdout.readline()):
                assert line, "app.py ended before it served"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
        printed = process.stdout.read()
    assert "Traceback" not in printed, printed


def ask(address: str, name: str, values: list) -> dict:
    """The film that an endpoint answers with."""
    request = urllib.request.Request(
        f"{address}/gradio_api/run/{name}", json.dumps({"data": values}).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        (film,) = json.load(answer)["data"]
    assert film.keys() == FILM
    return film


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with serving(folder) as address:
        for run in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
            epochs = ask(address, "progression", [run.name, 0, 4])["frames"]
            assert epochs == len(list(run.glob("epoch-*.safetensors")))
            assert ask(address, "generate", [run.name, 0, 0, 9])["seeds"] == list(range(9))
            assert ask(address, "interpolate", [run.name, 0, 0, 1, 5, "slerp"])["frames"] == 5
            print(f"{run.name}: {epochs} epochs are served")
