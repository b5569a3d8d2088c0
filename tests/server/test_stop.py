"""How python app.py ends: what is in flight is answered, a page that is open holds nothing up, a used port is told."""

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
from helpers.serving import ROOT, ask, started

from gan.ui.render import draw_film
from gan.ui.server import GRACE

ASKED = ["mlp", 2, 7, 4]
STOPS = [signal.SIGTERM, signal.SIGINT]


@contextmanager
def asking(address):
    """A question that the server has begun to read: its connection, and the last bytes, which are not yet sent."""
    body = json.dumps({"data": ASKED}).encode()
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as connection:
        connection.putrequest("POST", "/gradio_api/run/generate")
        for name, value in {
            "content-type": "application/json",
            "content-length": len(body),
            "expect": "100-continue",
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.sock.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.send(body[:-1])
        yield connection, body[-1:]


def until_closed(address):
    """Wait until the server takes no more connections."""
    host, port = address.removeprefix("http://").split(":")
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))):
                return


@pytest.mark.parametrize("sign", STOPS)
def test_a_signal_that_another_thread_is_given_ends_the_process_too(checkpoints, sign):
    send = getattr(ctypes.CDLL(None), "tgkill", None)
    if send is None:
        pytest.skip("this system does not send signals to threads")
    with started(checkpoints) as (process, address):
        assert ask(address, "generate", ASKED)["seeds"]
        threads = {int(name) for name in os.listdir(f"/proc/{process.pid}/task")} - {process.pid}
        assert send(process.pid, min(threads), sign) == 0
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("sign", STOPS)
def test_what_is_in_flight_is_answered_and_the_process_ends_well(checkpoints, sign):
    expected = draw_film(checkpoints, "generate", ASKED)
    with started(checkpoints) as (process, address):
        assert ask(address, "generate", ASKED) == expected  # by now PyTorch is loaded
        with asking(address) as (connection, last):
            process.send_signal(sign)
            until_closed(address)
            connection.send(last)
            answer = HTTPResponse(connection.sock)
            answer.begin()
            assert answer.status == 200
            assert json.load(answer)["data"] == [expected]
        assert process.wait(60) == 0


@pytest.mark.parametrize("sign", STOPS)
def test_an_open_page_does_not_hold_up_the_end(checkpoints, sign):
    with started(checkpoints) as (process, address):
        with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as page:
            page.request("GET", "/gradio_api/heartbeat/page")
            answer = page.getresponse()
            assert b"ALIVE" in answer.readline()
            process.send_signal(sign)
            assert answer.read().strip() == b""  # ended by the server, in order
        assert process.wait(60) == 0


def test_a_question_that_never_ends_is_given_up(checkpoints):
    assert GRACE < 5
    with started(checkpoints) as (process, address), asking(address):
        process.terminate()
        until_closed(address)
        process.terminate()  # impatience changes nothing
        assert process.wait(60) == 0


def test_a_process_that_has_just_begun_to_load_ends_well(checkpoints):
    with started(checkpoints) as (process, _):
        process.terminate()
        assert process.wait(60) == 0


def test_a_used_port_is_one_line_that_names_it(checkpoints):
    with started(checkpoints) as (_, address):
        port = address.rpartition(":")[2]
        second = subprocess.run(
            [sys.executable, str(ROOT / "app.py")],
            env=os.environ | {"GAN_CHECKPOINTS": str(checkpoints), "GRADIO_SERVER_PORT": port},
            capture_output=True,
            text=True,
        )
        assert (second.returncode, second.stdout) == (1, "")
        (line,) = second.stderr.splitlines()
        assert line.startswith("app.py: ") and port in line and "GRADIO_SERVER_PORT" in line
        assert ask(address, "generate", ASKED) == draw_film(checkpoints, "generate", ASKED)


@pytest.mark.parametrize("port", ["", "abc", "0", "-1", "65536", "9" * 400, "00000080", "\uff17\uff18"])
def test_a_port_that_is_none_is_one_line_that_says_what_is_allowed(checkpoints, port):
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env=os.environ | {"GAN_CHECKPOINTS": str(checkpoints), "GRADIO_SERVER_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("app.py: ") and "GRADIO_SERVER_PORT" in line and "65535" in line
