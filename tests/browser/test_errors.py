"""What the page does in Chromium when the server or the network fails."""

import pytest
from helpers.pages import change_answers, digit_center, expect_query, expect_state, hold_pictures, wait_until
from helpers.states import GRID, expected_film, page_text, to_fixed, to_query
from playwright.sync_api import expect

from gan.ui.catalogue import catalogue
from gan.ui.texts import note

BUSY = {"status": 503, "json": {"error": note("server.busy")}}


@pytest.fixture
def failed_requests(visit):
    """Expect that the browser itself logs the failed requests of the test."""
    yield
    assert {message.split(":")[0] for message in visit.errors} == {"Failed to load resource"}
    visit.errors.clear()


@pytest.mark.usefixtures("failed_requests")
def test_an_error_is_shown_until_a_request_succeeds(grid, root):
    error = {
        "status": 500,
        "json": {"error": note("server.unusable", file="mlp/epoch-001.safetensors", command="python train.py")},
    }
    grid.route("**/run/pictures", lambda route: route.fulfill(**error))
    grid.locator("#seed").fill("6")
    expect(grid.locator(".notes")).to_have_text(error["json"]["error"]["text"])
    grid.unroute("**/run/pictures")
    grid.route("**/run/pictures", lambda route: route.abort())
    grid.locator("#seed").fill("7")
    expect(grid.locator(".notes")).to_have_text(page_text("error.network"))
    grid.unroute("**/run/pictures")
    grid.locator("#seed").fill("6")
    expect_state(grid, root, **GRID | {"seed": 6})
    expect(grid.locator(".notes")).to_be_empty()


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", [[], ["epoch-000", "epoch-001"]])
def test_without_usable_snapshots_the_page_explains_what_to_do_and_shows_no_picture(visit, tmp_path, snapshots):
    (tmp_path / "mlp").mkdir()
    for name in snapshots:
        (tmp_path / "mlp" / f"{name}.safetensors").touch()
    answer = {"data": [catalogue(tmp_path)]}
    page = visit(prepare=lambda page: page.route("**/run/catalogue", lambda route: route.fulfill(json=answer)))
    expect(page.locator(".notes p")).to_contain_text(["python train.py"])
    expect(page.locator(".stage")).to_be_hidden()  # also the picture that came with the page
    for button in ("[data-take=png]", ".forward", ".play"):
        assert page.locator(button).evaluate("(button) => button.closest('[inert]') !== null")
    expect(page.locator(".take")).to_have_css("opacity", "0.5")


@pytest.mark.slow
@pytest.mark.usefixtures("failed_requests")
def test_a_catalogue_that_failed_to_load_is_requested_again(visit, root):
    state = {"view": "progression", "model": "mlp", "epoch": 1, "count": 4}
    page = visit(
        to_query(**state),
        prepare=lambda page: page.route("**/run/catalogue", lambda route: route.fulfill(**BUSY), times=1),
    )
    expect(page.locator(".notes")).to_have_text(BUSY["json"]["error"]["text"])
    page.locator("#seed").fill("6")
    expect_state(page, root, **state, seed=6)
    expect(page.locator(".notes")).to_be_empty()
    expect(page.locator(".run svg")).not_to_have_count(0)
    expect_query(page, **state, seed=6)


@pytest.mark.slow
@pytest.mark.usefixtures("failed_requests")
def test_a_picture_is_not_saved_when_the_server_refuses_its_digits(grid):
    downloads = []
    grid.on("download", lambda download: downloads.append(download))
    held = hold_pictures(grid, "generate", lambda: grid.locator("#seed").fill("70"))
    grid.locator("[data-take=png]").click()
    held.fulfill(**BUSY)
    expect(grid.locator(".notes")).to_have_text(BUSY["json"]["error"]["text"])
    grid.locator("[data-take=png]").click()
    grid.unroute("**/run/pictures")
    with grid.expect_download() as download:
        grid.locator("#seed").fill("71")
        grid.locator("[data-take=png]").click()
    assert "71" in download.value.suggested_filename
    assert len(downloads) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("failed_requests")
