"""The separation walk: every route of the service with every role and a stranger, from the URL map itself.

A route that this file does not know fails, and so does a page of the desk that does not say who may come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from signing import batching, drafting
from signing.account import PERMISSIONS, Permission
from signing.packet import Packet
from signing.store import Batch, Draft, Stuck
from signing.web.desk.guard import Rule, rule_of
from tests import people
from tests.signing import lists
from tests.signing.web.colleagues import CARE, CORPORATION, PEOPLE, Colleagues, finished, organisation
from tests.signing.web.desk import Desk, Visitor, open_desk

# What is not of the desk: for anyone, for who has a key of the API, for who has a link.
PUBLIC = {
    "static", "public.home", "public.handed_back", "public.letter", "public.by_letter",
    "validation.form", "validation.validate", "validation.about",
    "validation.compare", "validation.keep", "health.healthz", "health.readyz", "watch.numbers",
    "openapi.spec", "docs.page", "post.post",
}  # fmt: skip
API, LINKS = "api.", ("pages.", "leaflets.", "copies.")
# Routes about one packet: only who sees the packet gets anything else than "not there".
ABOUT_A_PACKET = ("<wanted>", "<draft_id>", "<batch_id>")
CARE_ONLY = (
    "desk.packet_evidence", "desk.send_packet", "desk.withdraw", "desk.withdraw_packet", "desk.act",
    "desk.acted", "desk.letter", "desk.scanned", "desk.reopen", "desk.reopened",
    "desk.tried_again",
    "desk.look", "desk.look_at_page", "desk.send_later", "desk.transferred", "desk.reworked",
    "desk.batch", "desk.batch_rows", "desk.batch_started", "desk.batch_sent", "desk.batch_discarded",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One delivered packet of the care organisation, for a lease of the corporation."""
    folder: Path = tmp_path_factory.mktemp("separation")
    with open_desk(folder) as desk:
        yield desk


@pytest.fixture(scope="module")
def packet(house: Desk, colleagues: Colleagues) -> Packet:
    """It has an annex and a stuck step; its organisation fills in another one, and brought a list."""
    draft(colleagues)
    batch(colleagues)
    made = finished(house, house.packet())
    with house.services.store.write() as tx:
        tx.attention.put(Stuck(made.id, "copy:tenant", 0, house.clock(), "MailRefused"))
    return made


@pytest.fixture(scope="module")
def colleagues(house: Desk) -> Colleagues:
    """Somebody of every role."""
    return Colleagues(house)


@pytest.fixture(scope="module")
def app(house: Desk) -> Flask:
    """The application itself, with all its routes."""
    return house.app


