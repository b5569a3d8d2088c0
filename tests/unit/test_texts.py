"""The tables of texts: each language has every text."""

import json
import re

import pytest

from gan.ui.texts import ENGLISH, TABLES, text, user_error


def placeholders(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", TABLES)
def test_every_table_has_the_same_texts_with_the_same_placeholders(language):
    pairs = json.loads(TABLES[language], object_pairs_hook=list)
    assert [key for key, _ in pairs] == list(ENGLISH)  # in the same order, none of them twice
    assert {key: placeholders(text) for key, text in pairs} == {k: placeholders(text) for k, text in ENGLISH.items()}
    for key, message in pairs:
        assert message.strip(), key
        assert not re.search(r"[{}]", re.sub(r"\{\w+\}", "", message)), key


SAME = {"digit.length", "take.png", "take.gif", "take.webp"}  # in every language


def test_chinese_texts_are_chinese():
    chinese = json.loads(TABLES["zh"])
    assert {key for key, text in chinese.items() if not re.search("[\u4e00-\u9fff]", text)} == SAME | {
        "percent",
        "list",
    }
    assert {key for key, text in chinese.items() if text == ENGLISH[key]} == SAME


def test_chinese_texts_use_the_terms_of_the_field():
    chinese = " ".join(json.loads(TABLES["zh"]).values())
    assert all(term in chinese for term in ("生成对抗网络", "生成器", "判别器", "潜在向量", "插值", "种子"))


def test_a_refusal_is_a_text_with_its_values():
    values = {"name": "seed", "low": 0, "high": 9}
    error = user_error("server.whole", **values)
    assert error.message == text("server.whole", **values) == "seed must be a whole number from 0 to 9"
    assert not error.print_exception
