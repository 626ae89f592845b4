"""The JSON endpoint: every error is a problem document that says what to do, and changes nothing."""

import io
import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from signing.packet import Packet
from signing.web import strict_json
from tests.signing.web.desk import KEY, OTHER_KEY, Desk

ACTS = ("remind", "correct", "reassign", "host", "revoke", "renew", "letter", "paper")
GOOD = {"type": "guidance-agreement"}


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem document of an answer, checked for its form (RFC 9457)."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"].endswith((".", "?"))
    assert document["request_id"] == answer.headers["X-Request-ID"]
    return document


@pytest.mark.parametrize("key", [None, "", "wrong", KEY.upper(), KEY + "\u00e9"])
def test_without_a_known_key_nothing_is_told(desk: Desk, packet: Packet, key: str | None) -> None:
    for path in ("/types", f"/packets/{packet.reference}", "/packets/none"):
        answer = desk.call("GET", path, key)

        assert "Authorization: Bearer" in problem(answer, 401)["detail"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert problem(desk.post(GOOD, key), 401)


def test_a_key_counts_only_as_a_bearer_token(desk: Desk) -> None:
    client = desk.app.test_client()

    for header in (f"Basic {KEY}", KEY, f"Bearer: {KEY}"):
        assert problem(client.get("/api/v1/types", headers={"Authorization": header}), 401)
    assert client.get("/api/v1/types", headers={"Authorization": f"bearer {KEY}"}).status_code == 200


def test_a_key_twice_among_very_many_is_found_in_one_pass() -> None:
    looks = 0

    class Key(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal looks
            looks += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    pairs = [(Key(f"k{number}"), 1) for number in range(1000)]
    with pytest.raises(ValueError, match="'k999' occurs twice"):
        strict_json._unique([*pairs, (Key("k999"), 2)])
    assert looks < 10_000  # comparing each with each would take a million


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value"),
        (b"not json", "Expecting value"),
        (b'{"type": "a"', "delimiter"),
        (b'{"type": "a", "type": "b"}', "'type' occurs twice"),
        (b'{"type": "a", "data": {"x": 1, "x": 2}}', "'x' occurs twice"),
        (b'{"type": NaN}', "NaN is not a JSON value"),
        (b'{"type": "\xff"}', "UTF-8"),
        (b'{"type": "\\ud800"}', "half a character"),
        (b'{"type": "a", "data": ' + b'{"a":' * 30 + b"1" + b"}" * 31, "20 levels"),
        (b"[" * 100_000, "nested"),
    ],
)
def test_a_body_that_is_not_clean_json_is_refused(desk: Desk, body: bytes, reason: str) -> None:
    assert reason in problem(desk.post(body), 400)["detail"]


@pytest.mark.parametrize("body", [[], [1], "text", 12, True])
def test_a_body_that_is_no_object_is_refused(desk: Desk, body: object) -> None:
    (found,) = problem(desk.post(body), 422)["problems"]

    assert found["reason"] == "The body is not an object."
    assert '{"type"' in found["advice"]


def test_everything_wrong_with_the_body_is_said_at_once(desk: Desk) -> None:
    found = problem(desk.post({"data": [], "send": "yes", "sned": True}), 422)["problems"]

    assert [item["field"] for item in found] == ["type", "data", "send", "sned"]
    assert all(item["reason"] and item["advice"] for item in found)


def test_a_body_of_another_kind_is_refused(desk: Desk) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", None):
        answer = desk.call("POST", "/packets", data=b"{}", content_type=kind)

        assert "application/json" in problem(answer, 415)["detail"]


def test_a_body_above_the_limit_is_refused(desk: Desk) -> None:
    assert "10 MB" in problem(desk.post(b'{"type": "' + b"x" * 11_000_000 + b'"}'), 413)["detail"]


