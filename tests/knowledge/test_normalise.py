from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.normalise import coarse, fold, latinise


def test_diacritics_case_and_punctuation_do_not_count() -> None:
    assert fold("Šeimos  gydytoją?") == fold("seimos gydytoja") == "seimos gydytoja"
    assert fold("perearsti ÕIGUS") == "perearsti oigus"


def test_letters_that_are_no_accents_stay() -> None:
    assert fold("Її йод") == "її йод"
    assert fold("ещё") == "еще"


def test_the_apostrophes_people_type_are_one() -> None:
    assert fold("б'є") == fold("б’є") == fold("бʼє") == "бє"


def test_common_ways_of_typing_cyrillic_in_latin_letters_meet() -> None:
    written = coarse(latinise(fold("хочу получить страховку")))
    assert written == coarse("khochu poluchit strakhovku") == coarse("hochu poluchit strahovku")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
