"""A record and its PDFs, with the names that go wrong first."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from signing.archive import ArchiveRecord, Corporation, Leaflet, Package, Party, Renewed, Sealed, Tenant

NOW = datetime(2026, 11, 24, 9, 30, 15, 250_000, tzinfo=UTC)
PDF = b"%PDF-1.7\n% the sealed agreement\n%%EOF\n"
EVIDENCE = b"%PDF-1.7\n% the sealed evidence\n%%EOF\n"
REPORT = b'{"valid": true}\n'
LEAFLET = Leaflet("lease-clause", b"%PDF-1.7\n% for the lease\n%%EOF\n")
RECORD = ArchiveRecord(
    reference="MTR-0012345678-BGO01-C",
    uuid="0191d7a5-3c5e-7cc4-9f7e-7c1a3f0a9b11",
    type="guidance-agreement",
    code="BGO",
    title="Begeleidingsovereenkomst",
    template_version="1.0.0",
    template_sha256="7e" * 32,
    corporation=Corporation("MTR", "Woonstichting 't Möhlenbroek & <Zn>", "30123456"),
    lease_number_raw="00.1234.5678",
    lease_number_norm="0012345678",
    tenant=Tenant("Amina Şahin-Wałęsa van 't O'Neill", 1998),
    parties=(Party("referring_org", "Verwijzende organisatie", "Stichting Voorbeeld Opvang", "41234567"),),
    signed_at=(
        datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 11, 30, 1, 999, tzinfo=UTC),
    ),
    acknowledged_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    sealed_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    sha256=hashlib.sha256(PDF).hexdigest(),
    size=len(PDF),
    format="fmt/476",
    retention_rule="einde van de huurovereenkomst + 2 jaar",
    start_date=date(2026, 12, 1),
    end_date=date(2028, 11, 30),
    unit_code="100234-01",
    bag_vbo_id="0344010000123456",
)
TRANSFER = replace(
    RECORD,
    reference="MTR-0012345678-OVD01-4",
    code="OVD",
    type="transfer-form",
    title="Overdrachtsformulier",
    parties=(
        Party("transferring_org", "Overdragende organisatie", "Stichting Voorbeeld Opvang", "41234567"),
        Party("receiving_org", "Overnemende organisatie", "S" * 60, None),
    ),
    tenant=Tenant("A. Şahin"),
    acknowledged_at=None,
    start_date=None,
    end_date=None,
    transfer_date=date(2027, 6, 1),
    related_reference="MTR-0012345678-BGO01-C",
    unit_code=None,
    bag_vbo_id=None,
    format="fmt/478",
    test=True,
)


AFTER = PDF + b"% a later timestamp\n%%EOF\n"
RENEWAL = Renewed(
    1,
    datetime(2035, 11, 1, 3, 0, tzinfo=UTC),
    previous_sha256=RECORD.sha256,
    sealed_sha256=RECORD.sha256,
    previous_evidence_sha256=hashlib.sha256(EVIDENCE).hexdigest(),
)
RENEWED = replace(RECORD, sha256=hashlib.sha256(AFTER).hexdigest(), size=len(AFTER), renewed=RENEWAL)
DOSSIER = replace(
    RECORD,
    reference="PRTL-D00004821-BGO01-P",
    corporation=replace(RECORD.corporation, code="PRTL"),
    lease_number_raw=None,
    lease_number_norm=None,
    dossier_number="D00004821",
)


def package(pdf: bytes = PDF, evidence: bytes = EVIDENCE, **changes: Any) -> Package:
    """A package of these bytes, with a record that fits them."""
    record = replace(RECORD, sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf), **changes)
    return Package(record, Sealed(pdf, REPORT), Sealed(evidence, REPORT), (LEAFLET,))


def renewed() -> Package:
    """The same document after its first renewal."""
    return Package(RENEWED, Sealed(AFTER, REPORT), Sealed(EVIDENCE + b"%", REPORT))
