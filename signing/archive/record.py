"""What an archive is told about a sealed document (domain 4.5): enough to file it, no evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from signing.archive.errors import RecordInvalid
from signing.errors import InvalidReference
from signing.reference import compact_form, normalise_lease

# PRONOM identifiers of the flavours of PDF/A that are archived (domain 4.4).
PRONOM = {"PDF/A-2a": "fmt/476", "PDF/A-2b": "fmt/477", "PDF/A-2u": "fmt/478"}

APPRAISALS = ("B", "V", "N")  # MDTO, list of appraisals: keep, destroy in time, to be decided

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


@dataclass(frozen=True)
class Renewed:
    """That the document was timestamped anew, for the ``number``-th time; hashes in hex.

    ``previous``: the PDF before this renewal; ``sealed``: as it was sealed. This one begins with both.
    ``previous_evidence``: the evidence before it was renewed along.
    """

    number: int
    at: datetime
    previous_sha256: str
    sealed_sha256: str
    previous_evidence_sha256: str


@dataclass(frozen=True, kw_only=True, repr=False)
class ArchiveRecord:
    """One sealed document. Moments are aware; ``size`` is in bytes; ``format`` is a value of ``PRONOM``.

    ``type``: id of the template; ``template_sha256``: over its files. A lease or a dossier number is needed,
    and ``start_date`` or ``transfer_date``. ``retention_rule``: Dutch, one line. ``renewed``: None as sealed.
    ``test``: made with development keys. Raises RecordInvalid with everything that is wrong.
    """

    reference: str
    uuid: str
    type: str
    code: str
    title: str
    template_version: str
    template_sha256: str
    corporation: Corporation
    tenant: Tenant
    parties: tuple[Party, ...]
    signed_at: tuple[datetime, ...]
    sealed_at: datetime
    sha256: str
    size: int
    format: str
    retention_rule: str
    lease_number_raw: str | None = None
    lease_number_norm: str | None = None
    dossier_number: str | None = None
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
    renewed: Renewed | None = None
    test: bool = False

    def __post_init__(self) -> None:
        problems = [*_text_problems("", asdict(self)), *_problems(self)]
        if problems:
            raise RecordInvalid(problems)

    def __repr__(self) -> str:
        return f"ArchiveRecord({self.uuid})"  # names and lease numbers stay out of log lines

    @property
    def name(self) -> str:
        """Of its folder in the archive: the reference, and which renewal it is."""
        return f"{self.reference}-renewal-{self.renewed.number}" if self.renewed else self.reference

    @property
    def file_name(self) -> str:
        """The name of the PDF in the archive."""
        return f"{self.name}.pdf"

    @property
    def flavour(self) -> str:
        """The flavour of PDF/A, e.g. ``PDF/A-2a``."""
        return next(flavour for flavour, pronom in PRONOM.items() if pronom == self.format)


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
    renewed = record.renewed
    moments = [*record.signed_at, record.sealed_at, record.acknowledged_at, renewed.at if renewed else None]
    hashes = [record.sha256, record.template_sha256]
    if renewed:
        hashes += [renewed.previous_sha256, renewed.sealed_sha256, renewed.previous_evidence_sha256]
    start = record.start_date or record.transfer_date
    checks = {
        "a reference is not CORP-LEASE-TYPENN-C with its check character": all(
            _is_reference(reference) for reference in references if reference is not None
        ),
        "the reference is of another corporation": record.reference.startswith(f"{record.corporation.code}-"),
        "the reference is of another type than code says": f"-{record.code}" in record.reference,
        "corporation.code is not 2-5 of A-Z 0-9": _CORPORATION.fullmatch(record.corporation.code),
        "uuid is not a UUID": _is_uuid(record.uuid),
        "neither lease_number_raw nor dossier_number is there": (
            record.lease_number_raw or record.dossier_number
        ),
        "lease_number_norm is not lease_number_raw in capitals and digits": (
            record.lease_number_norm
            == (normalise_lease(record.lease_number_raw) if record.lease_number_raw else None)
            != ""
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
        "a sha256 is not 64 digits 0-9a-f": all(_SHA256.fullmatch(sha256) for sha256 in hashes),
        "renewed has no number, or the hash of this very file": (
            renewed is None or (renewed.number > 0 and renewed.previous_sha256 != record.sha256)
        ),
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
