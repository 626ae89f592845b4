"""The signatures in a file of our own, found by the hole that each leaves in what it signs."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from asn1crypto import cms  # type: ignore[import-untyped]
from pyhanko.pdf_utils.reader import PdfFileReader

_HOLE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+\d+\s*\]")  # ISO 32000-2 12.8.1
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2})+")


def signed_data(pdf: bytes, reader: PdfFileReader, filled: int) -> list[cms.SignedData]:
    """What was signed in the ``filled`` signature fields of a file, timestamps too, oldest first.

    pyHanko reads the hexadecimal digits of a signature one by one, 3 ms for each signature. It is asked only
    when the file also has a text that looks like such a hole.
    """
    found = list(_held(pdf))
    if len(found) != filled:
        return [signature.signed_data for signature in reader.embedded_signatures]
    return [cms.ContentInfo.load(container)["content"] for container in found]


def is_timestamp(signed: cms.SignedData) -> bool:
    """Whether this is a timestamp and not somebody's signature (RFC 3161 2.4.2)."""
    return bool(signed["encap_content_info"]["content_type"].native == "tst_info")


def _held(pdf: bytes) -> Iterator[bytes]:
    for hole in _HOLE.finditer(pdf):
        text = pdf[int(hole[1]) : int(hole[2])]
        if text[:1] == b"<" and text[-1:] == b">" and _HEXADECIMAL.fullmatch(text, 1, len(text) - 1):
            yield binascii.unhexlify(text[1:-1])
