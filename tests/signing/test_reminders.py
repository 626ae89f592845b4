"""Reminders come by themselves, and stop by themselves; what does not arrive is told to a human."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from signing import bounces, reaching
from signing.errors import AlreadyAnswered, NotForThisRecipient, NotFound, TooSoon
from signing.mail import MailRefused
from signing.packet import Packet
from signing.steps import STEPS, take_bounce
from tests import people
from tests.conftest import Case


def _reminders(case: Case) -> int:
    return people.events(case.services, case.packet).count("recipient:reminded")


def _message_id(case: Case, role: str, kind: str) -> str:
    with case.services.store.read() as tx:
        (found,) = (m.id for m in tx.messages.of(case.packet.id) if (m.role, m.kind) == (role, kind))
        return found


def _state(case: Case, role: str, kind: str) -> list[str]:
    with case.services.store.read() as tx:
        return [m.state for m in tx.messages.of(case.packet.id) if (m.role, m.kind) == (role, kind)]


def _pass(case: Case, days: float) -> None:
    case.clock.move(days=days)
    people.run_due(case.services)


def test_who_answered_is_not_reminded(sent: Case) -> None:
    people.press_all(sent.services, sent.packet, people.PARTIES[people.GUIDANCE])
    before = _reminders(sent)
    _pass(sent, 2.9)
    assert _reminders(sent) == before == 0


def test_nobody_is_reminded_of_a_link_that_was_taken_back(sent: Case) -> None:
    reaching.revoke(sent.services, people.REFERRER, sent.packet.reference, "tenant")
    reaching.revoke(sent.services, people.REFERRER, sent.packet.reference, "referring_org")
    _pass(sent, 15)
    assert _reminders(sent) == 0


def test_nobody_is_reminded_after_the_term(sent: Case) -> None:
    _pass(sent, 31)
    assert _reminders(sent) == 0
    assert people.now(sent.services, sent.packet).status == "expired"


def test_a_reminder_that_woke_too_early_waits_for_its_day(sent: Case) -> None:
    STEPS["remind"](sent.services, sent.packet.id, "tenant:1:1")
    assert _reminders(sent) == 0
    _pass(sent, 3)
    assert _reminders(sent) == 2


def test_reminders_come_after_three_seven_and_fourteen_days(sent: Case) -> None:
    seen = []
    for _ in range(20):
        _pass(sent, 1)
        seen.append(_reminders(sent) // 2)
    assert seen == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3]


def test_a_reminder_holds_the_link_of_the_invitation_and_says_nothing_in_its_subject(sent: Case) -> None:
    link = people.token(sent.services, sent.packet, "tenant")
    _pass(sent, 3)
    mails = [m for m in people.mails(sent.services) if "nog een document" in str(m["Subject"])]
    assert len(mails) == 2
    assert any(link in people.body(mail) for mail in mails)
    assert not any(sent.packet.reference in str(mail["Subject"]) for mail in mails)


def test_the_same_reminder_again_changes_nothing(sent: Case) -> None:
    _pass(sent, 3)
    count = len(people.mails(sent.services))
    STEPS["remind"](sent.services, sent.packet.id, "tenant:1:1")
    assert len(people.mails(sent.services)) == count


def test_the_sender_cannot_remind_twice_in_a_row(sent: Case) -> None:
    with pytest.raises(TooSoon):
        reaching.remind(sent.services, people.REFERRER, sent.packet.reference, "tenant")


def test_the_sender_cannot_remind_who_has_no_invitation_or_answered(sent: Case) -> None:
    with sent.services.store.write() as tx:
        tx.packets.save(_uninvited(tx.packets.get(sent.packet.id)))
    with pytest.raises(NotForThisRecipient):
        reaching.remind(sent.services, people.REFERRER, sent.packet.reference, "tenant")
    people.press(sent.services, sent.packet, "referring_org")
    with pytest.raises(AlreadyAnswered):
        reaching.remind(sent.services, people.REFERRER, sent.packet.reference, "referring_org")


def test_the_sender_reminds_and_the_next_reminder_still_comes(sent: Case) -> None:
    _pass(sent, 1)
    reaching.remind(sent.services, people.REFERRER, sent.packet.reference, "tenant")
    people.run_due(sent.services)
    assert _reminders(sent) == 1
    _pass(sent, 2)
    assert _reminders(sent) == 3


def test_a_message_is_sent_and_then_opened_by_a_person(sent: Case) -> None:
    assert _state(sent, "tenant", "invite") == ["sent"]
    people.press(sent.services, sent.packet, "tenant")
    assert _state(sent, "tenant", "invite") == ["opened"]


def test_a_bounce_of_somebody_elses_mail_is_not_found(sent: Case) -> None:
    with pytest.raises(NotFound):
        take_bounce(sent.services, "<nobody@voorbeeld.nl>", "The mail came back (5.1.1).")


def test_a_message_that_came_back_is_told_to_the_contact_person_once(sent: Case) -> None:
    for _ in range(2):
        take_bounce(sent.services, _message_id(sent, "tenant", "invite"), "The mail came back (5.1.1).")
        people.run_due(sent.services)
    told = [m for m in people.mails(sent.services) if "niet aangekomen" in str(m["Subject"])]
    assert len(told) == 1
    assert _state(sent, "tenant", "invite") == ["bounced"]
    names = people.events(sent.services, sent.packet)
    assert names.count("recipient:message:refused") == names.count("recipient:message:told") == 1


def test_the_contact_person_hears_of_a_second_bounce_after_the_first_message_arrived(sent: Case) -> None:
    first, second = (_message_id(sent, role, "invite") for role in ("tenant", "referring_org"))
    take_bounce(sent.services, first, "The mail came back (4.2.2).")
    people.run_due(sent.services)
    with sent.services.store.write() as tx:
        tx.messages.sent(first, sent.clock())
    take_bounce(sent.services, first, "The mail came back (5.1.1).")
    take_bounce(sent.services, second, "The mail came back (5.1.1).")
    people.run_due(sent.services)
    told = [m for m in people.mails(sent.services) if "niet aangekomen" in str(m["Subject"])]
    assert len(told) == 3


def test_an_address_that_the_mail_server_refuses_is_told_and_can_be_corrected(sent: Case) -> None:
    services = sent.services

    class Refusing:
        def send(self, message: object) -> None:
            raise MailRefused("The mail server refused the message for good (550). Check the address.")

    reaching.renew(services, people.REFERRER, sent.packet.reference, "tenant")
    refused = type(services)(**{**vars(services), "outbox": Refusing()})
    with pytest.raises(MailRefused):
        STEPS["invite"](refused, sent.packet.id, "tenant")
    people.run_due(services, until="invite")
    assert "bounced" in _state(sent, "tenant", "invite")
    new = "beter@voorbeeld.nl"
    reaching.correct(services, people.REFERRER, sent.packet.reference, "tenant", {"email": new})
    people.run_due(services)
    assert any(new in str(mail["To"]) for mail in people.mails(services))


def _uninvited(packet: Packet) -> Packet:
    changed = (replace(r, invited_at=None) if r.role == "tenant" else r for r in packet.recipients)
    return replace(packet, recipients=tuple(changed))


def _bounce(action: str = "failed", id: str = "<a1@voorbeeld.nl>", whole: bool = True) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "MAILER-DAEMON@voorbeeld.nl", "huurzegel@voorbeeld.nl"
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    report = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@y.nl\nAction: {action}\nStatus: 5.1.1\n"
    returned = f"Message-ID: {id}\nSubject: Er staat een document voor u klaar\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    parts = [
        ("text/plain", "Your mail was not delivered."),
        ("message/delivery-status", report),
        (kind, f"{returned}\nBody" if whole else returned),
    ]
    body = "".join(f"--=_x\r\nContent-Type: {type}\r\n\r\n{text}\r\n" for type, text in parts)
    head = f"{mail.as_string().strip()}\r\nContent-Type: multipart/report; report-type=delivery-status; "
    return f'{head}boundary="=_x"\r\nMIME-Version: 1.0\r\n\r\n{body}--=_x--\r\n'.encode()


@pytest.mark.parametrize(
    "raw",
    [b"", b"Subject: hello\r\n\r\nhi", _bounce("delayed"), _bounce(id="none"), b"x" * (bounces.LARGEST + 1)],
    ids=["empty", "another mail", "a delay", "no id", "too large"],
)
def test_what_is_no_bounce_is_refused(raw: bytes) -> None:
    with pytest.raises(bounces.NotABounce):
        bounces.read(raw)


@pytest.mark.parametrize("whole", [True, False])
def test_a_bounce_names_the_message_and_the_reason_and_no_address(whole: bool) -> None:
    found = bounces.read(_bounce(whole=whole))
    assert found == bounces.Bounce("<a1@voorbeeld.nl>", "5.1.1")


def test_the_term_between_two_reminders_is_half_a_day(sent: Case) -> None:
    sent.clock.move(days=timedelta(hours=12) / timedelta(days=1))
    reaching.remind(sent.services, people.REFERRER, sent.packet.reference, "tenant")
