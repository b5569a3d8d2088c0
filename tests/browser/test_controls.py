"""The page's controls in Chromium: each changes what it says, by mouse, keyboard and finger."""

import numpy as np
import pytest
from helpers.pages import choose, drag, says, shows, slide
from helpers.states import START, drawn, film_of, link
from playwright.sync_api import expect

SMALL = {"seed": 5, "count": 9, "epoch": 1}


@pytest.fixture
def page(visit, root):
    """Nine digits of the DCGAN."""
    page = visit(link(**SMALL))
    shows(page, drawn(root, **SMALL))
    return page


def test_each_model_and_both_side_by_side(page, root):
    for model in ("mlp", "both", "dcgan"):
        choose(page, "model", model)
        shows(page, drawn(root, **SMALL, model=model))
        says(page, model=model)
    page.keyboard.press("ArrowLeft")
    shows(page, drawn(root, **SMALL, model="mlp"))
    expect(page.locator(".screen figcaption")).to_have_text(["MLP, epoch 1"])


def test_a_seed_that_is_typed(page, root):
    box = page.get_by_label("Seed", exact=True)
    box.fill("4294967295")
    shows(page, drawn(root, **SMALL | {"seed": 4294967295}))
    expect(page.locator(".said")).to_have_text("9 digits, DCGAN, epoch 1, seeds 4294967295 to 7")
    box.fill("4294967296")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("nine")
    expect(box).to_have_attribute("title", "A whole number from 0 to 4294967295")
    says(page, seed=4294967295)
    box.blur()
    expect(box).to_have_value("4294967295")


def test_dice_roll_another_seed(page, root):
    page.get_by_role("button", name="Random seed", exact=True).click()
    box = page.get_by_label("Seed", exact=True)
    expect(box).not_to_have_value("5")
    seed = int(box.input_value())
    shows(page, drawn(root, **SMALL | {"seed": seed}))
    says(page, seed=seed)


def test_the_epoch_slider_and_its_buttons(page, root):
    choose(page, "model", "mlp")
    slide(page, "#epoch", "Home")
    shows(page, drawn(root, **SMALL | {"epoch": 0}, model="mlp"))
    page.get_by_role("button", name="One epoch on").click()
    page.get_by_role("button", name="One epoch on").click()
    shows(page, drawn(root, **SMALL | {"epoch": 2}, model="mlp"))
    page.get_by_role("button", name="One epoch on").click()  # there is no more
    page.get_by_role("button", name="One epoch back").click()
    shows(page, drawn(root, **SMALL, model="mlp"))
    expect(page.locator(".epoch-now")).to_have_text("1")
    drag(page, "#epoch", 1)
    shows(page, drawn(root, **SMALL | {"epoch": 2}, model="mlp"))
    says(page, epoch=2)
    choose(page, "model", "dcgan")  # whose last is 1
    shows(page, drawn(root, **SMALL))
    says(page, epoch=1)


def test_the_epochs_play_round_until_they_are_paused(page, root):
    choose(page, "model", "mlp")
    page.get_by_role("button", name="Play the epochs").click()
    for epoch in (2, 0, 1):
        shows(page, drawn(root, **SMALL | {"epoch": epoch}, model="mlp"))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play the epochs")).to_have_text("▶")
    shows(page, drawn(root, **SMALL | {"epoch": int(page.locator(".epoch-now").text_content())}, model="mlp"))


def test_slow_playing_takes_a_second_for_an_epoch(page):
    page.get_by_label("slow").check()
    says(page, slow=1)
    between = page.evaluate("""() => new Promise((done) => {
      const times = [];
      const seen = new MutationObserver(() => {
        times.push(performance.now());
        if (times.length > 1) done(times[1] - times[0]);
      });
      seen.observe(document.querySelector(".epoch-now"), { childList: true, characterData: true, subtree: true });
      document.querySelector(".play").click();
    })""")
    assert between > 900


def test_the_number_of_digits(page, root):
    slide(page, "#count", "ArrowRight")
    shows(page, drawn(root, **SMALL | {"count": 10}))
    drag(page, "#count", 0.2)
    shows(page, drawn(root, **SMALL | {"count": int(page.locator("#count").input_value())}))
    slide(page, "#count", "Home")
    shows(page, drawn(root, **SMALL | {"count": 1}))
    expect(page.locator(".said")).to_have_text("One digit, DCGAN, epoch 1, seed 5")


def test_truncation_says_what_variety_it_costs(page, root):
    expect(page.locator(".variety")).to_contain_text("all the variety")
    slide(page, "#truncation", "Home", "ArrowRight")
    shows(page, drawn(root, **SMALL, truncation=0.05))
    says(page, truncation=0.05)
    spread = []
    for picture in (*drawn(root, **SMALL), *drawn(root, **SMALL, truncation=0.05)):
        digits = picture.reshape(3, 28, 3, 28).swapaxes(1, 2).reshape(9, 784).astype(float)
        digits /= np.linalg.norm(digits, axis=1, keepdims=True)
        spread.append(1 - (digits @ digits.T)[np.triu_indices(9, 1)].mean())
    expect(page.locator(".variety")).to_contain_text(f"differ {100 * (1 - spread[1] / spread[0]):.0f} % less")
    slide(page, "#count", "Home")
    expect(page.locator(".variety")).to_contain_text("show some more")


def test_the_order_and_the_digits_that_are_read(page, root):
    page.get_by_label("Order").select_option("score")
    shows(page, drawn(root, **SMALL, sort="score"))
    page.get_by_label("Order").select_option("digit")
    shows(page, drawn(root, **SMALL, sort="digit"))
    labels = [digit for digit, _ in film_of(root, "dcgan", START | SMALL)["labels"][0]]
    page.get_by_label("Show", exact=True).select_option(str(labels[0]))
    shows(page, drawn(root, **SMALL, sort="digit", only=labels[0]))
    says(page, sort="digit", only=labels[0])
    expect(page.locator(".said")).to_contain_text(f"{labels.count(labels[0])} of 9 digits are read as {labels[0]}")
    absent = next(digit for digit in range(10) if digit not in labels)
    page.get_by_label("Show", exact=True).select_option(str(absent))
    expect(page.locator(".empty")).to_have_text(
        f"None of these digits is read as {absent}. Try another seed or more digits."
    )


def test_arrow_keys_walk_the_tabs(page):
    page.get_by_role("tab", name="Generate").focus()
    for view in ("interpolate", "progression", "lesson", "generate"):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f"#tab-{view}")).to_be_focused()
        expect(page.locator(f"#tab-{view}")).to_have_attribute("aria-selected", "true")
        says(page, view=view)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".lesson")).to_be_visible()


def test_every_control_has_a_name_in_words(page):
    nameless = page.evaluate("""() => [...document.querySelectorAll(".studio :is(button, input, select)")]
      .filter((control) => {
        const labels = [...(control.labels ?? [])].map((label) => label.textContent);
        const name = [control.ariaLabel, control.textContent, ...labels].join(" ");
        return !/[a-z]{3}|png|gif|\\p{Script=Han}{2}/iu.test(name);
      }).map((control) => control.outerHTML)""")
    assert nameless == []
