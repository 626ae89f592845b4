"""How hard a Dutch text is to read: long sentences, and the Flesch-Douma score."""

import re
from collections.abc import Sequence
from functools import cache

import pyphen  # type: ignore[import-untyped]

# W.H. Douma, De leesbaarheid van landbouwbladen (Wageningen 1960): 206.84 - 0.77 x syllables per 100 words
# - 0.93 x words per sentence; his table calls 60 to 70 "normaal", 45 to 60 "tamelijk moeilijk".
LOWEST_SCORE = 60.0
# Level B1, domain.md 5: about 15 words a sentence; beyond 20 the reader must go back.
LONGEST_SENTENCE = 20
FEWEST_SENTENCES = 8  # the score is a mean: over less text it says nothing

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d[\d.,:/-]*")
# A dot ends a sentence only before a space and a capital, a digit or a quote: not in "art. 7" or "nr. 12 b".
_END = re.compile(r"(?<=[.!?…])[”’\"')]*\s+(?=[“‘\"'(]?[A-ZÀ-Þ])|\n+")
_SHORT = re.compile(r"\b(?:[A-Z]|dhr|mevr|mw|mr|dr|ir|prof|nr|art|tel|bijv|enz|jl|nl)\.$")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of its own counts as one."""
    found: list[str] = []
    for part in _END.split(text):
        if found and _SHORT.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif _WORD.search(part):
            found.append(part.strip())
    return found


def words(sentence: str) -> list[str]:
    """The words and numbers of a sentence."""
    return _WORD.findall(sentence)


def score(texts: Sequence[str]) -> float | None:
    """The Flesch-Douma score of sentences, from 0 (hard) to 100 (easy); None for too little text."""
    if len(texts) < FEWEST_SENTENCES:
        return None
    spoken = [word for sentence in texts for word in words(sentence)]
    syllables = sum(_syllables(word) for word in spoken)
    return round(206.84 - 77 * syllables / len(spoken) - 0.93 * len(spoken) / len(texts), 1)


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="nl_NL", left=1, right=1)


def _syllables(word: str) -> int:
    return len(_hyphenation().positions(word.lower())) + 1
