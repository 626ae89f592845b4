"""Who guides and who refers during the life of an agreement (R5, R14-R17, A9, A10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from signing.errors import Problem

LOOK_IT_UP = "Look it up in the agreement, or ask the organisation that has it."


@dataclass(frozen=True)
class Organisation:
    """A care organisation by its legal name and its KvK number (8 digits)."""

    name: str
    kvk: str


@dataclass(frozen=True)
class Transfer:
    """Guidance handed over in whole (R15) by a signed and delivered transfer form."""

    reference: str
    receiving: Organisation
    on: date


@dataclass(frozen=True)
class Agreement:
    """A signed, delivered guidance agreement and the transfers that followed it."""

    reference: str
    corporation: str
    lease_number: str
    referring: Organisation
    transfers: tuple[Transfer, ...] = ()

    @property
    def guiding(self) -> Organisation:
        """Who guides after all delivered transfers; at the start the referring organisation (R14)."""
        return self.transfers[-1].receiving if self.transfers else self.referring

    def guiding_on(self, day: date) -> Organisation:
        """Who is responsible on a day: a transfer counts from its own date, never earlier (A10)."""
        guide = self.referring
        for transfer in self.transfers:
            if transfer.on <= day:
                guide = transfer.receiving
        return guide


@dataclass(frozen=True)
class TransferForm:
    """What a transfer form says about the agreement; ``leases``: every number it gives for the lease."""

    corporation: str
    leases: frozenset[str]
    referring: Organisation
    handing_over: Organisation
    taking_over: Organisation


def transfer_problems(
    agreement: Agreement | None, reference: str, form: TransferForm, *, party: bool
) -> tuple[Problem, ...]:
    """All that stands in the way of this transfer form; empty when nothing does.

    ``agreement``: the one that ``reference`` names, or None when none was delivered under it.
    Only to a ``party`` the advice says what would be right: nobody else learns that by asking.
    """
    if agreement is None:
        return (
            Problem(
                "related_agreement_reference",
                f"no delivered guidance agreement has the reference {reference}",
                "Use the reference in the footer of the agreement, and wait until it was delivered.",
            ),
        )
    found = tuple(_differences(agreement, form))
    return found if party else tuple(replace(problem, advice=LOOK_IT_UP) for problem in found)


def _differences(agreement: Agreement, form: TransferForm) -> Iterator[Problem]:
    # An agreement from before the lease goes by the dossier number; a form may give both.
    if form.corporation != agreement.corporation or agreement.lease_number not in form.leases:
        yield Problem(
            "lease_number",
            "it is not the lease of the agreement this form belongs to",
            f"Use corporation {agreement.corporation} and lease {agreement.lease_number}.",
        )
    if form.referring.kvk != agreement.referring.kvk:
        yield _other("referring_org.kvk", "the referring role never changes (R16)", agreement.referring)
    if form.handing_over.kvk != agreement.guiding.kvk:
        yield _other("transferring_org.kvk", "only the present guide can hand over (A9)", agreement.guiding)
    if form.taking_over.kvk == agreement.guiding.kvk:
        yield Problem(
            "receiving_org.kvk",
            "this organisation already guides (R15)",
            "Name the organisation that takes over.",
        )


def transferred(agreement: Agreement, transfer: Transfer) -> Agreement:
    """The agreement after a delivered transfer form; the same form twice counts once."""
    if any(done.reference == transfer.reference for done in agreement.transfers):
        return agreement
    return replace(agreement, transfers=(*agreement.transfers, transfer))


def _other(field: str, reason: str, right: Organisation) -> Problem:
    return Problem(field, reason, f"It is {right.name} (KvK {right.kvk}).")