def test_predictions_that_failed_to_load_are_requested_again(grid, root):
    grid.route("**/run/predictions", lambda route: route.abort())
    grid.locator("#seed").fill("70")
    expect(grid.locator(".notes")).to_have_text(page_text("error.network"))
    grid.locator(".screen canvas").click(position=digit_center(grid, 0, 3))
    expect(grid.locator(".readout")).to_have_text(readout_without_predictions(root))
    grid.unroute("**/run/predictions")
    grid.locator("#sort").select_option("score")
    expect(grid.locator(".readout")).not_to_contain_text("…")
    expect(grid.locator(".notes")).to_be_empty()


@pytest.mark.slow
def test_predictions_of_another_run_are_not_shown(grid, root):
    change_answers(grid, "predictions", run="another")
    grid.locator("#seed").fill("70")
    expect_state(grid, root, **GRID | {"seed": 70})
    expect(grid.locator(".notes")).to_have_text(page_text("run.new"))
    grid.locator(".screen canvas").click(position=digit_center(grid, 0, 3))
    expect(grid.locator(".readout")).to_have_text(readout_without_predictions(root))


def readout_without_predictions(root):
    """The line about the first digit of seed 70 while its predictions are missing."""
    length = expected_film(root, **GRID | {"seed": 70})["lengths"][0][0]
    return f"{page_text('digit.at.seed', seed=70)} · … · {page_text('digit.length', length=to_fixed(length, 1))}"


@pytest.mark.usefixtures("failed_requests")
def test_an_error_that_the_page_does_not_know_is_shown_in_the_words_of_the_server(grid, root):
    """The server may be newer than a page that is still open."""
    error = {"key": "server.new", "values": {}, "text": "A new sentence."}
    grid.route("**/run/pictures", lambda route: route.fulfill(status=422, json={"error": error}))
    grid.locator("#seed").fill("6")
    expect(grid.locator(".notes")).to_have_text("A new sentence.")
    grid.unroute("**/run/pictures")
    grid.locator("#seed").fill("7")
    expect_state(grid, root, **GRID | {"seed": 7})


PORTAL = {"content_type": "text/html", "body": "<h1>Log in</h1>"}
NOT_ANSWERS = {"portal": PORTAL, "text": {"json": {"data": "x"}}, "null": {"json": {"data": [None]}}}


def expect_network_to_be_named(grid, root, answer):
    grid.route("**/run/pictures", lambda route: route.fulfill(**answer))
    grid.locator("#seed").fill("6")
    expect(grid.locator(".notes")).to_have_text(page_text("error.not-json"))
    grid.unroute("**/run/pictures")
    grid.locator("#seed").fill("7")
    expect_state(grid, root, **GRID | {"seed": 7})


@pytest.mark.parametrize("kind", ["portal", *[pytest.param(kind, marks=pytest.mark.slow) for kind in ("text", "null")]])
def test_what_the_network_sends_instead_of_an_answer_is_named_as_such(grid, root, kind):
    """A captive portal or a proxy answers with status 200."""
    expect_network_to_be_named(grid, root, NOT_ANSWERS[kind])


@pytest.mark.slow
@pytest.mark.usefixtures("failed_requests")
def test_a_portal_that_asks_to_log_in_is_named_as_such(grid, root):
    """RFC 6585: status 511, Network Authentication Required."""
    expect_network_to_be_named(grid, root, PORTAL | {"status": 511})


@pytest.mark.parametrize("name", ["main.js", "views/generate.js"])
def test_a_module_that_fails_to_load_leaves_words_that_say_so(visit, name):
    page = visit(prepare=lambda page: page.route(f"**/studio/{name}", lambda route: route.abort()))
    expect(page.locator(".studio p")).to_have_count(3)
    expect(page.locator(".studio p").last).to_be_visible()
    # It comes after the failed request.
    wait_until(page, lambda: any("imported module" in error for error in visit.errors))
    visit.errors.clear()


@pytest.mark.usefixtures("failed_requests")
@pytest.mark.parametrize("name", ["views/lesson.js", "saving.js"])
def test_a_module_that_fails_to_load_after_the_first_digits_is_told(visit, root, name):
    page = visit("epoch=1&seed=5", prepare=lambda page: page.route(f"**/studio/{name}", lambda route: route.abort()))
    expect_state(page, root, epoch=1, seed=5)
    expect(page.locator(".notes")).to_have_text(page_text("error.part"))
