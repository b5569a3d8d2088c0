"""A stand-in for the Hugging Face Hub: as much of its HTTP interface as push and fetch use.

It takes every file as a small one, within the commit: the storage for large ones is not played here.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

TOKEN = "hf_standin"


class Hub(ThreadingHTTPServer):
    """`repositories` holds the files of each, as bytes by path; anyone reads, TOKEN writes."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.broken: int | None = None  # a status to answer everything with
        self.asked: list[str] = []

    def environment(self, home: Path, **more: str) -> dict[str, str]:
        """The variables of a program that takes this for the Hub and keeps its files in `home`."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        address = f"http://127.0.0.1:{self.server_port}"
        return clean | {"HF_ENDPOINT": address, "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"} | more


@contextmanager
def standing_in() -> Iterator[Hub]:
    """A Hub that runs until the block ends."""
    with Hub() as hub:
        thread = Thread(target=hub.serve_forever)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()


class Answers(BaseHTTPRequestHandler):
    """Each request by its path."""

    def answer(self) -> None:
        path = unquote(self.path.partition("?")[0])
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(f"{self.command} {path}")
        if self.server.broken:
            return self.give(b"", self.server.broken)
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path == "/api/validate-yaml":
            return self.check(json.loads(body)["content"])
        if path == "/api/agent-harnesses":
            return self.give(b"", 404)  # which programs drive this one: nothing here needs it
        found = re.fullmatch(r"/api/(?:models|spaces)/([^/]+/[^/]+)/(revision|tree|preupload|commit)/[^/]+", path)
        found = found or re.fullmatch(r"/api/(?:models|spaces)/([^/]+/[^/]+)()", path)
        stored = re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", path)
        assert found or stored, f"the Hub was asked for {path}"
        name = (found or stored)[1]
        if name not in self.server.repositories:
            return self.give(b"", 404, {"X-Error-Code": "RepoNotFound"})
        files = self.server.repositories[name]
        if stored:
            return self.download(files, stored[2])
        if found[2] in ("preupload", "commit") and not self.may_write():
            return self.give(b"", 403)
        return getattr(self, found[2] or "revision")(files, body)

    do_GET = do_HEAD = do_POST = answer

    def create(self, wish: dict) -> None:
        name = f"{wish['organization']}/{wish['name']}"
        if not self.may_write():
            return self.give(b"", 401)
        new = name not in self.server.repositories
        self.server.repositories.setdefault(name, {})
        return self.say({"url": f"{self.address()}/{name}"}, 200 if new else 409)

    def check(self, card: str) -> None:
        errors = [] if card.startswith("---\n") else [{"message": "no metadata"}]
        self.say({"errors": errors, "warnings": []}, 400 if errors else 200)

    def revision(self, files: dict, body: bytes) -> None:
        self.say({"id": "any/name", "sha": sha(files), "siblings": []})

    def tree(self, files: dict, body: bytes) -> None:
        self.say([{"type": "file", "path": n, "size": len(d), "oid": oid(d)} for n, d in files.items()])

    def download(self, files: dict, path: str) -> None:
        self.give(files[path], 200, {"ETag": f'"{oid(files[path])}"', "X-Repo-Commit": sha(files)})

    def preupload(self, files: dict, body: bytes) -> None:
        wished = [file["path"] for file in json.loads(body)["files"]]
        self.say({"files": [{"path": path, "uploadMode": "regular", "shouldIgnore": False} for path in wished]})

    def commit(self, files: dict, body: bytes) -> None:
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "deletedFile":
                del files[line["value"]["path"]]
            if line["key"] == "file":
                files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
        self.say({"commitUrl": f"{self.address()}/any/name/commit/{sha(files)}", "commitOid": sha(files)})

    def may_write(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def say(self, value: object, status: int = 200) -> None:
        self.give(json.dumps(value).encode(), status, {"Content-Type": "application/json"})

    def give(self, data: bytes, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *words: object) -> None:
        pass  # what was asked is in `asked`


def sha(files: dict[str, bytes]) -> str:
    """The name of a commit with these files."""
    return hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()


def oid(data: bytes) -> str:
    """Git's name of a file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
