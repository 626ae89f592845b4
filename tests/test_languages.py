"""Every text that code and pages ask for exists, and no text waits for nobody."""

import re
from pathlib import Path

import pytest

from signing import ceremony, texts
from signing.packet import Action, Answer
from signing.report import report_texts

SIGNING = Path(texts.__file__).parent
_KEYS = texts.Texts().keys
_IN_CODE = re.compile(r"""\b(?:texts|self)\.(get|count|optional)\(\s*f?"([^"]+)\"""")
_IN_PAGES = re.compile(r"""\b(t|n)\(\s*"([^"]+)"(\s*~\s*\w+)?""")
_LATER = re.compile(r"""f"\{\w+\}\.([a-z_]+)\"""")
_AS_VALUE = re.compile(r""""([a-z_]+(?:\.[a-z_]+)+)\"""")  # chosen first, asked for later


@pytest.fixture(scope="module")
def dutch() -> texts.Texts:
    return texts.Texts()


def _asked_for() -> set[str]:
    """Patterns of keys, with ``*`` for what is filled in while running."""
    asked = set()
    for file in SIGNING.rglob("*.py"):
        source = file.read_text()
        for way, key in _IN_CODE.findall(source):
            asked.add(re.sub(r"\{[^}]*\}", "*", key) + (".*" if way == "count" else ""))
        asked.update(_KEYS.intersection(_AS_VALUE.findall(source)))
        if file.name == "messages.py":
            asked.update(f"*.{end}" for end in _LATER.findall(source))
    for file in SIGNING.rglob("*.html"):
        for way, key, added in _IN_PAGES.findall(file.read_text()):
            asked.add(key + ("*" if added else "") + (".*" if way == "n" else ""))
    return asked - {"*.*"}


def _fits(pattern: str, key: str) -> bool:
    known = re.escape(pattern).replace(r"\*", "[^.]*")
    if pattern.startswith("*"):  # what is filled in may have more than one part there
        known = known.replace("[^.]*", ".*", 1)
    return re.fullmatch(known, key) is not None


def test_every_text_that_is_asked_for_exists() -> None:
    keys = report_texts("nl").keys  # of pages and mails, and of the report, whose texts it checks itself
    absent = [pattern for pattern in _asked_for() if not any(_fits(pattern, key) for key in keys)]

    assert absent == []


def test_no_text_is_kept_that_nobody_asks_for(dutch: texts.Texts) -> None:
    asked = _asked_for()

    assert [key for key in sorted(dutch.keys) if not any(_fits(pattern, key) for pattern in asked)] == []


def test_texts_by_number_have_one_and_many(dutch: texts.Texts) -> None:
    by_number = [pattern for pattern in _asked_for() if pattern.endswith(".*") and _is_count(dutch, pattern)]

    for pattern in by_number:
        endings = {key.rpartition(".")[2] for key in dutch.keys if _fits(pattern, key)}
        assert endings == {"one", "many"}, pattern


def test_every_reason_action_and_answer_has_its_words(dutch: texts.Texts) -> None:
    wanted = {f"decline.reasons.{reason}" for reason in ceremony.REASONS}
    wanted |= {f"sign.button_{action}" for action in Action}
    wanted |= {f"{when}_{answer}" for when in ("done.title", "done.again") for answer in Answer}

    assert wanted <= dutch.keys


def test_every_calm_page_says_what_is_wrong_and_what_to_do(dutch: texts.Texts) -> None:
    names = {key.split(".")[1] for key in dutch.keys if key.startswith("error.") and key.count(".") == 2}

    assert names
    for name in names:
        assert {f"error.{name}.title", f"error.{name}.what", f"error.{name}.do"} <= dutch.keys


def test_sentences_are_short_enough_for_b1(dutch: texts.Texts) -> None:
    for key in dutch.keys:
        text = dutch.get(key, **_anything(dutch, key))
        for sentence in re.split(r"(?<=[.?!])\s", text):
            assert len(sentence.split()) <= 17, (key, sentence)


def test_a_missing_text_and_a_missing_value_are_errors(dutch: texts.Texts) -> None:
    with pytest.raises(texts.TextMissing, match="add it to the locale file"):
        dutch.get("nowhere.to.be.found")
    with pytest.raises(texts.TextMissing, match="sender"):
        dutch.get("help.ask")


def _is_count(dutch: texts.Texts, pattern: str) -> bool:
    return any(_fits(pattern, key) and key.endswith((".one", ".many")) for key in dutch.keys)


def _anything(dutch: texts.Texts, key: str) -> dict[str, object]:
    return dict.fromkeys(re.findall(r"\{(\w+)\}", dutch.pattern(key)), "iets")
