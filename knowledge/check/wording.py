"""Sentences in the wrong language: left untranslated, or pasted into the wrong file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from knowledge.figures import REFERENCE
from knowledge.findings import Finding
from knowledge.identify import common_words, written_in
from knowledge.model import Entry, Section
from knowledge.normalise import fold
from knowledge.parsing import Reader

#: Names of bodies and documents stay in the state language, in brackets, quotes, links or bold: none of it tells the text's language.
_NAMES = re.compile(r"\([^()]*\)|[«„“\"][^»“”\"]*[»“”\"]|\[[^\]]*\]\([^)]*\)|\*\*[^*]*\*\*|https?://\S+|\b[\w.-]+\.[a-z]{2,}(?:/\S*)?")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
#: Letters that only one of the six languages has, or only some.
_LETTERS = {"lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "et": "äõöüšž", "uk": "а-щьюяіїєґ", "ru": "а-яё", "en": ""}
_ENOUGH_WORDS = 6
#: `written_in` leaves each language a floor, so that hardly anything is surer than 0.87.
_SURE = 0.8


def check_wording(reader: Reader, entry: Entry) -> Iterator[Finding]:
    """The findings in an entry's texts: sentences copied from another language, and sentences that read like another."""
    source = entry.about.source_language
    sentences = [(section, sentence) for text in entry.texts.values() for section in text.sections for sentence in _sentences(section)]
    # Where languages share a sentence, it was left as it is in the source language.
    first = {sentence: section.language for section, sentence in sorted(sentences, key=lambda found: found[0].language == source)}
    for section, sentence in sentences:
        file = reader.root / entry.id / f"{section.language}.md"
        shown = sentence if len(sentence) <= 80 else f"{sentence[:77]}..."
        looks = _looks_like(sentence, section.language)
        if looks is not None:
            what = f"reads like {looks}, not {section.language}: {shown}"
            yield reader.finding(file, section.line, "wrong-language", what, "translate it, or put names into brackets", "error")
        elif first[sentence] != section.language:
            what = f"the same words as in {first[sentence]}.md: {shown}"
            yield reader.finding(file, section.line, "untranslated", what, "translate it", "error")


@cache
def _foreign_letters(language: str) -> re.Pattern[str]:
    """Letters that a language does not use and another does."""
    own = _LETTERS[language]
    others = "".join(letters for code, letters in _LETTERS.items() if code != language)
    return re.compile(rf"(?![{own}])[{others}]" if own else f"[{others}]", re.IGNORECASE)


def _sentences(section: Section) -> Iterator[str]:
    """Sentences of enough words to tell their language by, without names, addresses and figures."""
    for sentence in _SENTENCE_END.split(_NAMES.sub(" ", REFERENCE.sub(" ", section.text))):
        words = [word for word in sentence.split() if word[:1].islower()]
        if len(words) >= _ENOUGH_WORDS:
            yield re.sub(r"\s+", " ", sentence).strip(" -")


def _looks_like(sentence: str, language: str) -> str | None:
    """The language that a sentence is written in, if that is not the one it should be.

    Common words and letters clear nearly every sentence at once; letter statistics are asked only about the others, for they take longer.
    """
    words = common_words()
    votes = [words.get(word, ()) for word in fold(sentence).split()]
    own = sum(language in vote for vote in votes)
    others = sum(bool(vote) and language not in vote for vote in votes)
    if own > others + 1 or (own >= others and not _foreign_letters(language).search(sentence)):
        return None
    # Capitals begin names, which keep the letters of their country.
    likely, confidence = written_in(" ".join(word for word in sentence.split() if word[:1].islower()))
    return likely if likely != language and confidence >= _SURE else None
