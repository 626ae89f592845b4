"""What a packet type is made of: its documents, its recipients and the fields they need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from docgen.errors import Severity

Kind = Literal[
    "text", "name", "date", "email", "phone", "postcode", "kvk", "agb", "bag", "boolean", "choice", "integer",
    "language", "reference", "lease_number", "dossier_number", "corporation_code", "rows",
]  # fmt: skip
Visibility = Literal["all", "parties", "metadata"]
Action = Literal["sign", "acknowledge"]
Guard = Literal["health", "none"]  # none: an identifier whose digits may look like a BSN

TODAY = "today"  # stands for the day of checking where a key is expected in not_before and not_after


@dataclass(frozen=True)
class Choice:
    """One of the values a choice field may have; printed as its Dutch label."""

    value: str
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Condition:
    """True when the field ``key`` has one of the values ``among``."""

    key: str
    among: tuple[object, ...]


@dataclass(frozen=True)
class Younger:
    """True when the person born on the date ``key`` is younger than ``years`` on the date ``at``."""

    key: str
    years: int
    at: str = TODAY


@dataclass(frozen=True)
class Bound:
    """A date limit: the date of ``key`` (or ``today``) plus months and then days."""

    key: str
    months: int = 0
    days: int = 0
    severity: Severity = "error"
    message: str | None = None


@dataclass(frozen=True)
class Derivation:
    """How a field gets its value from other fields; exactly one of the first four is set.

    ``since`` is a date key to which ``months`` and then ``days`` are added.
    """

    since: str | None = None
    join: tuple[str, ...] = ()
    copy: str | None = None
    value: object = None
    months: int = 0
    days: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys that must have their value first."""
        return tuple(key for key in (self.since, self.copy, *self.join) if key)


@dataclass(frozen=True)
class Column:
    """One cell of a row in a field of type ``rows``."""

    key: str
    label: str
    type: Kind = "text"
    required: bool = True
    min: int | None = None
    max: int | None = None
    choices: tuple[Choice, ...] = ()
    help: str | None = None
    guard: Guard | None = None


@dataclass(frozen=True)
class Field:
    """One value of the packet; ``min`` and ``max`` count characters, or limit the value of an integer."""

    key: str
    label: str
    type: Kind = "text"
    required: bool = True
    min: int | None = None
    max: int | None = None
    choices: tuple[Choice, ...] = ()
    help: str | None = None
    guard: Guard | None = None
    visibility: Visibility = "all"
    required_if: Condition | None = None
    required_if_younger: Younger | None = None
    derive: Derivation | None = None
    not_before: Bound | None = None
    not_after: Bound | None = None
    equals: str | None = None
    differs_from: str | None = None
    one_of: str | None = None
    min_rows: int = 0
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class DocumentPart:
    """One document of the packet, ``name``.docx; only ``archive`` ones reach the corporation."""

    name: str
    title: str
    archive: bool = True


@dataclass(frozen=True)
class Leaflet:
    """A document that nobody signs, ``name``.docx, for the recipients in ``roles`` and who asked for it.

    ``reference_of`` names the document whose reference it is about. It prints what every recipient may see.
    """

    name: str
    title: str
    roles: tuple[str, ...] = ()
    reference_of: str | None = None

    @property
    def archive(self) -> bool:
        """What is for the parties only is never in it."""
        return True


@dataclass(frozen=True)
class RecipientRole:
    """Who gets a link, for which documents, and in which order.

    What ``keys`` gives are keys of fields, not values. A role with ``when`` takes part only in a packet in
    which that field holds something that is not false.
    Without a value at ``email`` the link goes to the host, who opens it together with the recipient.
    ``identity`` names the checks that prove who opens the link, the first that can be done first; none means
    that the link is enough. With ``team`` whoever opens the link says its own name and function. ``paper``
    allows a signature on paper instead.
    """

    role: str
    label: str
    action: Action
    order: int
    documents: tuple[str, ...]
    name: str
    email: str
    statement: str
    organisation: str | None = None
    function: str | None = None
    consequence: str | None = None
    term_days: int | None = None
    when: str | None = None
    host_name: str | None = None
    host_email: str | None = None
    mobile: str | None = None
    language: str | None = None
    identity: tuple[str, ...] = ()
    team: bool = False
    paper: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of fields that are given."""
        keys = (self.name, self.email, self.organisation, self.function, self.mobile, self.language)
        return tuple(key for key in (*keys, self.when, self.host_name, self.host_email) if key)


@dataclass(frozen=True)
class Appointment:
    """A day that every party should remember; ``key`` is of a date field."""

    key: str
    title: str


@dataclass(frozen=True)
class Contact:
    """Whom a recipient can ask, and which organisation sends the packet; keys of fields, not values."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    organisation: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are given."""
        return tuple(key for key in (self.name, self.phone, self.email, self.organisation) if key)


@dataclass(frozen=True)
class Manifest:
    """A packet type as its folder describes it; made by ``docgen.grammar.parse``."""

    type: str
    code: str
    version: str
    title: str
    language: str
    documents: tuple[DocumentPart, ...]
    recipients: tuple[RecipientRole, ...]
    fields: tuple[Field, ...]
    effect: str | None = None
    contact: Contact | None = None
    leaflets: tuple[Leaflet, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    def field(self, key: str) -> Field | None:
        """The field with this dotted key."""
        return next((field for field in self.fields if field.key == key), None)

    def document(self, name: str) -> DocumentPart | None:
        """The document with this name."""
        return next((document for document in self.documents if document.name == name), None)

    def leaflet(self, name: str) -> Leaflet | None:
        """The leaflet with this name."""
        return next((leaflet for leaflet in self.leaflets if leaflet.name == name), None)

    @property
    def sheets(self) -> tuple[DocumentPart | Leaflet, ...]:
        """Everything with a DOCX: the documents, then the leaflets."""
        return (*self.documents, *self.leaflets)

    def roles(self, document: str) -> tuple[RecipientRole, ...]:
        """Whoever may see this document and have a signature field in it, in any packet of the type."""
        return tuple(recipient for recipient in self.recipients if document in recipient.documents)


def value_at(values: Mapping[str, object], key: str) -> object:
    """The value at a dotted key; None when it, or anything on the way to it, is absent."""
    found: object = values
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def recipients(manifest: Manifest, values: Mapping[str, object]) -> tuple[RecipientRole, ...]:
    """Who takes part in the packet with these values, as ``complete`` gave them; in the manifest's order."""
    return tuple(role for role in manifest.recipients if role.when is None or value_at(values, role.when))


def put_at(values: dict[str, object], key: str, value: object) -> None:
    """Set the value at a dotted key, making the tables on the way."""
    *tables, last = key.split(".")
    inner = values
    for part in tables:
        step = inner.setdefault(part, {})
        if not isinstance(step, dict):
            raise TypeError(f"{key}: {part} holds a value, not a table")
        inner = step
    inner[last] = value


def prefixes(key: str) -> Iterator[str]:
    """The tables a dotted key lives in: ``a.b.c`` gives ``a`` and ``a.b``."""
    parts = key.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))
