"""Keys of the API and limits: what a key may not do, when it ends, and how often anybody may try."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from signing import clients, limiting
from signing.apikey import KeyScope, in_order
from signing.bucket import Level, Rate, take
from signing.errors import NotFound, TooMany
from signing.packet import Packet
from signing.store import Store
from signing.web import gate
from tests import people
from tests.signing.web.desk import KEY, NOW, Desk, heading
from tests.signing.web.test_api import problem

WEEK = timedelta(days=7)


def a_key(
    desk: Desk, *scopes: str, client: str = "referrer", life: timedelta | None = WEEK
) -> tuple[str, str]:
    """The id and the text of a new key."""
    key, text = clients.add(desk.services.store, client, scopes or tuple(KeyScope), desk.clock(), life)
    return key.id, text


def test_a_scope_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="all"):
        in_order(["read", "all"])


def test_a_key_does_only_what_its_scopes_say(desk: Desk, packet: Packet) -> None:
    base = f"/packets/{packet.reference}"
    _, reads = a_key(desk, "read")
    _, writes = a_key(desk, "write")

    assert desk.call("GET", base, reads).status_code == 200
    for method, path in (("POST", f"{base}/withdraw"), ("GET", f"{base}/evidence.zip"), ("POST", "/packets")):
        assert "Ask the service for a key that may" in problem(desk.call(method, path, reads), 403)["detail"]
    assert problem(desk.call("GET", base, writes), 403)
    assert desk.now(packet.id).status == "sent"
    assert desk.call("POST", f"{base}/withdraw", writes).status_code == 200


def test_every_call_of_the_api_needs_a_scope(desk: Desk) -> None:
    needed = {
        gate.scope_of(rule.endpoint, "POST" if "POST" in (rule.methods or ()) else "GET")
        for rule in desk.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert needed >= {KeyScope.READ, KeyScope.WRITE, KeyScope.DOWNLOAD}
    for endpoint in gate._SCOPES:
        assert endpoint in desk.app.view_functions, endpoint


def test_a_key_that_ended_or_was_revoked_opens_nothing(desk: Desk) -> None:
    first_id, first = a_key(desk)
    _, forever = a_key(desk, life=None)
    assert desk.call("GET", "/types", first).status_code == 200

    clients.revoke(desk.services.store, first_id, desk.clock())
    assert problem(desk.call("GET", "/types", first), 401)

    _, second = a_key(desk)
    desk.clock.pass_days(7)
    assert problem(desk.call("GET", "/types", second), 401)
    assert desk.call("GET", "/types", forever).status_code == 200


def test_a_rotated_key_works_until_the_overlap_ends(desk: Desk) -> None:
    old_id, old = a_key(desk, "read")
    new, text = clients.rotate(desk.services.store, old_id, desk.clock(), timedelta(days=2))

    assert new.scopes == (KeyScope.READ,)
    assert desk.call("GET", "/types", old).status_code == desk.call("GET", "/types", text).status_code == 200
    desk.clock.pass_days(2)
    assert problem(desk.call("GET", "/types", old), 401)
    assert desk.call("GET", "/types", text).status_code == 200
    with pytest.raises(clients.KeyEnded, match="key add"):
        clients.rotate(desk.services.store, old_id, desk.clock(), WEEK)
    with pytest.raises(NotFound, match="key list"):
        clients.revoke(desk.services.store, "none", desk.clock())


def test_the_registry_has_no_key_in_it(desk: Desk) -> None:
    _, text = a_key(desk)

    assert text not in repr(desk.everything())
    assert text.rpartition("_")[2] not in repr(desk.everything())


def test_a_key_of_another_client_sees_its_own_packets_only(desk: Desk, packet: Packet) -> None:
    _, other = a_key(desk, client="other")

    assert problem(desk.call("GET", f"/packets/{packet.reference}", other), 404)


def test_a_bucket_fills_up_with_time_and_never_over() -> None:
    rate, at = Rate(burst=2, per_minute=1), NOW
    level: Level | None = None
    for _ in range(2):
        level, wait = take(level, rate, at)
        assert wait is None
    level, wait = take(level, rate, at)
    assert wait == timedelta(minutes=1)
    level, wait = take(level, rate, at + timedelta(seconds=30))
    assert wait == timedelta(seconds=30)
    level, wait = take(level, rate, at + timedelta(days=9))
    assert (level.tokens, wait) == (1.0, None)
    assert take(level, rate, at)[0].tokens == 0.0  # a clock that went back gives nothing, and takes as always


def test_who_calls_too_often_hears_when_to_come_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_rate", lambda services: Rate(burst=3, per_minute=6))
    for _ in range(3):
        assert desk.call("GET", "/types").status_code == 200

    answer = desk.call("GET", "/types")

    assert "10 seconds" in problem(answer, 429)["detail"]
    assert answer.headers["Retry-After"] == "10"
    assert desk.call("GET", "/types", a_key(desk)[1]).status_code == 200  # each key for itself
    desk.clock.now += timedelta(seconds=10)
    assert desk.call("GET", "/types").status_code == 200


def test_who_guesses_keys_is_stopped_at_its_own_address_only(desk: Desk) -> None:
    for number in range(gate.WRONG_KEYS.burst):
        assert desk.call("GET", "/types", f"guess-{number}").status_code == 401

    assert problem(desk.call("GET", "/types", "guess"), 429)
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert desk.call("GET", "/types", KEY, environ_overrides=elsewhere).status_code == 200


def test_who_guesses_links_or_codes_of_letters_is_stopped(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    good = desk.path(packet, "tenant")
    for _ in range(gate.TYPED_CODES.burst):
        wrong = visitor.client.post("/brief", data={"code": "AAAA", "csrf_token": visitor.csrf_of_session()})
        assert wrong.status_code == 422
    answer = visitor.client.post("/brief", data={"code": "AAAA", "csrf_token": visitor.csrf_of_session()})
    assert (answer.status_code, heading(answer)) == (429, "Even wachten")
    assert int(answer.headers["Retry-After"]) > 0

    for _ in range(gate.WRONG_LINKS.burst):
        assert visitor.get("/s/none").status_code == 404
    assert visitor.get("/s/none").status_code == 429
    other = desk.app.test_client().get(good, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert other.status_code == 200


def test_a_limit_holds_for_two_processes_together(url: str) -> None:
    one, two = Store(url), Store(url)
    rate, taken = Rate(burst=4, per_minute=1), 0
    try:
        for store in (one, two) * 4:
            with store.write() as tx:
                taken += tx.buckets.take("a" * 64, rate, NOW) is None
    finally:
        one.close()
        two.close()
    assert taken == rate.burst


def test_no_address_is_kept_for_a_limit(desk: Desk) -> None:
    rate = Rate(burst=1, per_minute=1)
    limiting.spend(desk.services, "code", "203.0.113.9", rate)
    with pytest.raises(TooMany):
        limiting.spend(desk.services, "code", "203.0.113.9", rate)
    kept = desk.everything(limits=True)
    assert kept["bucket"]
    assert "203.0.113.9" not in repr(kept)


def test_a_key_is_made_and_revoked_from_the_command_line(tmp_path: Path) -> None:
    folder = ("--development", str(tmp_path))
    made = people.command("key", "add", "zorggroep", "--scope", "read", *folder)
    assert made.returncode == 0, made.stderr
    key_id = made.stdout.split("_")[1]

    listed = people.command("key", "list", *folder)
    assert key_id in listed.stdout
    assert made.stdout.strip() not in listed.stdout
    assert people.command("key", "revoke", key_id, *folder).returncode == 0
    unknown = people.command("key", "revoke", "none", *folder)
    assert unknown.returncode == 1
    assert "Traceback" not in unknown.stderr
