"""The record as JSON, and back: renewals of decades later start from what was written at the seal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from signing.archive.errors import RecordInvalid
from signing.archive.record import ArchiveRecord, Corporation, Party, Renewed, Tenant

AGREEMENTS = frozenset({"BGO", "VLG"})  # VERA INFORMATIEOBJECTSOORT OVE; every other type is DOC


def as_json(record: ArchiveRecord) -> bytes:
    """The record as JSON (UTF-8), our names first, VERA's beside them; equal records give equal bytes."""
    told = {**asdict(record), "vera": {"informatieobject": _vera(record)}}
    return (json.dumps(told, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def from_json(data: bytes) -> ArchiveRecord:
    """The record that ``as_json`` wrote. Raises RecordInvalid for anything else."""
    try:
        told = json.loads(data)
        del told["vera"]
        return ArchiveRecord(**{**told, **_parts(told)})
    except (ValueError, TypeError, KeyError) as error:
        raise RecordInvalid([f"it is not the JSON of a record ({type(error).__name__})"]) from error


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
        "overeenkomsten": (
            [{"code": record.lease_number_raw, "soort": {"code": "HUU"}}] if record.lease_number_raw else []
        ),
        "eenheden": [{"code": record.unit_code}] if record.unit_code else [],
        "relaties": [{"naam": party.organisation, "kvkNummer": party.kvk} for party in record.parties],
    }


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an archive record")


def _parts(told: Mapping[str, Any]) -> dict[str, object]:
    """What JSON has no types for."""
    return {
        "corporation": Corporation(**told["corporation"]),
        "tenant": Tenant(**told["tenant"]),
        "parties": tuple(Party(**party) for party in told["parties"]),
        "signed_at": tuple(datetime.fromisoformat(at) for at in told["signed_at"]),
        "renewed": _renewed(told["renewed"]),
        **{key: _maybe(datetime.fromisoformat, told[key]) for key in ("acknowledged_at", "sealed_at")},
        **{key: _maybe(date.fromisoformat, told[key]) for key in ("start_date", "end_date", "transfer_date")},
    }


def _renewed(told: Mapping[str, Any] | None) -> Renewed | None:
    return None if told is None else Renewed(**{**told, "at": datetime.fromisoformat(told["at"])})


def _maybe(read: Callable[[str], date], text: str | None) -> date | None:
    return None if text is None else read(text)
