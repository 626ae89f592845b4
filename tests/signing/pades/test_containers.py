"""Signatures found by the hole they leave are those that pyHanko reads, and a look-alike leads to none."""

from __future__ import annotations

import io

import pytest
from asn1crypto import cms  # type: ignore[import-untyped]
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pades import containers
from tests.signing.pades.conftest import Papers

# A comment in the file, with <...> of any kind, and a hole that leaves it out.
LOOK_ALIKES = (b"", b"<zz>", b"<308>", b"<3080>")


def read(pdf: bytes) -> list[bytes]:
    return [told(signature.signed_data) for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures]


def found(pdf: bytes, filled: int) -> list[bytes]:
    reader = PdfFileReader(io.BytesIO(pdf))
    return [told(signed) for signed in containers.signed_data(pdf, reader, filled)]


def told(signed: cms.SignedData) -> bytes:
    """The signature's own bytes, which no other has; asking for the whole may take minutes (see ``cms``)."""
    (signer,) = signed["signer_infos"]
    return bytes(signer["signature"].native)


@pytest.mark.parametrize("look_alike", LOOK_ALIKES)
def test_what_only_looks_like_a_signature_is_never_taken_for_one(papers: Papers, look_alike: bytes) -> None:
    end = papers.sealed.rindex(b"startxref")
    start = end + 3
    hole = b"\n% " + look_alike + b" /ByteRange [0 %d %d 3]\n" % (start, start + len(look_alike))
    pdf = papers.sealed[:end] + hole + papers.sealed[end:]
    assert found(pdf, 5) == read(pdf) == read(papers.sealed)


def test_every_signature_and_timestamp_is_found_as_pyhanko_reads_it(papers: Papers) -> None:
    signed = read(papers.sealed)
    assert len(signed) == 5
    assert found(papers.sealed, 5) == signed
    reader = PdfFileReader(io.BytesIO(papers.sealed))
    stamps = [containers.is_timestamp(each) for each in containers.signed_data(papers.sealed, reader, 5)]
    assert stamps == [False] * 4 + [True]


def test_they_are_found_without_asking_pyhanko(papers: Papers) -> None:
    assert len(containers.signed_data(papers.sealed, None, 5)) == 5  # type: ignore[arg-type]
