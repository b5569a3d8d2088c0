"""A new view takes one file in views/, one line that registers it, and its texts."""

import json
import shutil

import pytest
from helpers.pages import choose, expect_pixels, expect_query
from helpers.serving import ROOT, serving
from helpers.states import expected_pixels
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

VIEW = """
import { t } from "../i18n.js";
import { epochOf } from "../runs.js";

export const view = {
  tab: "closeup",
  shows: (state) => state.view === "closeup",
  question: (state, model) => ["generate", model, epochOf(state, model), state.seed, 1],
  frame: () => 0,
  describe: (state, film, values) => t("said.closeup", { ...values, seed: film.seeds[0] }),
  keys: "keys.closeup",
  seedsOnly: true,
  move: ({ seed }, right) => ({ seed: Math.max(0, seed + right) }),
  controls: () => "",
  exports: ["png", "npy"],
};
"""
TEXTS = {
    "en": {
        "closeup": "Close-up",
        "said.closeup": "Seed {seed}, {model}",
        "keys.closeup": "The arrow keys change the seed.",
    },
    "zh": {"closeup": "特写", "said.closeup": "种子 {seed} {model}", "keys.closeup": "用方向键换种子。"},
}


@pytest.fixture(scope="module")
def address(tmp_path_factory, root):
    """The app with one more view."""
    copy = tmp_path_factory.mktemp("app")
    shutil.copy(ROOT / "app.py", copy)
    shutil.copytree(ROOT / "gan", copy / "gan", ignore=shutil.ignore_patterns("__pycache__"))
    web = copy / "gan" / "ui" / "web"
    (web / "views" / "closeup.js").write_text(VIEW)
    registry = web / "views" / "index.js"
    last = '  ["lesson", () => import("./lesson.js")],\n'
    assert last in registry.read_text()
    registry.write_text(registry.read_text().replace(last, f'{last}  ["closeup", () => import("./closeup.js")],\n'))
    for language, texts in TEXTS.items():
        table = web / "text" / f"{language}.json"
        table.write_text(json.dumps(json.loads(table.read_text()) | texts))
    with serving(root, program=copy / "app.py") as address:
        yield address


def test_a_sixth_view_is_shown_and_has_a_link(visit, root):
    page = visit("epoch=1&seed=5")
    expect_pixels(page, expected_pixels(root, epoch=1, seed=5))
    page.get_by_role("tab", name="Close-up").click()
    expect_pixels(page, expected_pixels(root, epoch=1, seed=5, count=1))
    expect(page.locator(".said")).to_have_text("Seed 5, DCGAN")
    page.locator(".screen canvas").press("ArrowRight")
    expect_pixels(page, expected_pixels(root, epoch=1, seed=6, count=1))
    expect_query(page, view="closeup", seed=6)
    page.reload()
    expect_pixels(page, expected_pixels(root, epoch=1, seed=6, count=1))
    expect(page.locator(".readout")).to_contain_text("likely real")
    choose(page, "lang", "zh")
    expect(page.get_by_role("tab", name="特写")).to_be_visible()
