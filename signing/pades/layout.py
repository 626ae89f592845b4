"""Every byte behind the first signature accounted for: nothing there is for another reader only.

pyHanko goes where the cross-references point. A reader that repairs files looks for objects itself, and may
show one that no reference names. So a later revision must be its objects, their references and its end, and
no more (ISO 32000-2, 7.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signing.pades.findings import Finding

_HEADER = re.compile(rb"(?<!\d)\d+\s+\d+\s+obj\b")
_ENTRY = rb"(?>\d{10} \d{5} [nf][ \r\n]{2})"
_TABLE = re.compile(rb"xref\s+((?>\d+ \d+\s+%b*)+)trailer\s*<<" % _ENTRY)
_ENTRIES = re.compile(_ENTRY)
_END = re.compile(rb"\s*startxref\s+(\d+)\s+%%EOF\s*")


@dataclass(frozen=True)
class _Revision:
    """One revision: where it begins, its cross-references are, and it ends; and where its objects are."""

    number: int
    begin: int
    references: int
    end: int
    objects: list[int]
    is_table: bool


def layout_problems(pdf: bytes, reader: Any, signed: int) -> Iterator[Finding]:
    """What is odd about the revisions behind byte ``signed``, where the first signature's revision ends."""
    if not pdf.startswith(b"%PDF-"):
        yield Finding.of("bytes-before")
    begin = 0
    for number in range(reader.xrefs.total_revisions):
        revision = _revision(pdf, reader, number, begin)
        if revision is None:
            yield Finding.of("layout-end", number=number + 1)
            return
        if revision.begin >= signed:
            yield from _problems(pdf, revision)
        begin = revision.end
    if begin != len(pdf):
        yield Finding.of("layout-end", number=reader.xrefs.total_revisions)


def _revision(pdf: bytes, reader: Any, number: int, begin: int) -> _Revision | None:
    """A revision, or None when it does not end as it says."""
    references = int(reader.xrefs.get_startxref_for_revision(number))
    end = _END.match(pdf, pdf.find(b"startxref", references))
    if references < begin or end is None or int(end[1]) != references:
        return None
    objects = {place for _, place in reader.xrefs.get_xref_data(number).standard_xrefs.values()}
    is_table = pdf.startswith(b"xref", references)
    if not is_table:
        objects.add(references)  # a cross-reference stream is an object as well
    return _Revision(number + 1, begin, references, end.end(), sorted(objects), is_table)


def _problems(pdf: bytes, revision: _Revision) -> Iterator[Finding]:
    if revision.is_table and not _table_is_whole(pdf, revision):
        yield Finding.of("layout-table", number=revision.number)
    if revision.objects[:1] != [revision.begin]:
        yield Finding.of("layout-gap", number=revision.number)
        return
    last = revision.references if revision.is_table else pdf.find(b"startxref", revision.references)
    for begin, end in zip(revision.objects, [*revision.objects[1:], last], strict=True):
        written = pdf[begin:end].rstrip()
        headers = [found.start() for found in _HEADER.finditer(written)]
        if headers[:1] != [0] or not written.endswith(b"endobj"):
            yield Finding.of("layout-gap", number=revision.number)
        elif len(headers) > 1 or written.count(b"endobj") > 1:
            yield Finding.of("layout-hidden", number=revision.number)


def _table_is_whole(pdf: bytes, revision: _Revision) -> bool:
    """Whether the table names every object once, and one trailer follows it and nothing else."""
    table = _TABLE.match(pdf, revision.references, revision.end)
    if table is None:
        return False
    in_use = sum(entry.rstrip().endswith(b"n") for entry in _ENTRIES.findall(table[1]))
    trailer = pdf[table.end() : revision.end]
    odd = any(word in trailer for word in (b"trailer", b"xref\n0", b"%%EOF\n%%EOF")) or _HEADER.search(
        trailer
    )
    closed = trailer.split(b"startxref")[0].rstrip().endswith(b">>")
    return in_use == len(revision.objects) and closed and not odd
