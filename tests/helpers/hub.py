"""A local stand-in for the Hugging Face Hub: the part of its HTTP interface that push and fetch use.

It takes every file within the commit. Of the Hub's storage for large files, only its address is simulated.
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

from huggingface_hub import constants

TOKEN = "hf_token_that_may_write"
STORAGE_TOKEN = "/api/storage-token"


class Hub(ThreadingHTTPServer):
    """The server. Anyone may read; only TOKEN may write."""

    request_queue_size = 64  # with the default of 5, a burst of downloads waits a second to connect again

    def __init__(self):
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.repositories: dict[str, dict[str, bytes]] = {}  # the files of each, by path
        self.error_status: int | None = None  # answer every request with this status
        self.storage: str | None = None  # the address of the storage that has the files; None: this server sends them
        self.names_commit = True  # the Hub does; some mirrors do not
        self.page: bytes | None = None  # answer every request with this HTML page, as the login page of a network
        self.requests: list[str] = []  # "GET /path"

    def environment(self, home: Path, **variables: str) -> dict[str, str]:
        """The environment of a process that uses this Hub and keeps its cache in `home`."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        return inherited | {"HF_ENDPOINT": self.address, "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"} | variables

    def use_here(self, monkeypatch, home: Path, token: str | None = None) -> None:
        """Make this process use this Hub, and keep its cache and tokens in `home`."""
        monkeypatch.setattr(constants, "ENDPOINT", self.address)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", self.address + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
        monkeypatch.setattr(constants, "AGENT_HARNESSES_PATH", str(home / "agent_harnesses.json"))
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("HF_TOKEN", raising=False)
        if token:
            monkeypatch.setenv("HF_TOKEN", token)


@contextmanager
def running_hub() -> Iterator[Hub]:
    """A Hub that answers until the block ends."""
    with Hub() as hub:
        thread = Thread(target=hub.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()


class HubHandler(BaseHTTPRequestHandler):
    """Answers one connection's requests, by their paths."""

    def answer(self) -> None:
        path = unquote(self.path.partition("?")[0])
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append(f"{self.command} {path}")
        if self.server.error_status:
            return self.send(b"", self.server.error_status)
        if self.server.page:
            return self.send(self.server.page, 200, {"Content-Type": "text/html"})
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path == "/api/validate-yaml":
            return self.validate_card(json.loads(body)["content"])
        if path == STORAGE_TOKEN:
            return self.send(b"", 200, storage_access(self.server.storage))
        if path == "/api/agent-harnesses":  # huggingface_hub asks for this on its own; it can do without
            return self.send(b"", 404)
        api = re.fullmatch(r"/api/(?:models|spaces)/([^/]+/[^/]+)/(revision|tree|preupload|commit)/[^/]+", path)
        api = api or re.fullmatch(r"/api/(?:models|spaces)/([^/]+/[^/]+)()", path)
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", path)
        assert api or file, f"unexpected request for {path}"
        name = (api or file)[1]
        if name not in self.server.repositories:
            return self.send(b"", 404, {"X-Error-Code": "RepoNotFound"})
        files = self.server.repositories[name]
        if file:
            return self.download(files, file[2])
        if api[2] in ("preupload", "commit") and not self.may_write():
            return self.send(b"", 403)
        return getattr(self, api[2] or "revision")(files, body)

    do_GET = do_HEAD = do_POST = answer

    def create(self, request: dict) -> None:
        name = f"{request['organization']}/{request['name']}"
        if not self.may_write():
            return self.send(b"", 401)
        new = name not in self.server.repositories
        self.server.repositories.setdefault(name, {})
        return self.send_json({"url": f"{self.server.address}/{name}"}, 200 if new else 409)

    def validate_card(self, card: str) -> None:
        errors = [] if card.startswith("---\n") else [{"message": "no metadata"}]
        self.send_json({"errors": errors, "warnings": []}, 400 if errors else 200)

    def revision(self, files: dict, body: bytes) -> None:
        self.send_json({"id": "any/name", "sha": commit_id(files), "siblings": []})

    def tree(self, files: dict, body: bytes) -> None:
        self.send_json(
            [{"type": "file", "path": path, "size": len(data), "oid": file_id(data)} for path, data in files.items()]
        )

    def download(self, files: dict, path: str) -> None:
        headers = {"ETag": f'"{file_id(files[path])}"'}
        if self.server.names_commit:
            headers["X-Repo-Commit"] = commit_id(files)
        if self.server.storage:
            headers |= {"X-Xet-Hash": "0" * 64, "X-Xet-Refresh-Route": self.server.address + STORAGE_TOKEN}
        self.send(files[path], 200, headers)

    def preupload(self, files: dict, body: bytes) -> None:
        paths = [file["path"] for file in json.loads(body)["files"]]
        self.send_json({"files": [{"path": path, "uploadMode": "regular", "shouldIgnore": False} for path in paths]})

    def commit(self, files: dict, body: bytes) -> None:
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "deletedFile":
                del files[line["value"]["path"]]
            if line["key"] == "file":
                files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
        commit = commit_id(files)
        self.send_json({"commitUrl": f"{self.server.address}/any/name/commit/{commit}", "commitOid": commit})

    def may_write(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def send_json(self, value: object, status: int = 200) -> None:
        self.send(json.dumps(value).encode(), status, {"Content-Type": "application/json"})

    def send(self, data: bytes, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *values: object) -> None:
        """Print nothing; `requests` has the log."""


def storage_access(address: str) -> dict[str, str]:
    """The headers that give access to the storage at an address."""
    return {"X-Xet-Cas-Url": address, "X-Xet-Access-Token": "token", "X-Xet-Token-Expiration": str(2**33)}


def commit_id(files: dict[str, bytes]) -> str:
    """The sha of a commit with these files."""
    return hashlib.sha1(repr(sorted((path, hash(data)) for path, data in files.items())).encode()).hexdigest()


def file_id(data: bytes) -> str:
    """The sha that Git gives to a file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
