"""Where a packet stands, in every status; and what a corporation reads of its trail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing import audit
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.standing import SLOW, State, folded, for_corporation, standing

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def recipient(role: str, action: Action = Action.SIGN, **more: object) -> Recipient:
    made = Recipient(
        role, role.title(), action, 1, ("core",), "Naam", "a@voorbeeld.nl", "Akkoord.", term_days=14
    )
    return replace(made, **more)  # type: ignore[arg-type]


def packet(status: Status, *recipients: Recipient, **more: object) -> Packet:
    made = Packet(
        "id", "MTR-0012345678-BGO01-C", "guidance-agreement", "BGO", "BGO", status, "MTR", "0012345678", NOW,
        recipients,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_sent_packet_waits_on_who_was_invited_and_did_not_answer() -> None:
    early, late = NOW, NOW + timedelta(days=1)
    sent = packet(
        Status.SENT,
        recipient("tenant", invited_at=late),
        recipient("guide", invited_at=early, answer=Answer.SIGNED, answered_at=late),
        recipient("other"),
        recipient("corporation", Action.ACKNOWLEDGE),
        sent_at=early,
    )
    found = standing(sent, late)
    assert (found.state, found.waits_on, found.since) == (State.PARTIES, ("Tenant",), late)
    assert not found.overdue
    assert standing(sent, late + SLOW).overdue


def test_a_sent_packet_without_invitations_waits_since_it_was_sent() -> None:
    found = standing(packet(Status.SENT, recipient("tenant"), sent_at=NOW), NOW)
    assert (found.waits_on, found.since) == ((), NOW)


def test_a_signed_packet_waits_on_the_corporation_until_its_term() -> None:
    signed = packet(
        Status.SIGNED, recipient("tenant"), recipient("corporation", Action.ACKNOWLEDGE), signed_at=NOW
    )
    found = standing(signed, NOW + timedelta(days=13))
    assert (found.state, found.waits_on, found.overdue) == (State.RECEIPT, ("Corporation",), False)
    assert standing(signed, NOW + timedelta(days=14)).overdue


def test_a_signed_packet_that_everybody_answered_is_being_sealed() -> None:
    signed = packet(Status.SIGNED, recipient("corporation", Action.ACKNOWLEDGE, answer=Answer.ACKNOWLEDGED))
    assert standing(signed, NOW).state is State.SEALING


@pytest.mark.parametrize("status", list(Status))
def test_every_status_stands_somewhere(status: Status) -> None:
    found = standing(packet(status, recipient("tenant")), NOW, stuck=True)
    assert found.state in State
    assert found.stuck


def test_a_corporation_reads_nothing_of_before_all_signed_nor_of_the_parties() -> None:
    told = packet(Status.SIGNED, recipient("tenant"), recipient("corporation", Action.ACKNOWLEDGE))
    events: list[audit.Event] = []
    for name, actor in (
        ("packet:created", "requester"),
        ("recipient:question:asked", "tenant"),
        ("packet:signed", "service"),
        ("recipient:copy:sent", "tenant"),
        ("recipient:link:opened", "corporation"),
        ("packet:sealed", "service"),
    ):
        events.append(audit.append(events[-1] if events else None, "id", name, actor, {}, NOW))
    read = [event.name for event in for_corporation(tuple(events), told)]
    assert read == ["packet:signed", "recipient:link:opened", "packet:sealed"]


def test_a_search_finds_names_without_their_accents() -> None:
    assert folded("Aylin van der Wałęsa-Şahin") == "aylin van der walesa sahin"
    assert folded("’s-Gravesandestraat 12 A") == "s gravesandestraat 12 a"
