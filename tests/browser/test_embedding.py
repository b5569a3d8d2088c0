"""The page in <gradio-app>, Gradio's element for other sites."""

import re

import httpx
import pytest
from helpers.browsing import new_context
from helpers.pages import expect_link, expect_state
from helpers.site import hosting
from helpers.states import to_query

pytestmark = pytest.mark.slow

SCRIPT = re.compile(r"assets/index-[\w-]+\.js")  # what Gradio's own host serves as gradio.js


@pytest.mark.parametrize("end", ["", "/"])
def test_another_site_embeds_the_page_with_gradio_app(browser, address, root, end):
    """Scripts, digits and predictions come from the server. The state is in the address of the site."""
    script = SCRIPT.search(httpx.get(address).text)[0]
    state = {"epoch": 1, "count": 4, "seed": 5}
    embedded = f'<script type="module" src="{address}/{script}"></script><gradio-app src="{address}{end}"></gradio-app>'
    errors = []
    with hosting(embedded) as site:
        page = new_context(browser).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site}/?{to_query(**state)}")
        expect_state(page, root, **state)
        page.locator("#seed").fill("9")
        expect_state(page, root, **state | {"seed": 9})
        expect_link(page, **state | {"seed": 9})
        page.context.close()
    assert not errors
