"""The translated summaries say what the Dutch one says: same parts, own script, and that Dutch counts."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.template_text import TEMPLATES

INFORMATION_ONLY = {
    "nl": "Deze uitleg is alleen informatie. Alleen de Nederlandse tekst geldt.",
    "ar": "هذا الشرح للمعلومات فقط. النص الهولندي وحده هو المعتمد.",
    "en": "This explanation is information only. Only the Dutch text counts.",
    "pl": "To wyjaśnienie służy tylko do informacji. Obowiązuje tylko tekst niderlandzki.",
    "ti": "እዚ መብርሂ ንሓበሬታ ጥራይ እዩ። እቲ ናይ ሆላንድ ጽሑፍ ጥራይ እዩ ዝጸንዕ።",
    "tr": "Bu açıklama yalnızca bilgi içindir. Yalnızca Hollandaca metin geçerlidir.",
    "uk": "Це пояснення лише для інформації. Чинним є тільки текст нідерландською мовою.",
}
SCRIPT = {"ar": "ARABIC", "ti": "ETHIOPIC", "uk": "CYRILLIC"}  # the others are written in Latin letters
TYPES = ("guidance-agreement", "transfer-form")
every_translation = pytest.mark.parametrize(
    ("type", "language"),
    [(type, language) for type in TYPES for language in INFORMATION_ONLY if language != "nl"],
)


def _text(type: str, language: str) -> str:
    return (TEMPLATES / type / f"summary.{language}.md").read_text()


def _blocks(text: str) -> list[str]:
    """Headings, points and paragraphs, each on one line and in order."""
    blocks = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    return [" ".join(block.split()) for block in blocks]


def _shape(blocks: list[str]) -> list[tuple[str, int]]:
    """Of each block its mark, and how much of it is bold."""
    return [(re.match(r"[#-]* ?", block)[0], block.count("**")) for block in blocks]  # type: ignore[index]


@pytest.mark.parametrize("type", TYPES)
def test_there_is_a_summary_in_each_language_and_no_other(type: str) -> None:
    found = {path.name for path in Path(TEMPLATES / type).glob("summary.*.md")}

    assert found == {f"summary.{language}.md" for language in INFORMATION_ONLY}


@every_translation
def test_a_translation_begins_with_being_information_only(type: str, language: str) -> None:
    title, own, dutch, *_ = _blocks(_text(type, language))

    assert title.startswith("# ")
    assert own == f"**{INFORMATION_ONLY[language]}**"
    assert dutch == f"**{INFORMATION_ONLY['nl']}**"


@every_translation
def test_a_translation_has_the_parts_of_the_dutch_one(type: str, language: str) -> None:
    title, _, _, *rest = _blocks(_text(type, language))

    assert _shape([title, *rest]) == _shape(_blocks(_text(type, "nl")))


@every_translation
def test_a_translation_has_as_many_questions_as_the_dutch_one(type: str, language: str) -> None:
    asked = [
        [len(re.findall("[?؟፧]", block)) for block in _blocks(_text(type, of)) if not block.startswith("**")]
        for of in (language, "nl")
    ]

    assert asked[0] == asked[1]


@every_translation
def test_a_translation_is_in_its_own_script(type: str, language: str) -> None:
    without_dutch = re.sub(r"‘.*?’|\(begeleider\)|\(woningcorporatie\)", "", _text(type, language))
    own = without_dutch.replace(INFORMATION_ONLY["nl"], "")
    scripts = {unicodedata.name(letter).split()[0] for letter in own if letter.isalpha()}

    assert scripts - {"MODIFIER"} == {SCRIPT.get(language, "LATIN")}  # an apostrophe may be a modifier
