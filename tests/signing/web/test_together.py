"""In person: a host declares who is there, hands the device over, and the screen stays on this packet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.packet import Packet
from tests.signing.web.desk import Desk, heading, open_desk, soup

HOST = {"name": "Noor Jansen", "email": "noor@zorg.voorbeeld.nl"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A service whose recipients have to prove who they are."""
    with open_desk(tmp_path, proof=True) as opened:
        yield opened


@pytest.fixture
def packet(desk: Desk) -> Packet:
    """The tenant signs together with a host."""
    made = desk.packet()
    answer = desk.call("POST", f"/packets/{made.reference}/recipients/tenant/host", json=HOST)
    assert answer.status_code == 202, answer.text
    desk.work()
    return desk.now(made.id)


def _open(desk: Desk, packet: Packet):  # type: ignore[no-untyped-def]
    visitor = desk.visitor()
    path = desk.mailed_paths()[HOST["email"]]
    return visitor, path, visitor.press(visitor.get(path))


def test_nobody_reads_before_the_host_said_who_is_there(desk: Desk, packet: Packet) -> None:
    visitor, path, page = _open(desk, packet)
    assert heading(page) == "Wie zit er naast u?"
    for part in ("lezen", "keuze", "tekenen", "document/core.pdf"):
        answer = visitor.get(f"{path}/{part}")
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/samen")


def test_the_host_has_to_say_how_and_loses_nothing(desk: Desk, packet: Packet) -> None:
    visitor, _, page = _open(desk, packet)
    before = desk.events(packet)
    again = visitor.press(page, name="Kim de Boer")
    assert again.status_code == 422
    assert 'value="Kim de Boer"' in again.text
    again = visitor.press(page, name="", method="known")
    assert again.status_code == 422
    assert "checked" in again.text
    assert desk.events(packet) == before


def test_only_a_link_for_a_host_is_opened_together(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    path = desk.path(packet, "referring_org")
    data = {"csrf_token": visitor.csrf(path), "name": "Kim", "method": "known"}
    assert visitor.client.post(f"{path}/samen", data=data).status_code == 409
    assert "recipient:identity:attested" not in desk.events(packet)


def test_the_tenant_signs_on_the_device_of_the_host_and_gives_it_back(desk: Desk, packet: Packet) -> None:
    visitor, path, page = _open(desk, packet)
    given = visitor.press(page, name="Noor Jansen", method="document", read_aloud="yes")
    assert heading(given) == f"Geef het scherm nu aan {packet.recipient('tenant').name}"
    page = visitor.press(given)
    while "/keuze" not in page.request.path:
        page = visitor.press(page)
    done = visitor.press(visitor.get(f"{path}/tekenen"), tick=True)
    assert heading(done) == "U hebt getekend"
    assert heading(visitor.press(done)) == "Het scherm is weer van u"
    with visitor.client.session_transaction() as session:
        assert not dict(session).get("marks")
    signed = desk.now(packet.id).recipient("tenant")
    assert signed.proven_by == "on-site"
    with desk.services.store.read() as tx:
        (attested,) = [e for e in tx.trail.of(packet.id) if e.name == "recipient:identity:attested"]
    assert attested.data["method"] == "document"
    assert attested.data["read_aloud"] is True
    assert attested.data["host"] == "Noor Jansen"


def test_a_screen_that_was_handed_over_opens_nothing_else(desk: Desk, packet: Packet) -> None:
    other = desk.path(packet, "referring_org")
    visitor, path, page = _open(desk, packet)
    visitor.press(page, name="Noor Jansen", method="known")
    before = desk.everything()
    for elsewhere in (other, f"{other}/lezen", "/", "/brief", "/controle", "/validate"):
        locked = visitor.get(elsewhere)
        assert locked.status_code in (403, 404), elsewhere
        if locked.status_code == 403:
            assert heading(locked) == "Dit scherm is nu voor iemand anders"
            assert soup(locked).select_one("main a.button")["href"] == path  # type: ignore[index]
    assert desk.everything() == before
    assert visitor.get(f"{path}/lezen").status_code == 200
    assert desk.visitor().get(other).status_code == 200


def test_who_gives_the_screen_back_in_between_starts_with_the_declaration_again(
    desk: Desk, packet: Packet
) -> None:
    visitor, path, page = _open(desk, packet)
    given = visitor.press(page, name="Noor Jansen", method="known")
    token = soup(given).find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    visitor.client.post(f"{path}/terug", data={"csrf_token": token})
    assert visitor.get(f"{path}/lezen").headers["Location"].endswith("/samen")


def test_a_screen_is_handed_back_also_when_the_packet_was_taken_back_meanwhile(
    desk: Desk, packet: Packet
) -> None:
    visitor, path, page = _open(desk, packet)
    visitor.press(page, name="Noor Jansen", method="known")
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    ended = visitor.get(f"{path}/lezen")
    assert heading(ended) == "Dit document is ingetrokken"
    assert heading(visitor.press(ended, which="form.hand-back")) == "Het scherm is weer van u"
    assert visitor.get("/brief").status_code == 200
