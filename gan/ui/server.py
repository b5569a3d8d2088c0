"""Serve the page until the process is asked to stop."""

import os
import signal
import socket
import sys
import time
from pathlib import Path
from threading import Thread

import gradio as gr
from gradio.tunneling import CURRENT_TUNNELS
from starlette.middleware import Middleware

from gan.ui.endpoints import endpoints, load_catalogue
from gan.ui.gate import gate
from gan.ui.page import LAUNCH
from gan.ui.port import VARIABLE, requested_port
from gan.ui.web_files import WEB_ROUTE

GRACE = 4  # seconds for requests in flight; the process must end within five
UNREAD_TIMEOUT = 60_000  # milliseconds after which a client that reads nothing of its answer is disconnected


def serve(demo: gr.Blocks, root: Path) -> None:
    """Serve the page over `root` until Ctrl-C or SIGTERM, then answer the requests in flight and exit.

    Exits with code 1 and one line if the port is not available.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C
    try:
        _launch(demo, root)
        Thread(target=load_catalogue, args=[root], daemon=True).start()  # load torch in the background
        while True:
            time.sleep(1)  # Python handles signals in this thread only, so wake it up every second
    except KeyboardInterrupt:
        _stop(demo)


def _launch(demo: gr.Blocks, root: Path) -> None:
    # Gradio uses the next free port by default. A port that was asked for must be that port.
    port = requested_port()
    try:
        demo.launch(**LAUNCH, app_kwargs=app_kwargs(root), server_port=port, prevent_thread_lock=True)
    except OSError as error:
        if not str(error).startswith("Cannot find empty port"):
            raise
        sys.exit(f"app.py: port {port or 7860} is taken or not allowed. Set {VARIABLE} to another")
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux only; elsewhere an answer that nobody reads stays in memory
        for server in demo.server.servers:
            for listener in server.sockets:  # connections inherit the option
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_TIMEOUT)


def app_kwargs(root: Path) -> dict:
    """Arguments of Gradio's FastAPI app: the gate, the page's own files, and no documentation pages of FastAPI."""
    closed = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    return {"middleware": [Middleware(gate, endpoints(root))], "routes": [WEB_ROUTE], **closed}


def _stop(demo: gr.Blocks) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # a second signal changes nothing
    if demo.server:
        demo.app.stop_event.set()  # ends the event streams of open pages
        demo.server.should_exit = True
        demo.server.thread.join(GRACE)
    for tunnel in CURRENT_TUNNELS:
        tunnel.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # Python's own exit aborts if a thread is still inside PyTorch
