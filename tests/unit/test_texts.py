"""The tables of texts, a file per language."""

import json
import re

import pytest

from gan.ui.texts import ENGLISH, TABLES, text, user_error

SAME_IN_ALL_LANGUAGES = {"digit.length", "take.png", "take.gif", "take.webp"}
SAME_IN_ALL_LANGUAGES |= {"term.d", "term.g", "term.z", "term.length", "term.r2"}
WITHOUT_WORDS = {"named", "language.tag", "list", "sentences"}


def placeholders(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", TABLES)
def test_every_table_has_the_same_keys_with_the_same_placeholders(language):
    pairs = json.loads(TABLES[language], object_pairs_hook=list)
    assert [key for key, _ in pairs] == list(ENGLISH)  # in the same order, without duplicates
    for key, message in pairs:
        assert placeholders(message) == placeholders(ENGLISH[key]), key
        assert message.strip(), key
        assert not re.search(r"[{}]", re.sub(r"\{\w+\}", "", message)), key


def test_every_chinese_text_is_translated():
    chinese = json.loads(TABLES["zh"])
    assert {key for key in chinese if chinese[key] == ENGLISH[key]} == SAME_IN_ALL_LANGUAGES
    without_chinese = {key for key in chinese if not re.search("[\u4e00-\u9fff]", chinese[key])}
    assert without_chinese == SAME_IN_ALL_LANGUAGES | WITHOUT_WORDS


def test_a_user_error_is_a_text_with_its_values_and_leaves_no_traceback():
    values = {"name": "seed", "low": 0, "high": 9}
    error = user_error("server.whole", **values)
    assert error.message == text("server.whole", **values) == "Set seed to a whole number from 0 to 9."
    assert error.note == {"key": "server.whole", "values": values, "text": error.message}
    assert not error.print_exception
