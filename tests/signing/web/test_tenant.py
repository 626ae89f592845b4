"""What is held about a tenant, as files for who asked for the packet."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from signing import clients
from signing.packet import Packet
from tests.signing.web.desk import OTHER_KEY, Desk
from tests.signing.web.test_api import GOOD, problem


def files(desk: Desk, packet: Packet) -> dict[str, bytes]:
    answer = desk.call("GET", f"/packets/{packet.reference}/tenant.zip")
    assert answer.mimetype == "application/zip", answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_who_asked_for_the_packet_gets_it_with_a_key_that_may_download(
    desk: Desk, packet: Packet
) -> None:
    path = f"/packets/{packet.reference}/tenant.zip"
    _, reads = clients.add(desk.services.store, "referrer", ["read"], desk.clock(), None)

    assert problem(desk.call("GET", path, OTHER_KEY), 404)
    assert problem(desk.call("GET", path, reads), 403)


def test_everything_about_the_tenant_is_in_it(desk: Desk, packet: Packet) -> None:
    desk.visitor().sign(desk.path(packet, "tenant"))
    desk.seal(packet)

    found = files(desk, packet)

    (told,) = json.loads(found["about.json"])["packets"]
    assert told["values"]["tenant"]["date_of_birth"]
    assert told["tenant"]["email"]
    assert told["messages"]
    assert "recipient:signed" in {event["name"] for event in told["events"]}
    assert {"core", "annex"} <= {name.rpartition("-")[2].removesuffix(".pdf") for name in found}
    assert all(name == "about.json" or content.startswith(b"%PDF") for name, content in found.items())


def test_nothing_about_another_tenant_of_the_same_lease_is_in_it(desk: Desk, packet: Packet) -> None:
    data: dict[str, Any] = desk.sample()
    data["tenant"]["date_of_birth"] = "1980-02-03"
    other: Any = desk.post({**GOOD, "data": data}).json

    told = json.loads(files(desk, packet)["about.json"])["packets"]

    assert other["reference"] != packet.reference
    assert [each["reference"] for each in told] == [packet.reference]


def test_an_older_packet_about_the_same_tenant_is_in_it_too(desk: Desk, packet: Packet) -> None:
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    again = desk.packet()

    told = json.loads(files(desk, again)["about.json"])["packets"]

    assert {each["reference"] for each in told} == {packet.reference, again.reference}
