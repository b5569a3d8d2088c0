"""The files of the lessons: their states, marks and words."""

import re

import pytest
from helpers.lessons import LESSONS
from helpers.states import DEFAULTS, TEXTS

from gan.models import MODELS

STEPS = [pytest.param(step, id=f"{name}-{n}") for name, steps in LESSONS.items() for n, step in enumerate(steps, 1)]
PARTS = {key.removeprefix("part.") for key in TEXTS["en"] if key.startswith("part.")}
WORDS = "title", "text", "question", "answer", "change"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_all_its_words_in_every_language(step):
    for words in [*(step[name] for name in WORDS), *step["choices"]]:
        assert words.keys() == TEXTS.keys() and all(words.values())
        assert re.search("[\u4e00-\u9fff]", words["zh"]) and not re.search("[\u4e00-\u9fff]", words["en"])


@pytest.mark.parametrize("step", STEPS)
def test_a_step_sets_fields_of_the_link_and_names_parts_of_the_page(step):
    assert {*step["state"], *step.get("before", {})} <= DEFAULTS.keys()
    assert {*step["marks"], *step.get("cover", [])} <= PARTS
    assert {*step.get("needs", [])} <= {*MODELS, "reals", "classifier"}
    assert 2 <= len(step["choices"]) <= 4 and step.get("right", 1) in range(1, len(step["choices"]) + 1)
