"""The address in Chromium: the browser's history, a browser that refuses changes, and the parameters of others."""

import pytest
from helpers.pages import (
    choose,
    copied_text,
    digit_center,
    drag_slider,
    expect_link,
    expect_query,
    expect_state,
    open_tab,
    press_keys,
)
from helpers.states import to_query
from playwright.sync_api import expect


def test_back_and_forward_go_between_views_and_models_and_to_their_last_state(visit, root):
    generate = {"epoch": 1, "count": 4}
    page = visit(to_query(**generate))
    expect_state(page, root, **generate)
    entries = page.evaluate("history.length")
    page.evaluate("""() => {
      const box = document.querySelector("#seed");
      box.value = "5";
      box.dispatchEvent(new Event("input"));
      document.querySelector("#tab-progression").click();
    }""")  # at once, before the address is written
    generate["seed"] = 5
    progression = generate | {"view": "progression"}
    expect_link(page, **progression)
    choose(page, "model", "mlp")
    expect_link(page, **progression, model="mlp")
    assert page.evaluate("history.length") == entries + 2
    page.go_back()
    expect_link(page, **progression)
    page.go_back()
    expect_link(page, **generate)
    expect_state(page, root, **generate)
    page.go_forward()
    page.go_forward()
    expect_link(page, **progression, model="mlp")
    expect_state(page, root, **progression, model="mlp")
    assert page.evaluate("history.length") == entries + 2


@pytest.mark.slow
def test_only_changes_of_the_view_and_the_model_add_to_the_history(visit, root):
    grid = {"epoch": 1, "count": 9}
    page = visit(to_query(**grid))
    expect_state(page, root, **grid)
    entries = page.evaluate("history.length")
    press_keys(page, "#epoch", "Home")
    drag_slider(page, "#truncation", 0.5)
    page.locator("#seed").fill("6")
    page.locator("#sort").select_option("score")
    open_tab(page, "generate")  # it is there already
    expect_query(page, epoch=0, seed=6, sort="score")
    assert page.evaluate("history.length") == entries
    page.locator(".screen canvas").click(position=digit_center(page, 4, 3))
    page.wait_for_function("location.search.includes('pick')")
    assert page.evaluate("history.length") == entries
    left = page.evaluate("location.search")
    page.locator("[data-digit=from]").click()
    expect_query(page, view="interpolate")
    choose(page, "shape", "plane")  # which is another view
    expect_query(page, shape="plane")
    assert page.evaluate("history.length") == entries + 2
    page.go_back()
    expect_query(page, view="interpolate", shape=None)
    page.go_back()
    page.wait_for_function("(left) => location.search === left", arg=left)
    expect(page.locator("#tab-generate")).to_have_attribute("aria-selected", "true")


@pytest.mark.slow
def test_a_browser_that_refuses_a_change_of_the_address_gets_the_newest_one_later(visit, root):
    page = visit(to_query(epoch=1, count=4))
    expect_state(page, root, epoch=1, count=4)
    page.evaluate("""() => {
      for (const change of ["pushState", "replaceState"]) {
        const real = history[change];
        history[change] = () => {
          history[change] = real;
          throw new DOMException("too many", "SecurityError");
        };
      }
    }""")
    open_tab(page, "progression")
    page.locator("#seed").fill("8")
    expect_link(page, view="progression", epoch=1, count=4, seed=8)


# Parameters that are not the page's

FOREIGN = "utm_source=a%20b&fbclid=x%26y&__theme=dark&logs=container&__sign=a.b&pointed=1&flag"


def test_parameters_of_others_stay_in_the_address_and_are_not_copied(visit, root):
    state = {"epoch": 1, "count": 4, "seed": 3}
    page = visit(f"utm_medium=mail&{to_query(**state)}&{FOREIGN}")
    expect_state(page, root, **state)
    expect(page.locator(".notes")).to_be_empty()

    def expect_address(**state):
        query = f"?{to_query(**state)}&utm_medium=mail&{FOREIGN}"
        page.wait_for_function("(query) => location.search === query", arg=query)

    expect_address(**state)
    page.locator("#seed").fill("4")
    expect_address(**state | {"seed": 4})
    link = copied_text(page, page.locator(".copy-link").click)
    assert link.partition("?")[2] == to_query(**state | {"seed": 4})
    open_tab(page, "lesson")
    page.locator(".lesson a").first.click()
    expect_address(epoch=1, count=16, lesson=1)
    page.go_back()
    expect(page.locator(".lesson")).to_be_visible()
    expect_address(view="lesson", **state | {"seed": 4})
