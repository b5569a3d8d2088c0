"""Actions on the page in a browser, and conditions to wait for."""

import base64
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from helpers.states import expected_pixels, to_query

TIMEOUT = 30_000  # milliseconds, long enough for a busy machine
expect.set_options(timeout=TIMEOUT)
CANVASES_EQUAL = """([selector, pictures]) => {
  const canvases = [...document.querySelectorAll(selector)];
  return canvases.length === pictures.length && canvases.every((canvas, i) => {
    const [height, width, base64] = pictures[i];
    if (canvas.width !== width || canvas.height !== height) return false;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const data = copy.getImageData(0, 0, width, height).data;
    const levels = atob(base64);
    for (let n = 0; n < levels.length; n++) {
      for (let band = 0; band < 3; band++) if (data[4 * n + band] !== levels.charCodeAt(n)) return false;
    }
    return true;
  });
}"""
# The lesson draws its pictures one after another. An undrawn canvas is 300 pixels wide.
ALL_IS_DRAWN = """() => {
  const canvases = [...document.querySelectorAll("[role=tabpanel]:not([hidden]) canvas")];
  return canvases.length > 0 && canvases.every((canvas) => canvas.width !== 300);
}"""

OPEN_QUERY = """(query) => {
  history.pushState(null, "", query);
  dispatchEvent(new PopStateEvent("popstate"));
}"""


def expect_shown(page, view):
    """Wait until the page shows a view, whatever its pictures are. A training is paused, so that nothing changes."""
    expect(page.get_by_role("tabpanel")).to_have_attribute("aria-labelledby", f"tab-{view}")
    expect(page.locator(".screens[aria-busy=true]:visible")).to_have_count(0)
    page.wait_for_function(ALL_IS_DRAWN)
    if view == "train":
        expect(page.locator("#recorded")).to_be_enabled()  # there are two frames
        pause_training(page)


def pause_training(page):
    """Pause the training, and wait for the answers that are on their way."""
    play = page.locator(".trainer .play")
    if play.text_content().strip() != "▶":
        play.click()
    expect(play).to_have_text("▶")
    expect(page.locator(".lanes[aria-busy=true]")).to_have_count(0)


def encode_pictures(pictures):
    """Arrays (H, W) in the form that CANVASES_EQUAL takes."""
    return [[*picture.shape, base64.b64encode(picture.tobytes()).decode()] for picture in pictures]


def expect_pixels(page, pictures, selector=".screen canvas"):
    """Wait until the canvases show exactly these pictures."""
    page.wait_for_function(CANVASES_EQUAL, arg=[selector, encode_pictures(pictures)])


def expect_state(page, root, **state):
    """Wait until the page shows a state: the pixels that Python draws, or the drawn lesson or training, or the pad."""
    if state.get("view") in ("lesson", "train"):
        expect(page.locator(f"#{state['view']}")).to_be_visible()
        page.wait_for_function(ALL_IS_DRAWN)
    elif state.get("view") == "draw":
        expect(page.locator(".pad")).to_be_visible()
    elif state.get("push"):
        expect(page.locator(".push[aria-busy=false]")).to_be_visible()
    else:
        expect_pixels(page, expected_pixels(root, **state))


def expect_query(page, **values):
    """Wait until the query of the page's address has these values. None: it has no such name."""
    page.wait_for_function(
        """(values) => {
          const query = new URLSearchParams(location.search);
          return Object.entries(values).every(([name, value]) => query.get(name) === value);
        }""",
        arg={name: None if value is None else str(value) for name, value in values.items()},
    )


def expect_link(page, **state):
    """Wait until the page's address is exactly the link to a state."""
    page.wait_for_function("(query) => location.search === `?${query}`", arg=to_query(**state))


def open_query(page, query):
    """Open a link on a page that is already loaded, as the Back button does, and wait until it is shown."""
    page.evaluate(OPEN_QUERY, f"?{query}")
    expect(page.locator(".screens[aria-busy=true]")).to_have_count(0)


def show(page, root, **state):
    """Open a state on a loaded page and wait until it is shown, predictions included."""
    open_query(page, to_query(**state))
    expect_state(page, root, **state)
    wait_for_predictions(page)


def wait_for_predictions(page):
    """Wait until the page has the scores and labels of the digits that it shows."""
    expect(page.locator(".readout[aria-busy=true]")).to_have_count(0)


def record_requests(page):
    """A list that grows with every request that the page sends from now on.

    Its own files are not in the list. Some load after the first digits.
    """
    wait_for_predictions(page)
    requests = []

    def record(request):
        if not request.url.startswith(("data:", "blob:")) and "/studio/" not in request.url:
            requests.append(request.url)

    page.on("request", record)
    return requests


def hold_pictures(page, view, action):
    """Do `action`, which asks for a view's pictures, and hold the request back. Continue the returned route later."""
    held = []

    def matches(request):
        return request.url.endswith("/run/pictures") and request.post_data_json["data"][0] == view

    page.route("**/run/pictures", lambda route: held.append(route) if matches(route.request) else route.fallback())
    with page.expect_request(matches):
        action()
    return wait_for_first(page, held)


def hold_progression(page):
    """Open the progression view and hold its pictures back."""
    return hold_pictures(page, "progression", lambda: open_tab(page, "progression"))


def wait_for_first(page, held):
    """The first route in a list that a route handler fills."""
    wait_until(page, lambda: held)
    return held[0]


def wait_until(page, condition: Callable[[], object]) -> None:
    """Wait for something that a handler of the page's events changes. Raises TimeoutError."""
    end = time.monotonic() + TIMEOUT / 1000
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the page has not done what the test waits for")
        page.evaluate("0")  # Playwright calls handlers while it waits for something


def tabs_of(page):
    """The views of the page, in the order of their tabs."""
    return [tab.get_attribute("id").removeprefix("tab-") for tab in page.get_by_role("tab").all()]


def open_tab(page, view):
    page.locator(f"#tab-{view}").click()


def choose(page, name, value):
    """Click the radio button of a group that has this value."""
    page.locator(f"label:has(> [name={name}][value={value}])").click()


def press_keys(page, selector, *keys):
    """Focus an element and press keys."""
    page.locator(selector).focus()
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, selector):
    """Press Tab until an element that matches has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def drag_slider(page, selector, share):
    """Drag a slider from its left end to a share of its width."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, y)
    page.mouse.down()
    for step in range(11):
        page.mouse.move(box["x"] + box["width"] * share * step / 10, y)
    page.mouse.up()


def digit_center(page, index, columns, canvas=0):
    """The position of a digit's center, from the upper left corner of its canvas."""
    side = page.locator(".screen canvas").nth(canvas).bounding_box()["width"] / columns
    return {"x": (index % columns + 0.5) * side, "y": (index // columns + 0.5) * side}


def copied_text(page, action):
    """What `action` copies to the clipboard."""
    page.evaluate("async () => { window.copied = ''; await navigator.clipboard.writeText(''); }")
    action()
    read = "() => { navigator.clipboard.readText().then((text) => (window.copied = text)); return window.copied; }"
    return page.wait_for_function(read).json_value()


def download(page, kind, button="data-take"):
    """Save a kind of file with the button that has it in an attribute, and return its content."""
    with page.expect_download() as download:
        page.locator(f"[{button}='{kind}']").click()
    return Path(download.value.path()).read_bytes()


def change_answers(page, name, **changes):
    """Change entries in the answers of an endpoint."""

    def change(route):
        response = route.fetch()
        answer = response.json()
        answer["data"][0] |= changes
        route.fulfill(response=response, json=answer)

    page.route(f"**/run/{name}", change)
