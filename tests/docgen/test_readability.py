from __future__ import annotations

import pytest

from docgen import readability

EASY = "U huurt een huis. U krijgt hulp. Dat is goed. U mag bellen. Wij komen langs. U mag nee zeggen. " * 2
HARD = (
    "De ingevolge artikel zeven van voornoemde uitvoeringsregeling vastgestelde begeleidingsverplichtingen "
    "worden onverminderd gehandhaafd gedurende de overeenkomstige verlengingsperiode. "
) * 8


def test_too_little_text_has_no_score() -> None:
    assert readability.score(readability.sentences("U huurt een huis. U krijgt hulp.")) is None


def test_hard_text_scores_below_the_limit_and_easy_text_above_it() -> None:
    hard = readability.score(readability.sentences(HARD))
    easy = readability.score(readability.sentences(EASY))
    assert hard is not None
    assert easy is not None
    assert hard < readability.LOWEST_SCORE < easy


def test_the_score_follows_the_formula_of_douma() -> None:
    # Ten sentences of five words of one syllable: 206.84 - 77 x 1 - 0.93 x 5.
    assert readability.score(["Ik zie daar een kat."] * 10) == pytest.approx(125.2, abs=0.06)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bel dhr. Jansen op art. 7. Dan nog een zin!", 2),
        ("Het is 12.30 uur. ‘Ja?’ Nee.", 3),
        ("Een regel\nNog een regel", 2),
        ("Zie nr. 12 b van de lijst.", 1),
        ("...", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, count: int) -> None:
    assert len(readability.sentences(text)) == count
