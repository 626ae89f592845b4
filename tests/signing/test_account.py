"""The rules of accounts: who may not do what, first; then who may; and a lock-out that hurts nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing.account import (
    CORPORATION_SEES,
    PERMISSIONS,
    Kind,
    Organisation,
    Permission,
    Role,
    Scope,
    Secret,
    Try,
    may,
    misfits,
    scope,
    sees,
    tidy_mail,
    waits_until,
)
from signing.packet import Packet, Status

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CARE = Organisation(
    "opvang",
    Kind.CARE,
    "Opvang",
    "90000023",
    "opvang",
    None,
    "Sinéad",
    "s@voorbeeld.nl",
    None,
    None,
    None,
    NOW,
)
CORPORATION = replace(CARE, id="maasterras", kind=Kind.CORPORATION, client=None, corporation="MTR")
PACKET = Packet(
    "0191d7a5", "MTR-0012345678-BGO01-C", "guidance-agreement", "BGO", "BGO", Status.SENT, "MTR",
    "0012345678", NOW, (),
)  # fmt: skip


def tries(number: int, account: str = "a", place: str = "p", *, known: bool = False) -> list[Try]:
    return [Try(account, place, known, NOW - timedelta(seconds=number - n)) for n in range(number)]


def test_an_operator_sees_no_packet_and_manages_nobody_of_an_organisation() -> None:
    for permission in (Permission.SEE_PACKETS, Permission.DOWNLOAD, Permission.MANAGE_PEOPLE):
        assert not may((Role.OPERATOR,), permission)
    assert scope(None) == Scope()
    assert not sees(Scope(), PACKET, "opvang")
    assert not sees(Scope(), replace(PACKET, status=Status.DELIVERED), "opvang")


def test_an_auditor_changes_nothing() -> None:
    changing = (Permission.STEER_PACKETS, Permission.MANAGE_PEOPLE, Permission.MANAGE_ORGANISATIONS)
    assert not any(may((Role.AUDITOR,), permission) for permission in changing)
    assert may((Role.AUDITOR,), Permission.EXPORT_EVIDENCE)


def test_an_archivist_gets_no_evidence_with_addresses() -> None:
    assert not may((Role.ARCHIVIST,), Permission.EXPORT_EVIDENCE)
    assert may((Role.ARCHIVIST,), Permission.DOWNLOAD)


def test_whoever_has_no_role_may_nothing() -> None:
    assert not any(may((), permission) for permission in Permission)


def test_every_permission_belongs_to_somebody() -> None:
    assert PERMISSIONS.keys() == set(Permission)
    assert all(PERMISSIONS.values())


def test_another_organisation_sees_nothing_of_a_packet() -> None:
    assert not sees(scope(CARE), PACKET, "somebody-else")
    assert not sees(scope(replace(CORPORATION, corporation="ANR")), PACKET, "opvang")
    assert sees(scope(CARE), PACKET, "opvang")


@pytest.mark.parametrize("status", list(Status))
def test_a_corporation_sees_a_packet_from_when_all_parties_signed(status: Status) -> None:
    seen = sees(scope(CORPORATION), replace(PACKET, status=status), "opvang")
    assert seen is (status in CORPORATION_SEES)


def test_roles_fit_the_kind_of_organisation() -> None:
    assert misfits(Kind.CARE, (Role.ARCHIVIST, Role.REFERRER)) == (Role.ARCHIVIST,)
    assert misfits(Kind.CORPORATION, (Role.REFERRER, Role.ADMIN)) == (Role.REFERRER,)
    assert misfits(Kind.CARE, (Role.OPERATOR,)) == (Role.OPERATOR,)
    assert misfits(None, (Role.OPERATOR,)) == ()
    assert misfits(None, (Role.ADMIN,)) == (Role.ADMIN,)


def test_after_five_wrong_tries_a_place_waits_a_quarter() -> None:
    assert waits_until(tries(4), Secret.PASSWORD, "a", "p", known=False, now=NOW) is None
    until = waits_until(tries(5), Secret.PASSWORD, "a", "p", known=False, now=NOW)
    assert until is not None
    assert timedelta(minutes=14) < until - NOW <= timedelta(minutes=15)
    assert waits_until(tries(5), Secret.PASSWORD, "a", "p", known=False, now=until) is None


def test_wrong_tries_elsewhere_do_not_lock_the_owner_out() -> None:
    assert waits_until(tries(5), Secret.PASSWORD, "a", "other", known=False, now=NOW) is None
    assert waits_until(tries(5), Secret.PASSWORD, "other", "p", known=False, now=NOW) is None


def test_many_strangers_together_are_stopped_and_a_known_browser_is_not() -> None:
    many = [replace(t, place=str(n)) for n, t in enumerate(tries(100))]
    assert waits_until(many, Secret.PASSWORD, "a", "new", known=False, now=NOW) is not None
    assert waits_until(many, Secret.PASSWORD, "a", "mine", known=True, now=NOW) is None


def test_a_known_browser_has_a_limit_of_its_own() -> None:
    own = tries(5, place="mine", known=True)
    assert waits_until(own, Secret.PASSWORD, "a", "mine", known=True, now=NOW) is not None
    assert waits_until(own, Secret.PASSWORD, "a", "mine", known=False, now=NOW) is None


def test_one_place_cannot_try_a_password_at_everybody() -> None:
    spray = [replace(t, account=str(n)) for n, t in enumerate(tries(50))]
    assert waits_until(spray, Secret.PASSWORD, "next", "p", known=False, now=NOW) is not None


def test_codes_are_guessed_less_often_than_passwords() -> None:
    many = [replace(t, place=str(n)) for n, t in enumerate(tries(20))]
    assert waits_until(many, Secret.CODE, "a", "new", known=False, now=NOW) is not None
    assert waits_until(many, Secret.PASSWORD, "a", "new", known=False, now=NOW) is None


def test_an_address_is_the_same_in_capitals() -> None:
    assert tidy_mail(" S.ONeill@Voorbeeld.NL ") == "s.oneill@voorbeeld.nl"
