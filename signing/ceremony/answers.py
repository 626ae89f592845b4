"""What a recipient does with the documents: read them, ask, sign or say no."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from signing import packet as rules
from signing.audit import Value
from signing.ceremony import writing
from signing.ceremony.link import Evidence, admitted, claims_of, documents_of, facts, locked
from signing.packet import Action, Packet, Recipient, Status
from signing.services import Services
from signing.store import Remark, Transaction
from signing.tasks import Task

REASONS = ("not_agreed", "not_clear", "data_wrong", "other_person", "later", "other")  # words: locale file
PAGES = ("summary",)  # pages whose reading is a fact of its own


def page(services: Services, token: str, evidence: Evidence, *, name: str) -> None:
    """The person went on from a page; ``name``: one of PAGES. Raises as `view`."""
    if name not in PAGES:
        raise ValueError(f"{name!r} is no page of the audit trail")
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = admitted(packet, claims, evidence.marks, now)
        told: dict[str, Value] = {**facts(evidence, recipient), "page": name}
        tx.trail.append(packet.id, "recipient:page:shown", recipient.role, told, now)


def show(services: Services, token: str, evidence: Evidence) -> None:
    """The person went through the reading page to the button at its end. Raises as `view`.

    The pages have no scripts: what is known is that the whole text stood above the button that was pressed.
    """
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = admitted(packet, claims, evidence.marks, now)
        note_shown(tx, packet, recipient, facts(evidence, recipient), now)


def sign(
    services: Services, token: str, evidence: Evidence, *, agreed: bool, on_screen: tuple[str, ...]
) -> None:
    """The press of the button: committed with its evidence before any other work starts (law 3).

    ``on_screen``: sha256 of each document as the page named it. Raises as `view`, and NotShown,
    ShownOtherwise, NotAgreed; then nothing changed.
    """
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = admitted(packet, claims, evidence.marks, now)
        press(services, tx, packet, recipient, facts(evidence, recipient), agreed, on_screen, now)


def ask(services: Services, token: str, evidence: Evidence, *, text: str, on_purpose: bool = False) -> None:
    """A question for the contact person; it stops nothing. Raises as `view`, UnusableText."""
    written = writing.remark("question", text, on_purpose=on_purpose)
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = admitted(packet, claims, evidence.marks, now)
        remark = _keep(tx, Remark(packet.id, 0, recipient.role, "question", written, now))
        told: dict[str, Value] = {**facts(evidence, recipient), **_named(remark)}
        tx.trail.append(packet.id, "recipient:question:asked", recipient.role, told, now)
        services.agenda.promise(tx.connection, Task("ask", packet.id, f"{recipient.role}:{remark.number}"))


def decline(
    services: Services,
    token: str,
    evidence: Evidence,
    *,
    reason: str,
    text: str = "",
    on_purpose: bool = False,
) -> None:
    """The recipient says no, with a reason from REASONS and, if it likes, its own words.

    Raises as `view`, UnusableText; ValueError for another reason.
    """
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is not one of the reasons")
    written = writing.remark("words", text, on_purpose=on_purpose) if text.strip() else None
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = admitted(packet, claims, evidence.marks, now)
        told: dict[str, Value] = {**facts(evidence, recipient), "reason": reason}
        if written is not None:
            told |= _named(_keep(tx, Remark(packet.id, 0, recipient.role, "refusal", written, now)))
        refuse(services, tx, packet, recipient, told, now)


def note_shown(
    tx: Transaction, packet: Packet, recipient: Recipient, who: Mapping[str, Value], now: datetime
) -> Packet:
    """The documents stood before the recipient; ``who``: what is known of the visitor."""
    shown = {document.name: document.shown_sha256 for document in documents_of(tx, packet, recipient)}
    changed = rules.shown(packet, recipient.role, now)
    tx.packets.save(changed)
    told: dict[str, Value] = {
        **who,
        "sha256": {**shown},
        "as": "html and pdf, whole; the button stands below the last line",
    }
    tx.trail.append(packet.id, "recipient:document:shown", recipient.role, told, now)
    return changed


def press(
    services: Services,
    tx: Transaction,
    packet: Packet,
    recipient: Recipient,
    who: Mapping[str, Value],
    agreed: bool,
    on_screen: tuple[str, ...],
    now: datetime,
) -> None:
    """The recipient said yes. Raises NotShown, ShownOtherwise, NotAgreed."""
    held = {document.name: document.shown_sha256 for document in documents_of(tx, packet, recipient)}
    changed = rules.answer(
        packet, recipient.role, agreed=agreed, on_screen=on_screen, held=tuple(held.values()), now=now
    )
    tx.packets.save(changed)
    told: dict[str, Value] = {**who, **_statement(tx, packet, recipient), "sha256": {**held}}
    name = "recipient:signed" if recipient.action is Action.SIGN else "recipient:acknowledged"
    tx.trail.append(packet.id, name, recipient.role, told, now)
    services.agenda.promise(tx.connection, Task("apply", packet.id, recipient.role))


def refuse(
    services: Services,
    tx: Transaction,
    packet: Packet,
    recipient: Recipient,
    told: Mapping[str, Value],
    now: datetime,
) -> None:
    """The recipient said no; ``told``: what is known of the visitor, and why."""
    changed = rules.decline(packet, recipient.role, now)
    tx.packets.save(changed)
    tx.trail.append(packet.id, "recipient:declined", recipient.role, told, now)
    if changed.status is Status.DECLINED:
        tx.trail.append(packet.id, "packet:declined", "service", {}, now)
        services.agenda.promise(tx.connection, Task("tell", packet.id, recipient.role))
    elif rules.sealable(changed, now):
        services.agenda.promise(tx.connection, Task("seal", packet.id))


def _statement(tx: Transaction, packet: Packet, recipient: Recipient) -> dict[str, Value]:
    """The words that were agreed to, and of which version of the template they are."""
    return {
        "statement": recipient.statement,
        "statement_sha256": hashlib.sha256(recipient.statement.encode()).hexdigest(),
        "statement_version": tx.packets.filing(packet.id).template_version,
        "signatory": recipient.signatory,
        "proven_by": recipient.proven_by,
    }


def _keep(tx: Transaction, remark: Remark) -> Remark:
    """With the next number of its packet."""
    number = len(tx.remarks.of(remark.packet_id)) + 1
    numbered = Remark(remark.packet_id, number, remark.role, remark.kind, remark.text, remark.at)
    tx.remarks.add(numbered)
    return numbered


def _named(remark: Remark) -> dict[str, Value]:
    # The chain names the words and does not hold them: they can be deleted in time without breaking it.
    return {"remark": remark.number, "text_sha256": hashlib.sha256(remark.text.encode()).hexdigest()}
