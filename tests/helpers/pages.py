"""What the browser's tests do with a page, and wait for on it."""

import base64

from playwright.sync_api import expect

PATIENCE = 30_000  # milliseconds, on a machine that is busy
expect.set_options(timeout=PATIENCE)
CANVASES_ARE = """([selector, frames]) => {
  const canvases = [...document.querySelectorAll(selector)];
  return canvases.length === frames.length && canvases.every((canvas, i) => {
    const [height, width, base64] = frames[i];
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


def coded(pictures):
    """Pictures as CANVASES_ARE takes them."""
    return [[*picture.shape, base64.b64encode(picture.tobytes()).decode()] for picture in pictures]


def shows(page, pictures, selector=".screen canvas"):
    """Wait until the canvases hold just these pictures."""
    page.wait_for_function(CANVASES_ARE, arg=[selector, coded(pictures)])


def says(page, **query):
    """Wait until the address says these things, None for nothing."""
    page.wait_for_function(
        """(query) => {
          const said = new URLSearchParams(location.search);
          return Object.entries(query).every(([name, value]) => said.get(name) === value);
        }""",
        arg={name: None if value is None else str(value) for name, value in query.items()},
    )


def held_pictures(page, view, change):
    """Do what asks for a view's pictures, and keep them back: the route to `continue_` when they may come."""
    held = []

    def asks(request):
        return request.url.endswith("/run/pictures") and request.post_data_json["data"][0] == view

    page.route("**/run/pictures", lambda route: held.append(route) if asks(route.request) else route.fallback())
    with page.expect_request(asks):
        change()
    return first_of(page, held)


def first_of(page, held):
    """The first route that a handler puts into a list, waited for."""
    while not held:
        page.evaluate("0")  # the handler is told of it a little later, while Playwright waits for something
    return held[0]


def held_progression(page):
    """Open the progression, and keep its pictures back."""
    return held_pictures(page, "progression", lambda: page.get_by_role("tab", name="Progression").click())


def knows(page):
    """Wait until the page knows what the networks say of what it shows."""
    expect(page.locator(".readout[aria-busy=true]")).to_have_count(0)


def calls(page):
    """A list that grows with every request to the server, once the page knows all about what it shows."""
    knows(page)
    seen = []
    page.on("request", lambda request: request.url.startswith(("data:", "blob:")) or seen.append(request.url))
    return seen


def choose(page, name, value):
    """Choose a value of a group of radio buttons, as a mouse does."""
    page.locator(f"label:has(> [name={name}][value={value}])").click()


def slide(page, selector, *keys):
    """Move a slider by keys."""
    page.locator(selector).focus()
    for key in keys:
        page.keyboard.press(key)


def drag(page, selector, share):
    """Press the mouse on a slider's left end and let go at a share of its width."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, y)
    page.mouse.down()
    for step in range(11):
        page.mouse.move(box["x"] + box["width"] * share * step / 10, y)
    page.mouse.up()


def middle(page, place, columns, nth=0):
    """Where in a canvas the digit at a place of its grid has its middle."""
    side = page.locator(".screen canvas").nth(nth).bounding_box()["width"] / columns
    return {"x": (place % columns + 0.5) * side, "y": (place // columns + 0.5) * side}
