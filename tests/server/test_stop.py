"""How app.py ends: requests in flight are answered, open pages hold up nothing."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse

import pytest
from helpers.raw_http import QUESTION, RUN
from helpers.serving import ROOT, ask, started

from gan.ui.catalogue import catalogue
from gan.ui.problems import describe_runs
from gan.ui.render import draw_film

SIGNALS = [signal.SIGTERM, signal.SIGINT]
BOTH_SIGNALS = [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]


@contextmanager
def unfinished_request(address):
    """A request that the server has begun to read: its connection, and the last byte, which is not sent yet."""
    body = json.dumps(QUESTION).encode()
    headers = {"content-type": "application/json", "content-length": len(body), "expect": "100-continue"}
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as connection:
        connection.putrequest("POST", RUN)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.sock.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.send(body[:-1])
        yield connection, body[-1:]


def wait_until_closed(address):
    """Wait until the server accepts no more connections."""
    host, port = address.removeprefix("http://").split(":")
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))):
                return


# Signals


@pytest.mark.parametrize("sign", BOTH_SIGNALS)
def test_a_signal_lets_the_requests_in_flight_finish_and_the_process_exits_with_0(checkpoints, sign):
    film = draw_film(checkpoints, "generate", QUESTION["data"])
    with started(checkpoints) as (process, address):
        assert ask(address, "generate", QUESTION["data"]) == film  # PyTorch is loaded
        with unfinished_request(address) as (connection, last_byte):
            process.send_signal(sign)
            wait_until_closed(address)
            connection.send(last_byte)
            answer = HTTPResponse(connection.sock)
            answer.begin()
            assert answer.status == 200
            assert json.load(answer)["data"] == [film]
        assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("sign", SIGNALS)
def test_a_signal_that_the_system_gives_to_another_thread_ends_the_process_too(checkpoints, sign):
    send = getattr(ctypes.CDLL(None), "tgkill", None)
    if send is None:
        pytest.skip("this system does not send signals to threads")
    with started(checkpoints) as (process, address):
        assert ask(address, "generate", QUESTION["data"])["seeds"]
        threads = {int(name) for name in os.listdir(f"/proc/{process.pid}/task")} - {process.pid}
        assert send(process.pid, min(threads), sign) == 0
        assert process.wait(timeout=30) == 0


@pytest.mark.slow
@pytest.mark.parametrize("sign", SIGNALS)
def test_an_open_page_does_not_delay_the_end(checkpoints, sign):
    with started(checkpoints) as (process, address):
        with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as page:
            page.request("GET", "/gradio_api/heartbeat/page")
            answer = page.getresponse()
            assert b"ALIVE" in answer.readline()
            process.send_signal(sign)
            assert answer.read().strip() == b""  # the server ends the stream properly
        assert process.wait(60) == 0


@pytest.mark.slow
def test_a_request_that_never_ends_is_dropped(checkpoints):
    with started(checkpoints) as (process, address), unfinished_request(address):
        process.terminate()
        wait_until_closed(address)
        process.terminate()  # a second signal changes nothing
        assert process.wait(60) == 0


@pytest.mark.slow
def test_a_process_that_is_still_loading_exits_with_0(checkpoints):
    with started(checkpoints) as (process, _):
        process.terminate()
        assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("module", ["httpx2", "gradio", "uvicorn"])
def test_ctrl_c_while_the_imports_run_is_one_line(checkpoints, module, tmp_path):
    program = tmp_path / "interrupted.py"
    program.write_text(
        "import os, runpy, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(name, *_):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        f"sys.meta_path.insert(0, Finder)\nsys.path.insert(0, {str(ROOT)!r})\n"
        "runpy.run_path(sys.path[0] + '/app.py', run_name='__main__')"
    )
    environment = os.environ | {"GAN_CHECKPOINTS": str(checkpoints)}
    done = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (130, "")
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("app.py: ")


# What is printed


@pytest.mark.slow
def test_the_terminal_shows_the_address_how_to_stop_and_the_runs(checkpoints):
    with started(checkpoints) as (process, _):  # it has read the line with the address
        assert "Ctrl-C" in process.stdout.readline()
        assert [process.stdout.readline().rstrip()] == describe_runs(checkpoints, catalogue(checkpoints))
