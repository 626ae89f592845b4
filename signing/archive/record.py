"""What an archive is told about a sealed document (domain 4.5): enough to file it, no evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from signing.archive.errors import RecordInvalid
from signing.errors import InvalidReference
from signing.reference import compact_form, normalise_lease

# PRONOM identifiers of the flavours of PDF/A that are archived (domain 4.4).
PRONOM = {"PDF/A-2a": "fmt/476", "PDF/A-2b": "fmt/477", "PDF/A-2u": "fmt/478"}

APPRAISALS = ("B", "V", "N")  # MDTO, list of appraisals: keep, destroy in time, to be decided
AGREEMENTS = frozenset({"BGO", "VLG"})  # VERA INFORMATIEOBJECTSOORT OVE; every other type is DOC

_REFERENCE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+){3}")
_CORPORATION = re.compile(r"[A-Z0-9]{2,5}")
_KVK = re.compile(r"[0-9]{8}")
_BAG = re.compile(r"[0-9]{4}01[0-9]{10}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
# Not in XML 1.0, or a line break: every value here is one line.
_NO_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Corporation:
    """The housing corporation whose archive it is; ``code`` as in its references."""

    code: str
    name: str
    kvk: str


@dataclass(frozen=True)
class Party:
    """An organisation that signed; ``label``: the role in Dutch, from the manifest."""

    role: str
    label: str
    organisation: str
    kvk: str | None = None


@dataclass(frozen=True)
class Tenant:
    """The tenant; the year of birth tells namesakes apart, the day is not needed for that."""

    name: str
    birth_year: int | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class ArchiveRecord:
    """One sealed document. Moments are aware; ``size`` is in bytes; ``format`` is a value of ``PRONOM``.

    ``retention_rule``: Dutch, one line. ``start_date`` or ``transfer_date`` is needed. ``test``: made with
    development keys. Raises RecordInvalid with everything that is wrong.
    """

    reference: str
    uuid: str
    type: str
    code: str
    title: str
    template_version: str
    corporation: Corporation
    lease_number_raw: str
    lease_number_norm: str
    tenant: Tenant
    parties: tuple[Party, ...]
    signed_at: tuple[datetime, ...]
    sealed_at: datetime
    sha256: str
    size: int
    format: str
    retention_rule: str
    acknowledged_at: datetime | None = None
    start_date: date | None = None
    end_date: date | None = None
    transfer_date: date | None = None
    related_reference: str | None = None
    supersedes: str | None = None
    unit_code: str | None = None
    bag_vbo_id: str | None = None
    language: str = "nl"
    confidentiality: str = "VER"  # VERA VERTROUWELIJKHEID: a limited group, because of personal data
    appraisal: str = "V"
    test: bool = False

    def __post_init__(self) -> None:
        problems = [*_text_problems("", asdict(self)), *_problems(self)]
        if problems:
            raise RecordInvalid(problems)

    def __repr__(self) -> str:
        return f"ArchiveRecord({self.uuid})"  # names and lease numbers stay out of log lines

    @property
    def file_name(self) -> str:
        """The name of the PDF in the archive."""
        return f"{self.reference}.pdf"

    @property
    def flavour(self) -> str:
        """The flavour of PDF/A, e.g. ``PDF/A-2a``."""
        return next(flavour for flavour, pronom in PRONOM.items() if pronom == self.format)


def as_json(record: ArchiveRecord) -> bytes:
    """The record as JSON (UTF-8), our names first, VERA's beside them; equal records give equal bytes."""
    told = {**asdict(record), "vera": {"informatieobject": _vera(record)}}
    return (json.dumps(told, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def moment(at: datetime) -> str:
    """A moment as text, UTC, to the second: ``2026-11-23T10:00:00Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _vera(record: ArchiveRecord) -> dict[str, object]:
    """VERA 4.3 Informatieobject: its field names and codes, no claim to conform (domain 3.2)."""
    return {
        "code": record.reference,
        "soort": {"code": "OVE" if record.code in AGREEMENTS else "DOC"},
        "titel": record.title,
        "registratiedatum": moment(record.sealed_at)[:10],
        "archiefnominatie": {"code": "VER"} if record.appraisal == "V" else None,
        "bestandsnaam": record.file_name,
        "bestandsgrootte": record.size,
        "formaat": record.format,
        "taal": {"code": record.language},
        "versie": record.template_version,
        "vertrouwelijkheid": {"code": record.confidentiality},
        "overeenkomsten": [{"code": record.lease_number_raw, "soort": {"code": "HUU"}}],
        "eenheden": [{"code": record.unit_code}] if record.unit_code else [],
        "relaties": [{"naam": party.organisation, "kvkNummer": party.kvk} for party in record.parties],
    }


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an archive record")


def _text_problems(place: str, value: object) -> Iterator[str]:
    """Every text, however deep, is one line that is not blank (MDTO 1.0.2) and can stand in XML 1.0."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _text_problems(f"{place}.{key}" if place else key, inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _text_problems(place, inner)
    elif isinstance(value, str) and not value.strip():
        yield f"{place} is blank; fill it or leave it out"
    elif isinstance(value, str) and _NO_LINE.search(value):
        yield f"{place} holds a line break or control character; remove it"


def _problems(record: ArchiveRecord) -> list[str]:
    references = [record.reference, record.related_reference, record.supersedes]
    numbers = [record.corporation.kvk, *(party.kvk for party in record.parties)]
    moments = [*record.signed_at, record.sealed_at, record.acknowledged_at]
    start = record.start_date or record.transfer_date
    checks = {
        "a reference is not CORP-LEASE-TYPENN-C with its check character": all(
            _is_reference(reference) for reference in references if reference is not None
        ),
        "the reference is of another corporation": record.reference.startswith(f"{record.corporation.code}-"),
        "the reference is of another type than code says": f"-{record.code}" in record.reference,
        "corporation.code is not 2-5 of A-Z 0-9": _CORPORATION.fullmatch(record.corporation.code),
        "uuid is not a UUID": _is_uuid(record.uuid),
        "lease_number_norm is not lease_number_raw in capitals and digits": (
            normalise_lease(record.lease_number_raw) == record.lease_number_norm != ""
        ),
        "a KvK number is not 8 digits": all(_KVK.fullmatch(kvk) for kvk in numbers if kvk is not None),
        "bag_vbo_id is not 16 digits with 01 after the fourth": (
            record.bag_vbo_id is None or _BAG.fullmatch(record.bag_vbo_id)
        ),
        "tenant.birth_year is not a year": (
            record.tenant.birth_year is None or 1900 <= record.tenant.birth_year <= record.sealed_at.year
        ),
        "no organisation signed": record.parties,
        "nobody signed": record.signed_at,
        "a moment has no time zone": all(at.tzinfo is not None for at in moments if at is not None),
        "neither start_date nor transfer_date is there": start,
        "end_date is before the start": not (start and record.end_date) or record.end_date >= start,
        "sha256 is not 64 digits 0-9a-f": _SHA256.fullmatch(record.sha256),
        "size is not a number of bytes": record.size > 0,
        f"format is not one of {', '.join(PRONOM.values())}": record.format in PRONOM.values(),
        "appraisal is not B, V or N": record.appraisal in APPRAISALS,
        "language is not a code such as nl": _LANGUAGE.fullmatch(record.language),
    }
    return [problem for problem, fine in checks.items() if not fine]


def _is_reference(text: str) -> bool:
    try:
        compact_form(text)
    except InvalidReference:
        return False
    return bool(_REFERENCE.fullmatch(text))


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
