"""Gradio's page "Use via API": every example that it prints works as printed."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.pages import expect_query, expect_state
from helpers.questions import VALID
from helpers.states import to_query
from playwright.sync_api import expect

from gan.ui.render import draw_film

pytestmark = pytest.mark.slow

NODE_MODULES = os.environ.get("GRADIO_CLIENT_NODE_MODULES")  # a folder with @gradio/client, for the JavaScript examples


@pytest.fixture(scope="module")
def examples(context, address, root):
    """The examples on the page, by kind, in the order of the endpoints."""
    page = context.new_page()
    page.goto(f"{address}/?epoch=1&count=4")
    expect_state(page, root, epoch=1, count=4)
    page.get_by_role("button", name="Use via API").click()
    expect(page.get_by_role("heading", name="API name: /catalogue")).to_be_visible()
    blocks = page.locator(".api-docs pre").all_text_contents()
    page.close()
    starts = {"python": "from gradio_client", "javascript": "import {", "curl": "curl ", "cli": "gradio predict"}
    found = {kind: [b.strip() for b in blocks if b.strip().startswith(start)] for kind, start in starts.items()}
    assert {len(of_kind) for of_kind in found.values()} == {len(VALID)}
    return found


def expected_film(root):
    return draw_film(root, "generate", ["dcgan", 1, 0, 9])


def test_the_address_keeps_the_view_while_the_api_page_is_open_and_after_it(visit, root):
    state = {"view": "progression", "epoch": 1, "count": 4}
    page = visit(to_query(**state))
    expect_state(page, root, **state)
    page.get_by_role("button", name="Use via API").click()
    expect_query(page, view="api")
    page.locator(".api-docs .backdrop").click(position={"x": 5, "y": 5})
    expect_query(page, view="progression")
    page = visit("view=api&epoch=1&count=4")
    expect_state(page, root, epoch=1, count=4)
    expect(page.locator(".notes")).to_be_empty()
    expect_query(page, view="generate", count=4)
    assert {error.split(":")[0] for error in visit.errors} == {"Failed to load resource"}  # Gradio asks for its monitor
    visit.errors.clear()


def output_of(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python_examples_work(examples, root, capsys):
    for example in examples["python"]:
        result = {}
        exec(example, result)
        assert result["result"], example
    exec(examples["python"][0], result)
    assert result["result"] == expected_film(root)


def test_curl_examples_work(examples, root):
    for index, example in enumerate(examples["curl"]):
        # `read` in a pipe sets the variable of this shell in zsh, and in bash with lastpipe.
        stream = output_of(["bash", "-c", f"shopt -s lastpipe\n{example}"])
        event, data = stream.strip().splitlines()[-2:]
        assert event == "event: complete", example
        if index == 0:
            assert json.loads(data.removeprefix("data: ")) == [expected_film(root)]


def test_command_line_examples_work(examples, root):
    program = Path(sys.executable).with_name("gradio")
    first, last = (examples["cli"][index] for index in (0, -1))
    assert json.loads(output_of([program, *shlex.split(first)[1:]]))
    assert output_of([program, *shlex.split(last)[1:]])


@pytest.mark.skipif(not (NODE_MODULES and shutil.which("node")), reason="needs node and GRADIO_CLIENT_NODE_MODULES")
def test_javascript_examples_work(examples, root, tmp_path):
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    for index, example in enumerate(examples["javascript"]):
        script = tmp_path / f"{index}.mjs"
        shown = example.replace("console.log(result.data)", "console.log(JSON.stringify(result.data))")
        script.write_text(shown)
        (answer,) = json.loads(output_of(["node", script]))
        assert answer, example
        if index == 0:
            assert answer == expected_film(root)
