"""The files of the page as they are served."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gan.ui.gate import FILES
from gan.ui.web_files import ASSETS, WEB, first_modules, web_routes

MODULES = [path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js")]
SCRIPT = next(path.name for path in sorted(ASSETS.glob("*.js")))


@pytest.fixture
def client():
    return TestClient(Starlette(routes=web_routes()))


def test_modules_are_javascript_that_browsers_revalidate(client):
    for name in MODULES:
        answer = client.get(f"/studio/{name}")
        assert answer.status_code == 200 and answer.content == (WEB / name).read_bytes()
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "no-cache" and answer.headers["content-encoding"] == "gzip"
        plain = client.get(f"/studio/{name}", headers={"accept-encoding": "identity"})
        assert plain.content == answer.content and "content-encoding" not in plain.headers
        assert client.get(f"/studio/{name}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_browsers_keep_gradios_scripts(client):
    answer = client.get(f"/assets/{SCRIPT}")
    assert answer.content == (ASSETS / SCRIPT).read_bytes()
    assert answer.headers["content-encoding"] == "gzip" and "immutable" in answer.headers["cache-control"]


def test_the_gate_serves_every_file_of_the_page_and_nothing_outside_the_folders(client):
    for path in WEB.rglob("*.*"):
        assert FILES.fullmatch(f"/studio/{path.relative_to(WEB).as_posix()}")
    for path in ("/studio/../page.py", "/studio/%2e%2e/page.py", "/studio/", "/assets/../index.html", "/assets/x.js"):
        assert not FILES.fullmatch(path) or client.get(path).status_code == 404


def test_the_page_preloads_what_it_needs_first(address):
    names = re.findall(r"<studio/([^>]+)>", httpx.get(address).headers["link"])
    assert names == first_modules() and {"main.js", "store.js", "views/generate.js", "views/grid.js"} <= {*names}
    assert not {"views/lesson.js", "saving.js"} & {*names}
