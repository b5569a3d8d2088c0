"""Equal questions are worked out once, and answers are kept until the checkpoints change."""

import asyncio
import json
import os
import threading

import pytest
from helpers.gates import send_request
from starlette.applications import Starlette

from gan.ui.answers import MAX_IN_FLIGHT, Answers, fingerprint
from gan.ui.routes import routes
from gan.ui.texts import NoteError


class Work:
    """An endpoint `double` that records its inputs and waits for `release` each time."""

    def __init__(self, root):
        self.done, self.release = [], threading.Event()

        def double(value: int) -> dict:
            self.release.wait()
            self.done.append(value)
            if value < 0:
                raise NoteError("server.number", name="value", low=0, high=9)
            return {"value": 2 * value}

        self.endpoints = {"queue": [double]}
        self.answers = Answers(self.endpoints, root)


@pytest.fixture
def work(tmp_path):
    work = Work(tmp_path)
    yield work
    work.release.set()  # or a failed test would leave its thread waiting


def run(coroutine):
    """The result of a coroutine. A question that is never answered fails the test."""
    return asyncio.run(asyncio.wait_for(coroutine, 30))


async def ask(work, *values):
    """The answers to questions that are asked at the same time, once all of them wait."""
    tasks = [asyncio.create_task(work.answers.ask("double", [value])) for value in values]
    await asyncio.sleep(0)
    work.release.set()
    return [json.loads(answer) for answer in await asyncio.gather(*tasks)]


async def leave_queue():
    """Wait until a cancelled question has left its queue."""
    for _ in range(3):  # the task, its job, and the executor's future are cancelled one after the other
        await asyncio.sleep(0)


def test_equal_questions_are_worked_out_once(work):
    async def crowd():
        return await ask(work, *[3] * 30, 4), await ask(work, 3, 4)

    first, second = run(crowd())
    assert first == [{"value": 6}] * 30 + [{"value": 8}] and second == [{"value": 6}, {"value": 8}]
    assert work.done == [3, 4]


def test_inputs_of_other_types_are_other_questions(work):
    run(ask(work, 1, 1.0, True))
    assert len(work.done) == 3


def test_an_error_reaches_all_who_asked_and_is_not_kept(work):
    async def crowd():
        for _ in range(2):
            tasks = [asyncio.create_task(work.answers.ask("double", [-1])) for _ in range(3)]
            work.release.set()
            errors = await asyncio.gather(*tasks, return_exceptions=True)
            assert [error.note["key"] for error in errors] == ["server.number"] * 3

    run(crowd())
    assert work.done == [-1, -1]


@pytest.mark.parametrize(
    "path",
    ["classifier.safetensors", "mlp/epoch-001.safetensors", ".mlp-old/epoch-001.safetensors", "reals/train-0.png"],
)
def test_a_file_that_changes_makes_every_question_new(work, tmp_path, path):
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    run(ask(work, 3))
    for change in (lambda: file.write_text("1"), lambda: file.write_text("12"), lambda: os.utime(file, (0, 0))):
        change()
        run(ask(work, 3))
    file.unlink()
    run(ask(work, 3))
    assert work.done == [3] * 5


def test_an_answer_that_was_worked_out_from_old_files_is_not_kept(work, tmp_path):
    async def crowd():
        old = asyncio.create_task(work.answers.ask("double", [3]))
        await asyncio.sleep(0)
        (tmp_path / "new").write_text("")
        return [await old if work.release.set() else await ask(work, 3), await old]

    run(crowd())
    assert work.done == [3, 3]


def test_a_broken_link_has_a_fingerprint(tmp_path):
    (tmp_path / "mlp").symlink_to("nowhere")
    assert fingerprint(tmp_path) == ((str(tmp_path / "mlp"), 0, 0),)
    assert fingerprint(tmp_path / "none") == ()


def test_the_kept_answers_are_bounded_in_bytes_and_the_least_used_go_first(work, monkeypatch):
    size = len(b'{"value":10}')
    monkeypatch.setattr("gan.ui.answers.MAX_KEPT_BYTES", 2 * size)
    for value in (5, 6, 5, 7, 5, 6):
        run(ask(work, value))
    assert work.done == [5, 6, 7, 6]


def test_what_all_askers_have_left_is_not_worked_out(work):
    async def crowd():
        first, left, shared, stays = (
            asyncio.create_task(work.answers.ask("double", [value])) for value in (1, 2, 3, 3)
        )
        await asyncio.sleep(0)
        left.cancel()
        shared.cancel()
        await leave_queue()
        work.release.set()
        assert json.loads(await stays) == {"value": 6}
        await first
        return await ask(work, 2)

    assert run(crowd()) == [{"value": 4}]
    assert work.done == [1, 3, 2]


def test_a_question_whose_only_asker_disconnects_is_not_worked_out(work):
    app = Starlette(routes=routes(work.answers))
    question = {"type": "http.request", "body": b'{"data": [2]}'}

    async def crowd():
        first = asyncio.create_task(work.answers.ask("double", [1]))
        await asyncio.sleep(0)
        await send_request(app, "POST", "/gradio_api/run/double", question, {"type": "http.disconnect"})
        await leave_queue()
        work.release.set()
        await first
        return await ask(work, 3)

    assert run(crowd()) == [{"value": 6}]
    assert work.done == [1, 3]


def test_the_questions_in_flight_are_bounded_for_each_queue(work):
    def other() -> dict:
        return {}

    async def crowd():
        answers = Answers({**work.endpoints, "another": [other]}, work.answers.root)
        tasks = [asyncio.create_task(answers.ask("double", [value])) for value in range(MAX_IN_FLIGHT)]
        await asyncio.sleep(0)
        with pytest.raises(NoteError) as error:
            await answers.ask("double", [MAX_IN_FLIGHT])
        assert error.value.note["key"] == "server.busy"
        joined = asyncio.create_task(answers.ask("double", [0]))
        assert await answers.ask("other", []) == b"{}"
        work.release.set()
        await asyncio.gather(*tasks, joined)
        assert json.loads(await answers.ask("double", [MAX_IN_FLIGHT])) == {"value": 2 * MAX_IN_FLIGHT}

    run(crowd())


def test_each_queue_always_answers_on_its_own_thread(tmp_path):
    """PyTorch keeps memory for every thread that ever calls it."""

    def first(value: int) -> int:
        return threading.get_ident()

    def second(value: int) -> int:
        return threading.get_ident()

    async def ask_all():
        answers = Answers({"a": [first], "b": [second]}, tmp_path)
        return [await asyncio.gather(*(answers.ask(name, [n]) for n in range(20))) for name in ("first", "second")]

    threads = [set(map(json.loads, answers)) for answers in run(ask_all())]
    assert [len(used) for used in threads] == [1, 1]
    assert len({threading.get_ident()}.union(*threads)) == 3
