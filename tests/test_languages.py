"""Every text that code and pages ask for exists, and no text waits for nobody."""

import re
from pathlib import Path

import pytest

import docgen
from signing import ceremony, texts
from signing.config import TEMPLATES
from signing.packet import Action, Answer
from signing.report import report_texts

SIGNING = Path(texts.__file__).parent
_KEYS = texts.Texts().keys
_IN_CODE = re.compile(r"""\b(?:texts(?:\(\))?|self)\.(get|count|optional)\(\s*f?"([^"]+)\"""")
_IN_PAGES = re.compile(r"""\b(t|n)\(\s*"([^"]+)"(\s*~\s*\w+)?""")
_LATER = re.compile(r"""f"\{\w+\}\.([a-z_]+)\"""")
_AS_VALUE = re.compile(r""""([a-z_]+(?:\.[a-z_]+)+)\"""")  # chosen first, asked for later


# Of mails, text messages, seals and evidence, and of pages for who works with the service: in Dutch only.
_DUTCH_ONLY = ("mail", "sms", "signature", "seal", "archive", "evidence", "post", "validation", "desk")
_DUTCH_ERRORS = tuple(
    f"error.{name}" for name in ("desk", "not_allowed", "not_known", "invitation", "provider_away")
)
_MORE_FORMS = {"ar": ("two", "few")}  # Arabic counts in more forms than one and many
every_language = pytest.mark.parametrize("language", texts.PAGE_LANGUAGES[1:])


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


def _dutch_only(key: str) -> bool:
    return key.partition(".")[0] in _DUTCH_ONLY or key.startswith(_DUTCH_ERRORS)


def _is_count(dutch: texts.Texts, pattern: str) -> bool:
    return any(_fits(pattern, key) and key.endswith((".one", ".many")) for key in dutch.keys)


def _anything(dutch: texts.Texts, key: str) -> dict[str, object]:
    return dict.fromkeys(re.findall(r"\{(\w+)\}", dutch.pattern(key)), "iets")


@every_language
def test_a_language_of_the_pages_has_every_key_and_no_other(dutch: texts.Texts, language: str) -> None:
    wanted = {key for key in dutch.keys if not _dutch_only(key)}
    keys = texts.page_texts(language).keys
    more = {key for key in keys - wanted if key.rpartition(".")[2] in _MORE_FORMS.get(language, ())}

    assert wanted - keys == set(), "add these"
    assert keys - wanted - more == set(), "take these away, or add them to nl.toml"
    assert {f"{key.rpartition('.')[0]}.many" for key in more} <= wanted


@every_language
def test_a_translated_text_has_the_places_of_the_dutch_one(dutch: texts.Texts, language: str) -> None:
    own = texts.page_texts(language)
    for key in dutch.keys & own.keys - {"moment"}:  # there a language writes the time in its own way
        assert _anything(own, key).keys() == _anything(dutch, key).keys(), key


def test_a_text_in_arabic_is_written_in_arabic_and_keeps_names_in_their_own_direction() -> None:
    arabic = texts.page_texts("ar")
    for key in arabic.keys:
        pattern = arabic.pattern(key)
        if not key.startswith("language.") and key != "site.name":
            assert re.search(r"[\u0600-\u06ff]", pattern), key
        for place in re.finditer(r"\{(sender|name|host|organisation|title|address|labels)\}", pattern):
            around = pattern[place.start() - 1] + pattern[place.end()]
            assert around == "\u2068\u2069", key


@pytest.mark.parametrize(
    ("number", "words"), [(1, "صفحة واحدة"), (2, "صفحتان"), (7, "7\u00a0صفحات"), (11, "11\u00a0صفحة")]
)
def test_arabic_counts_one_two_a_few_and_many(number: int, words: str) -> None:
    assert texts.page_texts("ar").count("pages", number) == words


def test_there_are_no_pages_in_an_unknown_language() -> None:
    with pytest.raises(ValueError, match="choose one of nl, en, ar"):
        texts.page_texts("tlh")


@every_language
@pytest.mark.parametrize("packet_type", ["guidance-agreement", "transfer-form"])
def test_every_packet_type_has_its_words_in_every_language_of_the_pages(
    packet_type: str, language: str
) -> None:
    assert docgen.Catalog(TEMPLATES).translation(packet_type, language) is not None
