"""pyHanko as its tutorial has it: SimpleSigner, a text stamp, measured sizes, nothing kept from before."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class Stock:
    """What every signature needs; ``signer`` is loaded once by who wants that."""

    key: Path
    passphrase: str
    root: Any
    tsa_url: str

    def signer(self) -> SimpleSigner:
        """From PKCS#12."""
        signer = SimpleSigner.load_pkcs12(str(self.key), passphrase=self.passphrase.encode())
        assert signer is not None
        return signer

    def sign(self, pdf: bytes, field: str, level: str, signer: SimpleSigner, *, first: bool = True) -> bytes:
        """One signature at B-B, B-T or B-LTA."""
        return asyncio.run(self._sign(pdf, field, level, signer, first))

    async def _sign(self, pdf: bytes, field: str, level: str, signer: SimpleSigner, first: bool) -> bytes:
        long_term = level == "B-LTA"
        context = ValidationContext(trust_roots=[self.root], allow_fetching=True) if long_term else None
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=first,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            name="O'Neill",
            reason="Akkoord met MTR-0012345678-BGO01-C",
            location="Utrecht",
            embed_validation_info=long_term,
            use_pades_lta=long_term,
            validation_context=context,
        )
        stamp = TextStampStyle(stamp_text="O'Neill\nOndertekend op %(ts)s")
        timestamper = None if level == "B-B" else HTTPTimeStamper(self.tsa_url)
        work = PdfSigner(metadata, signer, timestamper=timestamper, stamp_style=stamp)
        try:
            output = await work.async_sign_pdf(
                IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=True
            )
        finally:
            if context is not None:
                await context.aclose()
        made: bytes = output.getvalue()
        return made

    def agreement(self, pdf: bytes, fields: tuple[str, ...]) -> bytes:
        """Every field at B-LTA, each time from the key file on."""
        for number, field in enumerate(fields):
            pdf = self.sign(pdf, field, "B-LTA", self.signer(), first=number == 0)
        return pdf
