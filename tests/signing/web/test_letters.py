"""A letter with a code opens the link at any device; a scan of a signature on paper is kept as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from signing.identity import letter_code
from signing.packet import Answer, Channel, Packet
from tests.signing.web.desk import NOW, OTHER_KEY, PDF, Desk, Visitor, heading, open_desk

SECRET = "a-secret-of-more-than-32-characters!"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A service whose recipients have to prove who they are."""
    with open_desk(tmp_path, proof=True) as opened:
        yield opened


def _letter(desk: Desk, packet: Packet) -> str:
    """Makes a letter; returns its code."""
    made_at = desk.clock()
    answer = desk.call("POST", f"/packets/{packet.reference}/recipients/tenant/letter")
    assert answer.status_code == 200, answer.text
    serial = desk.now(packet.id).recipient("tenant").link_serial
    return letter_code.code(SECRET, packet.id, "tenant", serial, made_at)


def _type(visitor: Visitor, code: str) -> TestResponse:
    return visitor.press(visitor.get("/brief"), code=code)


def _scan(desk: Desk, packet: Packet, scan: bytes, role: str = "tenant", **given: Any) -> TestResponse:
    path = f"/packets/{packet.reference}/recipients/{role}/paper"
    return desk.call("POST", path, data=scan, **{"content_type": "application/pdf", **given})


@pytest.mark.parametrize("typed", ["", "abc", "AAAA-BBBB-CCCC", "AAAA-BBBB-CCC0", "x" * 3000, "\x00" * 12])
def test_what_is_no_code_of_a_letter_opens_nothing(desk: Desk, packet: Packet, typed: str) -> None:
    _letter(desk, packet)
    before = desk.everything()
    answer = _type(desk.visitor(), typed)
    assert answer.status_code == 422
    assert "Deze code klopt niet" in answer.text
    assert desk.everything() == before


def test_looking_at_the_page_of_the_code_changes_nothing(desk: Desk, packet: Packet) -> None:
    code = _letter(desk, packet)
    before = desk.everything()
    page = desk.visitor().get(f"/brief?code={code}")
    assert f'value="{code}"' in page.text
    assert desk.everything() == before


def test_a_letter_names_the_last_whole_day_as_the_mail_does(desk: Desk, packet: Packet) -> None:
    said: dict[str, object] = {}
    generate = desk.services.generator.generate

    def listening(type: str, document: str, values: dict[str, object], *more: Any, **named: Any) -> Any:
        said.update(values)
        return generate(type, document, values, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.services.generator, "generate", listening)
        _letter(desk, packet)
    assert packet.expires_at is not None
    mail = next(file.read_text() for file in desk.mail.glob("*.eml"))
    assert desk.services.texts.last_day(packet.expires_at).split()[0] in mail
    assert str(said["until"]) == "2026-12-22"
    assert desk.services.texts.last_day(packet.expires_at) == "22 december 2026"


def test_the_code_of_an_older_letter_opens_nothing(desk: Desk, packet: Packet) -> None:
    old = _letter(desk, packet)
    desk.clock.pass_days(1)
    new = _letter(desk, packet)
    assert old != new
    assert _type(desk.visitor(), old).status_code == 422
    assert _type(desk.visitor(), new).status_code == 200


def test_a_letter_for_a_link_that_was_replaced_explains_itself(desk: Desk, packet: Packet) -> None:
    code = _letter(desk, packet)
    desk.call("POST", f"/packets/{packet.reference}/recipients/tenant/renew")
    assert _type(desk.visitor(), code).status_code == 410


def test_no_code_is_kept_in_the_registry(desk: Desk, packet: Packet) -> None:
    code = _letter(desk, packet)
    kept = repr(desk.everything())
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_the_code_is_the_proof_and_leads_to_the_document(desk: Desk, packet: Packet) -> None:
    code = _letter(desk, packet)
    visitor = desk.visitor()
    page = _type(visitor, code.replace("-", " ").lower())
    assert heading(page) == "Er staan documenten voor u klaar"
    page = visitor.press(page)
    assert re.search("/(in-het-kort|lezen)$", page.request.path)
    assert desk.now(packet.id).recipient("tenant").proven_by == "letter-code"
    assert desk.events(packet).count("recipient:code:sent") == 0


def test_every_secret_of_the_service_has_codes_of_its_own() -> None:
    codes = {letter_code.code(f"secret-{n}", "packet", "tenant", 1, NOW) for n in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"(?:[A-HJKMNP-TV-Z2-9]{4}-){2}[A-HJKMNP-TV-Z2-9]{4}", code) for code in codes)


@pytest.mark.parametrize(
    ("scan", "kind", "status"),
    [
        (b"", "application/pdf", 422),
        (b"GIF89a", "application/pdf", 422),
        (b"<html>", "image/png", 422),
        (PDF, "text/html", 415),
    ],
)
def test_what_is_no_scan_is_refused(desk: Desk, packet: Packet, scan: bytes, kind: str, status: int) -> None:
    before = desk.everything()
    assert _scan(desk, packet, scan, content_type=kind).status_code == status
    assert desk.everything() == before


def test_an_organisation_does_not_sign_on_paper(desk: Desk, packet: Packet) -> None:
    assert _scan(desk, packet, PDF, "referring_org").status_code == 409
    assert _scan(desk, packet, PDF, key=OTHER_KEY).status_code == 404


def test_paper_is_an_answer_that_is_given_once(desk: Desk, packet: Packet) -> None:
    assert _scan(desk, packet, PDF).status_code == 202
    assert _scan(desk, packet, PDF).status_code == 409
    tenant = desk.now(packet.id).recipient("tenant")
    assert tenant.answer is Answer.ON_PAPER
    assert tenant.channel is Channel.PAPER
    assert "recipient:paper:received" in desk.events(packet)
    page = desk.visitor().get(desk.path(packet, "tenant"))
    assert heading(page) == "U hebt al op papier getekend"
