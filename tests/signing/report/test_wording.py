"""The report in words: both languages say the same, nothing is left open, nothing of a file gets through."""

import json
import string
from html.parser import HTMLParser

import pytest

from signing.pades.findings import SENTENCES
from signing.report import LANGUAGES, Answer, Told, fragment, plain, report_texts, tell, whole
from signing.texts import LOCALE, Texts
from tests.signing.report.conftest import REFERENCE

DUTCH = Texts(LOCALE / "report.nl.toml")
ENGLISH = Texts(LOCALE / "report.en.toml")
VERDICTS = ("genuine", "valid", "unknown", "not-valid", "unusable")


FRAME = ("month", "site", "help", "summary", "validation")  # texts of the page around the report


def told(answers: dict[str, Answer], verdict: str, language: str) -> Told:
    return tell(answers[verdict], report_texts(language), language)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_places():
    frame = {key for key in ENGLISH.keys if key.split(".")[0] in FRAME}
    dutch = {key for key in DUTCH.keys if not key.startswith("finding.")}
    assert ENGLISH.keys - frame == dutch
    assert frame <= Texts().keys
    for key in dutch:
        assert places(DUTCH.pattern(key)) == places(ENGLISH.pattern(key)), key


@pytest.mark.parametrize("code", SENTENCES)
def test_every_reason_has_a_dutch_sentence_with_the_same_values(code: str):
    pattern = DUTCH.pattern(f"finding.{code}")
    assert places(pattern) == places(SENTENCES[code])
    assert pattern.endswith(".")


def test_no_dutch_sentence_is_for_a_reason_that_does_not_exist():
    codes = {key.removeprefix("finding.") for key in DUTCH.keys if key.startswith("finding.")}
    assert codes == set(SENTENCES)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_verdict_follows_from_signatures_and_registry(answers: dict[str, Answer], verdict: str):
    found = answers[verdict]
    assert found.verdict == verdict
    assert found.valid == (verdict in ("genuine", "valid", "unknown"))
    assert (found.report is None) == (verdict == "unusable")
    assert Answer.read(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_report_is_told_whole(answers: dict[str, Answer], verdict: str, language: str):
    report = told(answers, verdict, language)
    assert report.headline == report_texts(language).get(f"report.headline.{verdict}")
    assert bool(report.problems) == (verdict == "not-valid")
    assert bool(report.signatures) == (verdict != "unusable")
    for render in (plain, fragment, whole):
        text = render(report)
        assert "{" not in text.split("</style>")[-1], render
        for sentence in (*report.lead, *report.notes):
            assert sentence in text.replace("&#x27;", "'").replace("&quot;", '"')


def test_who_signed_when_and_how_that_is_proved_is_told(answers: dict[str, Answer]):
    tenant, _, corporation, seal = told(answers, "genuine", "nl").signatures
    assert tenant.title == "1. Huurder: Anne-Fleur van der Meijden-Şahin"
    facts = dict(tenant.facts)
    assert facts["Oordeel"] == "Klopt"
    assert facts["Verklaring"] == "akkoord met het document"
    assert (
        facts["Tijd bewezen door"]
        == "tijdstempel van Huurzegel TEST TSA, en het tijdstempel over het hele document"
    )
    assert "(Nederlandse tijd)" in facts["Getekend op"]
    details = dict(tenant.details)
    assert details["Niveau"] == "PAdES B-LTA"
    assert "TEST" in details["Certificaat"]
    assert len(details["Controlegetal van het auditspoor"]) == 64
    assert dict(corporation.facts)["Verklaring"] == "bevestigt de ontvangst"
    assert seal.title == "4. Zegel: Huurzegel TEST"


def test_what_happened_between_the_signatures_is_told(answers: dict[str, Answer]):
    changes = told(answers, "genuine", "en").changes
    assert changes[0] == "The field “Tenant” was signed."
    assert changes[-2].startswith("Proofs about certificates were added, and a timestamp")
    assert changes[-1] == "Nothing else was changed between the signatures."


def test_a_wrong_file_says_what_is_wrong_and_that_it_only_claims(answers: dict[str, Answer]):
    report = told(answers, "not-valid", "nl")
    assert "Huurder: Na deze handtekening is iets veranderd wat niet mag." in report.problems
    assert not any(block.holds for block in report.signatures[:1])
    assert "bewijzen naam en tijd niets" in report.notes[0]
    assert report.changes[-1] != "Verder is er tussen de handtekeningen niets veranderd."


def test_what_this_service_issued_is_said_with_its_document(answers: dict[str, Answer]):
    facts = dict(told(answers, "genuine", "nl").facts)
    assert facts["Register van deze dienst"] == "Deze dienst heeft precies dit bestand gemaakt"
    assert facts["Document in het register"] == "Begeleidingsovereenkomst"
    assert REFERENCE not in str(told(answers, "unknown", "nl").facts)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_html_holds_nothing_active_and_loads_nothing(answers: dict[str, Answer], verdict: str):
    page = whole(told(answers, verdict, "nl"))
    parser = _Tags()
    parser.feed(page)
    assert {tag for tag, _ in parser.found}.isdisjoint({"b", "script", "img", "a", "link", "iframe", "form"})
    assert not [name for _, attributes in parser.found for name, _ in attributes if name.startswith("on")]
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_plain_text_cannot_steer_a_terminal(answers: dict[str, Answer]):
    text = plain(told(answers, "not-valid", "nl"))
    assert "\x1b" not in text
    assert "\u202e" not in text
