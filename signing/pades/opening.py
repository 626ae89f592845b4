"""Opens a PDF of our own, to write on it.

pyHanko reads a cross-reference table entry by entry, and an agreement has 1,354: 9 ms of a signature's 30.
Here the table of the document as docgen wrote it is read at once. Any other is left to pyHanko, and so is all
that the validator reads.
"""

from __future__ import annotations

import io
import re
from itertools import repeat
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeContext, DecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader, _read_header_version, process_data_at_eof
from pyhanko.pdf_utils.xref import (
    XRefBuilder,
    XRefCache,
    XRefSection,
    XRefSectionData,
    XRefSectionMetaInfo,
    XRefSectionType,
)

ENTRY = 20  # bytes (ISO 32000-1, 7.5.4)
# One subsection from object 0, which is free, and all others in use and of generation 0.
PLAIN = re.compile(rb"0 (\d{1,7})\n0000000000 65535 f \n((?:\d{10} 00000 n \n)+)trailer\s+")
LATER = ("/Prev", "/XRefStm")  # in the trailer of a file that was changed, or is read in two ways


class Reader(PdfFileReader):
    """As pyHanko's own, strict; raises as that does."""

    def __init__(self, pdf: bytes) -> None:
        # All that the constructor of pyHanko does, which takes no other builder.
        self.stream = io.BytesIO(pdf)
        self.strict = True
        self.resolved_objects = {}
        self._security_handler = None
        self._decode_context = DecodeContext(DecodeLimits(), input_size=len(pdf))
        self._input_version = None
        self._historical_resolver_cache = {}
        self._embedded_signatures = None
        self._header_version = _read_header_version(self.stream)
        self.stream.seek(-1, io.SEEK_END)
        tables = _Tables(self, self.stream, strict=True, last_startxref=process_data_at_eof(self.stream))
        self.xrefs = XRefCache(self, tables.read_xrefs())  # type: ignore[no-untyped-call]
        self.last_startxref = tables.last_startxref
        self.trailer = tables.trailer
        self.has_xref_stream = tables.has_xref_stream


class _Tables(XRefBuilder):
    def _read_xref_table(self, declared_startxref: int) -> Any:
        start = self.stream.tell()
        found = self._plain(start, declared_startxref)
        if found is None:
            self.stream.seek(start)
            return super()._read_xref_table(declared_startxref)
        section, trailer = found
        self.sections.append(section)
        self.trailer.add_trailer_revision(trailer)
        return None

    def _plain(self, start: int, declared_startxref: int) -> tuple[XRefSection, Any] | None:
        """The first table of a file and its trailer; None when it is not as docgen writes it."""
        plain = PLAIN.match(self.stream.getvalue(), start)
        if plain is None or len(plain[2]) != ENTRY * (int(plain[1]) - 1):
            return None
        self.stream.seek(plain.end())
        trailer = generic.DictionaryObject.read_from_stream(
            self.stream,
            generic.TrailerReference(self.handler),  # type: ignore[no-untyped-call]
        )
        if any(key in trailer for key in LATER) or dict.get(trailer, "/Size") != int(plain[1]):
            return None
        about = XRefSectionMetaInfo(
            xref_section_type=XRefSectionType.STANDARD,
            size=int(plain[1]),
            declared_startxref=declared_startxref,
            start_location=start,
            end_location=plain.end(),
            stream_ref=None,
        )
        return XRefSection(about, _entries(plain[2])), trailer


def _entries(table: bytes) -> XRefSectionData:
    offsets = [int(table[place : place + 10]) for place in range(0, len(table), ENTRY)]
    data = XRefSectionData()
    data.standard_xrefs = dict(enumerate(zip(repeat(0), offsets), 1))
    data.explicit_refs_in_revision = set(zip(data.standard_xrefs, repeat(0)))
    return data
