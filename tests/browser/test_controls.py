"""The controls in Chromium: each changes what is shown, by mouse and by keyboard."""

import numpy as np
import pytest
from helpers.pages import (
    choose,
    digit_center,
    drag_slider,
    expect_query,
    expect_state,
    press_keys,
    record_requests,
    show,
)
from helpers.states import GRID, expected_film, expected_pixels, expected_readout, page_text, seed_text
from playwright.sync_api import expect

from gan.metrics import CONFIDENT

pytestmark = pytest.mark.slow


def allowed_text(seed):
    """What the seed box says of a text that is no seed, while the page shows `seed`."""
    return page_text("seed.allowed", most=4294967295, place=seed_text(seed))


@pytest.fixture
def page(page, root):
    """The shared page with a grid of nine digits of the DCGAN."""
    show(page, root, **GRID)
    return page


def test_the_model_is_chosen_by_mouse_and_keys(page, root):
    for model in ("mlp", "both", "dcgan"):
        choose(page, "model", model)
        expect_state(page, root, **GRID, model=model)
        expect_query(page, model=model)
    page.keyboard.press("ArrowLeft")
    expect_state(page, root, **GRID, model="mlp")
    expect(page.locator(".screen figcaption")).to_have_text([page_text("screen", model="MLP", epoch=1)])


def test_a_typed_seed_is_used_when_it_is_valid(page, root):
    box = page.locator("#seed")
    box.fill("4294967295")
    expect_state(page, root, **GRID | {"seed": 4294967295})
    values = {"count": 9, "model": "DCGAN", "epoch": 1, "seed": 4294967295, "last": 7}
    expect(page.locator(".said")).to_have_text(page_text("said.grid", **values))
    box.fill("4294967296")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("nine")
    expect(box).to_have_attribute("title", allowed_text(4294967295))
    expect_query(page, seed=4294967295)
    box.blur()
    expect(box).to_have_value("4294967295")


FULL_WIDTH = "\uff11\uff14\uff10\uff13"  # 1403


def paste(page, selector, text):
    """Replace what is in a box by pasting a text."""
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    press_keys(page, selector, "Control+a", "Control+v")


def test_a_pasted_seed_is_never_cut(page, root):
    box = page.locator("#seed")
    paste(page, "#seed", " 42 ")
    expect_state(page, root, **GRID | {"seed": 42})
    for text in ("12345678901234", "-1", "1e3", "9" * 100_000):
        paste(page, "#seed", text)
        expect(page.locator("#seed-problem")).to_have_text(allowed_text(42))
        assert box.input_value() == text
        expect_query(page, seed=42)
    paste(page, "#seed", "4294967295\t")
    expect(page.locator("#seed-problem")).to_be_empty()
    expect_state(page, root, **GRID | {"seed": 4294967295})
    box.blur()
    expect(box).to_have_value("4294967295")


@pytest.mark.parametrize("text", ["5000000000", "1.5", "42x", "7 8", f"1{FULL_WIDTH}a"])
def test_a_refused_seed_leaves_the_seed_before_it_and_not_its_first_digits(page, root, text):
    box = page.locator("#seed")
    box.press("Control+a")
    for key in text:
        page.keyboard.insert_text(key)
    expect(page.locator("#seed-problem")).to_have_text(allowed_text(5))
    expect(box).to_have_value(text)
    expect_state(page, root, **GRID)
    expect_query(page, seed=5)
    box.blur()
    expect(box).to_have_value("5")


def test_a_seed_that_is_deleted_digit_by_digit_is_the_seed_again_until_another_is_typed(page, root):
    box = page.locator("#seed")
    box.fill("1403")
    box.blur()
    box.press("End")
    for _ in "1403":
        box.press("Backspace")
    expect(page.locator("#seed-problem")).to_have_text(allowed_text(1403))
    expect_state(page, root, **GRID | {"seed": 1403})
    box.press_sequentially("6")
    expect_state(page, root, **GRID | {"seed": 6})


