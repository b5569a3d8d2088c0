"""Whatever is sent to the server, it is answered with a result or with what is allowed, and stays as it was.

Raw HTTP over connections that stay open, from several threads at once, to one python app.py.
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
from helpers.questions import GOOD
from helpers.serving import ask, started
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gan.ui.render import draw_film
from gan.ui.texts import ENGLISH

ROUNDS = 355  # each sends a value in some 62 requests
WARM = ROUNDS // 2  # rounds after which the server holds what it needs, the largest films among it
GROWTH = 32_000  # kB that it may hold on top at the end
THREADS = 4
SECONDS = 120  # for an answer

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
    """Name and body of requests with a value, which is JSON or not, at every place where one can be."""
    for name, good in {**GOOD, "catalogue": []}.items():
        parts = [json.dumps(part) for part in good]
        for place in range(len(parts)):
            yield name, listed([*parts[:place], value, *parts[place + 1 :]])
        if name in ("animation", "vectors"):
            inner = [json.dumps(part) for part in good[-1]]
            for place in range(len(inner)):
                changed = f"[{', '.join([*inner[:place], value, *inner[place + 1 :]])}]"
                yield name, listed([*parts[:-1], changed])
        yield name, listed([*parts, value])  # one too many
    yield "generate", value
    yield "generate", f'{{"data": {value}}}'
    yield "generate", f'{{"data": ["mlp", 2, 7, 4], "session_hash": {value}, "batched": true, "fn_index": {value}}}'
    yield "generate", f'{{"data": ["mlp", 2, 7, 4], "data": {value}}}'


def listed(parts):
    return f'{{"data": [{", ".join(parts)}]}}'


class Visitor:
    """One who sends requests over a connection that stays open, and looks at each answer."""

    def __init__(self, address):
        self.connection = HTTPConnection(address.removeprefix("http://"), timeout=SECONDS)

    def send(self, method, path, body=None, kind="application/json"):
        """The JSON of an answer, or the text of a stream, which has to be a result or say what is allowed."""
        data = None if body is None else body.encode(errors="surrogatepass")
        self.connection.request(method, path, data, {"content-type": kind})
        answer = self.connection.getresponse()
        said, form = answer.read().decode(), answer.headers.get_content_type()
        about = method, path[:200], body and body[:200], answer.status, said[:300]
        assert answer.headers["x-content-type-options"] == "nosniff", about
        assert MARK not in said, about
        if form == "text/event-stream":
            assert answer.status == 200 and ('"success":true' in said or "event: complete" in said or known(said)), (
                about
            )
            return said
        assert form == "application/json", about
        told = json.loads(said)
        if answer.status == 200:
            assert told.keys() >= {"data"} or told.keys() == {"event_id"}, about
        else:
            assert answer.status in (403, 404, 413, 415, 422, 500, 503) and told.keys() >= {"error"}, about
            assert re.fullmatch(KNOWN, told["error"], re.DOTALL), about
        return told

    def through_the_queue(self, name, body, session):
        """Ask by Gradio's two other ways, and fetch what they answer."""
        event = self.send("POST", f"/gradio_api/call/{name}", body).get("event_id")
        self.send("GET", f"/gradio_api/call/{name}/{event or session}")
        number = [*GOOD, "catalogue"].index(name)
        joined = f'{{"fn_index": {number}, "session_hash": "{session}", {body.strip()[1:]}' if body[:1] == "{" else body
        self.send("POST", "/gradio_api/queue/join", joined)
        self.send("GET", f"/gradio_api/queue/data?session_hash={session}")


def known(said):
    """Whether a stream ends with a text of ours."""
    errors = re.findall(r'"error": ?"((?:[^"\\]|\\.)*)"', said)
    return bool(errors) and all(re.fullmatch(KNOWN, json.loads(f'"{error}"')) for error in errors)


def resident(process):
    """The memory of a process in kB; none where there is no /proc."""
    status = Path(f"/proc/{process.pid}/status")
    return int(status.read_text().partition("VmRSS:")[2].split()[0]) if status.exists() else None


@pytest.fixture(scope="module")
def server(tmp_path_factory, checkpoints):
    """Its process, its address and its temporary folder; when it ends there must be no traceback in its log."""
    temporary = tmp_path_factory.mktemp("temporary")
    variables = {**os.environ, "TMPDIR": str(temporary), "GRADIO_TEMP_DIR": str(temporary)}
    with started(checkpoints, variables) as (process, address):
        yield process, address, temporary


def test_whatever_is_sent_is_answered_and_leaves_nothing_behind(server, checkpoints):
    process, address, temporary = server
    good = draw_film(checkpoints, "generate", GOOD["generate"])
    assert ask(address, "generate", GOOD["generate"]) == good
    files = set(temporary.rglob("*"))
    mine, numbers, memory, sent = local(), count(), [], count()

    def visitor():
        if not hasattr(mine, "visitor"):
            mine.visitor = Visitor(address)
        return mine.visitor

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
            visitor().through_the_queue(name, body, f"session-{number}")
            where = quote(value[:1000], safe="", errors="replace")
            for path in (
                f"run/{where}",
                f"call/generate/{where}-",
                f"queue/data?session_hash={where}-",
                f"heartbeat/<{where}",
            ):
                method = "POST" if path.startswith("run") else "GET"
                visitor().send(
                    method, f"/gradio_api/{path}".replace("<", "%3C"), '{"data": []}' if method == "POST" else None
                )
            for _ in range(8):
                next(sent)
            if number == WARM:
                memory.append(resident(process))

        send_everywhere()
    assert next(sent) >= 20_000
    assert ask(address, "generate", GOOD["generate"]) == good
    assert set(temporary.rglob("*")) == files
    if memory[0] is not None:
        assert resident(process) - memory[0] < GROWTH
