"""The languages of the page in Chromium: the browser's, the chosen one, and the server's messages in both."""

import json
import re

import pytest
from helpers.films import SAVED
from helpers.pages import (
    choose,
    copied_text,
    expect_link,
    expect_query,
    expect_shown,
    expect_state,
    hold_progression,
    open_query,
    record_requests,
    tabs_of,
    wait_for_predictions,
)
from helpers.states import GRID, TEXTS, page_text, to_query
from playwright.sync_api import expect

from gan.ui.texts import note

# Every text and label of the shown view, live regions included, but for the names of the languages.
ALL_TEXTS = """() => {
  const studio = document.querySelector(".studio");
  const all = [document.title];
  const walker = document.createTreeWalker(studio, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(".languages, [hidden]")) all.push(walker.currentNode.data);
  }
  for (const each of studio.querySelectorAll("*")) {
    if (!each.closest(".languages label, [hidden]")) all.push(each.ariaLabel ?? "", each.title ?? "");
  }
  return all.map((text) => text.trim()).filter(Boolean);
}"""


def expect_language(page, language):
    expect(page.locator(".lead")).to_have_text(TEXTS[language]["lead"])
    expect(page.locator("html")).to_have_attribute("lang", TEXTS[language]["language.tag"])
    expect(page.locator("label:has([name=lang][value=zh])")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(f"[name=lang][value={language}]")).to_be_checked()


def test_a_chinese_browser_gets_a_chinese_page_and_a_link_without_a_language(visit, chinese, root):
    page = visit(to_query(**GRID), chinese)
    expect_state(page, root, **GRID)
    expect_language(page, "zh")
    expect(page).to_have_title(page_text("title", "zh"))
    expect_query(page, lang=None)
    choose(page, "lang", "en")
    expect_language(page, "en")
    expect_query(page, lang="en")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("languages", "language"),
    [
        (["fr", "ZH-TW", "en"], "zh"),
        (["en", "zh-CN"], "en"),
        (["zha"], "en"),  # Zhuang, another language than zh
    ],
)
def test_the_page_starts_in_the_first_of_the_browsers_languages_that_it_has(visit, languages, language):
    script = f"Object.defineProperty(navigator, 'languages', {{ value: {json.dumps(languages)} }})"
    expect_language(visit(to_query(epoch=1), prepare=lambda page: page.add_init_script(script)), language)


@pytest.mark.slow
def test_the_switch_changes_every_word_and_nothing_else(visit, root):
    state = GRID | {"model": "both", "truncation": 0.5, "sort": "score", "shape": "line", "at": 20}
    state |= {"reals": 1, "nearest": 1, "push": 1, "dstep": 1, "gstep": 1}
    page = visit(to_query(**state, view="lesson"))
    latin = set(re.findall(r"[A-Za-z]{2,}", " ".join(TEXTS["zh"].values()))) | {"MLP", "DCGAN"}
    page.get_by_role("tab").first.wait_for()
    shapes = [{"shape": "handles"}, {"shape": "arithmetic", "plus": "6,7", "minus": "8", "base": "40"}]
    views = [{"view": view} for view in tabs_of(page)]
    views += [shape | {"view": "interpolate", "model": "dcgan"} for shape in shapes]
    for state in [state | change for change in views]:
        view = state["view"]
        open_query(page, to_query(**state))
        expect_shown(page, view)
        expect_settled(page, view)
        before = page.evaluate(ALL_TEXTS)
        requests = record_requests(page)
        choose(page, "lang", "zh")
        expect_language(page, "zh")
        expect_link(page, **state, lang="zh")
        untranslated = {word for text in page.evaluate(ALL_TEXTS) for word in re.findall(r"[A-Za-z]{2,}", text)} - latin
        assert untranslated == set()
        expect_shown(page, view)
        choose(page, "lang", "en")
        expect_query(page, lang="en")
        assert page.evaluate(ALL_TEXTS) == before
        assert requests == []


def expect_settled(page, view):
    """Wait for the texts that appear after the pictures."""
    reading = page.locator("[data-heard=reading]")
    if page.locator(".said").is_visible():
        wait_for_predictions(page)  # the comment on real digits needs their scores
    if view == "generate":
        expect(page.locator(".variety")).not_to_be_empty()
        expect(page.locator(".pairs-of[aria-busy=false]")).to_have_count(len(SAVED))
    if view in ("generate", "progression"):
        expect(page.locator(".push[aria-busy=false]")).to_be_visible()
    texts = page.locator(".push-length:visible, .comment p:visible, .summary:visible").all_text_contents()
    expect(reading).to_have_text(" · ".join(text.strip() for text in texts))
    if page.locator(".said").is_visible():
        expect(page.locator("[data-heard=shown]")).to_have_text(page.locator(".said").text_content())
    if view == "interpolate":
        expect(page.locator("[data-heard=digit]")).to_have_text(page.locator(".readout").text_content())


# What the page's own module makes of numbers in a language, which the link's query sets.
NUMBERS = """async () => {
  const { counted, fixed, percent, rounded } = await import(new URL("studio/i18n.js", document.baseURI));
  const shares = [0, 0.00004, 0.0004, 0.004, 0.345, 0.997, 0.99996, 1];
  const filtered = { all: 16, only: 3, model: "MLP", epoch: 1, seed: 5, last: 20 };
  return {
    shares: shares.map(percent),
    others: [fixed(9.96, 1), rounded(123.456, 3), rounded(0.05, 2)],
    counts: [0, 1, 2].map((count) => counted("said.only", { ...filtered, count })),
  };
}"""


