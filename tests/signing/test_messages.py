"""The mails: no meaning in a subject, nothing dangerous in the HTML, and always a way to ask."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from signing import messages
from signing.mail import FolderOutbox, Message
from signing.messages import Letter
from signing.texts import Texts

LINK = "https://teken.example.nl/s/dG9rZW4.aGFsbG8.d2VyZWxk"
LETTER = Letter(
    message_id="<0123456789abcdef@teken.example.nl>",
    date=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    to="huurder@example.nl",
    name="Şahin Wałęsa-O’Neill",
    sender="Stichting Wonen & Zorg <Midden>",
    reference="MTR-0012345678-BGO01-C",
    test=False,
    link=LINK,
    until=datetime(2026, 12, 23, 9, 0, tzinfo=UTC),
    contact_name="Karin Jansen",
    contact_phone="06 12 34 56 78",
)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


@pytest.fixture(params=["invitation", "acknowledge", "copy", "declined"])
def message(request: pytest.FixtureRequest, texts: Texts) -> Message:
    match request.param:
        case "invitation":
            return messages.invitation(texts, LETTER)
        case "acknowledge":
            return messages.invitation_to_acknowledge(texts, LETTER)
        case "copy":
            return messages.copy_ready(texts, LETTER)
    letter = replace(LETTER, link=None, until=None)
    return messages.declined(texts, letter, by="Huurder", reason="Mijn gegevens kloppen niet")


def test_an_invitation_without_link_or_term_is_a_programming_error(texts: Texts) -> None:
    with pytest.raises(ValueError, match="link"):
        messages.invitation(texts, replace(LETTER, link=None))
    with pytest.raises(ValueError, match="until"):
        messages.invitation_to_acknowledge(texts, replace(LETTER, until=None))


def test_a_subject_holds_no_name_no_reference_and_no_meaning(message: Message) -> None:
    for telling in ("Şahin", "Wonen", "MTR", "0012345678", "begeleiding", "huur", "zorg"):
        assert telling.lower() not in message.subject.lower()


def test_markup_in_a_name_stays_text_in_the_html(texts: Texts) -> None:
    letter = replace(LETTER, name='<img src="x" onerror="y">', sender="<b>Zorg</b>")
    page = BeautifulSoup(messages.invitation(texts, letter).html, "html.parser")

    assert page.find("img") is None
    assert page.find("b") is None
    assert '<img src="x" onerror="y">' in page.get_text()


def test_text_and_html_say_the_same_and_hold_the_same_link(message: Message) -> None:
    page = BeautifulSoup(message.html, "html.parser")
    words = set(page.body.get_text(" ").split())
    links = [a["href"] for a in page.find_all("a")]

    assert set(message.text.replace(LINK, "").replace(":\n", " ").split()) - words <= {"bericht:"}
    assert links == ([LINK] if LINK in message.text else [])
    assert (page.html or {}).get("lang") == "nl"


def test_the_html_loads_nothing_and_has_no_style_that_outlook_drops(message: Message) -> None:
    page = BeautifulSoup(message.html, "html.parser")

    assert page.find_all(["img", "script", "style", "link", "iframe"]) == []
    assert all(table["role"] == "presentation" for table in page.find_all("table"))
    assert not any(word in message.html for word in ("flex", "grid", "var(", "rgba("))


def test_everyone_reads_whom_to_call(message: Message) -> None:
    assert "Bel Karin Jansen: 06 12 34 56 78." in message.text


def test_without_a_telephone_number_there_is_still_somebody_to_ask(texts: Texts) -> None:
    by_mail = messages.copy_ready(texts, replace(LETTER, contact_phone=None, contact_email="k@example.nl"))
    by_name = messages.copy_ready(texts, replace(LETTER, contact_phone=None))

    assert "Mail Karin Jansen: k@example.nl." in by_mail.text
    assert "Stel die aan Stichting Wonen & Zorg <Midden>." in by_name.text


def test_the_last_day_is_one_that_counts_whole(texts: Texts) -> None:
    # The term ends on 23 December at ten in the morning, so the 22nd is the last whole day.
    assert "tot en met 22 december 2026" in messages.invitation(texts, LETTER).text


def test_development_mails_say_test_in_subject_and_body(texts: Texts) -> None:
    message = messages.invitation(texts, replace(LETTER, test=True))

    assert message.subject.startswith("TEST")
    assert message.text.startswith("TEST.")
    assert "TEST." in message.html


def test_real_mails_do_not_say_test(message: Message) -> None:
    assert "TEST" not in message.subject + message.text + message.html


def test_a_referrer_reads_who_does_not_sign_and_why(texts: Texts) -> None:
    message = messages.declined(texts, LETTER, by="Huurder", reason="Mijn gegevens kloppen niet")

    assert "Huurder tekent niet." in message.text
    assert "‘Mijn gegevens kloppen niet’" in message.text
    assert LINK not in message.text


def test_the_outbox_takes_every_mail(message: Message, tmp_path: Path) -> None:
    FolderOutbox(tmp_path, "Huurzegel <teken@example.nl>").send(message)

    (kept,) = tmp_path.glob("*.eml")
    assert b"Subject: " in kept.read_bytes()
