"""The calls that change nothing: check, preview, list, leases and organisations."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from signing.packet import Packet
from tests.signing.web.colleagues import CARE, Colleagues
from tests.signing.web.desk import KEY, OTHER_KEY, Desk
from tests.signing.web.test_api import GOOD, problem


def ask(desk: Desk, path: str, body: object) -> TestResponse:
    return desk.call("POST", path, json=body)


def test_a_check_says_everything_that_is_wrong_and_keeps_nothing(desk: Desk) -> None:
    data = desk.sample()
    del data["lease_number"]
    data["address"]["postcode"] = "0123 XX"
    before = desk.everything()

    found = problem(ask(desk, "/packets/check", {**GOOD, "data": data}), 422)["problems"]

    assert {"lease_number", "address.postcode"} <= {item["field"] for item in found}
    assert ask(desk, "/packets/check", {**GOOD, "data": desk.sample()}).status_code == 200
    assert desk.everything() == before


def test_a_check_knows_what_runs_already(desk: Desk, packet: Packet) -> None:
    assert (
        packet.reference
        in problem(ask(desk, "/packets/check", {**GOOD, "data": desk.sample()}), 409)["detail"]
    )


def test_a_check_gives_the_warnings(desk: Desk) -> None:
    data = {**desk.sample(), "first_evaluation_on": "2027-06-01"}

    answer = ask(desk, "/packets/check", {**GOOD, "data": data})

    assert answer.status_code == 200
    assert [item["field"] for item in answer.json["warnings"]] == ["first_evaluation_on"]


def test_a_preview_of_wrong_values_or_of_no_document_is_refused(desk: Desk) -> None:
    assert problem(ask(desk, "/packets/preview/core.pdf", {**GOOD, "data": {}}), 422)["problems"]
    assert problem(ask(desk, "/packets/preview/lease.pdf", {**GOOD, "data": desk.sample()}), 404)


def test_a_preview_is_marked_as_a_draft_and_kept_nowhere(desk: Desk) -> None:
    before = desk.everything(), sorted(desk.services.config.data.rglob("*"))

    answer = ask(desk, "/packets/preview/core.pdf", {**GOOD, "data": desk.sample()})

    assert answer.mimetype == "application/pdf"
    assert b"CONCEPT core" in answer.data
    assert (desk.everything(), sorted(desk.services.config.data.rglob("*"))) == before


@pytest.mark.parametrize("query", ["status=running", "page=2", "status=sent&who=me"])
def test_a_list_that_is_narrowed_in_an_unknown_way_is_refused(desk: Desk, query: str) -> None:
    assert problem(desk.call("GET", f"/packets?{query}"), 422)["problems"]


def test_a_list_has_only_your_own_packets(desk: Desk, packet: Packet) -> None:
    told: Any = desk.call("GET", "/packets").json

    assert [each["reference"] for each in told["packets"]] == [packet.reference]
    assert told["next"] is None
    assert desk.call("GET", "/packets", OTHER_KEY).json["packets"] == []
    assert desk.call("GET", f"/packets?after={packet.reference}", OTHER_KEY).json["packets"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=sent", 1), ("status=delivered", 0), ("corporation=mtr", 1), ("corporation=ABC", 0),
        ("lease=00-123 45678", 1), ("lease=1", 0), ("after=none", 0),
    ],
)  # fmt: skip
def test_a_list_is_narrowed(desk: Desk, packet: Packet, query: str, count: int) -> None:
    assert len(desk.call("GET", f"/packets?{query}").json["packets"]) == count


def test_a_long_list_comes_in_pages_that_miss_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.progress.ON_A_PAGE", 2)
    made = []
    for number in range(5):
        data = {**desk.sample(), "lease_number": f"001234567{number}"}
        made.append(desk.post({**GOOD, "data": data}).json["reference"])

    seen, after = [], ""
    while after is not None:
        told = desk.call("GET", f"/packets?after={after}" if after else "/packets").json
        seen += [each["reference"] for each in told["packets"]]
        assert len(told["packets"]) <= 2
        after = told["next"]

    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("path", ["/packets", "/types", "/packets/{reference}"])
def test_who_has_the_answer_already_gets_no_second_one(desk: Desk, packet: Packet, path: str) -> None:
    path = path.format(reference=packet.reference)
    client, headers = desk.app.test_client(), {"Authorization": f"Bearer {KEY}"}
    first = client.get(f"/api/v1{path}", headers=headers)

    again = client.get(f"/api/v1{path}", headers={**headers, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert "no-cache" in again.headers["Cache-Control"]


def test_what_changed_has_another_tag(desk: Desk, packet: Packet) -> None:
    before = desk.call("GET", f"/packets/{packet.reference}").headers["ETag"]

    desk.call("POST", f"/packets/{packet.reference}/withdraw")

    assert desk.call("GET", f"/packets/{packet.reference}").headers["ETag"] != before


def test_a_lease_that_you_made_nothing_about_is_not_there(desk: Desk, packet: Packet) -> None:
    assert problem(desk.call("GET", "/leases/MTR/0099999999"), 404)
    assert problem(desk.call("GET", f"/leases/MTR/{packet.lease_number}", OTHER_KEY), 404)


def test_a_lease_tells_its_packets(desk: Desk, packet: Packet) -> None:
    told: Any = desk.call("GET", "/leases/mtr/00-12345678").json

    assert told["lease_number"] == packet.lease_number
    assert [each["reference"] for each in told["packets"]] == [packet.reference]
    assert told["agreements"] == []


def test_organisations_are_the_corporations_and_yourself(desk: Desk) -> None:
    colleagues = Colleagues(desk)
    assert colleagues.account("auditor")

    told: Any = desk.call("GET", "/organisations").json["organisations"]

    assert "MTR" in {each["corporation"] for each in told}
    own = [each["kind"] for each in told if each["corporation"] is None]
    assert own == (["care"] if CARE == "referrer" else [])