@pytest.mark.slow
@pytest.mark.parametrize("language", TEXTS)
def test_numbers_and_plurals_follow_the_language(visit, root, language):
    page = visit(to_query(**GRID, lang=language))
    expect_state(page, root, **GRID)
    numbers = page.evaluate(NUMBERS)
    assert numbers["shares"] == ["0%", "0.00%", "0.04%", "0.4%", "35%", "99.7%", "100.00%", "100%"]
    assert numbers["others"] == ["10.0", "123", "0.05"]
    values = {"all": 16, "only": 3, "model": "MLP", "epoch": 1, "seed": 5, "last": 20}
    keys = ["said.only", "said.only.one", "said.only"]
    assert numbers["counts"] == [page_text(key, language, count=n, **values) for n, key in enumerate(keys)]


@pytest.mark.slow
def test_the_switch_keeps_the_picked_digit_and_the_playing(visit, root):
    page = visit(to_query(**GRID, model="mlp"))
    expect_state(page, root, **GRID, model="mlp")
    page.locator(".screen canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text(page_text("digit.at.seed", seed=5))
    choose(page, "lang", "zh")
    expect(page.locator(".readout")).to_contain_text(page_text("digit.at.seed", "zh", seed=5))
    expect(page.locator(".mark")).to_be_visible()
    page.get_by_role("button", name=page_text("digit.from", "zh")).click()
    expect_query(page, view="interpolate", seed=5, pick=5)
    page.get_by_role("button", name=page_text("way.play", "zh")).click()
    choose(page, "lang", "en")
    expect_state(page, root, **GRID, model="mlp", view="interpolate", at=20)
    page.get_by_role("button", name=page_text("pause")).click()
    expect(page.get_by_role("button", name=page_text("way.play"))).to_be_visible()


@pytest.mark.slow
def test_the_switch_works_while_an_answer_is_on_its_way(visit, root):
    page = visit(to_query(**GRID))
    expect_state(page, root, **GRID)
    held = hold_progression(page)
    choose(page, "lang", "zh")
    expect_language(page, "zh")
    held.continue_()
    expect_state(page, root, **GRID, view="progression")
    expect(page.locator(".said")).to_contain_text(page_text("screen", "zh", model="DCGAN", epoch=1))


@pytest.mark.slow
def test_a_copied_link_keeps_the_chosen_language(visit, chinese, root):
    page = visit(to_query(**GRID, lang="zh"))
    expect_state(page, root, **GRID)
    expect_language(page, "zh")
    assert copied_text(page, page.locator(".copy-link").click).partition("?")[2] == to_query(**GRID, lang="zh")
    expect(page.locator(".copy-link")).to_have_text(page_text("copied", "zh"))
    expect_language(visit(to_query(**GRID, lang="en"), chinese), "en")


@pytest.mark.slow
def test_a_step_of_the_tour_keeps_the_chosen_language(visit, root):
    page = visit(to_query(view="lesson", epoch=1))
    choose(page, "lang", "zh")
    expect_query(page, lang="zh")
    card = page.locator(".lesson a").first
    assert "lang=zh" in card.get_attribute("href")
    card.click()
    expect_state(page, root, epoch=1, count=16)
    choose(page, "lang", "en")
    expect_query(page, lang="en")
    page.go_back()
    expect(page.locator(".lesson")).to_be_visible()
    expect_language(page, "zh")  # as the address says


@pytest.mark.slow
def test_an_unknown_language_in_a_link_gives_the_browsers_language_and_a_note(visit, chinese, root):
    page = visit(f"{to_query(**GRID)}&lang=zh-CN", chinese)
    expect_state(page, root, **GRID)
    expect_language(page, "zh")
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", "zh", name="lang"))
    expect_query(page, lang=None)
    choose(page, "lang", "en")
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="lang"))


@pytest.mark.slow
def test_a_server_error_is_shown_in_the_language_of_the_page(visit, root):
    values = {"name": "seed", "low": 0, "high": 9}
    error = {"status": 500, "json": {"error": note("server.whole", **values)}}
    page = visit(to_query(**GRID, lang="zh"))
    expect_state(page, root, **GRID)
    page.route("**/run/pictures", lambda route: route.fulfill(**error))
    page.locator("#seed").fill("70")
    expect(page.locator(".notes")).to_have_text(page_text("server.whole", "zh", **values))
    requests = record_requests(page)
    choose(page, "lang", "en")
    expect(page.locator(".notes")).to_have_text(error["json"]["error"]["text"])
    assert requests == []
    visit.errors.clear()  # the browser logs an answer of status 500


def names_in(key):
    return re.findall(r"\{(\w+)\}", TEXTS["en"][key])


# Every message of the server, each value with what a regular expression or HTML would take for its own.
MESSAGES = [note(key, **dict.fromkeys(names_in(key), "a. (b) <c>")) for key in TEXTS["en"] if key.startswith("server.")]


@pytest.mark.slow
def test_every_message_of_the_server_is_shown_in_both_languages(visit, root):
    def add_notices(route):
        response = route.fetch()
        answer = response.json()
        answer["data"][0]["notices"] = MESSAGES
        route.fulfill(response=response, json=answer)

    page = visit(to_query(**GRID), prepare=lambda page: page.route("**/run/catalogue", add_notices))
    expect_state(page, root, **GRID)
    expect(page.locator(".notes p")).to_have_text([message["text"] for message in MESSAGES])
    choose(page, "lang", "zh")
    translated = [page_text(message["key"], "zh", **message["values"]) for message in MESSAGES]
    expect(page.locator(".notes p")).to_have_text(translated)
