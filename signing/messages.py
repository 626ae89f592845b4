"""What the mails say: one function per mail; no meaning and no personal data in a subject (domain 5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

import docgen
from signing.mail import Message
from signing.texts import Texts


@dataclass(frozen=True)
class Letter:
    """What every mail needs. ``date``, ``until``: aware; ``until`` is when the link ends; ``link``: absolute.

    ``sender``: the organisation that sent the packet; ``contact_*``: whom the reader can call or write.
    ``reference``, ``packet_id``: empty when the letter is about no packet.
    ``guest``: the recipient, when the letter goes to the host of somebody without e-mail.
    """

    message_id: str
    date: datetime
    to: str
    name: str
    sender: str
    reference: str
    test: bool
    link: str | None = None
    until: datetime | None = None
    packet_id: str = ""
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    request_id: str | None = None
    guest: str | None = None


def invitation(texts: Texts, letter: Letter) -> Message:
    """To a party: there is a document to read and sign. Needs ``link`` and ``until``."""
    said = [
        texts.get("mail.invitation.what", sender=letter.sender),
        texts.get("mail.invitation.until", day=_until(texts, letter)),
        texts.get("mail.invitation.no_hurry"),
    ]
    return _message(texts, letter, texts.get("mail.invitation.subject"), said, "mail.invitation.button")


def invitation_to_acknowledge(texts: Texts, letter: Letter) -> Message:
    """To the corporation: the parties have signed, please confirm receipt. Needs ``link`` and ``until``."""
    said = [
        texts.get("mail.acknowledge.what", sender=letter.sender),
        texts.get("mail.acknowledge.until", day=_until(texts, letter)),
        texts.get("mail.acknowledge.otherwise"),
    ]
    return _message(texts, letter, texts.get("mail.acknowledge.subject"), said, "mail.acknowledge.button")


def invitation_to_host(texts: Texts, letter: Letter, *, asked: str) -> Message:
    """To the host of somebody without e-mail: open this together. Needs ``guest``, ``link`` and ``until``.

    ``asked``: ``sign`` or ``acknowledge``.
    """
    said = [
        texts.get(f"mail.host.what_{asked}", sender=letter.sender, name=letter.guest),
        texts.get("mail.host.together", name=letter.guest),
        texts.get("mail.host.own_hand", name=letter.guest),
        texts.get("mail.host.until", day=_until(texts, letter)),
    ]
    return _message(texts, letter, texts.get("mail.host.subject"), said, "mail.host.button")


def reminder(texts: Texts, letter: Letter, *, asked: str) -> Message:
    """To a recipient who did not answer yet, or its host. Needs ``link``, ``until``."""
    said = [
        texts.get(f"mail.remind.what_{asked}", sender=letter.sender),
        texts.get("mail.remind.until", day=_until(texts, letter)),
        texts.get("mail.remind.no_need"),
    ]
    if letter.guest:
        said.insert(1, texts.get("mail.remind.guest", name=letter.guest))
    button = "mail.host.button" if letter.guest else "mail.remind.button"
    return _message(texts, letter, texts.get("mail.remind.subject"), said, button)


def undelivered(texts: Texts, letter: Letter, *, to: str) -> Message:
    """To the contact person: a message did not arrive. ``to``: label of the role it was for."""
    said = [texts.get("mail.undelivered.what", to=to), texts.get("mail.undelivered.next")]
    return _message(texts, letter, texts.get("mail.undelivered.subject"), said, None)


def copy_ready(texts: Texts, letter: Letter) -> Message:
    """To everyone who answered, or its host: the sealed copy is ready. Needs ``link``."""
    kind = "mail.copy_host" if letter.guest else "mail.copy"
    said = [texts.get("mail.copy.what"), texts.get(f"{kind}.keep", name=letter.guest)]
    if letter.until:
        said.append(texts.get("mail.copy.until", day=texts.last_day(letter.until)))
    return _message(texts, letter, texts.get(f"{kind}.subject"), said, f"{kind}.button")


def receipt_ready(texts: Texts, letter: Letter, *, stage: str) -> Message:
    """To the corporation's contact: what its archive has, on a page, never in the mail. Needs ``link``.

    ``stage``: ``delivered``, or ``waiting`` when the contact has to fetch and confirm the package.
    """
    said = [
        texts.get(f"mail.receipt.what_{stage}", sender=letter.sender),
        texts.get(f"mail.receipt.do_{stage}"),
    ]
    if letter.until:
        said.append(texts.get("mail.copy.until", day=texts.last_day(letter.until)))
    return _message(texts, letter, texts.get("mail.receipt.subject"), said, "mail.receipt.button")


def code(texts: Texts, letter: Letter, *, digits: str) -> Message:
    """To a recipient who opened its link: the one-time code."""
    said = [
        texts.get("mail.code.what", code=digits),
        texts.get("mail.code.how"),
        texts.get("mail.code.not_you"),
    ]
    return _message(texts, letter, texts.get("mail.code.subject"), said, None)


def question(texts: Texts, letter: Letter, *, by: str, words: str) -> Message:
    """To the contact person: a recipient asks something. ``by``: label of the role; ``words``: its own."""
    said = [texts.get("mail.question.what", by=by), words, texts.get("mail.question.next")]
    return _message(texts, letter, texts.get("mail.question.subject"), said, None)


def desk_invitation(texts: Texts, letter: Letter, *, again: bool) -> Message:
    """To a person of the desk: set a password. Needs ``link`` and ``until``. ``again``: access was lost."""
    said = [
        texts.get("mail.desk.again" if again else "mail.desk.what", sender=letter.sender),
        texts.get("mail.desk.how"),
        texts.get("mail.desk.until", day=_until(texts, letter)),
    ]
    return _message(texts, letter, texts.get("mail.desk.subject"), said, "mail.desk.button")


def declined(texts: Texts, letter: Letter, *, by: str, reason: str, words: str | None = None) -> Message:
    """To the referrer: somebody does not sign. ``by``: label of the role; ``reason``: Dutch words.

    ``words``: of the recipient itself, when it wrote any.
    """
    said = [texts.get("mail.declined.what", by=by), texts.get("mail.declined.reason", reason=reason)]
    if words:
        said += [texts.get("mail.declined.words"), words]
    said.append(texts.get("mail.declined.next"))
    return _message(texts, letter, texts.get("mail.declined.subject"), said, None)


def _until(texts: Texts, letter: Letter) -> str:
    if letter.until is None:
        raise ValueError("an invitation says until when its link counts")
    return texts.last_day(letter.until)


def _message(texts: Texts, letter: Letter, subject: str, said: list[str], button: str | None) -> Message:
    if button and not letter.link:
        raise ValueError("this mail needs a link")
    label = texts.get(button) if button else None
    top = [texts.get("mail.test")] if letter.test else []
    top.append(texts.get("mail.greeting", name=letter.name))
    end = [_help(texts, letter)]
    if letter.reference:
        end.append(texts.get("mail.reference", reference=letter.reference))
    if label:
        personal = "mail.host.personal" if letter.guest else "mail.personal"
        end.insert(0, texts.get(personal, name=letter.guest))
    return Message(
        to=letter.to,
        subject=texts.get("mail.test_subject", subject=subject) if letter.test else subject,
        text=_plain([*top, *said], label, letter.link, end),
        html=_page(subject, [*top, *said], label, letter.link, end),
        message_id=letter.message_id,
        date=letter.date,
        to_name=letter.name,
        request_id=letter.request_id,
    )


def _help(texts: Texts, letter: Letter) -> str:
    if letter.to == letter.contact_email:
        return texts.get("mail.ask", sender=letter.sender)  # nobody is told to call themselves
    if letter.contact_phone:
        name = letter.contact_name or letter.sender
        return texts.get("mail.call", name=name, phone=docgen.spoken_phone(letter.contact_phone))
    if letter.contact_email:
        return texts.get("mail.write", name=letter.contact_name or letter.sender, email=letter.contact_email)
    return texts.get("mail.ask", sender=letter.sender)


def _plain(said: list[str], label: str | None, link: str | None, end: list[str]) -> str:
    way = [f"{label}:\n{link}"] if label else []
    return "\n\n".join([*said, *way, *end]) + "\n"


# Tables and inline styles: Outlook draws mail with Word, which knows little else.
_P = '<p style="margin:0 0 16px 0;font-size:17px;line-height:26px;">{}</p>'
_BUTTON = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px 0;"><tr>'
    '<td bgcolor="#1f5a45" style="padding:14px 24px;">'
    '<a href="{link}" style="color:#ffffff;font-size:18px;font-weight:bold;text-decoration:none;">{label}</a>'
    "</td></tr></table>"
)
_FRAME = (
    '<!doctype html>\n<html lang="nl">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>\n'
    '<body style="margin:0;padding:0;background-color:#ffffff;">\n'
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
    '<td style="padding:24px 16px;">\n'
    '<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" '
    'style="width:100%;max-width:560px;"><tr>'
    '<td style="font-family:Arial,Helvetica,sans-serif;color:#1d2420;">\n{body}\n</td></tr></table>\n'
    "</td></tr></table>\n</body>\n</html>\n"
)


def _page(title: str, said: list[str], label: str | None, link: str | None, end: list[str]) -> str:
    parts = [_P.format(escape(sentence).replace("\n", "<br>")) for sentence in said]
    if label and link:
        parts.append(_BUTTON.format(link=escape(link), label=escape(label)))
    parts += [_P.format(escape(sentence)) for sentence in end]
    return _FRAME.format(title=escape(title), body="\n".join(parts))
