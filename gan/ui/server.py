"""Serving the page until the process is asked to end."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import gradio as gr
from gradio.tunneling import CURRENT_TUNNELS
from starlette.middleware import Middleware

from gan.ui.gate import guard
from gan.ui.page import LAUNCH, endpoints, warm
from gan.ui.port import VARIABLE, wanted_port
from gan.ui.web_files import WEB_ROUTE

GRACE = 4  # seconds for what is in flight, of the five that the whole end may take
UNREAD = 60_000  # milliseconds after which one who reads nothing of an answer is cut off


def serve(demo: gr.Blocks, root: Path) -> None:
    """Serve the page over `root` until Ctrl-C or SIGTERM, then answer what was asked and end.

    Ends the process with code 1 and one line where the port cannot be had.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        _launch(demo, root)
        warm(root)  # once the page is served, not before
        while True:
            time.sleep(1)  # the system may give a signal to another thread: it is seen here when this one wakes
    except KeyboardInterrupt:
        _stop(demo)


def _launch(demo: gr.Blocks, root: Path) -> None:
    # Gradio takes the next port where its own is taken. One that was asked for is where somebody looks.
    port = wanted_port()
    try:
        demo.launch(**LAUNCH, app_kwargs=around(root), server_port=port, prevent_thread_lock=True)
    except OSError as error:
        if not str(error).startswith("Cannot find empty port"):
            raise
        sys.exit(f"app.py: port {port or 7860} is taken or not allowed: set {VARIABLE} to another")
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux alone; elsewhere an answer that nobody reads stays in memory
        for server in demo.server.servers:
            for listening in server.sockets:  # its connections inherit what is set here
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD)


def around(root: Path) -> dict:
    """What is put around the app that Gradio makes of the page: arguments of FastAPI."""
    closed = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    return {"middleware": [Middleware(guard, endpoints(root))], "routes": [WEB_ROUTE], **closed}


def _stop(demo: gr.Blocks) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # one is enough
    if demo.server:
        demo.app.stop_event.set()  # ends what open pages listen to, which would have no end
        demo.server.should_exit = True
        demo.server.thread.join(GRACE)
    for tunnel in CURRENT_TUNNELS:
        tunnel.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # Python's own end aborts where a thread is still within PyTorch
