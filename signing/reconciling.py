"""Once a day: what the registry says that the archives have, beside what they have, by name and content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signing import archive as archives
from signing.archive import ArchiveError, Destination, Readable, Received
from signing.services import Services
from signing.store import Compared, Delivered, Outcome


@dataclass(frozen=True)
class Finding:
    """One thing that a human looks at; ``name``: of a package, or of a corporation's whole archive."""

    corporation: str
    name: str
    told: str


@dataclass(frozen=True)
class Reconciled:
    """``compared``: packages that were read back whole. ``closed``: those that only a receipt proves.

    ``waiting``: packages that are not delivered yet; the list of stuck work says why.
    """

    compared: int
    closed: int
    waiting: int
    findings: tuple[Finding, ...]


def reconcile(services: Services, *, names_only: bool = False) -> Reconciled:
    """Reads back every package of every corporation, and changes nothing but the note of what it found.

    ``names_only``: compares which packages are there, and reads none of them. An archive that cannot be
    looked into now is a difference as well: nothing is known of it.
    """
    # The archives are listed first: what comes between the two looks is then in the registry at least.
    listed = {code: _listed(opened, code) for code, opened in services.archives.items()}
    with services.store.read() as tx:
        delivered, waiting = tx.deliveries.delivered(), tx.deliveries.waiting()
    findings: list[Finding] = []
    compared = closed = 0
    for corporation in sorted({each.corporation for each in delivered} | listed.keys()):
        known = [each for each in delivered if each.corporation == corporation]
        opened, names = services.archives.get(corporation), listed.get(corporation)
        if opened is None:
            findings.append(Finding(corporation, "", "no archive is set in HUURZEGEL_ARCHIVES"))
        elif isinstance(names, ArchiveError):
            findings.append(_unknown(corporation, names))
        elif names is None or not isinstance(opened, Readable):
            closed += len(known)
        else:
            foreign = set(names) - {each.name for each in known} - waiting
            findings += [Finding(corporation, name, "not in the registry") for name in sorted(foreign)]
            findings += _compared(opened, known, names if names_only else None)
            compared += len(known)
    found = Reconciled(compared, closed, len(waiting), tuple(findings))
    outcomes = _outcomes(services, delivered, found, names_only=names_only)
    with services.store.write() as tx:
        tx.reconciliations.put(outcomes)
    return found


def _outcomes(
    services: Services, delivered: tuple[Delivered, ...], found: Reconciled, *, names_only: bool
) -> Iterator[Compared]:
    """What was found about each package, for who asks at the desk."""
    now, told = services.clock(), {(each.corporation, each.name) for each in found.findings}
    for each in delivered:
        opened = services.archives.get(each.corporation)
        if (each.corporation, each.name) in told:
            outcome = Outcome.DIFFERS
        elif (each.corporation, "") in told:
            outcome = Outcome.UNKNOWN
        elif not isinstance(opened, Readable):
            outcome = Outcome.CLOSED
        else:
            outcome = Outcome.THERE if names_only else Outcome.SAME
        yield Compared(each.corporation, each.name, now, outcome)


def _listed(opened: Destination, corporation: str) -> tuple[str, ...] | ArchiveError | None:
    """None for an archive that nobody can look into."""
    try:
        return opened.listing(corporation) if isinstance(opened, Readable) else None
    except ArchiveError as error:
        return error


def _compared(opened: Readable, known: list[Delivered], names: tuple[str, ...] | None) -> Iterator[Finding]:
    """``names``: what is there, when that is enough."""
    for each in known:
        if names is not None:
            if each.name not in names:
                yield Finding(each.corporation, each.name, "missing")
            continue
        try:
            found = opened.read_back(each.corporation, each.name)
        except ArchiveError as error:
            yield _unknown(each.corporation, error)
            return
        yield from (Finding(each.corporation, each.name, told) for told in _differences(each, found))


def _unknown(corporation: str, error: ArchiveError) -> Finding:
    return Finding(corporation, "", f"cannot be looked into: {error}")


def _differences(each: Delivered, found: tuple[Received, ...]) -> Iterator[str]:
    if not found:
        yield "missing"
        return
    kept: Any = each.receipt["files"]
    yield from archives.differences((Received(**file) for file in kept), found)
