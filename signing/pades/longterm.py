"""From B-T to B-LTA, and on: proof that nothing was revoked (DSS), and a document timestamp over it all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from asn1crypto import cms, x509  # type: ignore[import-untyped]
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.context import (
    CertValidationPolicySpec,
    ValidationContext,
    bootstrap_validation_data_handlers,
)
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from signing.pades import containers
from signing.pades.certificates import TrustRoots
from signing.pades.errors import NotRenewable, PadesError, RevocationUnavailable, UnusableKey
from signing.pades.history import covered, is_timestamp
from signing.pades.keys import KEY_USAGE
from signing.pades.revision import DIGEST, Revision, signature_fields, with_room
from signing.pades.timestamps import CheckedTimeStamper

TIMESTAMP_LABEL = "Tijdstempel van het hele document"
# An OCSP answer is written by another clock, and after ours was read.
CLOCK_DIFFERENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class _Leaf:
    """A certificate that signed something in the file, with what came along with it."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    stamps: bool


class _Opened:
    """A file that was opened once, to be read and then, mostly, to be written on."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.first = Revision.of(pdf)
        self._used = False

    def anew(self) -> Revision:
        """A revision that nothing was written on yet."""
        if self._used:
            return Revision.of(self._pdf)
        self._used = True
        return self.first


@dataclass(frozen=True)
class RevocationProofs:
    """Where proofs come from: the network, through the services that the certificates name."""

    session: aiohttp.ClientSession
    timeout: float
    trust: TrustRoots
    chain: tuple[x509.Certificate, ...]
    now: datetime

    def context(self) -> ValidationContext:
        """A validation context that fetches, demands and remembers revocation information."""
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(list(self.trust.certificates)),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            time_tolerance=CLOCK_DIFFERENCE,
        )
        handlers = bootstrap_validation_data_handlers(
            fetchers=AIOHttpFetcherBackend(self.session, per_request_timeout=self.timeout), certs=self.chain
        )
        timing = ValidationTimingInfo(self.now, self.now, point_in_time_validation=False)
        return policy.build_validation_context(timing, handlers)


async def ensure_unrevoked(
    chain: tuple[x509.Certificate, ...], proofs: RevocationProofs, *, stamps: bool
) -> None:
    """Raise ``UnusableKey`` or ``RevocationUnavailable`` unless a chain (leaf first) is good now.

    ``stamps``: it is that of a time-stamping authority.
    """
    await _prove(_Leaf(chain[0], chain[1:], stamps), proofs.context())


async def extend(signed: bytes, stamper: CheckedTimeStamper, proofs: RevocationProofs) -> bytes:
    """Add DSS and document timestamp in one revision; raises as ``Pades.apply_seal`` does."""
    opened = _Opened(signed)
    filled = sum(signature_fields(opened.first).values())
    return await _proven(
        opened, _leaves(containers.signed_data(signed, opened.first.prev, filled)), stamper, proofs
    )


async def renew(sealed: bytes, stamper: CheckedTimeStamper, proofs: RevocationProofs) -> bytes:
    """Add proofs for the last document timestamp, and a new one over the whole file, in one revision.

    Raises ``NotRenewable`` when the last document timestamp is missing, is not the last, or ended.
    """
    opened = _Opened(sealed)
    signatures = opened.first.prev.embedded_signatures
    last = signatures[-1] if signatures else None
    if last is None or not is_timestamp(last) or covered(last) != len(sealed):
        raise NotRenewable(
            "the file does not end with a document timestamp over all of it, so there is nothing to renew; "
            "only a sealed file can be renewed, as it was sealed"
        )
    ended = last.signer_cert.not_valid_after
    if ended < proofs.now:
        raise NotRenewable(
            f"the certificate of the last document timestamp ended on {ended:%Y-%m-%d}, so a new timestamp "
            f"on {proofs.now:%Y-%m-%d} would prove nothing; rely on another copy that was renewed in time"
        )
    return await _proven(opened, _leaves([last.signed_data]), stamper, proofs)


async def _proven(
    opened: _Opened, leaves: list[_Leaf], stamper: CheckedTimeStamper, proofs: RevocationProofs
) -> bytes:
    for _ in range(3):
        extended = await _extended(opened, leaves, stamper, proofs)
        last = _leaf(cms.ContentInfo.load(stamper.tokens[-1])["content"], stamps=True)
        if last.certificate.sha256 in {leaf.certificate.sha256 for leaf in leaves}:
            return extended
        # Another authority stamps now than stamped before: its proofs must be inside too.
        leaves = [*leaves, last]
    raise PadesError("the time-stamping authorities keep changing their certificate; try again later")


async def _extended(
    opened: _Opened, leaves: Iterable[_Leaf], stamper: CheckedTimeStamper, proofs: RevocationProofs
) -> bytes:
    context = proofs.context()
    paths = await asyncio.gather(*(_prove(leaf, context) for leaf in leaves))

    async def write(room: int) -> bytes:
        revision = opened.anew()
        DocumentSecurityStore.supply_dss_in_writer(
            revision, None, paths=paths, ocsps=context.ocsps, crls=context.crls
        )
        output = await PdfTimeStamper(stamper, readable_field_name=TIMESTAMP_LABEL).async_timestamp_pdf(
            revision, DIGEST, bytes_reserved=2 * room
        )
        sealed: bytes = output.getvalue()
        return sealed

    return await with_room(stamper, write)


async def _prove(leaf: _Leaf, context: ValidationContext) -> Any:
    validator = CertificateValidator(
        leaf.certificate, intermediate_certs=leaf.others, validation_context=context
    )
    who = leaf.certificate.subject.human_friendly
    usage, extended = (set(), {"time_stamping"}) if leaf.stamps else (set(KEY_USAGE), None)
    try:
        return await validator.async_validate_usage(usage, extended)  # type: ignore[no-untyped-call]
    except RevokedError as error:
        raise UnusableKey(
            f"the certificate of {who} is revoked: {error}; the seal needs another key"
        ) from error
    except InsufficientRevinfoError as error:
        raise RevocationUnavailable(
            f"whether the certificate of {who} is revoked cannot be learned: {error}; try again later"
        ) from error
    except (PathError, ValidationError) as error:
        raise UnusableKey(f"the certificate of {who} does not validate: {error}") from error


def _leaves(signed: Iterable[cms.SignedData]) -> list[_Leaf]:
    found: dict[bytes, _Leaf] = {}
    for each in signed:
        leaves = [_leaf(each, stamps=containers.is_timestamp(each))]
        leaves += [_leaf(token, stamps=True) for token in extract_tst_data_iter(_signer(each), signed=False)]
        found |= {leaf.certificate.sha256: leaf for leaf in leaves}
    return list(found.values())


def _signer(signed: cms.SignedData) -> cms.SignerInfo:
    (only,) = signed["signer_infos"]
    return only


def _leaf(signed_data: Any, *, stamps: bool) -> _Leaf:
    info = extract_certificate_info(signed_data)
    return _Leaf(info.signer_cert, tuple(info.other_certs), stamps)
