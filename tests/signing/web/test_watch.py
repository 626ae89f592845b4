"""Numbers for Prometheus, for nobody else; and whose address counts behind a reverse proxy."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from signing.packet import Packet
from signing.store import Stuck
from signing.web import create_app
from tests.signing.web.desk import Desk

STRANGER = "203.0.113.9"


def with_settings(desk: Desk, **settings: object) -> Desk:
    config = desk.services.config.model_copy(update=settings)
    return replace(desk, services=replace(desk.services, config=config))


def status(desk: Desk, peer: str, **headers: str) -> int:
    client = create_app(desk.services).test_client()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/metrics", headers=given, environ_base={"REMOTE_ADDR": peer}).status_code


def address_in_trail(desk: Desk, packet: Packet, peer: str, **headers: str) -> object:
    """What the audit trail says of a tenant who opens its link."""
    client = create_app(desk.services).test_client()
    path = desk.path(packet, "tenant")
    page = client.get(path, environ_base={"REMOTE_ADDR": peer})
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post(
        f"{path}/open", data={"csrf_token": token}, headers=given, environ_base={"REMOTE_ADDR": peer}
    )
    assert answer.status_code == 303
    with desk.services.store.read() as tx:
        return next(e.data for e in tx.trail.of(packet.id) if e.name == "recipient:link:opened")["address"]


@pytest.mark.parametrize("peer", [STRANGER, "2001:db8::1", "", "10.0.0.1"])
def test_a_stranger_finds_no_page_of_numbers(desk: Desk, peer: str) -> None:
    assert status(desk, peer) == 404
    assert status(desk, peer, Authorization="Bearer guess") == 404


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP"])
def test_who_comes_through_a_proxy_that_nobody_named_is_a_stranger(desk: Desk, header: str) -> None:
    assert status(desk, "127.0.0.1", **{header: STRANGER}) == 404


def test_a_forged_entry_does_not_make_a_stranger_near(desk: Desk) -> None:
    behind = with_settings(desk, trusted_proxies=1)
    assert status(behind, "127.0.0.1", X_Forwarded_For=f"127.0.0.1, {STRANGER}") == 404
    assert status(behind, "127.0.0.1", X_Forwarded_For="127.0.0.1") == 200


def test_loopback_an_allowed_network_and_the_token_read_the_numbers(desk: Desk) -> None:
    assert status(desk, "127.0.0.1") == status(desk, "::1") == 200
    assert status(with_settings(desk, metrics_allowed=(IPv4Network("10.0.0.0/24"),)), "10.0.0.7") == 200
    token = with_settings(desk, metrics_token_sha256=hashlib.sha256(b"of-the-watcher").hexdigest())
    assert status(token, STRANGER, Authorization="Bearer of-the-watcher") == 200
    assert status(token, STRANGER, Authorization="Bearer of-another") == 404


def test_the_numbers_tell_of_packets_stuck_steps_and_requests_and_name_nobody(
    desk: Desk, packet: Packet
) -> None:
    with desk.services.store.write() as tx:
        tx.attention.put(Stuck(packet.id, "invite:tenant", 3, desk.clock(), "MailRefused"))
    client = create_app(desk.services).test_client()
    client.get(desk.path(packet, "tenant"))
    lines = client.get("/metrics").text.splitlines()
    assert 'huurzegel_packets{status="sent"} 1.0' in lines
    assert 'huurzegel_stuck_steps{step="invite"} 1.0' in lines
    assert "huurzegel_ready 1.0" in lines
    assert any(line.startswith("huurzegel_request_seconds_count") and "/s/<token>" in line for line in lines)
    told = "\n".join(lines)
    for secret in (
        packet.id,
        packet.lease_number,
        "invite:tenant",
        desk.path(packet, "tenant").removeprefix("/s/"),
    ):
        assert secret not in told


def test_the_oldest_packet_that_waits_for_the_service_has_an_age(desk: Desk) -> None:
    answer = desk.post({"type": "guidance-agreement", "data": desk.sample()})
    assert answer.status_code == 202
    desk.clock.pass_days(1)
    lines = create_app(desk.services).test_client().get("/metrics").text.splitlines()
    assert "huurzegel_oldest_waiting_packet_seconds 86400.0" in lines


def test_a_forged_header_of_a_stranger_is_not_its_address(desk: Desk, packet: Packet) -> None:
    assert address_in_trail(desk, packet, STRANGER, X_Forwarded_For="192.0.2.1") == STRANGER


def test_behind_a_proxy_the_trail_holds_the_visitor_and_not_what_it_forged(
    desk: Desk, packet: Packet
) -> None:
    behind = with_settings(desk, trusted_proxies=1)
    forged = f"192.0.2.1, {STRANGER}"  # a proxy adds the peer that it saw
    assert address_in_trail(behind, packet, "127.0.0.1", X_Forwarded_For=forged) == STRANGER


def test_behind_two_proxies_the_second_last_entry_is_the_visitor(desk: Desk, packet: Packet) -> None:
    behind = with_settings(desk, trusted_proxies=2)
    entries = f"192.0.2.1, {STRANGER}, 198.51.100.1"
    assert address_in_trail(behind, packet, "127.0.0.1", X_Forwarded_For=entries) == STRANGER
