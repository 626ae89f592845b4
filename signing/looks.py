"""Who looked at a packet (NEN 7513): every page and every file is noted before it is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from signing import reference
from signing.account import Permission
from signing.errors import InvalidReference
from signing.packet import Packet
from signing.services import Services
from signing.staff import Person
from signing.store import Access, Look, Seen

ON_A_PAGE = 100
MOST = 50_000  # lines in one file
AGAIN = timedelta(minutes=10)  # a page that is loaded again within this time is the same look


@dataclass(frozen=True)
class Log:
    """One page of the looks that somebody may know of; ``wanted``: the packet that was asked for, if any."""

    seen: tuple[Seen, ...]
    page: int
    pages: int
    total: int
    wanted: str


def by_person(services: Services, person: Person, packet_id: str, act: Look, what: str) -> None:
    """Notes that somebody at the desk looked."""
    account, of = person.account, person.organisation
    line = Access(
        packet_id,
        services.clock(),
        of.handle if of else "",
        of.name if of else "",
        act,
        what,
        account_id=account.id,
        name=account.name,
        roles=tuple(role.value for role in account.roles),
    )
    _note(services, line)


def by_key(services: Services, client: str, key: str, wanted: str, act: Look, what: str) -> None:
    """Notes that a program looked at a packet of its client. Raises NotFound, InvalidReference."""
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        of = tx.organisations.of_client(client)
    named = of.name if of else client
    _note(services, Access(packet.id, services.clock(), client, named, act, what, key_id=key))


def log(services: Services, person: Person, wanted: str, page: int) -> Log:
    """Looks at the packets that somebody's organisation sees, the newest first. Raises NotAllowed.

    A corporation reads what its own people did; a care organisation also that another one looked, in which
    role, not who. ``wanted``: a reference, or empty for all; ``page``: from 1.
    """
    person.needs(Permission.SEE_ACCESS)
    compact = _compact(wanted)
    with services.store.read() as tx:
        total = tx.accesses.count(person.scope, compact)
        pages = max(1, -(-total // ON_A_PAGE))
        page = min(max(page, 1), pages)
        seen = tx.accesses.seen(person.scope, compact, ON_A_PAGE, (page - 1) * ON_A_PAGE)
    return Log(tuple(_bounded(person, each) for each in seen), page, pages, total, wanted)


def at_packet(services: Services, person: Person, packet: Packet) -> tuple[Access, ...] | None:
    """The looks at a packet that this person sees; None for who may not know them."""
    if not person.may(Permission.SEE_ACCESS):
        return None
    with services.store.read() as tx:
        lines = tx.accesses.of(packet.id)
    known = (line for line in lines if not person.corporate or _is_own(person, line))
    return tuple(_own(person, line) for line in known)


def every(services: Services, person: Person, wanted: str) -> tuple[Seen, ...]:
    """The same, all of it, for a file. Raises NotAllowed."""
    person.needs(Permission.SEE_ACCESS)
    with services.store.read() as tx:
        seen = tx.accesses.seen(person.scope, _compact(wanted), MOST)
    return tuple(_bounded(person, each) for each in seen)


def _note(services: Services, line: Access) -> None:
    if line.act is Look.PAGE:  # a program may ask every few seconds; a file is noted every time
        with services.store.read() as tx:
            last = tx.accesses.last(line)
        if last is not None and line.at - last < AGAIN:
            return
    with services.store.write() as tx:
        tx.accesses.add(line)


def _bounded(person: Person, seen: Seen) -> Seen:
    return replace(seen, access=_own(person, seen.access))


def _own(person: Person, line: Access) -> Access:
    return line if _is_own(person, line) else replace(line, name=None, account_id=None, key_id=None)


def _is_own(person: Person, line: Access) -> bool:
    return person.organisation is not None and line.handle == person.organisation.handle


def _compact(wanted: str) -> str | None:
    if not wanted.strip():
        return None
    try:
        return reference.compact_form(wanted)
    except InvalidReference:
        return wanted[: reference.LONGEST]  # of no packet
