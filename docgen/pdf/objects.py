"""Short ways to write PDF objects."""

import io

from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    PdfObject,
)

from docgen.errors import UnusablePdf


def dictionary(**entries: PdfObject | None) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): entry for name, entry in entries.items()})


def numbers(*values: float) -> ArrayObject:
    return ArrayObject([FloatObject(value) for value in values])


def stream(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream


def written(item: PdfObject) -> bytes:
    """The object as it stands in a file, between ``obj`` and ``endobj``."""
    out = io.BytesIO()
    item.write_to_stream(out)
    return out.getvalue()


def dereference(entry: PdfObject | None) -> DictionaryObject:
    found = entry.get_object() if entry is not None else None
    if not isinstance(found, DictionaryObject):
        raise UnusablePdf("The PDF lacks a part that LibreOffice always writes: convert the document again.")
    return found
