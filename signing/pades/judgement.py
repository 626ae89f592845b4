"""The verdict on one signature or document timestamp: integrity, changes, trust, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.ades import (
    ades_lta_validation,
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)

from signing.pades import policy, strength
from signing.pades.attributes import ReadStatement, read_statement
from signing.pades.certificates import TrustRoots, describe
from signing.pades.findings import Finding
from signing.pades.history import Setting
from signing.pades.model import CertificateReport, SignatureReport

LONGEST_TEXT = 500  # characters of a name or reason that are told on
NOTHING_STATED = ReadStatement(None, None, None)


@dataclass(frozen=True)
class Verdict:
    """What was found about one signature; it holds when ``problems`` is empty."""

    field: str
    problems: tuple[Finding, ...]
    intact: bool = False
    trusted: bool = False
    signed_at: datetime | None = None
    level: str | None = None
    name: str | None = None
    reason: str | None = None
    statement: ReadStatement = NOTHING_STATED
    signer: CertificateReport | None = None
    stamped_by: CertificateReport | None = None
    # When the first certificate of a document timestamp's chain ends.
    proves_until: datetime | None = None

    @classmethod
    def broken(cls, field: str, problem: Finding) -> Verdict:
        """A signature that cannot even be judged."""
        return cls(field, (problem,))

    def with_problems(self, problems: Iterable[Finding]) -> Verdict:
        """The same with more problems."""
        return replace(self, problems=(*self.problems, *problems))

    def report(self, proved_by: str | None) -> SignatureReport:
        """The public form; a signature with problems has no level above what it proves."""
        return SignatureReport(
            field=str(self.field),  # plain text: the PDF object holds the whole file
            name=self.name,
            reason=self.reason,
            role=self.statement.role,
            commitment=self.statement.commitment,
            audit_sha256=self.statement.audit_sha256,
            signed_at=self.signed_at,
            level=None if self.problems else self.level,
            intact=self.intact,
            trusted=self.trusted,
            certificate=self.signer.subject if self.signer else "",
            signer=self.signer,
            stamped_by=self.stamped_by,
            proved_by=proved_by,
        )


async def judge_sealed(setting: Setting, trust: TrustRoots) -> Verdict:
    """A signature under the seal: AdES LTA (ETSI EN 319 102-1, 5.6.3) with proofs from the file only."""
    sealed = setting.when_sealed
    spec = PdfSignatureValidationSpec(policy.sealed_spec(trust, setting.proofs), policy.STRICT_CHANGES)
    result = await ades_lta_validation(sealed, spec, policy.timing(setting.at))
    verdict = _verdict(sealed, result.ades_subindic, result.api_status, setting.at)
    if setting.signature is not sealed:
        verdict = verdict.with_problems(_later_problems(setting.signature))
    covered = result.oldest_evidence_record_timestamp is not None
    return replace(verdict, level="B-LTA" if covered else verdict.level)


def _later_problems(signature: EmbeddedPdfSignature) -> Iterator[Finding]:
    """What the revisions behind the first document timestamp did to a signature."""
    signature.compute_integrity_info(policy.STRICT_CHANGES)  # type: ignore[no-untyped-call]
    if not signature.summarise_integrity_info()["docmdp_ok"]:
        yield Finding.of("changed-after")


async def judge_progress(setting: Setting, trust: TrustRoots) -> Verdict:
    """A party's signature before the seal: signature with time (ETSI EN 319 102-1, 5.5).

    The chain is judged at the moment of the timestamp. pyHanko passes a certificate that had expired by then
    and leaves that to past validation, under the seal: so here a chain that validated as a whole is required.
    """
    signature, at = setting.signature, setting.at
    tokens = _tokens(signature)
    signature.compute_integrity_info(policy.STRICT_CHANGES)  # type: ignore[no-untyped-call]
    result = await ades_with_time_validation(
        signature.signed_data,
        policy.progress_spec(trust),
        timing_info=policy.timing(_stamped_at(tokens[0]) if tokens else at),
        raw_digest=signature.compute_digest(),
        extra_status_kwargs=signature.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )
    verdict = _verdict(signature, result.ades_subindic, result.api_status, at)
    if verdict.trusted and (result.api_status is None or result.api_status.validation_path is None):
        return replace(verdict, trusted=False).with_problems([Finding.of("chain-not-validated")])
    return verdict


async def judge_timestamp(setting: Setting, trust: TrustRoots) -> Verdict:
    """A document timestamp (ETSI EN 319 142-1, 5.4.3), its proofs from the file only."""
    signature, at = setting.signature, setting.at
    signature.compute_integrity_info(policy.STRICT_CHANGES)  # type: ignore[no-untyped-call]
    result = await ades_timestamp_validation(
        signature.signed_data,
        policy.sealed_spec(trust, setting.proofs),
        signature.compute_digest,
        timing_info=policy.timing(at),
        extra_status_kwargs={
            "coverage": signature.coverage,
            "diff_result": signature.diff_result,
            "docmdp_ok": signature.summarise_integrity_info()["docmdp_ok"],
        },
        status_cls=DocumentTimestampStatus,
    )
    status, moment = result.api_status, _stamped_at(signature.signed_data)
    until = _first_end(signature.signer_cert, status)
    problems = [*setting.order_problems(moment), *setting.renewal_problems(until)]
    problems += _common_problems(signature, result.ades_subindic, status, "/ETSI.RFC3161")
    problems += _time_problems(moment, at, signature.signer_cert)
    return Verdict(
        field=signature.field_name,
        problems=tuple(problems),
        intact=_intact(status),
        trusted=result.ades_subindic is AdESPassed.OK,
        signed_at=moment,
        signer=describe(signature.signer_cert),
        proves_until=until,
    )


def _first_end(certificate: Any, status: Any) -> datetime:
    path = getattr(status, "validation_path", None)
    chain = [certificate, *(path.iter_certs(include_root=True) if path is not None else ())]
    ends: list[datetime] = [member.not_valid_after for member in chain]
    return min(ends)


def _verdict(signature: EmbeddedPdfSignature, outcome: Any, status: Any, at: datetime) -> Verdict:
    problems = [*_common_problems(signature, outcome, status, "/ETSI.CAdES.detached")]
    tokens = _tokens(signature)
    problems += _token_problems(tokens, status)
    if not problems and status.timestamp_validity is None:
        problems.append(Finding.of("timestamp-not-judged"))
    moment = _stamped_at(tokens[0]) if tokens else None
    problems += _time_problems(moment, at, signature.signer_cert)
    dictionary = signature.sig_object
    return Verdict(
        field=signature.field_name,
        problems=tuple(problems),
        intact=_intact(status),
        trusted=outcome is AdESPassed.OK,
        signed_at=moment,
        level="B-T" if tokens else "B-B",
        name=_text(dictionary, "/Name"),
        reason=_text(dictionary, "/Reason"),
        statement=read_statement(signature.signer_info["signed_attrs"]),
        signer=describe(signature.signer_cert),
        stamped_by=_stamper(tokens[0]) if tokens else None,
    )


def _common_problems(
    signature: EmbeddedPdfSignature, outcome: Any, status: Any, sub_filter: str
) -> Iterator[Finding]:
    if signature.sig_object["/SubFilter"] != sub_filter:
        yield Finding.of("sub-filter", found=signature.sig_object["/SubFilter"], expected=sub_filter)
    if outcome is not AdESPassed.OK:
        yield policy.explain(outcome)
        if status is not None and status.revoked:
            yield Finding.of("certificate-revoked")
    elif not (status is not None and status.intact and status.valid):
        yield Finding.of("bytes-changed")
    if status is None or not status.docmdp_ok:
        yield Finding.of("changed-after")
    if status is None or status.coverage is None or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield Finding.of("coverage")
    yield from strength.signature_problems(
        signature.signer_info, signature.md_algorithm, signature.external_md_algorithm
    )


def _token_problems(tokens: list[Any], status: Any) -> Iterator[Finding]:
    if len(tokens) > 1:
        yield Finding.of("timestamps-many")
    for token in tokens:
        yield from strength.timestamp_problems(token)
    found = getattr(status, "timestamp_validity", None)
    if found is not None and not (found.intact and found.valid):
        yield Finding.of("timestamp-other")


def _tokens(signature: EmbeddedPdfSignature) -> list[Any]:
    return list(extract_tst_data_iter(signature.signer_info, signed=False))


def _time_problems(moment: datetime | None, at: datetime, certificate: Any) -> Iterator[Finding]:
    if moment is None:
        return
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        yield Finding.of("certificate-not-valid-then")
    if moment > at + policy.CLOCK_DIFFERENCE:
        yield Finding.of("timestamp-later", moment=f"{moment:%Y-%m-%d %H:%M}")


def _intact(status: Any) -> bool:
    return bool(status is not None and status.intact and status.valid and status.docmdp_ok)


def _stamped_at(token: Any) -> datetime:
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _stamper(token: Any) -> CertificateReport:
    return describe(extract_certificate_info(token).signer_cert)


def _text(dictionary: Any, key: str) -> str | None:
    return str(dictionary[key])[:LONGEST_TEXT] if key in dictionary else None
