"""The page in Chromium in windows of all sizes: on a phone, under a finger, on a desk, enlarged to 200 and 400 %."""

import pytest
from helpers.pages import choose, says, shows
from helpers.states import drawn, link
from playwright.sync_api import expect

VIEWS = {
    "generate": {"model": "both", "epoch": 1, "count": 16},
    "none": {"epoch": 1, "count": 1, "only": 5, "truncation": 0.4},
    "line": {"view": "interpolate", "model": "both", "epoch": 1, "from": 4294967295, "to": 4294967290, "at": 20},
    "plane": {"view": "interpolate", "epoch": 1, "shape": "plane"},
    "progression": {"view": "progression", "model": "both", "epoch": 1, "count": 9},
    "lesson": {"view": "lesson", "epoch": 1},
}
# A window's size in CSS pixels, and how many of the screen's make one.
ROOMS = {
    "360 pixels": ((360, 800), 1),
    "200 %": ((720, 450), 2),  # of 1440 x 900
    "1440 pixels": ((1440, 900), 1),
    "400 %": ((320, 256), 4),  # of 1280 x 1024, as WCAG 1.4.10 has it
}
# What is past the sides of the window, what is cut off, the pairs that cover each other, and what is past its card's.
MISPLACED = """() => {
  const shown = [...document.querySelectorAll(".studio *")].filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    return each.checkVisibility() && width > 1 && height > 1 && !each.closest(".heard");
  });
  const name = (each) => `${each.tagName}.${each.getAttribute("class")}#${each.id} ${each.textContent.slice(0, 20)}`;
  const out = shown.filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    return left < -0.5 || right > innerWidth + 0.5;
  });
  const cut = shown.filter((each) => {
    if (getComputedStyle(each).overflowX === "visible" || each.tagName === "INPUT") return false;
    return each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
  });
  const text = (each) => [...each.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const things = shown.filter((each) => each.matches("button, input, select, canvas, svg") ||
    (text(each) && !each.closest("svg, button, select") && !each.matches(".segments span, .empty")));
  const boxes = things.map((each) => {
    const box = (each.type === "radio" ? each.closest("label") : each).getBoundingClientRect();
    return [each, box];
  });
  const over = [];
  for (const [one, a] of boxes) for (const [other, b] of boxes) {
    if (one === other || one.contains(other) || other.contains(one)) continue;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) over.push(`${name(one)} over ${name(other)}`);
  }
  const spilt = things.filter((each) => {
    const card = each.closest(".card");
    if (!card || card === each) return false;
    const right = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
    return each.getBoundingClientRect().right > right + 1;
  });
  return { count: things.length, out: out.map(name), cut: cut.map(name), over, spilt: spilt.map(name) };
}"""


@pytest.fixture(scope="module", params=ROOMS)
def room(browser, request):
    (width, height), scale = ROOMS[request.param]
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, device_scale_factor=scale, has_touch=True)
    yield context, width
    context.close()


@pytest.mark.parametrize("name", VIEWS)
def test_all_is_in_the_window_whole_and_side_by_side(visit, root, room, name):
    context, width = room
    page = visit(link(**VIEWS[name]), context)
    if name == "lesson":
        page.locator(".lesson a").first.wait_for()
    else:
        shows(page, drawn(root, **VIEWS[name]))
        expect(page.locator(".said")).not_to_be_empty()
    for language in ("en", "zh"):
        choose(page, "lang", language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        found = page.evaluate(MISPLACED)
        assert found.pop("count") > 15
        assert found == {"out": [], "cut": [], "over": [], "spilt": []}


def test_a_finger_that_scrolls_over_a_curve_leaves_the_epoch(visit, phone, root):
    there = {"view": "progression", "model": "mlp", "epoch": 1, "count": 4}
    page = visit(link(**there), phone)
    shows(page, drawn(root, **there))
    page.evaluate("document.querySelector('.run svg').scrollIntoView({ block: 'center' })")
    before = page.evaluate("scrollY")
    swipe(page, page.locator(".run svg").first, [(0.95, 0.9), (0.95, 0.5), (0.95, 0.1)])
    page.wait_for_function("(before) => scrollY > before", arg=before)
    shows(page, drawn(root, **there))
    says(page, epoch=1)
    swipe(page, page.locator(".run svg").first, [(0.5, 0.5), (0.7, 0.5), (0.97, 0.5)])  # one that goes along it
    shows(page, drawn(root, **there | {"epoch": 2}))


def swipe(page, target, places):
    """Move a finger over something, through places in shares of its width and height."""
    box = target.bounding_box()
    finger = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(places):
        points = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}]
        finger.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": points}
        )
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_works_every_kind_of_control(visit, phone, root):
    there = {"view": "progression", "model": "mlp", "epoch": 1, "count": 4}
    page = visit(link(**there), phone)
    shows(page, drawn(root, **there))
    page.get_by_role("button", name="One epoch on").tap()
    shows(page, drawn(root, **there | {"epoch": 2}))
    curve = page.locator(".run svg").nth(1)
    box = curve.bounding_box()
    curve.tap(position={"x": 36 * box["width"] / 300, "y": box["height"] / 2})
    shows(page, drawn(root, **there | {"epoch": 0}))
    slider = page.locator("#epoch")
    box = slider.bounding_box()
    slider.tap(position={"x": box["width"] - 2, "y": box["height"] / 2})
    shows(page, drawn(root, **there | {"epoch": 2}))
    page.get_by_label("slow").tap()
    says(page, slow=1)
    page.locator("label:has(> [name=lang][value=zh])").tap()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.locator("label:has(> [name=lang][value=en])").tap()
    page.get_by_role("tab", name="How it works").tap()
    page.locator(".lesson a").nth(6).tap()
    shows(page, drawn(root, view="interpolate", shape="plane", epoch=1, **{"from": 0}))


def test_a_finger_that_scrolls_over_a_grid_picks_nothing(visit, phone, root):
    there = {"epoch": 1, "count": 9}
    page = visit(link(**there), phone)
    shows(page, drawn(root, **there))
    swipe(page, page.locator(".screen canvas"), [(0.5, 0.6), (0.5, 0.4), (0.5, 0.1)])
    page.wait_for_function("scrollY > 0")
    expect(page.locator(".mark")).to_be_hidden()