@pytest.mark.parametrize("right", [0, 1, 2])  # how often the right arrow is pressed before
def test_a_seed_that_becomes_too_large_at_any_place_leaves_the_seed_before_it(page, root, right):
    show(page, root, **GRID | {"seed": 42})
    box = page.locator("#seed")
    box.press("Home")
    for _ in range(right):
        box.press("ArrowRight")
    box.press_sequentially("9999999999")
    expect(page.locator("#seed-problem")).to_have_text(allowed_text(42))
    expect_state(page, root, **GRID | {"seed": 42})


@pytest.mark.parametrize("name", ["seed", "to", "third", "fourth"])
@pytest.mark.parametrize("text", [FULL_WIDTH, f"14{FULL_WIDTH[2:]}", f"\u3000{FULL_WIDTH}\u00a0\n"])
def test_full_width_digits_and_spaces_around_are_a_seed_in_every_box(page, root, name, text):
    plane = GRID | {"view": "interpolate", "shape": "plane"}
    show(page, root, **plane)
    paste(page, f"#{name}", text)
    expect_state(page, root, **plane | {name: 1403})
    expect_query(page, **{name: 1403})
    page.locator(f"#{name}").blur()
    expect(page.locator(f"#{name}")).to_have_value("1403")


def test_the_dice_choose_another_seed(page, root):
    page.locator(".joined:has(> #seed) .dice").click()
    box = page.locator("#seed")
    expect(box).not_to_have_value("5")
    seed = int(box.input_value())
    expect_state(page, root, **GRID | {"seed": seed})
    expect_query(page, seed=seed)


def test_the_epoch_moves_by_slider_and_buttons_within_the_saved_epochs(page, root):
    choose(page, "model", "mlp")
    press_keys(page, "#epoch", "Home")
    expect_state(page, root, **GRID | {"epoch": 0}, model="mlp")
    for _ in range(3):  # the third time, there is no further epoch
        page.locator(".forward").click()
    expect_state(page, root, **GRID | {"epoch": 2}, model="mlp")
    page.locator(".back").click()
    expect_state(page, root, **GRID, model="mlp")
    expect(page.locator(".epoch-now")).to_have_text("1")
    drag_slider(page, "#epoch", 1)
    expect_state(page, root, **GRID | {"epoch": 2}, model="mlp")
    expect_query(page, epoch=2)
    choose(page, "model", "dcgan")  # its last epoch is 1
    expect_state(page, root, **GRID)
    expect_query(page, epoch=1)


def test_the_epochs_play_in_a_loop_until_paused(page, root):
    choose(page, "model", "mlp")
    page.get_by_role("button", name=page_text("epoch.play")).click()
    for epoch in (2, 0, 1):
        expect_state(page, root, **GRID | {"epoch": epoch}, model="mlp")
    page.get_by_role("button", name=page_text("pause")).click()
    expect(page.get_by_role("button", name=page_text("epoch.play"))).to_have_text("▶")
    expect_state(page, root, **GRID | {"epoch": int(page.locator(".epoch-now").text_content())}, model="mlp")


def test_slow_playing_shows_an_epoch_for_a_second(page):
    page.locator(".slow").check()
    expect_query(page, slow=1)
    between = page.evaluate("""() => new Promise((resolve) => {
      const times = [];
      const observer = new MutationObserver(() => {
        times.push(performance.now());
        if (times.length > 1) resolve(times[1] - times[0]);
      });
      observer.observe(document.querySelector(".epoch-now"), { childList: true, characterData: true, subtree: true });
      document.querySelector(".play").click();
    })""")
    assert between > 900


def test_the_count_slider_sets_the_number_of_digits(page, root):
    press_keys(page, "#count", "ArrowRight")
    expect_state(page, root, **GRID | {"count": 10})
    drag_slider(page, "#count", 0.2)
    expect_state(page, root, **GRID | {"count": int(page.locator("#count").input_value())})
    press_keys(page, "#count", "Home")
    expect_state(page, root, **GRID | {"count": 1})
    expect(page.locator(".said")).to_have_text(page_text("said.one", model="DCGAN", epoch=1, seed=5))


