"""What follows from the state of a packet alone: the promise of it is somewhere, or it is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing.duties import OPEN, Duty, Open, duties, of_batch
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.tasks import Task

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def recipient(role: str, action: Action = Action.SIGN, **more: object) -> Recipient:
    made = Recipient(role, role.title(), action, 1, ("core",), "Noor", "noor@voorbeeld.nl", "Akkoord.")
    return replace(made, **more)  # type: ignore[arg-type]


def packet(status: Status, *recipients: Recipient, **more: object) -> Packet:
    made = Packet(
        id="p",
        reference="MTR-0012345678-BGO01-C",
        type="guidance-agreement",
        code="BGO",
        title="Begeleidingsovereenkomst",
        status=status,
        corporation="MTR",
        lease_number="0012345678",
        created_at=NOW,
        recipients=recipients or (recipient("tenant"),),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def names(found: Packet, at: datetime = NOW, *, send: bool = True) -> list[str]:
    return [duty.task.name for duty in duties(Open(found, send), at)]


@pytest.mark.parametrize("status", [status for status in Status if status not in OPEN])
def test_a_packet_at_its_end_has_no_duty(status: Status) -> None:
    assert names(packet(status)) == []


def test_a_packet_that_waits_for_its_sender_has_no_duty() -> None:
    assert names(packet(Status.READY), send=False) == []


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (Status.DRAFT, "generate"), (Status.READY, "send"), (Status.SEALED, "archive"),
        (Status.ARCHIVED, "deliver"),
    ],
)  # fmt: skip
def test_every_status_on_the_way_has_its_next_step(status: Status, step: str) -> None:
    assert names(packet(status)) == [step]


def test_a_press_is_put_into_the_document_also_after_the_term() -> None:
    pressed = recipient("tenant", invited_at=NOW, answer=Answer.SIGNED, answered_at=NOW)
    sent = packet(Status.SENT, pressed, sent_at=NOW, expires_at=NOW + timedelta(days=30))
    assert names(sent) == ["apply:tenant", "expire"]
    assert names(sent, NOW + timedelta(days=31)) == ["apply:tenant"]


def test_who_was_not_invited_yet_is() -> None:
    sent = packet(Status.SENT, recipient("tenant"), sent_at=NOW, expires_at=NOW + timedelta(days=30))
    assert names(sent) == ["invite:tenant", "expire"]


def test_the_end_of_a_term_is_due_when_it_is() -> None:
    ends = NOW + timedelta(days=30)
    waiting = recipient("tenant", invited_at=NOW)
    found = duties(Open(packet(Status.SENT, waiting, expires_at=ends)), NOW)
    assert [(duty.task.step, duty.at) for duty in found] == [
        ("remind", NOW + timedelta(days=3)),
        ("expire", ends),
    ]


def signed(**more: object) -> Packet:
    asked = recipient("corporation", Action.ACKNOWLEDGE, invited_at=NOW, **more)
    done = recipient("tenant", invited_at=NOW, answer=Answer.SIGNED, answered_at=NOW, applied_at=NOW)
    return packet(Status.SIGNED, done, asked, signed_at=NOW)


def test_without_an_acknowledgement_its_term_is_waited_for_and_its_seal_is_as_good() -> None:
    assert names(signed()) == ["remind:corporation:1:1", "lapse"]
    _, early = duties(Open(signed()), NOW)
    assert not early.kept([Task("seal", "p")])
    (late,) = duties(Open(signed()), NOW + timedelta(days=15))
    assert late.kept([Task("seal", "p")])
    assert not late.kept([Task("seal", "q"), Task("copy", "p")])


def test_an_answered_acknowledgement_leads_to_the_seal() -> None:
    refused = signed(answer=Answer.DECLINED, answered_at=NOW)
    assert names(refused) == ["seal"]


def test_a_duty_is_kept_by_its_own_promise_and_not_by_that_of_another_role() -> None:
    duty = Duty(Task("invite", "p", "tenant"))
    assert duty.kept([Task("invite", "p", "tenant", again="mended-1")])
    assert not duty.kept([Task("invite", "p", "corporation")])


def test_a_package_that_waits_for_a_person_is_not_delivered_again_until_that_person_confirms() -> None:
    archived = packet(Status.ARCHIVED)
    assert duties(Open(archived, handed_over=True), NOW) == ()
    (duty,) = duties(Open(archived, handed_over=True, confirmed_by="corporation"), NOW)
    assert duty.task.name == "conclude:corporation"


def test_the_next_reminder_is_due_and_the_late_one_before_it_is_as_good() -> None:
    sent = packet(Status.SENT, recipient("tenant", invited_at=NOW), expires_at=NOW + timedelta(days=30))
    after = {days: names(sent, NOW + timedelta(days=days))[:-1] for days in (0, 4, 8, 20)}
    assert after == {0: ["remind:tenant:1:1"], 4: ["remind:tenant:1:2"], 8: ["remind:tenant:1:3"], 20: []}
    second, _ = duties(Open(sent), NOW + timedelta(days=4))
    assert second.kept([Task("remind", "p", "tenant:1:1")])
    assert not second.kept([Task("remind", "p", "tenant:2:1"), Task("remind", "p", "corporation:1:1")])


def test_a_list_is_owed_its_next_row_and_to_be_forgotten() -> None:
    ends = NOW + timedelta(days=14)
    assert of_batch("b", None, ends) == (Duty(Task("forget", "b"), ends),)
    row, _ = of_batch("b", 7, ends)
    assert row.task.id == "b:row:7"
    assert row.kept([Task("row", "b", "6")])  # the row before it promises it
    assert not row.kept([Task("row", "other", "7"), Task("forget", "b")])
