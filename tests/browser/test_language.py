"""The page's languages in Chromium: the browser's, the one that is chosen, and what the server says in either."""

import json
import re
import shutil

import pytest
from helpers.pages import calls, choose, held_progression, knows, says, shows, slide
from helpers.serving import serving
from helpers.states import drawn, link
from playwright.sync_api import expect

from gan.ui.texts import ENGLISH, TABLES, text

CHINESE = json.loads(TABLES["zh"])
SMALL = {"seed": 5, "count": 9, "epoch": 1}
VIEWS = ("generate", "interpolate", "progression", "lesson")
# All that a visitor reads or hears of the page: its texts and labels, hidden ones too.
READ = """() => {
  const studio = document.querySelector(".studio");
  const all = [document.title];
  const walker = document.createTreeWalker(studio, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(".languages")) all.push(walker.currentNode.data);
  }
  for (const each of studio.querySelectorAll("*")) {
    if (!each.closest(".languages label")) all.push(each.ariaLabel ?? "", each.title ?? "");
  }
  return all.map((text) => text.trim()).filter(Boolean);
}"""

# The pictures are drawn one after another: an undrawn canvas is 300 pixels wide.
LESSON_IS_DRAWN = """() => {
  const canvases = document.querySelectorAll(".steps canvas");
  return canvases.length > 8 && [...canvases].every((canvas) => canvas.width !== 300);
}"""


def filled(text, **values):
    return re.sub(r"\{(\w+)\}", lambda name: str(values[name[1]]), text)


def speaks(page, language):
    expect(page.locator(".lead")).to_have_text(json.loads(TABLES[language])["lead"])
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(f"[name=lang][value={language}]")).to_be_checked()


def test_a_browser_in_chinese_begins_in_chinese_and_the_link_does_not_say_so(visit, chinese, root):
    page = visit(link(**SMALL), chinese)
    shows(page, drawn(root, **SMALL))
    speaks(page, "zh")
    expect(page).to_have_title(CHINESE["title"])
    says(page, lang=None)
    choose(page, "lang", "en")
    speaks(page, "en")
    says(page, lang="en")


@pytest.mark.parametrize(
    ("languages", "language"),
    [
        (["en-US", "en"], "en"),
        (["fr", "zh-TW"], "zh"),
        (["fr", "ZH", "en"], "zh"),
        (["en", "zh-CN"], "en"),
        (["zha"], "en"),  # Zhuang
        ([], "en"),
    ],
)
def test_the_first_of_the_browsers_languages_that_the_page_speaks_is_taken(visit, languages, language):
    script = f"Object.defineProperty(navigator, 'languages', {{ value: {json.dumps(languages)} }})"
    speaks(visit(link(epoch=1), prepare=lambda page: page.add_init_script(script)), language)


