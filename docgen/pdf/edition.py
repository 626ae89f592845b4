"""A PDF being written anew: what stays goes over byte for byte, only what changes is written as objects.

Cloning a document object by object takes pypdf as long as LibreOffice takes to make it; this takes a tenth.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    PdfObject,
)

from docgen.errors import UnusablePdf
from docgen.pdf.objects import dereference, dictionary, written

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # PDF/A-2 is built on ISO 32000-1; its 6.1.2 wants the comment
END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
FOLLOWS = re.compile(rb"endobj\s+(\d+) 0 obj")
TAIL = 100  # bytes at the end among which END is looked for
CHANGED = "The PDF is not laid out as LibreOffice does: convert the document again."


class Edition:
    """One PDF as read, and what is to be changed in it; not for use by several threads.

    Raises:
        UnusablePdf: it cannot be read, or was changed after LibreOffice wrote it.
    """

    def __init__(self, pdf: bytes) -> None:
        self._source = pdf
        try:
            self._reader = PdfReader(io.BytesIO(pdf), strict=True)
            self.root = dereference(self._reader.trailer["/Root"])
            self._pages = dict(map(_numbered, self._reader.pages))
        except (PyPdfError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
            raise UnusablePdf(f"The PDF cannot be read ({error}): convert the document again.") from error
        if self._reader.is_encrypted:
            raise UnusablePdf(CHANGED)
        self._kept = dict(self._places())
        self._written: dict[int, bytes] = {}
        self._changed: dict[int, PdfObject] = {}
        size = self._reader.trailer["/Size"]
        self._next = max(size if isinstance(size, int) else 0, *self._kept, 0) + 1

    @property
    def pages(self) -> list[DictionaryObject]:
        """The pages in order, with what they inherit."""
        return list(self._pages.values())

    def page(self, reference: PdfObject) -> DictionaryObject:
        """The page that an entry of this PDF refers to; raises ``UnusablePdf`` when it is none."""
        if not isinstance(reference, IndirectObject) or reference.idnum not in self._pages:
            raise UnusablePdf(CHANGED)
        return self._pages[reference.idnum]

    @property
    def information(self) -> DictionaryObject:
        """The old document information, empty when there is none."""
        found = self._reader.trailer.get("/Info")
        return dereference(found) if found is not None else DictionaryObject()

    def add(self, new: PdfObject | bytes) -> IndirectObject:
        """A new object, or one that is already written; what is returned refers to it."""
        reference = IndirectObject(self._next, 0, self._reader)
        self._next += 1
        self._put(reference, new)
        return reference

    def change(self, old: DictionaryObject | ArrayObject) -> None:
        """Write this object of the PDF anew; it may be altered until ``content`` is called.

        Raises:
            UnusablePdf: it is part of another object.
        """
        if old.indirect_reference is None:
            raise UnusablePdf(CHANGED)
        self._put(old.indirect_reference, old)

    def replace(self, old: PdfObject | None, new: PdfObject) -> IndirectObject:
        """Put the new object in the place of the one that ``old`` refers to, or add it when that is none."""
        if not isinstance(old, IndirectObject):
            return self.add(new)
        self._put(old, new)
        return old

    def content(self, information: DictionaryObject) -> bytes:
        """The whole file: one cross-reference section without a gap, and a newline at the end."""
        about = self.replace(self._reader.trailer.raw_get("/Info"), information)
        offsets: dict[int, int] = {}
        parts, position = [HEADER], len(HEADER)
        for run in self._runs():
            start = run[0][1].start
            offsets.update((number, position + place.start - start) for number, place in run)
            parts.append(self._source[start : run[-1][1].stop].rstrip() + b"\n")
            position += len(parts[-1])
        for number, body in self._bodies():
            offsets[number] = position
            parts.append(body)
            position += len(body)
        # What is numbered but not used would be a hole in the section; null is what a hole means.
        for number in sorted(set(range(1, self._next)) - set(offsets)):
            offsets[number] = position
            parts.append(_framed(number, b"null"))
            position += len(parts[-1])
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % self._next)
        parts += [b"%010d 00000 n \n" % offsets[number] for number in range(1, self._next)]
        parts.append(b"trailer\n" + written(self._trailer(about, parts)))
        parts.append(b"\nstartxref\n%d\n%%%%EOF\n" % position)
        return b"".join(parts)

    def _trailer(self, about: IndirectObject, parts: list[bytes]) -> DictionaryObject:
        total = hashlib.sha256()
        for part in parts:
            total.update(part)
        name = ByteStringObject(total.digest()[:16])
        root = self._reader.trailer.raw_get("/Root")
        return dictionary(Size=NumberObject(self._next), Root=root, Info=about, ID=ArrayObject([name, name]))

    def _runs(self) -> list[list[tuple[int, slice]]]:
        """Objects that stay, with their places; those that lie side by side go over in one piece."""
        stays = sorted(
            (place.start, number, place)
            for number, place in self._kept.items()
            if place is not None and not self._is_new(number)
        )
        runs: list[list[tuple[int, slice]]] = []
        for _, number, place in stays:
            if runs and runs[-1][-1][1].stop == place.start:
                runs[-1].append((number, place))
            else:
                runs.append([(number, place)])
        return runs

    def _is_new(self, number: int) -> bool:
        return number in self._written or number in self._changed

    def _bodies(self) -> Iterator[tuple[int, bytes]]:
        for number, place in self._kept.items():
            if place is None and not self._is_new(number):
                held = self._reader.get_object(number)
                yield number, _framed(number, b"null" if held is None else written(held))
        yield from self._written.items()
        for number, changed in self._changed.items():
            yield number, _framed(number, written(changed))

    def _put(self, reference: IndirectObject, new: PdfObject | bytes) -> None:
        if isinstance(new, bytes):
            self._written[reference.idnum] = _framed(reference.idnum, new)
        else:
            self._changed[reference.idnum] = new

    def _places(self) -> Iterator[tuple[int, slice | None]]:
        """Where each object lies, up to the next thing; None for one inside another object."""
        end = END.search(self._source, max(0, len(self._source) - TAIL))
        if end is None or any(self._reader.xref[age] for age in self._reader.xref if age):
            raise UnusablePdf(CHANGED)
        table, packed = int(end[1]), self._reader.xref_objStm
        holders = {holder for holder, _ in packed.values()}
        offsets = self._reader.xref.get(0, {})
        # An older table among the objects means that the file was changed after it was made.
        if not self._is_unbroken(offsets, min(table, end.start())):
            raise UnusablePdf(CHANGED)
        following = dict(pairwise(sorted({*offsets.values(), table, end.start()})))
        for number, offset in offsets.items():
            if number not in holders and offset != table:
                yield number, slice(offset, following.get(offset))
        for number in packed:
            yield number, None

    def _is_unbroken(self, offsets: Mapping[int, int], stop: int) -> bool:
        """Whether objects follow each other with nothing between them, each where the table says."""
        found = {int(each[1]): each.start(1) for each in FOLLOWS.finditer(self._source)}
        first = min(offsets, key=offsets.__getitem__, default=0)
        found[first] = offsets.get(first, 0)
        return (
            self._source.startswith(b"%d 0 obj" % first, found[first])
            and self._source[max(0, stop - TAIL) : stop].rstrip().endswith(b"endobj")
            and all(found.get(number) == offset for number, offset in offsets.items())
        )


def _numbered(page: DictionaryObject) -> tuple[int, DictionaryObject]:
    reference = page.indirect_reference
    if reference is None:
        raise UnusablePdf(CHANGED)
    return reference.idnum, page


def _framed(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)
