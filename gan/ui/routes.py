"""The routes of the page beside Gradio's: /gradio_api/run/NAME, and the page's own files.

Gradio has a /run of its own that skips its queue, so nothing bounds it. This one asks `Answers`, which does.
"""

import asyncio
import json
from collections.abc import Coroutine

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gan.ui.answers import Answers
from gan.ui.endpoints import LATER_INPUTS
from gan.ui.texts import NoteError, user_error
from gan.ui.web_files import web_routes

# In a body, so that no parser runs out of stack. An animation of a live run with all settings and single steps has 83.
MAX_BRACKETS = 128
RETRY_AFTER = 5  # seconds, in answers with status 503
STATUSES = {  # of all other errors: 422
    "server.closed": 404,
    "server.no-answer": 404,
    "server.no-event": 404,
    "server.no-upload": 403,
    "server.busy": 503,
    "server.live-busy": 503,
    "server.measuring": 503,
}


def routes(answers: Answers) -> list[BaseRoute]:
    """The routes to put before Gradio's."""

    async def run(request: Request) -> Response:
        try:
            name, values = await read_question(request, answers)
            answer = await _unless_disconnected(request, answers.ask(name, values))
        except NoteError as error:
            return refuse(error)
        return Response(b'{"data":[' + answer + b"]}", media_type="application/json")

    return [Route("/gradio_api/run/{name}", run, methods=["POST"]), *web_routes()]


def refuse(error: NoteError) -> JSONResponse:
    """The answer to a request that is refused: {"error": note}."""
    status = STATUSES.get(error.note["key"], 422)
    return JSONResponse({"error": error.note}, status, {"Retry-After": str(RETRY_AFTER)} if status == 503 else {})


async def read_question(request: Request, answers: Answers) -> tuple[str, list]:
    """The endpoint that a request names, and the list `data` in its JSON body. Raises NoteError."""
    name = request.path_params["name"]
    if name not in answers.functions:
        raise user_error("server.closed")
    body = await read_json(request)
    values = body.get("data")
    if type(values) is not list:
        raise user_error("server.body")
    if len(values) + len(LATER_INPUTS.get(name, [])) != len(answers.inputs(name)):
        check_count(name, values, answers)
    return name, values


async def read_json(request: Request) -> dict:
    """The object in the body of a request. Raises NoteError."""
    raw = await request.body()
    if raw.count(b"[") + raw.count(b"{") > MAX_BRACKETS:
        raise user_error("server.body")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if type(body) is not dict:
        raise user_error("server.body")
    return body


def check_count(name: str, values: list, answers: Answers) -> None:
    """Raise NoteError unless there is a value for each input of the endpoint `name`."""
    inputs = answers.inputs(name)
    if len(values) != len(inputs):
        raise user_error("server.inputs", name=name, count=len(inputs), inputs=", ".join(inputs) or "-")


async def _unless_disconnected(request: Request, coroutine: Coroutine) -> bytes:
    # The result of the coroutine. If the client disconnects first, cancel it and return nothing.
    async def disconnected() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.ensure_future(coroutine), asyncio.ensure_future(disconnected())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return tasks[0].result() if tasks[0].done() else b""
    finally:
        for task in tasks:
            task.cancel()
