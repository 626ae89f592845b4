"""What signing reads from the checked values of a request, by the keys that every packet type has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

import docgen
from signing import reference
from signing.agreement import Agreement, Organisation, Transfer, TransferForm
from signing.packet import Action, Packet, Recipient, Status
from signing.standing import folded

STARTS, TRANSFERS = "starts-agreement", "transfers-guidance"  # Manifest.effect
RELATED = "related_agreement_reference"
CORPORATION = "corporation"  # the role that receives what goes into the archive


def text(values: Mapping[str, object], key: str) -> str:
    """The value at a key as text. Raises KeyError when it is absent: the manifest should ask for it."""
    found = optional(values, key)
    if found is None:
        raise KeyError(key)
    return found


def optional(values: Mapping[str, object], key: str | None) -> str | None:
    """The value at a key as text, or None when it is absent or no key is given."""
    value = None if key is None else docgen.value_at(values, key)
    return None if value is None else str(value)


def day(values: Mapping[str, object], key: str) -> date | None:
    """The date at a key, or None."""
    value = optional(values, key)
    return None if value is None else date.fromisoformat(value)


def lease_as_given(values: Mapping[str, object]) -> str:
    """The lease number, or the dossier number as long as there is none (domain 3.3)."""
    return (optional(values, "lease_number") or "").strip() or text(values, "dossier_number")


def found_by(reference: str, lease_number: str, title: str, values: Mapping[str, object]) -> str:
    """All that a packet is found by at the desk, folded: for everybody who follows it the same."""
    keys = (
        "lease_number", "dossier_number", "tenant.full_name", "address.line", "address.postcode",
        "address.city", "corporation.name", "referring_org.name",
    )  # fmt: skip
    given = (optional(values, key) or "" for key in keys)
    return folded(" ".join((reference, reference.replace("-", ""), lease_number, title, *given)))


def lease(values: Mapping[str, object]) -> tuple[str, str]:
    """Corporation code, and the number that makes the reference in capitals and digits."""
    return text(values, "corporation.code"), reference.normalise_lease(lease_as_given(values))


def lease_numbers(values: Mapping[str, object]) -> frozenset[str]:
    """Every number the lease goes by: the one of the lease, and the dossier's before it."""
    given = (optional(values, key) for key in ("lease_number", "dossier_number"))
    return frozenset(reference.normalise_lease(number) for number in given if number)


def organisation(values: Mapping[str, object], key: str) -> Organisation:
    """The organisation at a key, by name and KvK number."""
    return Organisation(text(values, f"{key}.name"), text(values, f"{key}.kvk"))


def transfer_form(values: Mapping[str, object]) -> TransferForm:
    """What a transfer form says about the agreement it belongs to."""
    return TransferForm(
        corporation=text(values, "corporation.code"),
        leases=lease_numbers(values),
        referring=organisation(values, "referring_org"),
        handing_over=organisation(values, "transferring_org"),
        taking_over=organisation(values, "receiving_org"),
    )


def contact(manifest: docgen.Manifest) -> docgen.Contact:
    """The keys of whom to ask; all None when the manifest names nobody."""
    return manifest.contact or docgen.Contact()


def subject(manifest: docgen.Manifest, values: Mapping[str, object]) -> str:
    """What may run only once, as a hash: an agreement by lease and tenant (R5, A14); a transfer by it."""
    if manifest.effect == TRANSFERS:
        about: tuple[str, ...] = (text(values, RELATED),)
    else:
        about = (
            *lease(values),
            text(values, "tenant.full_name").casefold(),
            text(values, "tenant.date_of_birth"),
        )
    return hashlib.sha256("\n".join(about).encode()).hexdigest()


def packet(
    manifest: docgen.Manifest,
    values: Mapping[str, object],
    number: int,
    packet_id: str,
    now: datetime,
    *,
    sms: bool = False,
    previous: str | None = None,
) -> Packet:
    """A draft packet with its reference and its recipients; ``number``: NN of the reference.

    ``sms``: text messages can be sent; ``previous``: the reference of the packet that it is a new version of.
    """
    corporation, lease_number = lease(values)
    return Packet(
        id=packet_id,
        reference=str(reference.Reference(corporation, lease_number, manifest.code, number)),
        type=manifest.type,
        code=manifest.code,
        title=manifest.title,
        status=Status.DRAFT,
        corporation=corporation,
        lease_number=lease_number,
        created_at=now,
        recipients=tuple(_recipient(role, values, sms) for role in docgen.recipients(manifest, values)),
        previous=previous,
    )


def effect(
    manifest: docgen.Manifest, values: Mapping[str, object], reference: str
) -> Agreement | Transfer | None:
    """What a delivered packet changes: an agreement that starts, a transfer under one, or nothing."""
    if manifest.effect == STARTS:
        return Agreement(reference, *lease(values), organisation(values, "referring_org"))
    if manifest.effect == TRANSFERS:
        on = day(values, "transfer_date")
        if on is None:
            raise KeyError("transfer_date")
        return Transfer(reference, organisation(values, "receiving_org"), on)
    return None


def _recipient(role: docgen.RecipientRole, values: Mapping[str, object], sms: bool) -> Recipient:
    email, mobile = optional(values, role.email), optional(values, role.mobile)
    if email is None and role.host_email is None:
        raise KeyError(role.email)
    alone = email is not None or (sms and mobile is not None)
    return Recipient(
        role=role.role,
        label=role.label,
        action=Action(role.action),
        order=role.order,
        documents=role.documents,
        name=text(values, role.name),
        email=email,
        statement=role.statement,
        organisation=optional(values, role.organisation),
        function=optional(values, role.function),
        consequence=role.consequence,
        term_days=role.term_days,
        host_name=None if alone else optional(values, role.host_name),
        host_email=None if alone else text(values, role.host_email or ""),
        mobile=mobile,
        language=optional(values, role.language) or Recipient.language,
        identity=role.identity,
        team=role.team,
        paper=role.paper,
    )
