"""Signs, seals and validates PDFs (PAdES); the only package that knows pyHanko."""

import logging

from signing.pades.certificates import TrustRoots
from signing.pades.command import validate_command
from signing.pades.errors import (
    DevelopmentPkiError,
    DocumentChanged,
    FieldUnavailable,
    NotRenewable,
    PadesError,
    RevocationUnavailable,
    TimestampUnavailable,
    UnusableFile,
    UnusableKey,
    UnusableTrust,
    UnwritableText,
)
from signing.pades.findings import Finding
from signing.pades.model import (
    CertificateReport,
    Commitment,
    Expected,
    PadesSettings,
    PartySignature,
    Report,
    RevisionReport,
    Seal,
    SignatureReport,
    TimestampReport,
)
from signing.pades.renewal import renewal_due
from signing.pades.sign import Pades
from signing.pades.validate import check_progress, validate

# pyHanko logs every unfavourable judgement with a traceback and the names in the certificates. The report
# says it all, and a log line holds no personal data.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

__all__ = [
    "CertificateReport",
    "Commitment",
    "DevelopmentPkiError",
    "DocumentChanged",
    "Expected",
    "FieldUnavailable",
    "Finding",
    "NotRenewable",
    "Pades",
    "PadesError",
    "PadesSettings",
    "PartySignature",
    "Report",
    "RevisionReport",
    "RevocationUnavailable",
    "Seal",
    "SignatureReport",
    "TimestampReport",
    "TimestampUnavailable",
    "TrustRoots",
    "UnusableFile",
    "UnusableKey",
    "UnusableTrust",
    "UnwritableText",
    "check_progress",
    "renewal_due",
    "validate",
    "validate_command",
]