def test_a_body_in_chunks_above_the_limit_is_refused_as_such(desk: Desk) -> None:
    body = io.BytesIO(b'{"type": "' + b"x" * 11_000_000 + b'"}')
    answer = desk.app.test_client().post(
        "/api/v1/packets",
        headers={"Authorization": f"Bearer {KEY}", "Transfer-Encoding": "chunked"},
        content_type="application/json",
        input_stream=body,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert "10 MB" in problem(answer, 413)["detail"]


def test_long_and_many_unknown_keys_are_not_all_repeated(desk: Desk) -> None:
    body = {**GOOD, "x" * 100_000: 1, **{f"key{number}": 1 for number in range(5000)}}
    answer = desk.post(body)
    found = problem(answer, 422)["problems"]
    assert len(found) == 21
    assert "more keys" in found[-1]["reason"]
    assert len(answer.data) < 10_000


def test_an_unknown_type_names_the_known_ones(desk: Desk) -> None:
    (found,) = problem(desk.post({"type": "lease", "data": {}}), 422)["problems"]

    assert found["field"] == "type"
    assert "guidance-agreement" in found["advice"]
    assert "transfer-form" in found["advice"]


def test_everything_wrong_with_the_values_is_said_at_once(desk: Desk) -> None:
    data = desk.sample()
    del data["lease_number"]
    data["address"]["postcode"] = "0123 XX"
    data["tenant"]["e_mail"] = "x@example.nl"

    found = problem(desk.post({**GOOD, "data": data}), 422)["problems"]

    assert {"lease_number", "address.postcode", "tenant.e_mail"} <= {item["field"] for item in found}
    assert all(item["reason"] and item["advice"] for item in found)
    assert "0123" not in json.dumps(found)


def test_five_megabytes_of_text_get_a_clear_answer(desk: Desk) -> None:
    data = {**desk.sample(), "help_request": "a" * 5_000_000}

    answer = desk.post({**GOOD, "data": data})

    assert [item["field"] for item in problem(answer, 422)["problems"]] == ["help_request"]
    assert len(answer.data) < 2_000


def test_a_refused_request_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.everything()

    for body in ({}, {"type": "none", "data": {}}, {**GOOD, "data": {}}, b"", b"[]"):
        desk.post(body)

    assert desk.everything() == before


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 101, "caf\u00e9"])
def test_an_idempotency_key_of_another_form_is_refused(desk: Desk, key: str) -> None:
    answer = desk.post({**GOOD, "data": desk.sample()}, **{"Idempotency-Key": key})

    assert "100 visible ASCII" in problem(answer, 400)["detail"]


def test_an_idempotency_key_for_another_request_is_refused(desk: Desk) -> None:
    data = desk.sample()
    desk.post({**GOOD, "data": data}, **{"Idempotency-Key": "k1"})

    answer = desk.post({**GOOD, "data": data, "send": False}, **{"Idempotency-Key": "k1"})

    assert "Use a new key" in problem(answer, 409)["detail"]


def test_a_second_agreement_for_the_same_lease_and_tenant_is_refused(desk: Desk, packet: Packet) -> None:
    answer = desk.post({**GOOD, "data": desk.sample()})

    assert packet.reference in problem(answer, 409)["detail"]


def test_the_packet_of_another_client_is_not_there(desk: Desk, packet: Packet) -> None:
    base = f"/packets/{packet.reference}"

    for method, path in (
        ("GET", base),
        ("POST", f"{base}/send"),
        ("POST", f"{base}/withdraw"),
        ("GET", f"{base}/documents/core.pdf"),
    ):
        assert problem(desk.call(method, path, OTHER_KEY), 404)
    assert desk.now(packet.id).status == "sent"


@pytest.mark.parametrize("reference", ["none", "MTR-0012345678-BGO01-X", "MTR-0099999999-BGO01-0", "a" * 400])
def test_a_reference_that_is_none_is_not_there(desk: Desk, reference: str) -> None:
    assert problem(desk.call("GET", f"/packets/{reference}"), 404)


def test_wrong_addresses_and_methods_get_problem_documents(desk: Desk) -> None:
    wrong_method = desk.call("DELETE", "/packets")

    assert problem(wrong_method, 405)
    assert "POST" in wrong_method.headers["Allow"]
    assert problem(desk.call("GET", "/nowhere"), 404)
    assert problem(desk.app.test_client().get("/api/other"), 404)


def test_what_the_status_does_not_allow_is_a_conflict(desk: Desk, packet: Packet) -> None:
    base = f"/packets/{packet.reference}"

    early = problem(desk.call("GET", f"{base}/documents/core.pdf"), 409)

    assert "sealed documents come after" in early["detail"]
    assert desk.call("POST", f"{base}/withdraw").status_code == 200
    assert problem(desk.call("POST", f"{base}/withdraw"), 409)
    assert problem(desk.call("POST", f"{base}/send"), 409)


def test_a_document_that_the_packet_does_not_have_is_not_there(desk: Desk, packet: Packet) -> None:
    assert problem(desk.call("GET", f"/packets/{packet.reference}/documents/lease.pdf"), 404)


def test_a_fault_inside_shows_nothing_of_the_inside(desk: Desk, packet: Packet) -> None:
    desk.seal(packet)
    for blob in (desk.services.config.data / "documents").rglob("*"):
        if blob.is_file():
            blob.unlink()

    found = problem(desk.call("GET", f"/packets/{packet.reference}/documents/core.pdf"), 500)

    assert found["problems"] == []
    assert "lob" not in found["detail"]


def test_a_packet_is_taken_in_and_can_be_followed(desk: Desk) -> None:
    answer = desk.post({**GOOD, "data": desk.sample()})

    accepted: Any = answer.json
    assert answer.status_code == 202
    assert accepted["reference"].startswith("MTR-0012345678-BGO01-")
    assert accepted["status"] == "draft"
    assert accepted["warnings"] == []
    assert answer.headers["Location"] == f"/api/v1/packets/{accepted['reference']}"
    assert "Set-Cookie" not in answer.headers
    follow = desk.call("GET", answer.headers["Location"].removeprefix("/api/v1"))
    assert follow.json["id"] == accepted["id"]