def routes(app: Flask) -> list[tuple[str, Route]]:
    """Every method of every route."""
    return [
        (method, route)
        for route in app.url_map.iter_rules()
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def of_a_packet(route: Route) -> bool:
    """Whether a route is about one packet, made or not yet."""
    return any(part in route.rule for part in ABOUT_A_PACKET)


def desk_routes(app: Flask) -> list[tuple[str, Route]]:
    return [(method, route) for method, route in routes(app) if route.endpoint.startswith("desk.")]


def address(route: Route, packet: Packet, colleagues: Colleagues) -> str:
    """A route filled in with what is there: of the care organisation."""
    known = {
        "wanted": packet.reference,
        "name": "core",
        "role": "tenant",
        "act": "correct",
        "packet_id": packet.id,
        "step": "copy:tenant",
        "number": "1",
        "draft_id": draft(colleagues).id,
        "batch_id": batch(colleagues).id,
        "packet_type": people.GUIDANCE,
        "token": "t" * 43,
        "handle": CARE,
        "account_id": colleagues.account("auditor").id,
        "organisation_id": organisation(CARE, colleagues.desk.clock()).id,
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known[part[1]], route.rule)


def draft(colleagues: Colleagues) -> Draft:
    """What the care organisation is filling in."""
    services, person = colleagues.desk.services, colleagues.person("referrer")
    found = drafting.drafts(services, person)
    return found[0] if found else drafting.begin(services, person, "guidance-agreement", "")


def batch(colleagues: Colleagues) -> Batch:
    """A list of the care organisation that waits to be made."""
    services, person = colleagues.desk.services, colleagues.person("referrer")
    found = batching.batches(services, person)
    if found:
        return found[0]
    content = lists.as_csv(lists.table([lists.row(colleagues.desk, 4), lists.row(colleagues.desk, 5)]))
    return batching.bring(services, person, people.GUIDANCE, "Aylin.csv", content)


def ask(visitor: Visitor, method: str, path: str) -> TestResponse:
    """One request, its form with a token that fits; nothing else is filled in."""
    data = {"csrf_token": visitor.csrf_of_session()} if method == "POST" else None
    return visitor.client.open(path, method=method, data=data)


def test_every_route_of_the_service_is_known_to_this_walk(app: Flask) -> None:
    for _, route in routes(app):
        known = route.endpoint in PUBLIC or route.endpoint.startswith((API, "desk.", *LINKS))
        assert known, f"{route.rule} ({route.endpoint}) is new: say here for whom it is"


def test_every_page_of_the_desk_says_who_may_come(app: Flask) -> None:
    assert len(desk_routes(app)) >= 30
    for _, route in desk_routes(app):
        rule = rule_of(app.view_functions[route.endpoint])
        assert rule is not None, f"{route.rule} ({route.endpoint}) has no rule: nobody can come"


def test_a_page_without_a_rule_stays_closed_for_everybody(house: Desk, colleagues: Colleagues) -> None:
    visitor = colleagues.logs_in("operator")
    view = visitor.client.application.view_functions["desk.own"]
    del view.desk_rule
    try:
        assert visitor.get("/bureau/account").status_code == 403
    finally:
        view.desk_rule = Permission.OWN_ACCOUNT  # type: ignore[attr-defined]


def test_a_stranger_comes_to_the_log_in_and_nowhere_else(
    house: Desk, app: Flask, packet: Packet, colleagues: Colleagues
) -> None:
    before = house.everything()
    for method, route in desk_routes(app):
        if rule_of(app.view_functions[route.endpoint]) is Rule.OPEN:
            continue
        answer = ask(Visitor(app.test_client(), house), method, address(route, packet, colleagues))
        assert answer.status_code == 303, (method, route.rule)
        assert answer.headers["Location"] == "/bureau/inloggen", (method, route.rule)
    assert house.everything() == before


def test_a_stranger_without_a_key_gets_nothing_of_the_api(house: Desk, app: Flask, packet: Packet) -> None:
    for number, (method, route) in enumerate(routes(app)):
        if route.endpoint.startswith(API):
            path = re.sub(
                r"<(\w+)>", lambda part: {"name": "core"}.get(part[1], packet.reference), route.rule
            )
            answer = app.test_client().open(path, method=method, environ_overrides=_from(number))
            assert answer.status_code == 401, route.rule


def test_a_stranger_without_a_link_gets_nothing_of_the_ceremony(house: Desk, app: Flask) -> None:
    for number, (method, route) in enumerate(routes(app)):
        if route.endpoint.startswith(LINKS):
            path = re.sub(r"<(\w+)>", lambda part: {"token": "t" * 43}.get(part[1], "core"), route.rule)
            visitor = Visitor(app.test_client(), house)
            visitor.client.environ_base["REMOTE_ADDR"] = _from(number)["REMOTE_ADDR"]
            assert ask(visitor, method, path).status_code == 404, route.rule


def _from(number: int) -> dict[str, str]:
    """An address of its own: one that was wrong too often is limited."""
    return {"REMOTE_ADDR": f"198.51.100.{number % 250}"}


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_gets_where_its_role_does_not_lead(
    house: Desk, app: Flask, packet: Packet, colleagues: Colleagues, who: str
) -> None:
    role = PEOPLE[who][1]
    before = house.everything()
    visitor = colleagues.logs_in(who)
    for method, route in desk_routes(app):
        rule = rule_of(app.view_functions[route.endpoint])
        if not isinstance(rule, Permission) or role in PERMISSIONS[rule]:
            continue
        answer = ask(visitor, method, address(route, packet, colleagues))
        assert answer.status_code == 403, (who, method, route.rule)
        assert packet.reference not in answer.text
    after = house.everything()
    before.pop("session"), after.pop("session")
    assert after == before


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_that_a_role_may_see_is_there(
    house: Desk, app: Flask, packet: Packet, colleagues: Colleagues, who: str
) -> None:
    role, visitor = PEOPLE[who][1], colleagues.logs_in(who)
    for method, route in desk_routes(app):
        rule = rule_of(app.view_functions[route.endpoint])
        if method != "GET" or not isinstance(rule, Permission) or role not in PERMISSIONS[rule]:
            continue
        answer = ask(visitor, method, address(route, packet, colleagues))
        about = (of_a_packet(route) and PEOPLE[who][0] != CARE) or "evidence" in route.endpoint
        about = about or route.endpoint == "desk.logo"  # not every organisation has one
        assert answer.status_code in ((200, 303, 404, 409, 410) if about else (200, 303)), (who, route.rule)


@pytest.mark.parametrize("who", [who for who, (of, _) in PEOPLE.items() if of not in (CARE, CORPORATION)])
def test_another_organisation_finds_no_packet_with_any_role(
    house: Desk, app: Flask, packet: Packet, colleagues: Colleagues, who: str
) -> None:
    visitor = colleagues.logs_in(who)
    for method, route in desk_routes(app):
        if not of_a_packet(route):
            continue
        answer = ask(visitor, method, address(route, packet, colleagues))
        assert answer.status_code in (403, 404), (who, method, route.rule)
        assert "Aylin" not in answer.text
    for path in ("/bureau/pakketten?toon=all", "/bureau/pakketten.csv?toon=all"):
        assert packet.reference not in visitor.get(path).text


@pytest.mark.parametrize("who", ["archivist", "corporation auditor"])
def test_a_corporation_gets_neither_annex_nor_evidence_nor_steering(
    house: Desk, app: Flask, packet: Packet, colleagues: Colleagues, who: str
) -> None:
    visitor = colleagues.logs_in(who)
    page = visitor.get(f"/bureau/pakketten/{packet.reference}")
    assert page.status_code == 200
    assert "Mijn begeleiding" not in page.text
    assert "/annex.pdf" not in page.text
    assert visitor.get(f"/bureau/pakketten/{packet.reference}/document/core.pdf").status_code == 200
    assert visitor.get(f"/bureau/pakketten/{packet.reference}/document/annex.pdf").status_code == 404
    for method, route in desk_routes(app):
        if route.endpoint in CARE_ONLY:
            answer = ask(visitor, method, address(route, packet, colleagues))
            assert answer.status_code in (403, 404), (method, route.rule)


@pytest.mark.parametrize("who", ["referrer", "auditor"])
def test_the_care_organisation_gets_the_annex(packet: Packet, colleagues: Colleagues, who: str) -> None:
    visitor = colleagues.logs_in(who)
    assert "Mijn begeleiding" in visitor.get(f"/bureau/pakketten/{packet.reference}").text
    assert visitor.get(f"/bureau/pakketten/{packet.reference}/document/annex.pdf").status_code == 200


def test_a_corporation_does_not_see_a_packet_that_is_still_being_signed(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        colleagues, sent = Colleagues(desk), desk.packet()
        visitor = colleagues.logs_in("archivist")
        assert visitor.get(f"/bureau/pakketten/{sent.reference}").status_code == 404
        assert sent.reference not in visitor.get("/bureau/pakketten?toon=all").text


@pytest.mark.parametrize("who", ["other admin", "corporation admin", "operator"])
def test_an_admin_reaches_nobody_of_another_organisation(
    house: Desk, packet: Packet, colleagues: Colleagues, who: str
) -> None:
    visitor = colleagues.logs_in(who)
    target = colleagues.account("auditor")
    for act in ("herstel", "blokkeer", "terug"):
        assert ask(visitor, "POST", f"/bureau/medewerkers/{target.id}/{act}").status_code == 403
    care = organisation(CARE, house.clock()).id
    answer = ask(visitor, "POST", f"/bureau/organisaties/{care}/herstel/{target.id}")
    assert answer.status_code == 403
    assert colleagues.account("auditor") == target
