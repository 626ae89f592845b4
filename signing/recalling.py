"""Finding an earlier packet at the desk: by what is known of it, or by a reference with a slip in it."""

from __future__ import annotations

from signing import reference
from signing.account import Permission
from signing.errors import InvalidReference
from signing.finding import LONGEST_SEARCH, Row, every
from signing.services import Services
from signing.staff import Person
from signing.standing import Filter

MOST_CHOICES = 10  # leases that are shown to choose from
MOST = 2000  # newest packets whose references are looked at for a slip


def choices(services: Services, person: Person, words: str) -> tuple[Row, ...]:
    """The organisation's newest packets in which these words stand: of number, address or tenant.

    Each lease is there once. Raises NotAllowed.
    """
    person.needs(Permission.STEER_PACKETS)
    if not words.strip():
        return ()
    found: dict[tuple[str, str], Row] = {}
    for row in every(services, person, words, Filter.ALL):
        found.setdefault((row.lease, row.tenant), row)
        if len(found) == MOST_CHOICES:
            break
    return tuple(found.values())


def meant(services: Services, person: Person, words: str) -> str | None:
    """The reference that was meant, when a reference was typed with a slip and exactly one is near it.

    Only among the packets within the scope. Raises NotAllowed.
    """
    person.needs(Permission.SEE_PACKETS)
    try:
        reference.compact_form(words[:LONGEST_SEARCH])
    except InvalidReference:
        with services.store.read() as tx:
            near = tx.overview.references(person.scope, MOST)
        fits = [each for each in near if reference.is_near(words, each.replace("-", ""))]
        return fits[0] if len(fits) == 1 else None
    return None
