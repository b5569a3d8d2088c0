"""Refuse what would make Gradio's own endpoints fail, or read files: /call/NAME, /call/v2/NAME and /queue."""

import re
from collections.abc import Callable

from starlette.requests import Request

from gan.ui.answers import Answers
from gan.ui.routes import check_count, read_json
from gan.ui.texts import user_error

QUEUE_KEYS = {"data", "fn_index", "session_hash", "event_data", "trigger_id"}  # what Gradio's clients send
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)  # gradio_client's have 36 characters
MAX_EVENTS = 128  # of a session, that are in flight or not fetched yet


def gradio_check(answers: Answers, events: dict[str, set]) -> Callable:
    """A FastAPI dependency for every route of Gradio. It raises NoteError.

    events: Gradio's events whose answers are not fetched yet, by session. A call without a session is one of its own.
    """

    async def check(request: Request) -> None:
        if request.method == "POST":
            await check_question(request, answers, events)
        else:
            session = request.path_params.get("event_id") or request.query_params.get("session_hash")
            if session and not events.get(session):
                raise user_error("server.no-answer")

    return check


async def check_question(request: Request, answers: Answers, events: dict[str, set]) -> None:
    """Raise NoteError unless the body is a question that Gradio can answer.

    Gradio takes some objects for files. No input of an endpoint is an object.
    """
    if "json" not in request.headers.get("content-type", ""):
        raise user_error("server.body")
    body = await read_json(request)
    name = request.path_params.get("api_name")
    queued = name is None
    if queued:
        name = _name_of(body.get("fn_index"), list(answers.functions))
        _check_session(body, events)
    if name not in answers.functions:
        raise user_error("server.closed")
    if "/call/v2/" in request.url.path:
        inputs = answers.inputs(name)
        if not body.keys() <= set(inputs):
            raise user_error("server.keys", name=name, inputs=", ".join(inputs) or "-")
        values = list(body.values())
    else:
        values = body.get("data")
        if type(values) is not list or not body.keys() <= (QUEUE_KEYS if queued else {"data"}):
            raise user_error("server.body")
        check_count(name, values, answers)
    if has_object(values):
        raise user_error("server.body")


def _check_session(body: dict, events: dict[str, set]) -> None:
    # Gradio keeps some 6 kB for each event until it is fetched.
    session = body.get("session_hash")
    if type(session) is not str or not SESSION.fullmatch(session):
        raise user_error("server.session")
    if body.get("event_data") is not None or type(body.get("trigger_id")) not in (int, type(None)):
        raise user_error("server.body")
    if len(events.get(session, ())) >= MAX_EVENTS:
        raise user_error("server.unfetched", count=MAX_EVENTS)


def _name_of(index: object, names: list[str]) -> str:
    # The endpoint with Gradio's number `fn_index`: they are numbered in the order of their gr.api calls.
    if type(index) is not int or not 0 <= index < len(names):
        raise user_error("server.whole", name="fn_index", low=0, high=len(names) - 1)
    return names[index]


def has_object(values: list) -> bool:
    """Whether there is an object in the values, or in lists in them."""
    left = list(values)
    while left:
        value = left.pop()
        if type(value) is dict:
            return True
        if type(value) is list:
            left += value
    return False
