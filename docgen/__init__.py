"""Fills the documents of a packet: values in, PDF/A out; knows nothing of signing."""

from docgen.errors import (
    ConformanceFault,
    ConversionFault,
    ConversionTimeout,
    DocgenError,
    GlyphMissing,
    InvalidManifest,
    InvalidValues,
    OfficeMissing,
    Problem,
    TemplateFault,
    UnknownDocument,
    UnknownType,
    UnusableDocx,
    UnusablePdf,
)
from docgen.manifest import Column, DocumentPart, Field, Manifest, RecipientRole, value_at

__all__ = [
    "Column",
    "ConformanceFault",
    "ConversionFault",
    "ConversionTimeout",
    "DocgenError",
    "DocumentPart",
    "Field",
    "GlyphMissing",
    "InvalidManifest",
    "InvalidValues",
    "Manifest",
    "OfficeMissing",
    "Problem",
    "RecipientRole",
    "TemplateFault",
    "UnknownDocument",
    "UnknownType",
    "UnusableDocx",
    "UnusablePdf",
    "value_at",
]
