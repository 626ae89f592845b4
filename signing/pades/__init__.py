"""Signs, seals and validates PDFs (PAdES); the only package that knows pyHanko."""

import logging

from signing.pades.certificates import TrustRoots
from signing.pades.confinement import Limits, validate_confined
from signing.pades.errors import (
    ConfinementFault,
    DevelopmentPkiError,
    DocumentChanged,
    FieldUnavailable,
    KeyUnavailable,
    NotRenewable,
    PadesError,
    RevocationUnavailable,
    TimestampUnavailable,
    UnusableFile,
    UnusableKey,
    UnusableMark,
    UnusableSecret,
    UnusableSettings,
    UnusableTrust,
    UnusableTsa,
    UnwritableText,
)
from signing.pades.findings import Finding
from signing.pades.mark import Mark
from signing.pades.model import (
    CertificateReport,
    Commitment,
    Expected,
    PartySignature,
    Report,
    RevisionReport,
    Seal,
    SignatureReport,
    TimestampReport,
)
from signing.pades.readiness import CertificateEnd, Readiness
from signing.pades.renewal import renewal_due
from signing.pades.secret import HeldSecret, Secret, SecretFile, SecretVariable
from signing.pades.settings import KEY_MARGIN, KeySettings, PadesSettings, ProxySettings, TsaSettings
from signing.pades.sign import Pades, check_settings
from signing.pades.validate import check_progress, validate

# pyHanko logs every unfavourable judgement with a traceback and the names in the certificates. The report
# says it all, and a log line holds no personal data.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

__all__ = [
    "KEY_MARGIN",
    "CertificateEnd",
    "CertificateReport",
    "Commitment",
    "ConfinementFault",
    "DevelopmentPkiError",
    "DocumentChanged",
    "Expected",
    "FieldUnavailable",
    "Finding",
    "HeldSecret",
    "KeySettings",
    "KeyUnavailable",
    "Limits",
    "Mark",
    "NotRenewable",
    "Pades",
    "PadesError",
    "PadesSettings",
    "PartySignature",
    "ProxySettings",
    "Readiness",
    "Report",
    "RevisionReport",
    "RevocationUnavailable",
    "Seal",
    "Secret",
    "SecretFile",
    "SecretVariable",
    "SignatureReport",
    "TimestampReport",
    "TimestampUnavailable",
    "TrustRoots",
    "TsaSettings",
    "UnusableFile",
    "UnusableKey",
    "UnusableMark",
    "UnusableSecret",
    "UnusableSettings",
    "UnusableTrust",
    "UnusableTsa",
    "UnwritableText",
    "check_progress",
    "check_settings",
    "renewal_due",
    "validate",
    "validate_confined",
]
