"""Copying by hand in Chromium, where the clipboard is closed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.pages import expect_state
from helpers.states import page_text, to_query
from playwright.sync_api import expect


@pytest.mark.slow
def test_text_is_offered_for_copying_by_hand_when_the_clipboard_is_closed(visit, root):
    refuse = "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    state = {"epoch": 1, "count": 4}
    page = visit(to_query(**state), prepare=lambda page: page.add_init_script(refuse))
    expect_state(page, root, **state)
    button = page.locator(".copy-link")
    button.click()
    field = page.get_by_role("textbox", name=page_text("copy.by-hand"))
    expect(page.get_by_text(page_text("copy.by-hand"))).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value(page.evaluate("location.origin + '/?'") + to_query(**state))
    assert page.evaluate("String(getSelection())") == field.input_value()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(button).to_be_focused()
    page.locator("[data-take=python]").click()
    assert "load_snapshot" in field.input_value()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name=page_text("copy.close")).click()
    expect(field).to_have_count(0)
    expect(page.locator("[data-take=python]")).to_be_focused()
