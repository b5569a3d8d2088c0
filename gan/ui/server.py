"""Serve the page until the process is asked to stop."""

import os
import signal
import sys
import time

import gradio as gr
from fastapi import Depends
from gradio.tunneling import CURRENT_TUNNELS
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from gan.console import say
from gan.errors import first_line
from gan.ui.answers import Answers
from gan.ui.connections import bound_connections, max_connections
from gan.ui.endpoints import load_catalogue
from gan.ui.environment import PORT
from gan.ui.frames import frame_ancestors
from gan.ui.gate import gate
from gan.ui.gradio_check import gradio_check
from gan.ui.page import LAUNCH, show_runs
from gan.ui.routes import refuse, routes
from gan.ui.texts import NoteError

MAX_BODY_BYTES = 64_000
MAX_STREAMS = 512  # open event streams, one for each open page


def serve(demo: gr.Blocks, answers: Answers, name: str | None, port: int | None) -> None:
    """Serve the page until Ctrl-C or SIGTERM, then answer the requests in flight and exit, within about five seconds.

    name, port: where to serve, or None for Gradio's choice. Exits with code 1 and one line if that is not possible.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C
    try:
        _launch(demo, answers, name, port)
        say(f"GAN digits: {demo.local_url}\nPress Ctrl-C to stop.")
        # Load torch and the networks in the background. If that fails, the first question raises the same error.
        loading = answers.threads["catalogue"].submit(load_catalogue, answers.root)
        loading.add_done_callback(lambda done: show_runs(demo, answers.root, done.result()))
        while True:
            time.sleep(1)  # Python handles signals in this thread only, so wake it up every second
    except KeyboardInterrupt:
        _stop(demo)


def _launch(demo: gr.Blocks, answers: Answers, name: str | None, port: int | None) -> None:
    address = {"server_name": name, "server_port": port}
    limit = max_connections()
    kwargs = app_kwargs(demo, answers, max_streams=min(MAX_STREAMS, limit // 2))
    try:
        demo.launch(**LAUNCH, **address, app_kwargs=kwargs, prevent_thread_lock=True, quiet=True)
    except OSError as error:
        sys.exit(f"app.py: cannot serve the page ({first_line(error)}). Set {PORT} to a free port")
    bound_connections(demo.server, limit)


def app_kwargs(demo: gr.Blocks, answers: Answers, max_streams: int) -> dict:
    """Arguments of Gradio's FastAPI app: the gate, our routes, the checks, and no documentation pages of FastAPI."""
    return {
        "routes": routes(answers),
        "middleware": [Middleware(gate, frame_ancestors(), max_streams)],
        "dependencies": [Depends(gradio_check(answers, demo._queue.pending_event_ids_session))],
        "exception_handlers": {
            NoteError: lambda request, error: refuse(error),
            ClientDisconnect: lambda request, error: Response(status_code=400),  # nobody reads it
        },
        "max_body_size": MAX_BODY_BYTES,
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
    }


def _stop(demo: gr.Blocks) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # a second signal changes nothing
    demo.close(verbose=False)
    for tunnel in CURRENT_TUNNELS:
        tunnel.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # Python's own exit aborts if a thread is still inside PyTorch
