"""How trust is judged: which roots, which proofs, which changes; always offline (sealing.md, rule R)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from asn1crypto import crl, ocsp  # type: ignore[import-untyped]
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.pades.certificates import TrustRoots
from signing.pades.findings import SENTENCES, Finding
from signing.pades.keys import KEY_USAGE

# Authorities have clocks of their own: what they wrote may lie a little after the moment of judgement.
CLOCK_DIFFERENCE = timedelta(minutes=5)
# Nothing newer than the file itself can be asked for offline. So proof that a timestamp's certificate was not
# revoked when the document was sealed stays good for as long as that certificate is valid.
PROOF_LIFE = timedelta(days=50 * 365)

# pyHanko's default policy without what nothing of ours needs: the rules for text fields (which accept shadow
# attacks by replacement, finding 7) and for metadata, and the entries of catalog, form and field that it lets
# anybody change. Later revisions may fill a signature field, or add a DSS and a document timestamp; no more.
STRICT_CHANGES = StandardDiffPolicy(
    [
        CatalogModificationRule(ignored_keys={"/AcroForm", "/DSS"}),  # type: ignore[no-untyped-call]
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    FormUpdatingRule(
        [
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]
            SigFieldModificationRule(
                allow_in_place_appearance_stream_changes=False,
                always_modifiable=frozenset(),
                value_update_keys={"/AP", "/V"},
            ),
        ],
        ignored_acroform_keys={"/Fields"},
    ),
)


def explain(outcome: AdESSubIndic) -> Finding:
    """An AdES sub-indication (ETSI EN 319 102-1, 5.1.3) as a finding that names it."""
    code = f"ades-{outcome.standard_name.lower().replace('_', '-')}"
    return Finding.of(code if code in SENTENCES else "ades-other", indication=outcome.standard_name)


def timing(at: datetime) -> ValidationTimingInfo:
    """Judge as of ``at``."""
    return ValidationTimingInfo(at, at, point_in_time_validation=False)


def sealed_spec(trust: TrustRoots, reader: Any) -> SignatureValidationSpec:
    """For a sealed file: every certificate needs proof from the DSS that it was not revoked."""
    return _spec(trust, REQUIRE_REVINFO, _knowledge(trust, reader))


def progress_spec(trust: TrustRoots) -> SignatureValidationSpec:
    """For a file between signatures: revocation is not judged, its proofs come with the seal."""
    return _spec(trust, NO_REVOCATION, LocalKnowledge(known_certs=list(trust.certificates)))


def _spec(
    trust: TrustRoots, revocation: RevocationCheckingPolicy, knowledge: LocalKnowledge
) -> SignatureValidationSpec:
    manager = SimpleTrustManager.build(list(trust.certificates))
    old_proof = CertRevTrustPolicy(
        revocation,
        freshness=PROOF_LIFE,
        freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
    )
    return SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            manager, CertRevTrustPolicy(revocation), time_tolerance=CLOCK_DIFFERENCE
        ),
        ts_cert_validation_policy=CertValidationPolicySpec(
            manager, old_proof, time_tolerance=CLOCK_DIFFERENCE
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=knowledge,
        key_usage_settings=KeyUsageConstraints(key_usage=set(KEY_USAGE)),
    )


def _knowledge(trust: TrustRoots, reader: Any) -> LocalKnowledge:
    # pyHanko finds no proof of existence for roots that are not among the known certificates (finding 8).
    certificates = list(trust.certificates)
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge(known_certs=certificates)
    answers = [_read(member, DecodePurpose.OCSP_RESPONSE) for member in store.ocsps]
    lists = [_read(member, DecodePurpose.CRL) for member in store.crls]
    return LocalKnowledge(
        known_certs=certificates + list(store.load_certs()),
        known_ocsps=[
            container
            for answer in answers
            for container in OCSPContainer.load_multi(ocsp.OCSPResponse.load(answer))
        ],
        known_crls=[CRLContainer(crl.CertificateList.load(data)) for data in lists],
    )


def _read(member: Any, purpose: DecodePurpose) -> bytes:
    data: bytes = member.get_object().read_data(purpose)
    return data
