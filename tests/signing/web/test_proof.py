"""Who opens a link proves it with a code: every refusal first, then the ways that work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing.identity import codes
from signing.packet import Packet
from tests import people
from tests.signing.web.desk import NOW, Desk, Visitor, heading, open_desk, soup

CODE, PERSON, CHOICE = "Vul uw code in", "Wie bent u?", "Wilt u tekenen?"
GATED = ("/in-het-kort", "/lezen", "/keuze", "/tekenen", "/vraag", "/weigeren", "/blad/contact-card")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    """A desk with the manifests of the house: links alone are not enough."""
    with open_desk(tmp_path, proof=True) as opened:
        yield opened


@pytest.fixture
def packet(house: Desk) -> Packet:
    """Its parties have their links, and no telephone."""
    return house.packet(data=people.changed(house.sample(), tenant__mobile=...))


def begin(house: Desk, packet: Packet, role: str = "tenant") -> tuple[Visitor, str]:
    """A visitor who pressed "begin" and is asked for a code."""
    visitor, path = house.visitor(), house.path(packet, role)
    page = visitor.press(visitor.get(path))
    assert (page.request.path, heading(page)) == (f"{path}/bewijs", CODE)
    return visitor, path


def other_than(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def facts(house: Desk, packet: Packet, name: str) -> list[dict[str, object]]:
    """What the events of this name say."""
    with house.services.store.read() as tx:
        return [dict(event.data) for event in tx.trail.of(packet.id) if event.name == name]


# Refusals


@pytest.mark.parametrize("way", GATED)
def test_without_a_code_no_page_shows_anything(house: Desk, packet: Packet, way: str) -> None:
    path = house.path(packet, "tenant")
    answer = house.visitor().get(f"{path}{way}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}/bewijs")


def test_without_a_code_no_document_is_handed_out(house: Desk, packet: Packet) -> None:
    path = house.path(packet, "tenant")
    for name in ("core", "annex", "summary"):
        answer = house.visitor().get(f"{path}/document/{name}.pdf")
        assert (answer.status_code, answer.mimetype) == (303, "text/html")


def test_a_press_without_a_code_counts_for_nothing(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    token = visitor.csrf(f"{path}/bewijs")
    with house.services.store.read() as tx:
        shown = [document.shown_sha256 for document in tx.documents.of(packet.id)]
    before = house.events(packet)
    for way in ("/lezen", "/tekenen", "/weigeren", "/vraag", "/in-het-kort"):
        filled = {"agreed": "yes", "on_screen": shown, "reason": "other", "question": "Mag dit?"}
        answer = visitor.client.post(f"{path}{way}", data={"csrf_token": token, **filled})
        assert answer.headers.get("Location") == f"{path}/bewijs", way
    assert house.events(packet) == before


def test_a_wrong_code_is_counted_and_after_five_the_right_one_is_refused_too(
    house: Desk, packet: Packet
) -> None:
    visitor, path = begin(house, packet)
    code = house.code(packet, "tenant")
    for left in (4, 3, 2, 1):
        page = visitor.press(visitor.get(f"{path}/bewijs"), code=other_than(code))
        assert f"U mag het nog {left} keer proberen." in page.text
        assert soup(page).select_one("#code")["aria-invalid"] == "true"
    page = visitor.press(visitor.get(f"{path}/bewijs"), code=other_than(code))
    assert heading(page) == "Vraag een code aan"
    token = visitor.csrf(f"{path}/bewijs")
    late = visitor.client.post(f"{path}/bewijs", data={"csrf_token": token, "code": code})
    assert late.headers["Location"] == f"{path}/bewijs?fout=old"
    assert house.events(packet).count("recipient:code:refused") == 5
    assert "recipient:identity:proven" not in house.events(packet)


def test_a_code_works_for_thirty_minutes_and_once(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    code = house.code(packet, "tenant")
    house.clock.pass_days(30 / 24 / 60)
    form = visitor.csrf(f"{path}/bewijs")
    late = visitor.client.post(f"{path}/bewijs", data={"csrf_token": form, "code": code})
    assert late.headers["Location"] == f"{path}/bewijs?fout=old"

    again = visitor.press(visitor.get(path))  # begins anew, with a new code
    proven = visitor.press(again, code=house.code(packet, "tenant"))
    assert heading(proven) == "In het kort"
    other = house.visitor()
    form = other.csrf(path)
    second = other.client.post(
        f"{path}/bewijs", data={"csrf_token": form, "code": house.code(packet, "tenant")}
    )
    assert second.headers["Location"] == f"{path}/bewijs?fout=old"


def test_a_fourth_code_has_to_wait_and_the_page_says_until_when(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    house.work()
    for _ in range(2):
        visitor.press(visitor.get(f"{path}/bewijs"), which=".again")
        house.work()
    page = visitor.get(f"{path}/bewijs")
    assert "Na 23 november 2026 om 10.15 uur kunt u een nieuwe code vragen." in page.text
    assert not soup(page).select(".again")
    token = visitor.csrf(f"{path}/bewijs")
    visitor.client.post(f"{path}/bewijs/stuur", data={"csrf_token": token, "check": "mail-code"})
    house.work()
    assert len(facts(house, packet, "recipient:code:sent")) == 3
    assert (
        heading(visitor.press(visitor.get(f"{path}/bewijs"), code=house.code(packet, "tenant")))
        == "In het kort"
    )


def test_a_way_that_does_not_exist_sends_nothing(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    house.work()
    for check in ("sms-code", "link", "", "mail-code; drop table"):
        token = visitor.csrf(f"{path}/bewijs")
        visitor.client.post(f"{path}/bewijs/stuur", data={"csrf_token": token, "check": check})
    house.work()
    assert len(facts(house, packet, "recipient:code:sent")) == 1


def test_the_code_of_one_party_is_no_code_for_another(house: Desk, packet: Packet) -> None:
    begin(house, packet)
    visitor, path = begin(house, packet, "referring_org")
    code = house.code(packet, "tenant")
    if code != house.code(packet, "referring_org"):
        page = visitor.press(visitor.get(f"{path}/bewijs"), code=code)
        assert "Dit is niet de goede code." in page.text


def test_a_new_link_asks_for_a_new_code_in_every_browser(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    old = house.code(packet, "tenant")
    visitor.press(visitor.get(f"{path}/bewijs"), code=old)
    house.change(packet, "tenant", link_serial=2)
    renewed = house.path(house.now(packet.id), "tenant")
    assert visitor.get(f"{renewed}/lezen").headers["Location"] == f"{renewed}/bewijs"
    token = visitor.csrf(renewed)
    answer = visitor.client.post(f"{renewed}/bewijs", data={"csrf_token": token, "code": old})
    assert answer.headers["Location"] == f"{renewed}/bewijs?fout=old"


def test_who_nobody_can_send_a_code_is_told_to_call(house: Desk, packet: Packet) -> None:
    house.change(packet, "tenant", identity=("sms-code",))
    visitor, path = house.visitor(), house.path(packet, "tenant")
    page = visitor.press(visitor.get(path))
    assert (page.status_code, heading(page)) == (409, "Wij kunnen u geen code sturen")
    assert "085 000 00 01" in page.text or "Bel" in page.text


# Looking changes nothing


def test_looking_sends_no_code_and_opening_twice_sends_one(house: Desk, packet: Packet) -> None:
    path, before = house.path(packet, "tenant"), house.everything()
    for way in ("", "/bewijs", "/persoon", *GATED):
        for method in ("GET", "HEAD"):
            house.visitor().client.open(f"{path}{way}", method=method)
    assert house.everything() == before
    begin(house, packet)
    begin(house, packet)
    house.work()
    assert len(facts(house, packet, "recipient:code:sent")) == 1


# What works


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1}\n", "{0}-{1}", "code: {0}{1}"])
def test_a_code_may_be_pasted_with_what_stands_around_it(house: Desk, packet: Packet, typed: str) -> None:
    visitor, path = begin(house, packet)
    code = house.code(packet, "tenant")
    page = visitor.press(visitor.get(f"{path}/bewijs"), code=typed.format(code[:3], code[3:]))
    assert heading(page) == "In het kort"


def test_a_code_may_be_typed_in_arabic_digits(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    code = house.code(packet, "tenant").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert heading(visitor.press(visitor.get(f"{path}/bewijs"), code=code)) == "In het kort"


def test_the_input_takes_a_code_from_the_telephone_by_itself(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    box = soup(visitor.get(f"{path}/bewijs")).select_one("#code")
    assert (box["inputmode"], box["autocomplete"], box.get("maxlength")) == ("numeric", "one-time-code", None)


def test_the_trail_says_how_and_where_to_and_holds_no_code(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    code = house.code(packet, "tenant")
    visitor.press(visitor.get(f"{path}/bewijs"), code=code)
    (sent,) = facts(house, packet, "recipient:code:sent")
    assert (sent["check"], sent["channel"], sent["number"]) == ("mail-code", "mail", 1)
    (proven,) = facts(house, packet, "recipient:identity:proven")
    assert (proven["check"], proven["assurance"], proven["language"]) == ("mail-code", "low", "nl")
    assert house.now(packet.id).recipient("tenant").proven_by == "mail-code"
    hexadecimal = re.compile(r"[0-9a-f-]{32,}|\d{4}-\d\d-\d\dT[\d:.+]*")
    assert code not in hexadecimal.sub("", repr(house.everything()))


def test_a_telephone_gets_the_code_when_it_is_known_and_mail_stays_possible(house: Desk) -> None:
    data = people.changed(house.sample(), tenant__mobile="06 12 34 56 78")
    packet = house.packet(data=data)
    visitor, path = begin(house, packet)
    page = visitor.get(f"{path}/bewijs")
    assert "Wij hebben een sms gestuurd naar het nummer …78." in page.text
    code = house.code(packet, "tenant")
    (file,) = (house.mail.parent / "sms").glob("*.sms")
    number, text = file.read_text().split("\n\n", 1)
    assert (number, text) == ("+31612345678", f"Uw code is {code}.\n\n@127.0.0.1 #{code}\n")
    for said in ("Aylin", packet.reference, "begeleiding"):
        assert said.lower() not in text.lower()
    buttons = [button.get_text() for button in soup(page).select(".again button")]
    assert buttons == [
        "Stuur een nieuwe code per sms naar …78",
        "Stuur een nieuwe code naar a…@huurder.voorbeeld.nl",
    ]
    token = visitor.csrf(f"{path}/bewijs")
    visitor.client.post(f"{path}/bewijs/stuur", data={"csrf_token": token, "check": "mail-code"})
    assert "Wij hebben een code gestuurd naar a…@huurder.voorbeeld.nl." in visitor.get(f"{path}/bewijs").text
    assert (
        heading(visitor.press(visitor.get(f"{path}/bewijs"), code=house.code(packet, "tenant")))
        == "In het kort"
    )
    assert house.now(packet.id).recipient("tenant").proven_by == "mail-code"


def test_who_goes_on_at_another_device_proves_it_there_and_has_lost_nothing(
    house: Desk, packet: Packet
) -> None:
    visitor, path = begin(house, packet)
    page = visitor.press(visitor.get(f"{path}/bewijs"), code=house.code(packet, "tenant"))
    visitor.press(visitor.press(page))
    other, _ = begin(house, packet)
    page = other.press(other.get(f"{path}/bewijs"), code=house.code(packet, "tenant"))
    assert heading(page) == "In het kort"
    assert heading(other.get(f"{path}/tekenen")) == "Onderteken"


def test_the_same_browser_is_not_asked_again_within_a_day(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet)
    visitor.press(visitor.get(f"{path}/bewijs"), code=house.code(packet, "tenant"))
    page = visitor.press(visitor.get(path))
    assert heading(page) == "In het kort"
    house.work()
    assert len(facts(house, packet, "recipient:code:sent")) == 1


def test_the_corporation_confirms_receipt_with_its_link_alone(house: Desk, packet: Packet) -> None:
    house.change(packet, "tenant", applied_at=house.clock(), answer="signed", answered_at=house.clock())
    house.change(
        packet, "referring_org", applied_at=house.clock(), answer="signed", answered_at=house.clock()
    )
    with house.services.store.write() as tx:
        now = tx.packets.get(packet.id)
        tx.packets.save(replace(now, status="signed", signed_at=house.clock()))
    visitor, path = house.visitor(), house.path(packet, "corporation")
    assert visitor.press(visitor.get(path)).request.path == f"{path}/lezen"


# Teams


def team(house: Desk, packet: Packet) -> tuple[Visitor, str]:
    """Somebody of the organisation who typed the code and is asked for a name."""
    visitor, path = begin(house, packet, "referring_org")
    page = visitor.press(visitor.get(f"{path}/bewijs"), code=house.code(packet, "referring_org"))
    assert (page.request.path, heading(page)) == (f"{path}/persoon", PERSON)
    return visitor, path


def test_a_team_reads_nothing_before_it_says_who_it_is(house: Desk, packet: Packet) -> None:
    visitor, path = team(house, packet)
    for way in ("/lezen", "/keuze", "/tekenen", "/document/core.pdf"):
        assert visitor.get(f"{path}{way}").headers["Location"] == f"{path}/persoon"


def test_a_name_is_not_taken_without_a_code(house: Desk, packet: Packet) -> None:
    visitor, path = begin(house, packet, "referring_org")
    token = visitor.csrf(f"{path}/bewijs")
    filled = {"csrf_token": token, "name": "M. Allory", "function": "stagiair"}
    answer = visitor.client.post(f"{path}/persoon", data=filled)
    assert answer.headers["Location"] == f"{path}/bewijs"
    assert house.now(packet.id).recipient("referring_org").stated_name is None


@pytest.mark.parametrize(
    ("filled", "field", "said"),
    [
        ({"name": " "}, "name", "Vul dit in."),
        ({"name": "x" * 101}, "name", "Er passen 100 tekens in."),
        ({"name": "Jan 123456782"}, "name", "burgerservicenummer"),
        ({"name": "漢字"}, "name", "teken in dat wij niet kunnen gebruiken"),
        ({"function": ""}, "function", "Vul dit in."),
    ],
)
def test_a_name_or_function_that_cannot_be_printed_is_refused_and_kept_on_the_page(
    house: Desk, packet: Packet, filled: dict[str, str], field: str, said: str
) -> None:
    visitor, path = team(house, packet)
    typed = {"name": "Fatima El Idrissi", "function": "teamleider", **filled}
    page = visitor.press(visitor.get(f"{path}/persoon"), **typed)
    assert page.status_code == 422
    seen = soup(page)
    assert said in seen.select_one(f"#{field}-fout").get_text()
    assert seen.select_one(".summary a")["href"] == f"#{field}"
    assert {box: seen.select_one(f"#{box}")["value"] for box in typed} == typed


def test_whoever_of_a_team_signs_is_the_signatory_of_record(house: Desk, packet: Packet) -> None:
    visitor, path = team(house, packet)
    form = visitor.get(f"{path}/persoon")
    expected = packet.recipient("referring_org")
    assert soup(form).select_one("#name")["value"] == expected.name
    page = visitor.press(form, name="Fatima El Idrissi", function="woonbegeleider")
    assert page.request.path == f"{path}/lezen"
    visitor.press(page)
    sign = visitor.get(f"{path}/tekenen")
    assert "Fatima El Idrissi" in sign.text
    assert expected.name not in soup(sign).main.get_text()
    assert heading(visitor.press(sign, tick=True)) == "U hebt getekend"
    now = house.now(packet.id).recipient("referring_org")
    assert (now.signatory, now.office, now.name) == ("Fatima El Idrissi", "woonbegeleider", expected.name)
    (signed,) = facts(house, packet, "recipient:signed")
    assert (signed["signatory"], signed["proven_by"]) == ("Fatima El Idrissi", "mail-code")
    assert signed["statement_version"] == "1.0.0"


# The rule


def test_a_code_depends_on_everything_that_it_is_for() -> None:
    house_code = codes.another((), "id", "tenant", "mail-code", 1, NOW)
    secret = "a secret of the service"
    digits = house_code.digits(secret)
    changed = (
        replace(house_code, packet_id="other"),
        replace(house_code, role="referring_org"),
        replace(house_code, check="sms-code"),
        replace(house_code, number=2),
        replace(house_code, link_serial=2),
        replace(house_code, made_at=house_code.made_at + timedelta(seconds=1)),
    )
    assert re.fullmatch(r"\d{6}", digits)
    assert all(other.digits(secret) != digits for other in changed)
    assert house_code.digits("another secret") != digits
