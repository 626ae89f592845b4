"""A question stops nothing; a no may come with words."""

from __future__ import annotations

import email
from email import policy

import pytest

from signing.packet import Packet
from tests.signing.web.desk import Desk, Visitor, heading, soup

QUESTION = "Mag mijn zus hier logeren?\nDrie weken."


@pytest.fixture
def reader(desk: Desk, packet: Packet) -> tuple[Visitor, str]:
    """The tenant, before the choice."""
    visitor, path = desk.visitor(), desk.path(packet, "tenant")
    visitor.read(path)
    return visitor, path


def sent_to(desk: Desk, address: str) -> list[str]:
    """The text of every mail to this address."""
    mails = [email.message_from_bytes(f.read_bytes(), policy=policy.default) for f in desk.mail.glob("*.eml")]
    return [str(m.get_body(("plain",)).get_content()) for m in mails if address in m["To"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  \n ", "Vul dit in."),
        ("x" * 1001, "Er passen 1000 tekens in."),
        ("x" * 60_000, "Er passen 1000 tekens in."),
        ("Mijn nummer is 123.456.782", "burgerservicenummer"),
        ("Ik slik medicijnen.", "iets over gezondheid"),
    ],
)
def test_a_question_that_cannot_be_sent_is_kept_on_the_page_with_the_reason(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str], text: str, said: str
) -> None:
    visitor, path = reader
    before = desk.events(packet)
    page = visitor.press(visitor.get(f"{path}/vraag"), question=text)
    seen = soup(page)
    assert (page.status_code, seen.select_one(".summary a")["href"]) == (422, "#vraag")
    assert said in seen.select_one("#vraag-fout").get_text()
    assert seen.select_one("#vraag").get_text().strip() == text.strip()
    assert desk.events(packet) == before


def test_who_has_not_read_the_text_reads_it_first(desk: Desk, packet: Packet) -> None:
    visitor, path = desk.visitor(), desk.path(packet, "tenant")
    assert visitor.get(f"{path}/vraag").headers["Location"] == f"{path}/lezen"


def test_a_question_goes_to_the_contact_person_and_nothing_stops(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str]
) -> None:
    visitor, path = reader
    page = visitor.press(visitor.get(f"{path}/vraag"), question=QUESTION)
    assert heading(page) == "Uw vraag is verstuurd"
    desk.work()
    desk.work()
    (mail,) = [text for text in sent_to(desk, "s.sahin@opvang.voorbeeld.nl") if "vraag:" in text]
    assert QUESTION in mail.replace("\r\n", "\n")
    assert "Huurder heeft een vraag over een document." in mail
    assert desk.events(packet)[-2:] == ["recipient:question:asked", "recipient:question:told"]
    assert desk.now(packet.id).status == "sent"
    assert heading(visitor.press(visitor.get(f"{path}/tekenen"), tick=True)) == "U hebt getekend"


def test_a_question_about_health_is_sent_when_that_is_meant(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str]
) -> None:
    visitor, path = reader
    page = visitor.press(visitor.get(f"{path}/vraag"), question="Mag ik naar mijn huisarts bellen?")
    assert soup(page).select_one("#toch") is not None
    assert heading(visitor.press(page, tick=True, question="Mag ik naar mijn huisarts bellen?")) == (
        "Uw vraag is verstuurd"
    )


def test_a_question_may_be_in_another_script_and_hold_markup(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str]
) -> None:
    visitor, path = reader
    text = "متى أوقّع؟ <script>alert(1)</script>\x1b[2J"
    assert heading(visitor.press(visitor.get(f"{path}/vraag"), question=text)) == "Uw vraag is verstuurd"
    desk.work()
    mails = [email.message_from_bytes(f.read_bytes(), policy=policy.default) for f in desk.mail.glob("*.eml")]
    (html,) = [m.get_body(("html",)) for m in mails if "s.sahin@opvang.voorbeeld.nl" in m["To"]]
    assert "&lt;script&gt;" in html.get_content()
    assert "\x1b" not in html.get_content()


def test_the_trail_holds_the_hash_of_a_question_and_the_registry_its_words(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str]
) -> None:
    visitor, path = reader
    visitor.press(visitor.get(f"{path}/vraag"), question=QUESTION)
    visitor.press(visitor.get(f"{path}/vraag"), question="En de hond?")
    with desk.services.store.read() as tx:
        trail, remarks = tx.trail.of(packet.id), tx.remarks.of(packet.id)
    assert [(r.number, r.role, r.kind) for r in remarks] == [
        (1, "tenant", "question"),
        (2, "tenant", "question"),
    ]
    assert remarks[0].text == QUESTION
    assert "logeren" not in repr(trail)
    assert [event.data["remark"] for event in trail if event.name == "recipient:question:asked"] == [1, 2]


def test_a_no_may_come_with_words_and_the_referrer_reads_them(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str]
) -> None:
    visitor, path = reader
    page = visitor.press(visitor.get(f"{path}/weigeren"), reason="data_wrong", words="Mijn naam is Zofia.")
    assert heading(page) == "U hebt nee gezegd"
    with desk.services.store.read() as tx:
        (remark,) = tx.remarks.of(packet.id)
    assert (remark.kind, remark.text) == ("refusal", "Mijn naam is Zofia.")


def test_words_that_cannot_be_kept_do_not_lose_the_reason(
    desk: Desk, packet: Packet, reader: tuple[Visitor, str]
) -> None:
    visitor, path = reader
    typed = {"reason": "data_wrong", "words": "Mijn BSN is 123456782"}
    page = visitor.press(visitor.get(f"{path}/weigeren"), **typed)
    seen = soup(page)
    assert page.status_code == 422
    assert seen.select_one("input[checked]")["value"] == "data_wrong"
    assert seen.select_one("#woorden").get_text() == typed["words"]
    assert "recipient:declined" not in desk.events(packet)


def test_words_without_a_reason_are_not_lost(desk: Desk, packet: Packet, reader: tuple[Visitor, str]) -> None:
    visitor, path = reader
    page = visitor.press(visitor.get(f"{path}/weigeren"), words="Ik wil niet.")
    seen = soup(page)
    assert (page.status_code, seen.select_one(".summary a")["href"]) == (422, "#reden-1")
    assert seen.select_one("#woorden").get_text() == "Ik wil niet."
