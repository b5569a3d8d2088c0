"""How hard the English words of each lesson are to read: `python tests/benchmarks/lesson_words.py`.

The Flesch-Kincaid grade (Kincaid et al. 1975) is 0.39 x words per sentence + 11.8 x syllables per word - 15.59, in
years of school in the United States: 8 is an age of about 14. Syllables are groups of vowels, without a silent e.
"""

import json
import re
from pathlib import Path

LESSONS = Path(__file__).parents[2] / "gan" / "ui" / "web" / "lessons"


def syllables(word: str) -> int:
    """About how many syllables a word has."""
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$", "", word.lower())))
    return max(1, groups)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text."""
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


if __name__ == "__main__":
    for path in sorted(LESSONS.glob("*.json")):
        for number, step in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
            texts = [step[name]["en"] for name in ("text", "question", "answer", "change")]
            longest = max((len(part.split()) for text in texts for part in re.split(r"[.!?]\s", text)), default=0)
            print(f"{path.stem} {number:2}  grade {grade(' '.join(texts)):4.1f}  longest sentence {longest} words")
