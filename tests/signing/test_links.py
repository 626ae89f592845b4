"""Links: what is refused, what is told, and that no token reaches a log."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import ConfigurationError
from signing.links import LinkClaims, LinkExpired, LinkInvalid, Links, Purpose, hide

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
PACKET = "0191d7a5-3c5e-7cc4-9f7e-7c1a3f0a9b11"
OLD = "the old secret, long enough to be one"
NEW = "the new secret, long enough to be one"
LINKS = Links((NEW, OLD))
MONTH = timedelta(days=30)


def make(purpose: Purpose = Purpose.SIGN, now: datetime = NOW) -> str:
    return LINKS.make(purpose, PACKET, "tenant", 3, now)


@pytest.mark.parametrize("secrets", [(), ("short",), (NEW, "short"), (NEW, ""), NEW])
def test_missing_or_short_secrets_are_refused_without_being_shown(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        Links(secrets)
    assert "short" not in str(refusal.value)


def test_every_short_secret_is_named_by_its_place_at_once() -> None:
    with pytest.raises(ConfigurationError, match=r"secret 1 .*secret 3 "):
        Links(("a", NEW, "b"))


@pytest.mark.parametrize(
    "recipient", ["", "Şahin", "a.sahin@example.nl", "Tenant", "a b", "x" * 65, "tenant\n"]
)
def test_only_a_role_goes_into_a_link_never_a_name_or_address(recipient: str) -> None:
    with pytest.raises(ValueError, match="role"):
        LINKS.make(Purpose.SIGN, PACKET, recipient, 1, NOW)


def test_a_packet_that_is_no_uuid_and_a_negative_serial_are_refused() -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        LINKS.make(Purpose.SIGN, "MTR-0012345678-BGO01-C", "tenant", 1, NOW)
    with pytest.raises(ValueError, match="serial"):
        LINKS.make(Purpose.SIGN, PACKET, "tenant", -1, NOW)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "…", "é.é.é", "\x00", " ", "a" * 1000, "." * 999, "null"]
)
def test_nonsense_is_invalid(token: str) -> None:
    with pytest.raises(LinkInvalid, match="newest message"):
        LINKS.read(Purpose.SIGN, token, NOW, MONTH)


def test_a_token_that_is_far_too_long_is_refused_even_when_its_start_is_right() -> None:
    with pytest.raises(LinkInvalid):
        LINKS.read(Purpose.SIGN, make() + "A" * 1000, NOW, MONTH)


def test_a_token_changed_in_any_single_place_is_invalid() -> None:
    token = make()
    for place, character in enumerate(token):
        for other in "AZaz09-_.":
            if other != character:
                with pytest.raises(LinkInvalid):
                    LINKS.read(Purpose.SIGN, token[:place] + other + token[place + 1 :], NOW, MONTH)


@given(st.text(max_size=200))
def test_no_text_whatever_is_a_link_or_raises_something_else(text: str) -> None:
    with pytest.raises(LinkInvalid):
        LINKS.read(Purpose.SIGN, text, NOW, None)


def test_a_link_for_one_purpose_is_invalid_for_another() -> None:
    for made, read in [(Purpose.SIGN, Purpose.COPY), (Purpose.COPY, Purpose.SIGN)]:
        with pytest.raises(LinkInvalid):
            LINKS.read(read, make(made), NOW, MONTH)


def test_a_link_made_with_a_secret_that_is_no_longer_kept_is_invalid() -> None:
    with pytest.raises(LinkInvalid):
        Links((NEW,)).read(
            Purpose.SIGN, Links((OLD,)).make(Purpose.SIGN, PACKET, "tenant", 1, NOW), NOW, None
        )


def test_a_link_from_the_future_is_invalid_with_and_without_a_term() -> None:
    for max_age in (MONTH, None):
        with pytest.raises(LinkInvalid):
            LINKS.read(Purpose.SIGN, make(now=NOW + timedelta(seconds=1)), NOW, max_age)


def test_an_old_link_tells_when_it_was_made_and_whose_it_was() -> None:
    with pytest.raises(LinkExpired, match="2026-11-23T10:00:00") as refusal:
        LINKS.read(Purpose.SIGN, make(), NOW + MONTH + timedelta(seconds=1), MONTH)
    assert refusal.value.issued_at == NOW
    assert refusal.value.claims == LinkClaims(Purpose.SIGN, PACKET, "tenant", 3, NOW)


def test_a_link_works_to_the_last_second_of_its_term_and_without_a_term_for_years() -> None:
    assert LINKS.read(Purpose.SIGN, make(), NOW + MONTH, MONTH).serial == 3
    assert LINKS.read(Purpose.SIGN, make(), NOW + timedelta(days=4000), None).serial == 3


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_is_read_is_what_was_made(purpose: Purpose) -> None:
    claims = LINKS.read(purpose, make(purpose), NOW, MONTH)
    assert claims == LinkClaims(purpose, PACKET, "tenant", 3, NOW)
    assert claims.issued_at.tzinfo is UTC


def test_a_moment_within_the_second_of_making_is_not_the_future() -> None:
    made = NOW + timedelta(microseconds=900_000)
    assert LINKS.read(Purpose.SIGN, make(now=made), made, MONTH).issued_at == NOW


def test_links_made_with_the_older_secret_still_work_and_new_ones_use_the_newest() -> None:
    assert LINKS.read(Purpose.SIGN, Links((OLD,)).make(Purpose.SIGN, PACKET, "tenant", 1, NOW), NOW, None)
    assert Links((NEW,)).read(Purpose.SIGN, make(), NOW, None)


def test_a_token_is_safe_in_a_url_and_fits_in_a_line_of_mail() -> None:
    token = LINKS.make(Purpose.SIGN, PACKET, "transferring_org", 999_999, NOW)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", token)
    assert len(token) < 200


def test_no_secret_and_no_token_is_ever_shown() -> None:
    assert NEW not in repr(LINKS)
    assert OLD not in repr(LINKS)
    with pytest.raises(LinkInvalid) as refusal:
        LINKS.read(Purpose.COPY, make(), NOW, None)
    assert make()[:20] not in repr(refusal.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GET /s/{} HTTP/1.1", "GET /s/… HTTP/1.1"),
        ("POST /s/{}/sign HTTP/1.1", "POST /s/…/sign HTTP/1.1"),
        ("GET /s/{}?lang=nl", "GET /s/…?lang=nl"),
        ("/s//{}/read", "/s//…/read"),
        ('"https://zegel.example/s/{}/read" 200', '"https://zegel.example/s/…/read" 200'),
        ("/k/{}/core.pdf", "/k/…/core.pdf"),
        ("/elsewhere/{}/core.pdf", "/elsewhere/…/core.pdf"),
        ("/login?next={}&x=1", "/login?next=…&x=1"),
        ("{}", "…"),
    ],
)
def test_tokens_are_hidden_wherever_they_stand_in_a_log_line(before: str, after: str) -> None:
    assert hide(before.format(make())) == after


def test_a_token_with_encoded_dots_or_cut_off_halfway_is_hidden_too() -> None:
    token = make()
    assert token[:24] not in hide("/elsewhere/" + token.replace(".", "%2E"))
    assert token[:24] not in hide("/elsewhere/" + token.replace(".", "%2e"))
    assert token[:24] not in hide("/elsewhere/" + token[:-3])
    assert hide(f"/s/{token[:30]}") == "/s/…"
    assert hide(f"/k/{token[:3]}") == "/k/…"


@pytest.mark.parametrize(
    "line", ["GET /static/app.css", "GET /", "", "GET /s", "10.0.0.1 www.example.nl 200"]
)
def test_other_log_lines_stay_as_they_are(line: str) -> None:
    assert hide(line) == line


@given(st.uuids(), st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True), st.integers(0, 10**9))
def test_any_link_comes_back_and_any_link_is_hidden(packet: UUID, recipient: str, serial: int) -> None:
    token = LINKS.make(Purpose.SIGN, str(packet), recipient, serial, NOW)
    claims = LINKS.read(Purpose.SIGN, token, NOW, MONTH)
    assert (claims.packet_id, claims.recipient, claims.serial) == (str(packet), recipient, serial)
    assert hide(f"/elsewhere/{token}/x") == "/elsewhere/…/x"
