"""The About box in Chromium, and the plans for teachers in it."""

import sys
from importlib.metadata import version

import gradio as gr
import pytest
from helpers.films import SAVED
from helpers.pages import expect_pixels, expect_query, expect_state, show
from helpers.states import TEXTS, expected_pixels, page_text
from playwright.sync_api import expect

from gan.ui.catalogue import catalogue

GRID = {"epoch": 1, "count": 9}
PARTS = ["what", "source.text", "licence.text", "card.text", "cite.text"]
PAPERS = ["https://arxiv.org/abs/1406.2661", "https://arxiv.org/abs/1511.06434", "https://doi.org/10.1109/5.726791"]
NOTES = """async () => {
  const { readLink } = await import(new URL("studio/store.js", document.baseURI));
  const queries = [...document.querySelectorAll(".plan .query")].map(({ textContent }) => textContent);
  return queries.map((query) => [query, readLink(query)[1]]);
}"""
CONTROLS = "button:visible, input:visible, select:visible, footer:visible, [role=tab]:visible"


def open_about(page, language):
    page.get_by_role("button", name=page_text("about", language), exact=True).click()
    box = page.get_by_role("dialog", name=page_text("about.title", language))
    expect(box).to_be_visible()
    return box


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_the_box_says_what_the_page_is_and_closes_by_key_and_by_button(page, root, language):
    show(page, root, **GRID, lang=language)
    box = open_about(page, language)
    for part in PARTS:
        expect(box).to_contain_text(page_text(f"about.{part}", language))
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    opener = page.get_by_role("button", name=page_text("about", language), exact=True)
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    box.get_by_role("button", name=page_text("about.close", language)).click()
    expect(box).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.slow
def test_a_box_that_is_opened_again_at_once_is_not_empty(page, root):
    show(page, root, **GRID, lang="en")
    box = open_about(page, "en")
    page.evaluate(
        """() => new Promise((resolve) => {
          const box = document.querySelector("dialog.about");
          box.addEventListener("close", resolve, { once: true }); // called after the page's own
          box.close();
          document.querySelector(".about-open").click();
        })"""
    )
    expect(box).to_contain_text(page_text("about.what", "en"))


@pytest.mark.slow
def test_back_closes_the_box(page, root):
    show(page, root, **GRID, lang="en")
    page.get_by_role("tab").nth(1).click()
    box = open_about(page, "en")
    page.go_back()
    expect(box).to_be_hidden()


def test_the_box_names_the_versions_and_the_runs(page, root):
    show(page, root, **GRID, lang="en")
    box = open_about(page, "en")
    runs = catalogue(root)["models"]
    assert box.locator(".versions li").all_text_contents() == [
        f"Python {'.'.join(map(str, sys.version_info[:3]))}",
        f"Gradio {gr.__version__}",
        f"PyTorch {version('torch')}",
        *(page_text("about.run", model=model.upper(), run=runs[model]["run"][:12]) for model in SAVED),
    ]
    page.keyboard.press("Escape")


@pytest.mark.slow
def test_the_links_to_the_papers_open_in_a_new_tab(page, root):
    show(page, root, **GRID, lang="en")
    box = open_about(page, "en")
    links = box.get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == PAPERS
    for link in links.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")
    for url in PAPERS:
        expect(box.locator("pre")).to_contain_text(url)
    page.keyboard.press("Escape")


@pytest.mark.slow
@pytest.mark.parametrize("language", TEXTS)
def test_the_box_fits_a_phone(phone_page, root, language):
    show(phone_page, root, **GRID, lang=language)
    box = open_about(phone_page, language).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert box["y"] >= 0 and box["y"] + box["height"] <= 800
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360
    phone_page.keyboard.press("Escape")


def open_plan(page, minutes):
    """Open About and a plan by keyboard."""
    page.locator(".about-open").focus()
    page.keyboard.press("Enter")
    for _ in range(10):
        if page.evaluate("document.activeElement.dataset.plan") == str(minutes):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#about-title")).to_be_focused()
    return page.locator(".plan")


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_a_plan_opens_by_keyboard_prints_with_the_picture_and_leads_to_a_state(page, root, language):
    show(page, root, **GRID, lang=language)
    plan = open_plan(page, 45)
    for key in ("goals", "before", "steps", "offline", "privacy"):
        expect(plan).to_contain_text(page_text(f"plan.{key}", language))
    notes = page.evaluate(NOTES)
    assert notes and [each for each in notes if each[1]] == []

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    sheet = page.locator(".sheet")
    expect(sheet).to_contain_text(page_text("plan.goals", language))
    expect(sheet.locator(".query").first).to_be_visible()
    expect(page.locator(CONTROLS)).to_have_count(0)
    expect(sheet.locator("h4").first).to_have_css("color", "rgb(0, 0, 0)")
    expect_pixels(page, expected_pixels(root, **GRID), ".shown canvas")
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)

    plan.locator("a[href*=progression]").focus()
    page.keyboard.press("Enter")
    expect(plan).to_be_hidden()
    expect(page.locator("#tab-progression")).to_be_focused()
    expect_state(page, root, view="progression", epoch=0, lang=language)
    expect_query(page, view="progression", model="dcgan", epoch=0, seed=0, lang=language)


@pytest.mark.slow
@pytest.mark.parametrize("language", TEXTS)
def test_the_longer_plan_has_links_to_states_only_and_leads_back_to_about(page, root, language):
    show(page, root, **GRID, lang=language)
    plan = open_plan(page, 90)
    notes = page.evaluate(NOTES)
    assert notes and [each for each in notes if each[1]] == []
    page.locator(".about .back").click()
    expect(plan).to_have_count(0)
    expect(page.locator("[data-plan='90']")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".about-open")).to_be_focused()
