"""Sentences in the wrong language: left untranslated, or pasted into the wrong file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from lingua import IsoCode639_1, LanguageDetectorBuilder

from knowledge.figures import REFERENCE
from knowledge.findings import Finding
from knowledge.languages import LANGUAGES
from knowledge.model import Entry, Section
from knowledge.normalise import fold
from knowledge.parsing import Reader

#: Names of bodies and documents stay in the state language, in brackets, quotes, links or bold: none of it tells the text's language.
_NAMES = re.compile(r"\([^()]*\)|[«„“\"][^»“”\"]*[»“”\"]|\[[^\]]*\]\([^)]*\)|\*\*[^*]*\*\*|https?://\S+|\b[\w.-]+\.[a-z]{2,}(?:/\S*)?")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
_ENOUGH_WORDS = 6
_SURE = 0.9
_TELLING = {"uk": re.compile("[іїєґ]", re.IGNORECASE), "ru": re.compile("[ыэъё]", re.IGNORECASE)}


def check_wording(reader: Reader, entry: Entry) -> Iterator[Finding]:
    """The findings in an entry's texts: sentences copied from another language, and sentences that read like another."""
    source = entry.about.source_language
    sentences = [(section, sentence) for text in entry.texts.values() for section in text.sections for sentence in _sentences(section)]
    # Where languages share a sentence, it was left as it is in the source language.
    first = {sentence: section.language for section, sentence in sorted(sentences, key=lambda found: found[0].language == source)}
    for section, sentence in sentences:
        looks = _looks_like(sentence, section.language)
        if looks is None and first[sentence] == section.language:
            continue
        file = reader.root / entry.id / f"{section.language}.md"
        shown = sentence if len(sentence) <= 80 else f"{sentence[:77]}..."
        if looks is not None:
            what = f"reads like {looks}, not {section.language}: {shown}"
            yield reader.finding(file, section.line, "wrong-language", what, "translate it, or put names into brackets")
        else:
            what = f"the same words as in {first[sentence]}.md: {shown}"
            yield reader.finding(file, section.line, "untranslated", what, "translate it")


def _sentences(section: Section) -> Iterator[str]:
    """Sentences of enough words to tell their language by, without names, addresses and figures."""
    for sentence in _SENTENCE_END.split(_NAMES.sub(" ", REFERENCE.sub(" ", section.text))):
        words = [word for word in sentence.split() if word[:1].islower()]
        if len(words) >= _ENOUGH_WORDS:
            yield re.sub(r"\s+", " ", sentence).strip(" -")


def _looks_like(sentence: str, language: str) -> str | None:
    """The language that a sentence is written in, if that is not the one it should be.

    Common words clear nearly every sentence at once; letter statistics are asked only about the others, for they take seconds to load.
    """
    # Capitals begin names, which keep the letters of their country.
    plain = " ".join(word for word in sentence.split() if word[:1].islower())
    words = [_languages_of_words().get(word) for word in fold(plain).split()]
    if 2 * words.count(language) > len(words) - words.count(None):
        return None
    likely = _detector().compute_language_confidence_values(plain)[0]
    code = likely.language.iso_code_639_1.name.lower()
    # Ukrainian and Russian share so much that only a letter of its own tells either in one sentence.
    if {code, language} == {"uk", "ru"} and not _TELLING[code].search(sentence):
        return None
    return code if code != language and likely.value >= _SURE else None


@cache
def _detector():  # type: ignore[no-untyped-def]
    codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
    # Trigrams are enough for whole sentences, and there in a fraction of a second.
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


@cache
def _languages_of_words() -> Mapping[str, str]:
    lists = yaml.load((Path(__file__).parent / "words.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return {word: language for language, words in lists.items() for word in words.split()}
