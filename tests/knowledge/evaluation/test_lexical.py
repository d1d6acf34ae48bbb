from __future__ import annotations

from knowledge.evaluation.lexical import ways


def test_forms_of_a_word_meet_in_stems_and_lemmas_and_share_n_grams() -> None:
    counted = ways()
    for way in ("stems (snowball)", "lemmas (simplemma)"):
        assert counted[way]("gydytojo", "lt") == counted[way]("gydytojas", "lt")
    assert counted["words"]("gydytojo", "lt") != counted["words"]("gydytojas", "lt")
    grams = counted["character n-grams"]
    assert len(set(grams("gydytojo", "lt")) & set(grams("gydytojas", "lt"))) > 10