def test_warnings_come_with_the_answer_and_stop_nothing(desk: Desk) -> None:
    data = {**desk.sample(), "first_evaluation_on": "2027-06-01"}  # R38: later than three months

    answer = desk.post({**GOOD, "data": data})

    assert answer.status_code == 202
    assert [item["field"] for item in answer.json["warnings"]] == ["first_evaluation_on"]


def test_the_same_key_and_request_give_the_same_packet(desk: Desk) -> None:
    body = {**GOOD, "data": desk.sample()}

    first = desk.post(body, **{"Idempotency-Key": "order-17"})
    again = desk.post(body, **{"Idempotency-Key": "order-17"})

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]


def test_following_tells_times_and_hashes_and_no_addresses(desk: Desk, packet: Packet) -> None:
    desk.visitor().sign(desk.path(packet, "tenant"))
    desk.seal(packet)

    answer = desk.call("GET", f"/packets/{packet.reference.lower().replace('-', '')}")

    told: Any = answer.json
    tenant = told["recipients"][0]
    assert (tenant["label"], tenant["action"], tenant["answer"]) == ("Huurder", "sign", "signed")
    assert tenant["answered_at"] == "2026-11-23T09:00:00Z"
    assert [document["name"] for document in told["documents"]] == ["core", "annex"]
    assert all(len(document["sealed_sha256"]) == 64 for document in told["documents"])
    assert told["events"][0]["name"] == "packet:created"
    assert told["stuck"] == []
    assert "@" not in answer.text
    assert "Wałęsa" not in answer.text


def test_a_sealed_document_can_be_fetched(desk: Desk, packet: Packet) -> None:
    desk.seal(packet)

    answer = desk.call("GET", f"/packets/{packet.reference}/documents/annex.pdf")

    assert answer.mimetype == "application/pdf"
    assert b"sealed annex" in answer.data


def test_a_packet_that_waits_is_sent_when_asked(desk: Desk) -> None:
    packet = desk.packet(send=False)
    assert packet.status == "ready"
    assert desk.mailed_paths() == {}

    answer = desk.call("POST", f"/packets/{packet.reference}/send")
    desk.work()

    assert answer.status_code == 202
    assert desk.now(packet.id).status == "sent"
    assert len(desk.mailed_paths()) == 2


def test_the_types_say_what_to_send(desk: Desk) -> None:
    told: Any = desk.call("GET", "/types").json

    by_type = {found["type"]: found for found in told["types"]}
    keys = {field["key"]: field for field in by_type["guidance-agreement"]["fields"]}
    assert {"guidance-agreement", "transfer-form"} <= by_type.keys()
    assert keys["corporation.code"]["required"]
    assert (keys["lease_number"]["one_of"], keys["dossier_number"]["one_of"]) == ("lease", "lease")
    assert keys["contingent_name"]["required_if"] == {"key": "allocation_route", "among": ["contingent"]}
    assert "contingent" in keys["allocation_route"]["choices"]
    assert "tenant.full_name" not in keys  # derived: the service fills it in


def test_the_description_is_openapi_and_names_every_operation(desk: Desk) -> None:
    told: Any = desk.app.test_client().get("/api/v1/openapi.json").json

    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {
        "/api/v1/leases/{corporation}/{number}",
        "/api/v1/organisations",
        "/api/v1/packets",
        "/api/v1/packets/check",
        "/api/v1/packets/preview/{name}.pdf",
        "/api/v1/packets/{reference}",
        "/api/v1/packets/{reference}/send",
        "/api/v1/packets/{reference}/withdraw",
        "/api/v1/packets/{reference}/documents/{name}.pdf",
        "/api/v1/packets/{reference}/evidence.zip",
        "/api/v1/types",
        "/api/v1/validate",
        "/api/v1/readiness",
        "/api/v1/packets/{reference}/reopen",
        "/api/v1/packets/{reference}/tenant.zip",
        "/api/v1/webhooks",
        "/api/v1/webhooks/{hook_id}/end",
        "/api/v1/webhooks/{hook_id}/deliveries",
        "/api/v1/webhooks/{hook_id}/deliveries/{posting_id}/replay",
        *(f"/api/v1/packets/{{reference}}/recipients/{{role}}/{act}" for act in ACTS),
    }
    for reference in set(_references(told)):
        assert reference.rpartition("/")[2] in told["components"]["schemas"], reference


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for child in part.values() for found in _references(child)]
    return [found for child in part for found in _references(child)] if isinstance(part, list) else []


def test_the_evidence_is_no_type_to_ask_for(desk: Desk) -> None:
    client = desk.app.test_client()
    told = client.get("/api/v1/types", headers={"Authorization": f"bearer {KEY}"}).get_json()
    assert [packet_type["type"] for packet_type in told["types"]] == ["guidance-agreement", "transfer-form"]