def test_truncation_shortens_the_vectors_and_reports_the_lost_variety(page, root):
    expect(page.locator(".variety")).to_have_text(page_text("truncation.none"))
    press_keys(page, "#truncation", "Home", "ArrowRight")
    expect_state(page, root, **GRID, truncation=0.05)
    expect_query(page, truncation=0.05)
    full, truncated = (variety(root, **GRID, truncation=truncation) for truncation in (1, 0.05))
    clear, before = (clear_digits(root, **GRID, truncation=truncation) for truncation in (0.05, 1))
    values = {"share": f"{1 - truncated / full:.0%}", "clear": clear, "before": before, "count": GRID["count"]}
    expect(page.locator(".variety")).to_have_text(page_text("truncation.clear", **values))
    press_keys(page, "#count", "Home")
    expect(page.locator(".variety")).to_have_text(page_text("truncation.one"))


def clear_digits(root, **state):
    """The number of digits that are no noise and that the classifier is sure of."""
    (labels,) = expected_film(root, **state)["labels"]
    return sum(label is not None and label[1] >= CONFIDENT for label in labels)


def variety(root, **state):
    """One minus the mean cosine similarity between the pixels of two of nine digits."""
    (picture,) = expected_pixels(root, **state)
    digits = picture.reshape(3, 28, 3, 28).swapaxes(1, 2).reshape(9, 784).astype(float)
    digits /= np.linalg.norm(digits, axis=1, keepdims=True)
    return 1 - (digits @ digits.T)[np.triu_indices(9, 1)].mean()


def test_digits_are_sorted_and_filtered(page, root):
    page.locator("#sort").select_option("score")
    expect_state(page, root, **GRID, sort="score")
    page.locator("#sort").select_option("length")
    expect_state(page, root, **GRID, sort="length")
    page.locator("#sort").select_option("digit")
    expect_state(page, root, **GRID, sort="digit")
    labels = [digit for digit, _ in filter(None, expected_film(root, **GRID)["labels"][0])]
    only = labels[0]
    page.locator("#only").select_option(str(only))
    expect_state(page, root, **GRID, sort="digit", only=only)
    expect_query(page, sort="digit", only=only)
    values = {"count": labels.count(only), "all": 9, "only": only, "model": "DCGAN", "epoch": 1, "seed": 5, "last": 13}
    key = "said.only.one" if values["count"] == 1 else "said.only"
    expect(page.locator(".said")).to_have_text(page_text(key, **values))
    absent = next(digit for digit in range(10) if digit not in labels)
    page.locator("#only").select_option(str(absent))
    expect(page.locator(".empty")).to_have_text(page_text("only.none", only=absent))


# One digit of a grid


def test_pointing_at_a_digit_shows_its_predictions_without_a_request(page, root):
    film = expected_film(root, **GRID)
    requests = record_requests(page)
    expect(page.locator(".readout")).to_have_text(page_text("digit.none"))
    for index in (4, 0, 8):
        page.locator(".screen canvas").hover(position=digit_center(page, index, 3))
        expect(page.locator(".readout")).to_have_text(expected_readout(film, index))
    page.mouse.move(2, 2)
    expect(page.locator(".readout")).to_have_text(page_text("digit.none"))
    assert requests == []


def test_arrow_keys_move_between_digits(page, root):
    film = expected_film(root, **GRID)
    page.locator("#seed").focus()
    page.keyboard.press("Tab")  # the focus has to come by the keyboard
    page.locator(".screen canvas").focus()
    expect(page.locator(".readout")).to_have_text(expected_readout(film, 0))
    page.locator(".screen canvas").blur()
    expect(page.locator(".readout")).to_have_text(page_text("digit.none"))
    page.locator(".screen canvas").focus()
    for key, index in {"ArrowRight": 0, "ArrowDown": 3, "ArrowUp": 0, "ArrowLeft": 0}.items():
        page.keyboard.press(key)
        expect(page.locator(".readout")).to_have_text(expected_readout(film, index))
    expect(page.locator(".mark")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("from", {"view": "interpolate", "seed": 9, "at": 0}),
        ("to", {"view": "interpolate", "to": 9, "at": 59}),
        ("seed", {"seed": 9}),
    ],
)
def test_a_picked_digit_becomes_an_end_or_the_seed(page, root, button, change):
    page.locator(".screen canvas").click(position=digit_center(page, 4, 3))
    page.locator(f"[data-digit={button}]").click()
    expect_state(page, root, **GRID | change)
