"""Run app.py as a process. `python tests/helpers/serving.py DIR` serves a folder of checkpoints and asks for films.

The folder must have no damaged snapshot.
"""

import itertools
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Below the ports that systems choose for connections; a thousand for each worker of pytest-xdist.
PORTS = itertools.count(20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))


def free_port() -> int:
    """A port that no server uses."""
    for port in PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def started(
    checkpoints: Path | str, variables: Mapping[str, str] = os.environ, program: Path = ROOT / "app.py"
) -> Iterator[tuple[subprocess.Popen, str]]:
    """Start app.py, wait until it serves, and yield the process and its address. At the end, stop it.

    checkpoints: a folder or hub:USER/NAME. variables: the environment of the process, except what is set here.
    The process must exit with 0 and print no traceback.
    """
    port = free_port()
    environment = {
        **variables,
        "GAN_CHECKPOINTS": str(checkpoints.resolve() if isinstance(checkpoints, Path) else checkpoints),
        "GRADIO_SERVER_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, str(program)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            while f":{port}" not in (line := process.stdout.readline()):
                assert line, "app.py exited before it served"
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
        printed = process.stdout.read()
    assert "Traceback" not in printed, printed
    assert process.returncode == 0, printed


@contextmanager
def serving(
    checkpoints: Path | str, variables: Mapping[str, str] = os.environ, program: Path = ROOT / "app.py"
) -> Iterator[str]:
    """Like `started`, but yield only the address."""
    with started(checkpoints, variables, program) as (_, address):
        yield address


def ask(address: str, name: str, values: list) -> dict:
    """The answer of an endpoint."""
    request = urllib.request.Request(
        f"{address}/gradio_api/run/{name}", json.dumps({"data": values}).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        (answer,) = json.load(response)["data"]
    return answer


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with serving(folder) as address:
        catalogue = ask(address, "catalogue", [])
        assert catalogue["models"] and not catalogue["notices"], catalogue["notices"]
        for model, run in catalogue["models"].items():
            epochs = ask(address, "progression", [model, 0, 4])["frames"]
            assert epochs == len(run["epochs"]) == len(list((folder / model).glob("epoch-*.safetensors")))
            assert ask(address, "generate", [model, 0, 0, 9])["seeds"] == list(range(9))
            assert ask(address, "truncated", [model, 0, 0, 9, 0.5])["seeds"] == list(range(9))
            assert ask(address, "interpolate", [model, 0, 0, 1, 5, "slerp"])["frames"] == 5
            assert ask(address, "plane", [model, 0, [0, 1, 2, 3]])["frames"] == 121
            assert ask(address, "animation", ["gif", "progression", [model, 0, 4]])["file"]
            print(f"{model}: {epochs} epochs are served")
