"""The plans for teachers and the table of learners' questions: complete, in every language, with links that work."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from helpers.serving import ROOT
from helpers.states import DEFAULTS, TEXTS

from gan.checkpoint import epochs
from gan.ui.presets import PRESETS
from gan.ui.web_files import WEB

DATA = json.loads((WEB / "plans.json").read_text(encoding="utf-8"))
PLANS = DATA["plans"]
STEPS = [step for plan in PLANS for step in plan["steps"]]
LINKS = [link["to"] for step in STEPS for link in step["links"]]
QUESTIONS = (Path(__file__).parents[1] / "repo" / "questions.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in QUESTIONS.splitlines() if line.startswith("| ")][1:]


def texts_in(data):
    """Every text of some data, as a dict by language. Other strings are queries."""
    if isinstance(data, list):
        for each in data:
            yield from texts_in(each)
    elif isinstance(data, dict):
        if "en" in data:
            yield data
        else:
            assert {name for name, value in data.items() if isinstance(value, str)} <= {"to"}
            for each in data.values():
                yield from texts_in(each)


def test_the_minutes_of_the_steps_add_up():
    assert [plan["minutes"] for plan in PLANS] == [45, 90]
    for plan in PLANS:
        assert sum(step["minutes"] for step in plan["steps"]) == plan["minutes"]


def test_every_text_is_there_in_every_language():
    texts = list(texts_in(DATA))
    assert len(texts) > 100
    for text in texts:
        assert text.keys() == TEXTS.keys(), text
        lists = [[value] if isinstance(value, str) else value for value in text.values()]
        assert len({len(each) for each in lists}) == 1, text
        for english, chinese in zip(*lists, strict=True):
            assert english.strip() and re.search("[\u4e00-\u9fff]", chinese), text


def test_every_step_says_what_to_do_and_asks_questions_with_answers():
    for step in STEPS:
        assert {"do", "say", "name"} < step.keys() and step["questions"]
        assert all(question.keys() == {"ask", "answer"} for question in step["questions"])


@pytest.mark.parametrize("query", [*LINKS, *re.findall(r"`\?(.+?)`", QUESTIONS)])
def test_a_link_names_fields_models_epochs_and_recordings_that_there_are(query):
    fields = dict(parse_qsl(query, strict_parsing=True))
    assert fields.keys() <= DEFAULTS.keys()
    model = fields.get("model", "dcgan")
    for each in ("mlp", "dcgan") if model == "both" else (model,):
        saved = epochs(ROOT / "checkpoints" / each)
        assert int(fields.get("epoch", saved[-1])) in saved
    assert fields.get("preset") in {None, *PRESETS}


def test_twenty_questions_have_a_source_and_an_answer():
    assert len(ROWS) == 20
    sources = re.findall(r"\]\((https://\S+)\)", QUESTIONS)
    assert len(set(sources)) == 20
    for question, source, answer in ROWS:
        assert question.endswith("?") and sources.count(source.partition("](")[2].strip(")")) == 1
        steps = re.findall(r"(\d+) minutes, step (\d+)", answer)
        spans = re.findall(r"`([^`]+)`", answer)
        assert steps or spans
        assert {span for span in spans if not span.startswith("?")} <= TEXTS["en"].keys(), question
        for minutes, number in steps:
            assert any(plan["minutes"] == int(minutes) and len(plan["steps"]) >= int(number) for plan in PLANS)