@pytest.mark.parametrize("view", VIEWS)
def test_the_switch_changes_every_word_and_nothing_else(visit, root, view):
    there = SMALL | {"view": view, "model": "both", "truncation": 0.5, "sort": "score", "shape": "line", "at": 20}
    page = visit(link(**there))
    if view == "lesson":
        page.wait_for_function(LESSON_IS_DRAWN)
    else:
        shows(page, drawn(root, **there))
        knows(page)
        expect(page.locator("[data-heard=shown]")).to_have_text(page.locator(".said").text_content())
    if view == "interpolate":
        expect(page.locator("[data-heard=digit]")).to_have_text(page.locator(".readout").text_content())
    if view == "generate":
        expect(page.locator(".variety")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    before = page.evaluate(READ)
    seen = calls(page)
    choose(page, "lang", "zh")
    speaks(page, "zh")
    says(page, lang="zh")
    assert page.evaluate("location.search") == f"?{link(**there, lang='zh')}"
    known = set(re.findall(r"[A-Za-z]{2,}", " ".join(CHINESE.values()))) | {"MLP", "DCGAN"}
    strange = {word for text in page.evaluate(READ) for word in re.findall(r"[A-Za-z]{2,}", text)} - known
    assert strange == set()
    if view != "lesson":
        shows(page, drawn(root, **there))
    choose(page, "lang", "en")
    says(page, lang="en")
    assert page.evaluate(READ) == before
    assert seen == []


def test_the_switch_keeps_what_is_picked_and_what_plays(visit, root):
    page = visit(link(**SMALL, model="mlp"))
    shows(page, drawn(root, **SMALL, model="mlp"))
    page.locator(".screen canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("Seed 5")
    choose(page, "lang", "zh")
    expect(page.locator(".readout")).to_contain_text(filled(CHINESE["digit.seed-is"], seed=5))
    expect(page.locator(".mark")).to_be_visible()
    page.get_by_role("button", name=CHINESE["digit.from"]).click()
    says(page, view="interpolate", **{"from": 5})
    page.get_by_role("button", name=CHINESE["way.play"]).click()
    choose(page, "lang", "en")
    shows(page, drawn(root, **SMALL, model="mlp", view="interpolate", **{"from": 5}, at=20))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play the journey")).to_be_visible()


def test_the_switch_works_while_a_view_is_on_its_way(visit, root):
    page = visit(link(**SMALL))
    shows(page, drawn(root, **SMALL))
    held = held_progression(page)
    choose(page, "lang", "zh")
    speaks(page, "zh")
    held.continue_()
    shows(page, drawn(root, **SMALL, view="progression"))
    expect(page.locator(".said")).to_contain_text(filled(CHINESE["screen"], model="DCGAN", epoch=1))


def test_the_switch_is_worked_by_keys_and_has_a_name(visit):
    page = visit(link(epoch=1))
    group = page.get_by_role("radiogroup", name="Language", exact=True)
    group.get_by_role("radio", name="English", exact=True).focus()
    page.keyboard.press("ArrowRight")
    speaks(page, "zh")
    group = page.get_by_role("radiogroup", name=CHINESE["language"], exact=True)
    expect(group.get_by_role("radio", name="简体中文", exact=True)).to_be_focused()
    expect(group).to_have_text("EN中文")
    page.keyboard.press("ArrowLeft")
    speaks(page, "en")


def test_a_link_says_the_language_that_was_chosen(visit, chinese, root):
    page = visit(link(**SMALL, lang="zh"))
    shows(page, drawn(root, **SMALL))
    speaks(page, "zh")
    page.get_by_role("button", name=CHINESE["link.copy"]).click()
    expect(page.get_by_role("button", name=CHINESE["copied"])).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").partition("?")[2] == link(**SMALL, lang="zh")
    speaks(visit(link(**SMALL, lang="en"), chinese), "en")


def test_the_lesson_goes_on_in_the_language_that_was_chosen(visit, root):
    page = visit(link(view="lesson", epoch=1))
    choose(page, "lang", "zh")
    says(page, lang="zh")
    card = page.locator(".lesson a").first
    assert "lang=zh" in card.get_attribute("href")
    card.click()
    shows(page, drawn(root, epoch=0, count=16))
    choose(page, "lang", "en")
    says(page, lang="en")
    page.go_back()
    expect(page.locator(".lesson")).to_be_visible()
    speaks(page, "zh")  # as the address says


@pytest.mark.parametrize("language", ["fr", "zh-CN", "", "toString"])
def test_an_unknown_language_is_the_browsers_with_a_note(visit, chinese, root, language):
    for context, spoken in ((None, "en"), (chinese, "zh")):
        page = visit(link(**SMALL) + f"&lang={language}", *([context] if context else []))
        shows(page, drawn(root, **SMALL))
        speaks(page, spoken)
        expect(page.locator(".notes")).to_have_text(filled(json.loads(TABLES[spoken])["link.bad"], name="lang"))
        says(page, lang=None)
    choose(page, "lang", "en")
    expect(page.locator(".notes")).to_have_text(text("link.bad", name="lang"))


def test_the_first_picture_has_words_in_either_language(visit):
    def hold(page):
        page.route("**/run/catalogue", lambda route: None)

    page = visit("", prepare=hold)
    expect(page.locator(".screen figcaption")).to_have_text("DCGAN, epoch 1")
    choose(page, "lang", "zh")
    expect(page.locator(".screen figcaption")).to_have_text(filled(CHINESE["screen"], model="DCGAN", epoch=1))
    page = visit("lang=zh", prepare=hold)
    expect(page.locator(".screen figcaption")).to_have_text(filled(CHINESE["screen"], model="DCGAN", epoch=1))


def test_a_refusal_of_the_server_is_said_in_the_language_of_the_page(visit, root):
    values = {"name": "seed", "low": 0, "high": 9}
    user_error = {"status": 500, "json": {"error": text("server.whole", **values)}}
    page = visit(link(**SMALL, lang="zh"))
    shows(page, drawn(root, **SMALL))
    page.route("**/run/pictures", lambda route: route.fulfill(**user_error))
    page.get_by_label(CHINESE["seed"], exact=True).fill("70")
    expect(page.locator(".notes")).to_have_text(filled(CHINESE["server.whole"], **values))
    seen = calls(page)
    choose(page, "lang", "en")
    expect(page.locator(".notes")).to_have_text(user_error["json"]["error"])
    assert seen == []
    visit.errors.clear()  # the browser counts an answer of status 500


def test_an_epoch_that_has_gone_meanwhile_gives_way_to_the_next_and_no_run_is_called_new(visit, tmp_path, root):
    folder = shutil.copytree(root, tmp_path / "checkpoints")
    with serving(folder) as address:
        page = visit("")
        page.goto(f"{address}/?{link(**SMALL)}")
        shows(page, drawn(root, **SMALL))
        (folder / "dcgan" / "epoch-000.safetensors").unlink()
        slide(page, "#epoch", "Home")
        expect(page.locator(".notes")).to_have_text("Epoch 0 was not saved; epoch 1 is shown.")
        shows(page, drawn(root, **SMALL))
        page.close()
    visit.errors.clear()  # the browser counts an answer of status 500


# What the server may say, and in which text of the page it stands.
SAID = {
    text(key, **dict.fromkeys(re.findall(r"\{(\w+)\}", message), "a. (b) [c]")): key
    for key, message in ENGLISH.items()
    if key.startswith("server.")
} | {"epoch-001.safetensors is damaged (no (header)): python train.py makes new checkpoints": "error.other"}


def test_everything_that_the_server_says_is_said_in_either_language(visit, root, catalogue_of):
    page = visit(link(**SMALL), prepare=catalogue_of(list(SAID)))
    shows(page, drawn(root, **SMALL))
    expect(page.locator(".notes p")).to_have_text(list(SAID))
    choose(page, "lang", "zh")
    texts = []
    for said, key in SAID.items():
        names = re.findall(r"\{(\w+)\}", CHINESE[key])
        texts.append(filled(CHINESE[key], **dict.fromkeys(names, said if key == "error.other" else "a. (b) [c]")))
    expect(page.locator(".notes p")).to_have_text(texts)


@pytest.fixture
def catalogue_of():
    """Prepares a page whose catalogue has these notices."""

    def catalogue_of(notices):
        def answer(route):
            response = route.fetch()
            given = response.json()
            given["data"][0]["notices"] = notices
            route.fulfill(response=response, json=given)

        return lambda page: page.route("**/run/catalogue", answer)

    return catalogue_of


@pytest.mark.parametrize("view", VIEWS)
def test_chinese_does_not_scroll_sideways_on_a_phone(visit, phone, root, view):
    there = SMALL | {"view": view, "model": "both", "lang": "zh"}
    page = visit(link(**there), phone)
    if view != "lesson":
        shows(page, drawn(root, **there))
    expect(page.locator(".lesson a")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
