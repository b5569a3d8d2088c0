"""The game "Real or fake?" in Chromium."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.films import tiles_of
from helpers.pages import (
    change_answers,
    choose,
    expect_link,
    expect_pixels,
    expect_query,
    expect_shown,
    open_tab,
    record_requests,
)
from helpers.quiz import COUNT, STATE, click, expect_digit, expect_row, film_of, play, press, row, tap, wilson
from helpers.states import TEXTS, page_text, to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("act", [press, click])
def test_a_round_ends_with_the_error_rates_of_the_visitor_and_of_d(visit, root, act):
    page, film = visit(to_query(**STATE)), film_of(root)
    answers = [place % 3 > 0 for place in range(COUNT)]
    play(page, film, answers, act)
    mistakes = sum(answer != real for answer, real in zip(answers, film["real"], strict=True))
    expect(page.locator(".results h2")).to_have_text(page_text("results.verdict", count=mistakes, total=COUNT))
    expect(page.locator(".results h2")).to_be_focused()
    expect_row(page, 0, row(answers, film["real"]))
    expect_row(page, 1, row([score > 0.5 for score in film["scores"][0]], film["real"]))
    needed = next(n for n in range(1, 1000) if wilson(n / 2, n)[1] - 0.5 <= 0.1)
    meaning = page_text("results.meaning", needed=needed, margin=10, count=COUNT)
    expect(page.locator(".results .hint")).to_have_text(meaning)
    (tiles,) = tiles_of(film)
    ordered = sorted(range(COUNT), key=lambda place: (not film["real"][place], place))
    expect_pixels(page, [np.vstack([np.hstack(tiles[ordered[start : start + 5]]) for start in range(0, COUNT, 5)])])
    said = {"you": answers, "d": [score > 0.5 for score in film["scores"][0]]}
    fooled = {
        (who, real): [place for place in range(COUNT) if film["real"][place] == real != said[who][place]]
        for who in said
        for real in (True, False)
    }
    expected = [np.hstack(tiles[places][:10]) for places in fooled.values() if places]
    assert all(len(places) <= 10 for places in fooled.values()) and len(expected) >= 3
    expect(page.locator(".fooled canvas")).to_have_count(len(expected))
    for number, picture in enumerate(expected, 1):
        expect_pixels(page, [picture], f".fooled figure:nth-child({number}) canvas")


def test_a_round_can_be_played_with_a_finger(visit, phone, root):
    page, film = visit(to_query(**STATE), phone), film_of(root)
    play(page, film, film["real"], tap)
    expect_row(page, 0, row(film["real"], film["real"]))


def test_nothing_is_told_of_a_digit_before_its_answer(visit, root):
    page, film = visit(to_query(**STATE)), film_of(root)
    expect_digit(page, film, 0)
    page.locator(".screen canvas").hover()
    expect(page.locator(".readout")).to_have_count(0)
    label = film["labels"][0][0] if "labels" in film else None
    values = {"number": 1, "count": COUNT, "model": "MLP", "epoch": 2}
    said = page_text("said.quiz.read", digit=label[0], **values) if label else page_text("said.quiz", **values)
    expect(page.locator(".said")).to_have_text(said)
    expect(page.locator(".screen canvas")).to_have_attribute("aria-label", said)


def questions(requests):
    return [request.rpartition("/run/")[2] for request in requests]


def test_a_round_takes_one_request_and_the_next_one_another_ten_fakes(visit, root):
    page, film = visit(to_query(**STATE | {"view": "generate"})), film_of(root)
    expect_shown(page, "generate")
    requests = record_requests(page)
    open_tab(page, "quiz")
    play(page, film, [True] * COUNT)
    assert questions(requests) == ["quiz"]
    page.locator("[data-next='quiz.next']").click()
    expect_query(page, seed=STATE["seed"] + COUNT // 2)
    expect_digit(page, film_of(root, seed=STATE["seed"] + COUNT // 2), 0)
    expect(page.locator("[data-answer=fake]")).to_be_focused()
    assert questions(requests) == ["quiz"] * 2


def test_the_same_round_with_another_epoch_and_model(visit, root):
    page = visit(to_query(**STATE))
    play(page, film_of(root), [True] * COUNT)
    page.locator("[data-next='quiz.epoch']").click()
    play(page, film_of(root, epoch=1), [True] * COUNT)
    expect(page.locator("[data-next='quiz.epoch']")).to_have_count(0)
    page.get_by_role("button", name=page_text("quiz.model", model="DCGAN")).click()
    expect_query(page, model="dcgan", epoch=1, seed=STATE["seed"])
    expect_digit(page, film_of(root, model="dcgan", epoch=1), 0)


def test_rounds_add_up_for_the_visit_and_are_not_in_the_link(visit, root):
    page = visit(to_query(**STATE))
    films = [film_of(root), film_of(root, seed=STATE["seed"] + COUNT // 2)]
    play(page, films[0], [True] * COUNT)
    page.locator("[data-next='quiz.next']").click()
    play(page, films[1], [False] * COUNT)
    expect(page.locator("tbody tr")).to_have_count(3)
    expect_row(page, 2, row([True] * COUNT + [False] * COUNT, films[0]["real"] + films[1]["real"]))
    expect_link(page, **STATE | {"seed": STATE["seed"] + COUNT // 2})
    open_tab(page, "generate")
    page.go_back()
    expect_row(page, 0, row([False] * COUNT, films[1]["real"]))
    page.reload()
    expect_digit(page, films[1], 0)


def test_a_round_goes_on_where_it_was_left_and_the_keys_answer_after_back(visit, root):
    page, film = visit(to_query(**STATE)), film_of(root)
    expect_digit(page, film, 0)
    press(page, True)
    open_tab(page, "generate")
    expect_shown(page, "generate")
    page.go_back()
    expect_digit(page, film, 1)
    press(page, True)
    expect_digit(page, film, 2)


def test_the_question_about_an_untrained_model_ends_with_its_question_mark(visit, root):
    page = visit(to_query(**STATE | {"epoch": 0}))
    expect_digit(page, film_of(root, epoch=0), 0)
    label = film_of(root, epoch=0)["labels"][0][0]
    values = {"number": 1, "count": COUNT, "model": "MLP", "epoch": 0}
    said = page_text("said.quiz.read", digit=label[0], **values) if label else page_text("said.quiz", **values)
    expect(page.locator(".said")).to_have_text(said)


def test_with_limited_time_a_digit_goes_and_can_still_be_answered(visit, root):
    page, film = visit(to_query(**STATE, flash=1)), film_of(root)
    expect(page.locator(".empty")).to_have_text(page_text("quiz.wait"))
    expect(page.locator("[data-answer=real]")).to_be_disabled()
    page.keyboard.press("ArrowRight")  # no digit was shown, so this is no answer
    page.get_by_role("button", name=page_text("quiz.show")).click()
    expect(page.locator("[data-answer=fake]")).to_be_focused()
    for place in range(COUNT):
        expect_digit(page, film, place)
        expect(page.locator(".empty")).to_have_text(page_text("quiz.over"))
        page.keyboard.press("ArrowRight")
    expect_row(page, 0, row([True] * COUNT, film["real"]))


def test_of_both_models_the_game_takes_the_best_and_leaves_the_choice_as_it_is(visit, root):
    state = STATE | {"model": "both", "epoch": 1}
    page = visit(to_query(**state))
    expect_digit(page, film_of(root, model="dcgan", epoch=1), 0)
    expect_link(page, **state)
    expect(page.locator("[name=model]")).to_have_count(2)
    expect(page.locator("[name=model][value=dcgan]")).to_be_checked()
    expect(page.locator(".notes p")).to_have_count(0)
    open_tab(page, "generate")
    expect(page.locator("[name=model][value=both]")).to_be_checked()


def test_a_folder_without_real_test_digits_says_how_to_get_them(visit):
    command = "python train.py --out mine"
    changes = {"reals": ["train"], "command": command}
    page = visit(to_query(**STATE), prepare=lambda page: change_answers(page, "catalogue", **changes))
    expect(page.locator(".missing")).to_have_text(page_text("quiz.no-reals", command=command))
    expect(page.locator(".screens")).to_be_hidden()


@pytest.mark.parametrize("language", TEXTS)
def test_no_two_buttons_at_the_end_of_a_round_have_the_same_name(visit, root, language):
    page = visit(to_query(**STATE, lang=language))
    play(page, film_of(root), [True] * COUNT)
    buttons = page.locator(".view button:visible").all()
    names = [each.get_attribute("aria-label") or each.inner_text() for each in buttons]
    assert len(set(names)) == len(names) >= 8


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_results(visit, root, theme):
    page = visit(f"{to_query(**STATE)}&__theme={theme}")
    play(page, film_of(root), [True] * COUNT)
    for language in TEXTS:
        choose(page, "lang", language)
        result = Axe().run(page).response
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in result["violations"]] == []
