"""The tables of words: each is whole, all of it is used, and no word of the page stands anywhere else."""

import json
import re
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest
from helpers.commentary import readings

from gan.ui.texts import ENGLISH, TABLES, text, user_error

UI = Path(__file__).parents[2] / "gan" / "ui"
SCRIPT = "\n".join(path.read_text(encoding="utf-8") for path in sorted((UI / "script").glob("*.js")))
MARKUP = (UI / "studio.html").read_text(encoding="utf-8")
PYTHON = {path.name: path.read_text(encoding="utf-8") for path in sorted(UI.glob("*.py"))}


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
WORDLESS = SAME | {"percent", "list"}


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


GROUPS = "|".join({key.partition(".")[0] for key in ENGLISH})


def names_of_ends():
    (found,) = re.findall(r"\[([^\]]*)\]\.map\(endField\)", SCRIPT)
    return re.findall(r'"(\w+)"', found)


def names_of_lessons():
    (found,) = re.findall(r"^const LESSON = \[$(.*?)^\];$", SCRIPT, re.MULTILINE | re.DOTALL)
    return re.findall(r'^  \["(\w+)", \{', found, re.MULTILINE)


# The keys that the script puts together from parts, and the names they are made of.
BUILT = {
    "end.${name}": names_of_ends(),
    "end.${name}.plane": ["from", "to"],
    "lesson.${key}": names_of_lessons(),
    "lesson.${key}.text": names_of_lessons(),
}


def built_keys():
    for template, names in BUILT.items():
        yield from (re.sub(r"\$\{\w+\}", name, template) for name in names)
    yield from (reading["key"] for reading in readings())


def written_keys():
    """The keys that stand in the script, the markup and Python as they are, wherever that can be told."""
    yield from re.findall(r'\b(?:t|note)\(\s*"([^"]+)"', SCRIPT)
    yield from re.findall(r'\b(?:t|note)\([^"`;]*\? "([^"]+)" : "[^"]+"', SCRIPT)
    yield from re.findall(r'\bt\([^"`;]*\? (?:"[^"]+"|\w+) : "([^"]+)"', SCRIPT)
    yield from re.findall(rf'"((?:{GROUPS})(?:\.[a-z-]+)+)"', SCRIPT)
    yield from re.findall(r'data-t(?:-label|-title)?="([^"]*)"', MARKUP)
    for code in PYTHON.values():
        yield from re.findall(r'\b(?:words|user_error)\(\s*"([^"]+)"', code)


def test_every_text_that_the_page_asks_for_is_there():
    assert set(chain(written_keys(), built_keys())) - ENGLISH.keys() == set()


def test_the_page_builds_no_other_keys_than_these():
    built = set(re.findall(rf"`((?:{GROUPS})\.[^`]*)`", SCRIPT))
    assert built | set(re.findall(r"\b(?:t|note)\(`([^`]*)`", SCRIPT)) == BUILT.keys()


def test_every_text_is_asked_for():
    assert ENGLISH.keys() - set(chain(written_keys(), built_keys())) == set()


# Words that stand where the tables do not reach

SEEN = {"aria-label", "aria-description", "aria-valuetext", "title", "alt", "placeholder"}


class Letters(HTMLParser):
    """What a visitor would read or hear of a page's markup."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [f"{tag} {name}" for name, value in attributes if name in SEEN and re.search(r"[^\W\d_]", value)]

    def handle_data(self, data):
        self.found += re.findall(r".*[^\W\d_].*", data)


def test_the_markup_holds_no_words():
    letters = Letters()
    letters.feed(MARKUP)
    assert letters.found == []


# Literals of the script with letters side by side in words, or with a capital, that no visitor reads.
UNREAD = {"GAN digits", "Escape", "band band-", "card step", "line other", ".ends label[for=]", "no text: "}


def literals_like_words():
    code = re.sub(r"/\*\*.*?\*/|(?:^|(?<=\s))// [^\n]*", "", SCRIPT, flags=re.MULTILINE | re.DOTALL)
    for pair in re.findall(r'"((?:[^"\\\n]|\\.)*)"|`([^`]*)`', code):
        literal = re.sub(r"\$\{[^}]*\}", "", "".join(pair))
        if re.search(r"[^\W\d_]{2,} +[^\W\d_]{2,}|(?<![A-Za-z.])[A-Z][a-z]|[^\W\x00-\x7f]", literal):
            yield literal


def test_the_script_holds_no_words():
    begins = "from pathlib", "gan = load", "{'descr'"  # code to copy, in two parts, and the header of a .npy file
    python = {literal for literal in literals_like_words() if literal.startswith(begins)}
    assert len(python) == 3
    assert set(literals_like_words()) - python == UNREAD


# Where the script shows something: up to the end of the expression, without the keys of texts.
SINKS = [
    r"\b(?:textContent|innerText|innerHTML|title|ariaLabel|placeholder|alt)(?:\s*=(?![=>])|:)\s*(.*)",
    r"\"(?:aria-label|aria-description|aria-valuetext|title|alt|placeholder)\"[,:] (.*)",
    r"\b(?:prompt|alert|confirm|Error)\((.*)",
    r"\bnode\(\"text\", \{[^}]*\}, (.*)",
]
ASKED = r"\b(?:t|note)\((?:[^()]|\([^()]*\))*\)|\bwords\[\"[^\"]+\"\]"


def shown_literals():
    for value in chain.from_iterable(re.findall(sink, SCRIPT) for sink in SINKS):
        for pair in re.findall(r'"([^"]*)"|`([^`]*)`', re.sub(ASKED, "", value.partition(";")[0])):
            yield re.sub(r"\$\{[^}]*\}", "", "".join(pair))


def test_the_script_shows_no_letters_of_its_own():
    assert {"⚄", "▶", ": "} <= set(shown_literals())  # the check sees what is shown
    assert {literal for literal in shown_literals() if re.search(r"[^\W\d_]", literal)} <= UNREAD


def test_python_tells_a_visitor_nothing_but_texts():
    told = {name: re.findall(r"\bgr\.(?:Error|Warning|Info)\((.*)", code) for name, code in PYTHON.items()}
    told = {name: said for name, said in told.items() if said}
    assert told == {
        "words.py": ["text(key, **values), print_exception=False)"],
    }


def test_a_refusal_is_a_text_with_its_values():
    values = {"name": "seed", "low": 0, "high": 9}
    error = user_error("server.whole", **values)
    assert error.message == text("server.whole", **values) == "seed must be a whole number from 0 to 9"
    assert not error.print_exception
