"""Work each question out once: equal questions share one computation, and answers are kept.

A question is an endpoint's name and its inputs. Its answer depends on nothing else but the files in the folder of the
checkpoints, so it is kept until one of them changes.
"""

import asyncio
import inspect
import json
import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gan.ui.texts import user_error

MAX_KEPT_BYTES = 64_000_000  # of all answers that are kept
# The queues whose answers are not kept: the same question has another answer later, or holds what a visitor drew.
UNKEPT = {"live", "drawings", "climbs"}
MAX_IN_FLIGHT = 128  # questions of a queue that are being worked out or wait


@dataclass
class Job:
    """A question that is being worked out, or waits for its turn."""

    queue: str
    answer: asyncio.Future
    askers: int = 0


class Answers:
    """The answers of endpoint functions, as JSON.

    endpoints: the functions, by queue. A queue works out one question at a time: one film on all cores is ready sooner
    than two that share them. It does so on one thread of its own: PyTorch keeps memory for every thread that calls it.
    root: the folder of the checkpoints.
    """

    def __init__(self, endpoints: dict[str, list[Callable]], root: Path):
        self.root = root
        self.functions = {
            function.__name__: (queue, function) for queue, functions in endpoints.items() for function in functions
        }
        self.threads = {queue: ThreadPoolExecutor(1, thread_name_prefix=queue) for queue in endpoints}
        self.files = fingerprint(root)
        self.changes = 0  # of the files
        self.kept: OrderedDict[tuple, bytes] = OrderedDict()  # the last used at the end
        self.jobs: dict[tuple, Job] = {}

    def inputs(self, name: str) -> list[str]:
        """The names of an endpoint's inputs, in order."""
        return list(inspect.signature(self.functions[name][1]).parameters)

    async def ask(self, name: str, values: list) -> bytes:
        """The JSON of an endpoint's answer. Raises gr.Error for a wrong value or if too many questions wait.

        If all who asked a question are cancelled before its turn, it is not worked out.
        """
        self._forget_if_files_changed()
        key = (self.changes, name, json.dumps(values))
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        job = self.jobs.get(key) or self._start(key, name, values)
        job.askers += 1
        try:
            return await asyncio.shield(job.answer)
        finally:
            job.askers -= 1
            if not job.askers and not job.answer.done():
                del self.jobs[key]
                job.answer.cancel()

    def _start(self, key: tuple, name: str, values: list) -> Job:
        queue, function = self.functions[name]
        if sum(job.queue == queue for job in self.jobs.values()) >= MAX_IN_FLIGHT:
            raise user_error("server.busy")

        def work() -> bytes:
            return json.dumps(function(*values), separators=(",", ":"), allow_nan=False).encode()

        def keep(answer: asyncio.Future) -> None:
            if answer.cancelled():
                return  # `ask` has dropped the job
            del self.jobs[key]
            if not answer.exception() and key[0] == self.changes and queue not in UNKEPT:
                self._keep(key, answer.result())

        answer = asyncio.get_running_loop().run_in_executor(self.threads[queue], work)
        answer.add_done_callback(keep)
        self.jobs[key] = Job(queue, answer)
        return self.jobs[key]

    def _forget_if_files_changed(self) -> None:
        files = fingerprint(self.root)
        if files != self.files:
            self.files = files
            self.changes += 1
            self.kept.clear()

    def _keep(self, key: tuple, answer: bytes) -> None:
        self.kept[key] = answer
        while sum(map(len, self.kept.values())) > MAX_KEPT_BYTES:
            self.kept.popitem(last=False)


def fingerprint(root: Path) -> tuple:
    """The path, modification time in ns and size of every file in `root` and in its folders, hidden ones included.

    The folder of a run that is about to be served, or was just replaced, tells one swap of runs from the next.
    """
    found = []
    with suppress(OSError):
        for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
            found.append(_state(entry))
            if entry.is_dir():
                with suppress(OSError):
                    found += sorted(map(_state, os.scandir(entry)))
    return tuple(found)


def _state(entry: os.DirEntry) -> tuple[str, int, int]:
    try:
        status = entry.stat()
    except OSError:  # gone, or a broken link
        return entry.path, 0, 0
    return entry.path, status.st_mtime_ns, status.st_size
