"""11,000 random requests to one app.py: each gets a result or a clear error; no traceback, no growth.

Raw HTTP over connections that stay open, from several threads at once.
"""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from threading import local
from urllib.parse import quote

import pytest
import torch
from helpers.questions import INPUTS, VALID
from helpers.serving import ask, started
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gan.latent import encode_vector
from gan.ui.answers import MAX_KEPT_BYTES
from gan.ui.limits import MAX_DIGITS, MAX_FRAMES, MAX_PROGRESSION_DIGITS
from gan.ui.render import draw_film
from gan.ui.texts import ENGLISH, text

ROUNDS = 100  # each sends a value in about 115 requests
WARM_UP = ROUNDS // 2  # rounds after which the memory should not grow
MAX_GROWTH = 32_000  # kB
THREADS = 4
TIMEOUT = 120  # seconds, of an answer

MARK = "<script>alert('7f3a')</script>"
HOSTILE = ["NaN", "Infinity", "-Infinity", "7" * 400, "7" * 5000, "-0.0", "1e999", "[" * 10_000 + "]" * 10_000]
HOSTILE += [
    '{"a":' * 3000 + "7" + "}" * 3000,
    '{"a": 1, "a": 2}',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u0000"',
    "",
    "{",
]
HOSTILE += [
    json.dumps(text) for text in (MARK, f"mlp{MARK}", "x" * 10**6, "../../etc/passwd", "é‮😀", "${7*7}", "mlp\n")
]
HOSTILE += [json.dumps(encode_vector(torch.full((100,), value))) for value in (0.0, 1.0, 60.0, torch.inf)]
HOSTILE += [json.dumps({"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}), json.dumps({"url": MARK})]
KINDS = ["text/plain", "text/html", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded", MARK, ""]
KNOWN = "|".join(
    re.sub(r"\\\{\w+\\\}", ".*", re.escape(text)) for key, text in ENGLISH.items() if key.startswith("server.")
)

texts = st.text() | st.text(st.characters(codec="ascii")).map(lambda text: MARK + text)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-2, 130) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
).map(json.dumps)


def bodies(value):
    """Endpoint and body of requests that contain `value`, JSON or not, in every position."""
    for name, valid in VALID.items():
        parts = [json.dumps(part) for part in valid]
        for index in range(len(parts)):
            yield name, data_of([*parts[:index], value, *parts[index + 1 :]])
        for place in (place for place, part in enumerate(valid) if type(part) is list):
            inner = [json.dumps(part) for part in valid[place]]
            for index in range(len(inner)):
                changed = f"[{', '.join([*inner[:index], value, *inner[index + 1 :]])}]"
                yield name, data_of([*parts[:place], changed, *parts[place + 1 :]])
        yield name, data_of([*parts, value])  # one value too many
    yield "generate", value
    yield "generate", f'{{"data": {value}}}'
    yield "generate", f'{{"data": ["mlp", 2, 7, 4], "session_hash": {value}, "batched": true, "fn_index": {value}}}'
    yield "generate", f'{{"data": ["mlp", 2, 7, 4], "data": {value}}}'


def data_of(parts):
    return f'{{"data": [{", ".join(parts)}]}}'


class Visitor:
    """Sends requests over one connection, and checks that each answer is a result or a clear error."""

    def __init__(self, address):
        self.connection = HTTPConnection(address.removeprefix("http://"), timeout=TIMEOUT)

    def send(self, method, path, body=None, kind="application/json"):
        """The JSON of an answer, or the text of a stream."""
        data = None if body is None else body.encode(errors="surrogatepass")
        self.connection.request(method, path, data, {"content-type": kind})
        response = self.connection.getresponse()
        received, form = response.read().decode(), response.headers.get_content_type()
        about = method, path[:200], body and body[:200], response.status, received[:300]
        assert MARK not in received, about
        if form == "text/event-stream":
            complete = '"success":true' in received or "event: complete" in received
            assert response.status == 200 and (complete or ends_with_known_error(received)), about
            return received
        if response.status == 413:  # from Starlette
            return {}
        assert response.headers["x-content-type-options"] == "nosniff" and form == "application/json", about
        answer = json.loads(received)
        if response.status == 200:
            assert answer.keys() >= {"data"} or answer.keys() == {"event_id"}, about
        else:
            assert response.status in (400, 403, 404, 413, 422, 503), about
            error = answer.get("error")
            assert error is None or error["text"] == text(error["key"], **error["values"]), about
        return answer

    def ask_through_queue(self, name, body, session):
        """Ask in Gradio's two other ways, and fetch the answers."""
        event = self.send("POST", f"/gradio_api/call/{name}", body).get("event_id")
        self.send("GET", f"/gradio_api/call/{name}/{event or session}")
        index = list(VALID).index(name)
        joined = f'{{"fn_index": {index}, "session_hash": "{session}", {body.strip()[1:]}' if body[:1] == "{" else body
        self.send("POST", "/gradio_api/queue/join", joined)
        self.send("GET", f"/gradio_api/queue/data?session_hash={session}")


def ends_with_known_error(stream):
    errors = re.findall(r'"error": ?"((?:[^"\\]|\\.)*)"', stream)
    return bool(errors) and all(re.fullmatch(KNOWN, json.loads(f'"{error}"')) for error in errors)


def resident(process):
    """The memory of a process in kB, or None on a system without /proc."""
    status = Path(f"/proc/{process.pid}/status")
    return int(status.read_text().partition("VmRSS:")[2].split()[0]) if status.exists() else None


@pytest.fixture(scope="module")
def server(tmp_path_factory, checkpoints):
    """The process, address and temporary folder of an app.py. At its end its log must have no traceback."""
    temporary = tmp_path_factory.mktemp("temporary")
    variables = {**os.environ, "TMPDIR": str(temporary), "GRADIO_TEMP_DIR": str(temporary)}
    with started(checkpoints, variables) as (process, address):
        yield process, address, temporary


def fill_memory(address):
    """Draw films of every size, and ask until the server keeps as many bytes of answers as it may.

    PyTorch and the allocator of C keep memory for each size. So later growth is a leak.
    """
    for name, most in (("generate", MAX_DIGITS), ("truncated", MAX_DIGITS), ("interpolate", MAX_FRAMES)):
        inputs, place = VALID[name], INPUTS[name].index("frames" if name == "interpolate" else "count")
        for size in range(2, most + 1):
            ask(address, "predictions", [name, [*inputs[:place], size, *inputs[place + 1 :]]])
    for size in range(1, MAX_PROGRESSION_DIGITS + 1):
        ask(address, "predictions", ["progression", [*VALID["progression"][:2], size]])
    size, seed = 0, 0
    while size < MAX_KEPT_BYTES:
        size += len(json.dumps(ask(address, "vectors", ["plane", ["mlp", 2, [seed, 1, 2, 3]]])))
        seed += 1


@pytest.mark.slow
def test_random_requests_get_a_result_or_a_clear_error_and_leave_nothing_behind(server, checkpoints):
    process, address, temporary = server
    film = draw_film(checkpoints, "generate", VALID["generate"])
    assert ask(address, "generate", VALID["generate"]) == film
    fill_memory(address)
    files = set(temporary.rglob("*"))
    thread, numbers, memory, sent = local(), count(), [], count()

    def visitor():
        if not hasattr(thread, "visitor"):
            thread.visitor = Visitor(address)
        return thread.visitor

    def run(job):
        name, body, kind = job
        next(sent)
        visitor().send("POST", f"/gradio_api/run/{name}", body, kind)

    with ThreadPoolExecutor(THREADS) as pool:

        @settings(
            max_examples=ROUNDS,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(value=values | st.sampled_from(HOSTILE))
        def send_everywhere(value):
            number = next(numbers)
            jobs = [(name, body, "application/json") for name, body in bodies(value)]
            other, (name, body, _) = KINDS[number % len(KINDS)], jobs[number % len(jobs)]
            list(pool.map(run, [*jobs, (name, body, other)]))
            visitor().ask_through_queue(name, body, f"session-{number}")
            quoted = quote(value[:1000], safe="", errors="replace")
            for path in (
                f"run/{quoted}",
                f"call/generate/{quoted}-",
                f"queue/data?session_hash={quoted}-",
                f"heartbeat/<{quoted}",
            ):
                method = "POST" if path.startswith("run") else "GET"
                visitor().send(
                    method, f"/gradio_api/{path}".replace("<", "%3C"), '{"data": []}' if method == "POST" else None
                )
            for _ in range(8):
                next(sent)
            if number == WARM_UP:
                memory.append(resident(process))

        send_everywhere()
    assert next(sent) >= 11_000
    assert ask(address, "generate", VALID["generate"]) == film
    assert set(temporary.rglob("*")) == files
    if memory[0] is not None:
        assert resident(process) - memory[0] < MAX_GROWTH
