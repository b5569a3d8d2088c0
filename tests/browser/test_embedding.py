"""The page in <gradio-app>, Gradio's element for other sites."""

import re

import httpx
import pytest
from helpers.browsing import new_context
from helpers.pages import copied_text, expect_state, open_tab
from helpers.site import hosting
from helpers.states import expected_film, page_text, to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

SCRIPT = re.compile(r"assets/index-[\w-]+\.js")  # what Gradio's own host serves as gradio.js


# Whether a key and a dropped file outside the page are left to the site around it.
EVENTS_REACH_THE_SITE = """() => [
  new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }),
  new DragEvent("dragover", { bubbles: true, cancelable: true }),
].every((event) => document.body.dispatchEvent(event))"""


@pytest.mark.parametrize("end", ["", "/"])
def test_another_site_embeds_the_page_with_gradio_app(browser, address, root, end):
    """Scripts, digits and predictions come from the server. The address and the title stay the site's own."""
    script = SCRIPT.search(httpx.get(address).text)[0]
    embedded = f'''<title>Kurs 3</title><script type="module" src="{address}/{script}"></script>
      <gradio-app src="{address}{end}"></gradio-app>'''
    errors = []
    with hosting(embedded) as site:
        own = f"{site}/?view=course&model=T&lang=de&page=3"
        page = new_context(browser).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(own)
        expect_state(page, root, epoch=1)
        page.locator("#seed").fill("9")
        expect_state(page, root, epoch=1, seed=9)
        open_tab(page, "progression")
        expect_state(page, root, view="progression", epoch=1, seed=9)
        expect(page.locator(".notes")).to_be_empty()
        expect(page.locator(".studio")).to_have_attribute("lang", "en")
        link = copied_text(page, page.locator(".copy-link").click)
        assert link == f"{address}/?{to_query(view='progression', epoch=1, seed=9)}"
        assert page.url == own and page.title() == "Kurs 3"
        open_tab(page, "quiz")
        expect_state(page, root, view="quiz", epoch=1, seed=9)
        page.evaluate("document.activeElement.blur()")
        assert page.evaluate(EVENTS_REACH_THE_SITE)
        expect_state(page, root, view="quiz", epoch=1, seed=9)  # and no answer
        page.locator("label:has(> [name=flash][value='1'])").click()
        page.get_by_role("button", name=page_text("quiz.show")).click()
        page.keyboard.press("ArrowRight")  # an answer, because the focus is in the page
        digit, _ = expected_film(root, view="quiz", epoch=1, seed=9)["labels"][0][1]
        said = page_text("said.quiz.read", number=2, count=20, digit=digit, model="DCGAN", epoch=1)
        expect(page.locator(".said")).to_have_text(said)
        page.context.close()
    assert not errors
