"""A PDF that is opened to be written on: read as pyHanko reads it, and refused as pyHanko refuses it."""

from __future__ import annotations

import io
import json
import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

import docgen
from signing.pades import opening
from signing.pades.opening import Reader
from tests.signing.pades.conftest import Papers

TEMPLATES = Path(__file__).parents[3] / "templates"
SPOILED = {
    "an object too many": (b"0 %d\n", lambda size: b"0 %d\n" % (size + 1)),
    "an object too few": (b"0 %d\n", lambda size: b"0 %d\n" % (size - 1)),
    "a first object that is not 0": (b"0 %d\n", lambda size: b"1 %d\n" % size),
    "a smaller size": (b"/Size %d", lambda size: b"/Size %d" % (size - 1)),
    "a larger size": (b"/Size %d", lambda size: b"/Size %d" % (size + 9)),
    "a size that is elsewhere": (b"/Size %d", lambda _: b"/Size 1 0 R"),
    "no size": (b"/Size %d", lambda _: b""),
    "a table before it": (b"/Size %d", lambda size: b"/Size %d /Prev 9" % size),
    "itself before it": (b"/Size %d", lambda size: b"/Size %d /Prev @" % size),
    "a hybrid": (b"/Size %d", lambda size: b"/Size %d /XRefStm 9" % size),
    "a higher generation": (b" 00000 n \n", lambda _: b" 00001 n \n"),
    "an object that was freed": (b" 00000 n \n", lambda _: b" 00001 f \n"),
    "another mark": (b" 00000 n \n", lambda _: b" 00000 x \n"),
    "ends of lines as of Windows": (b" 00000 n \n", lambda _: b" 00000 n\r\n"),
    "ends of lines of one byte": (b" 00000 n \n", lambda _: b" 00000 n\n"),
    "an offset with a sign": (b"\n00", lambda _: b"\n+0"),
}
ASKED = ("last_startxref", "has_xref_stream", "strict", "input_version")


def said(reader: Any) -> dict[str, Any]:
    """All that a reader learns when it opens a file."""
    return {
        "sections": [(section.meta_info, vars(section.xref_data)) for section in reader.xrefs._xref_sections],
        "trailer": dict(reader.trailer.flatten()),
        "header": reader._header_version,
        "limits": vars(reader.decode_context),
        **{name: getattr(reader, name) for name in ASKED},
    }


def outcome(opened: Any, pdf: bytes) -> Any:
    try:
        return said(opened(pdf))
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AssertionError) as error:
        return type(error), str(error)


def as_pyhanko(pdf: bytes) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(pdf))


@pytest.mark.parametrize("name", SPOILED)
def test_a_table_in_another_form_is_read_or_refused_as_pyhanko_does(papers: Papers, name: str) -> None:
    old, new = SPOILED[name]
    pdf = papers.prepared
    start = pdf.rindex(b"\nxref\n")
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    old = old % size if b"%" in old else old
    changed = new(size).replace(b"@", b"%d" % (start + 1))
    assert old in pdf[start:]
    spoiled = pdf[:start] + pdf[start:].replace(old, changed, 1)
    assert outcome(Reader, spoiled) == outcome(as_pyhanko, spoiled)


def test_a_spoiled_end_is_read_or_refused_as_pyhanko_does(papers: Papers) -> None:
    draw = random.Random(5)  # noqa: S311  (which bytes change is no secret)
    start = papers.prepared.rindex(b"\nxref\n")
    refused = 0
    for _ in range(300):
        spoiled = bytearray(papers.prepared)
        spoiled[draw.randrange(start, len(spoiled))] = draw.choice(b"0123456789 nf\n\rx/<>")
        found = outcome(Reader, bytes(spoiled))
        assert found == outcome(as_pyhanko, bytes(spoiled))
        refused += isinstance(found, tuple)
    assert 10 < refused < 290


def test_every_revision_is_read_as_pyhanko_reads_it(papers: Papers) -> None:
    for pdf in (papers.prepared, papers.certified, papers.sealed):
        ours, theirs = Reader(pdf), as_pyhanko(pdf)
        assert said(ours) == said(theirs)
        # What a later version of pyHanko wants to have beside is missed here first.
        assert vars(ours).keys() == vars(theirs).keys()


def test_the_table_of_a_document_of_ours_is_read_at_once(
    office: docgen.Office, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = docgen.Catalog(TEMPLATES)
    sample = json.loads((TEMPLATES / "guidance-agreement" / "sample.json").read_bytes())
    values = docgen.complete(catalog.manifest("guidance-agreement"), sample, date(2026, 11, 28))
    made = docgen.Generator(catalog, office, test=True).generate(
        "guidance-agreement", "core", values, "MTR-0012345678-BGO01-C"
    )
    assert said(Reader(made.pdf)) == said(as_pyhanko(made.pdf))
    # The spoiled ones above are of the same form, so that it is this way that they go wrong in.
    monkeypatch.setattr(opening.XRefBuilder, "_read_xref_table", None)
    assert len(Reader(papers.prepared).xrefs._xref_sections) == 1
    assert len(Reader(made.pdf).xrefs._xref_sections) == 1
