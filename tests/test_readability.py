"""Every Dutch text that a tenant meets, measured for level B1: pages, mails, text messages and summaries.

No formula knows whether a text is understood, but a text that fails one is hard. What is measured, and why:

- words per sentence: at most 17, as in the documents (templates/README.md), and 10 on average over a group;
  level B1 asks for one thought per sentence, about 15 words at most (domain 6).
- Flesch-Douma (Douma 1960, see docgen/readability.py): 60 or more, "normaal", over eight sentences or more.
- LIX (Björnsson, Läsbarhet, 1968): words per sentence plus the percentage of words of more than six letters;
  below 40 is "easy". Dutch writes compounds as one word and does not come there by itself.
- Three features after LiNT (Pander Maat, Kleijn and Frissen, 2023), which predicts how well Dutch readers
  understand a text, as far as lists of words can stand in for a parser: content words per clause, at most 4.5
  on average; passives, in at most one sentence of eight; no word of the kind that forms used to have.

The title of a document is a name and left out: it stands on the paper and cannot be shorter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

from docgen import readability
from signing.texts import LOCALE, Texts
from tests.template_text import TEMPLATES

LONGEST_SENTENCE, MEAN_SENTENCE = 17, 10.0
HIGHEST_LIX = 40.0
CONTENT_PER_CLAUSE = 4.5
PASSIVES = 1 / 8
# Of seals, evidence and archive: for lawyers and archivists, beside what the parties read.
NOT_FOR_READERS = ("evidence", "archive", "seal", "signature", "language", "month", "post")
TYPES = ("guidance-agreement", "transfer-form")

# Closed classes: articles, pronouns, prepositions, conjunctions, auxiliaries, and the smallest adverbs.
_FUNCTION = (
    "de het een dit dat deze die er hier daar u uw wij we ons onze ik mij mijn zij ze hij hem haar hun "
    "iemand niemand iets niets alles wie wat waar hoe wanneer welk welke zich zelf elkaar ieder iedereen "
    "alle in op aan bij van voor met naar om te tot en of maar want dus als dan toen omdat zodat terwijl "
    "ook nog al niet geen wel nu eerst zo meer over uit door zonder tussen na tegen onder per sinds "
    "tijdens daarna daarom daarmee daarvan daarin hieronder daaronder erbij ervan erover is zijn was "
    "waren ben bent wordt worden werd heeft hebt heb hebben had kan kunt kunnen mag mogen moet moeten wil "
    "wilt willen zal zult zullen hoeft hoeven gaat ga gaan ja nee "
)
FUNCTION = frozenset(_FUNCTION.split())
AUXILIARY = frozenset(["wordt", "worden", "werd", "werden"])
PARTICIPLE = re.compile(r"(?:ge|be|ver|ont|her|er)\w+(?:d|t|en)$|\w+ge\w+(?:d|t|en)$")
CLAUSE = re.compile(r"[,;:]|\b(?:en|of|maar|want|dus|als|dan|omdat|zodat|terwijl|wanneer|dat|die|wie|waar)\b")
# Words of old letters, each with a plain one that means the same.
_STIFF = (
    "aangaande aldaar alsmede alvorens betreffende bovengenoemd conform danwel derhalve desbetreffend "
    "desgewenst dient dienen doch echter eveneens geschieden gaarne hetgeen hieromtrent hierbij indien "
    "ingevolge inzake jegens middels mits namelijk nader nimmer omtrent onderhavig ondergetekende "
    "onverwijld reeds respectievelijk slechts tenzij teneinde tevens thans uitsluitend uiterst "
    "verstrekken vigerend voornoemd voorts wijze zulks "
)
STIFF = frozenset(_STIFF.split())


def _filled(text: str) -> str:
    return re.sub(r"\{\w+\}", "Iets", text)


def _of_locale() -> Iterator[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    texts = Texts(LOCALE / "nl.toml", LOCALE / "report.nl.toml")
    for key in sorted(texts.keys):
        section = key.partition(".")[0]
        kind = ".".join(key.split(".")[:2]) if section in ("mail", "error", "validate") else section
        if section not in (*NOT_FOR_READERS, "report", "unusable"):
            groups.setdefault(kind, []).append(_filled(texts.pattern(key)))
    yield from groups.items()


def _of_templates() -> Iterator[tuple[str, list[str]]]:
    for name in TYPES:
        markdown = (TEMPLATES / name / "summary.nl.md").read_text(encoding="utf-8")
        paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n|\n(?=- )", markdown))
        yield f"{name}/summary", [re.sub(r"[#*]+ ?|^- ", "", paragraph) for paragraph in paragraphs]
        manifest = tomllib.loads((TEMPLATES / name / "manifest.toml").read_text(encoding="utf-8"))
        names = "|".join(re.escape(document["title"]) for document in manifest["documents"])
        parts = [role.get(part) for role in manifest["recipients"] for part in ("statement", "consequence")]
        yield f"{name}/signing", [re.sub(names, "Iets", part, flags=re.I) for part in parts if part]


GROUPS = dict([*_of_locale(), *_of_templates()])
every_group = pytest.mark.parametrize("group", sorted(GROUPS))
# A mean over a handful of words says nothing.
LONG_ENOUGH = [
    group
    for group, texts in sorted(GROUPS.items())
    if len([s for text in texts for s in readability.sentences(text)]) >= readability.FEWEST_SENTENCES
]
every_long_group = pytest.mark.parametrize("group", LONG_ENOUGH)


def sentences(group: str) -> list[str]:
    """All sentences of a group."""
    return [sentence for text in GROUPS[group] for sentence in readability.sentences(text)]


def words(group: str) -> list[str]:
    """All words of a group."""
    return [word for sentence in sentences(group) for word in readability.words(sentence)]


def lix(texts: list[str]) -> float:
    """Words per sentence plus the percentage of words of more than six letters."""
    said = [word for sentence in texts for word in readability.words(sentence)]
    return len(said) / len(texts) + 100 * sum(len(word) > 6 for word in said) / len(said)


def content_per_clause(texts: list[str]) -> float:
    """Words that carry meaning, by the number of clauses."""
    clauses = [c for sentence in texts for c in CLAUSE.split(sentence.lower()) if readability.words(c)]
    carrying = sum(word not in FUNCTION for clause in clauses for word in readability.words(clause))
    return carrying / len(clauses)


def is_passive(sentence: str) -> bool:
    """A form of *worden* and a participle in one sentence."""
    said = [word.lower() for word in readability.words(sentence)]
    return any(word in AUXILIARY for word in said) and any(PARTICIPLE.fullmatch(word) for word in said)


def test_the_measures_tell_a_hard_text_from_an_easy_one() -> None:
    hard = [
        "De ingevolge voornoemde uitvoeringsregeling vastgestelde begeleidingsverplichtingen worden "
        "onverminderd gehandhaafd gedurende de overeenkomstige verlengingsperiode."
    ]
    easy = ["U krijgt hulp.", "Wij praten met u.", "U mag nee zeggen."]
    assert lix(hard) > 60 > HIGHEST_LIX > lix(easy)
    assert content_per_clause(hard) > CONTENT_PER_CLAUSE > content_per_clause(easy)
    assert is_passive("Uw huur wordt door ons betaald.")
    assert not is_passive("Wij betalen uw huur.")


def test_all_that_a_reader_meets_is_measured() -> None:
    assert {"mail.invitation", "mail.code", "sms", "welcome", "sign", "error.link_wrong"} <= GROUPS.keys()
    assert {f"{name}/{part}" for name in TYPES for part in ("summary", "signing")} <= GROUPS.keys()
    assert {"sign", "decline", "guidance-agreement/summary", "transfer-form/summary"} <= set(LONG_ENOUGH)


@every_group
def test_no_sentence_is_longer_than_a_reader_can_hold(group: str) -> None:
    counted = [(len(readability.words(sentence)), sentence) for sentence in sentences(group)]
    assert [sentence for count, sentence in counted if count > LONGEST_SENTENCE] == []


@every_group
def test_no_word_is_of_the_kind_that_forms_used_to_have(group: str) -> None:
    assert [word for word in words(group) if word.lower() in STIFF] == []


@every_long_group
def test_sentences_are_short_on_average(group: str) -> None:
    assert len(words(group)) / len(sentences(group)) <= MEAN_SENTENCE


@every_long_group
def test_the_score_of_douma_is_at_least_normal(group: str) -> None:
    score = readability.score(sentences(group))
    assert score is not None
    assert score >= readability.LOWEST_SCORE


@every_long_group
def test_few_words_are_long(group: str) -> None:
    assert lix(sentences(group)) < HIGHEST_LIX


@every_long_group
def test_a_clause_carries_few_words_with_meaning(group: str) -> None:
    assert content_per_clause(sentences(group)) <= CONTENT_PER_CLAUSE


@every_long_group
def test_sentences_say_who_does_what(group: str) -> None:
    passive = [sentence for sentence in sentences(group) if is_passive(sentence)]
    assert len(passive) / len(sentences(group)) <= PASSIVES, passive
