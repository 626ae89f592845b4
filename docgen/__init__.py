"""Fills the documents of a packet: values in, PDF/A out; knows nothing of signing."""

from docgen.catalog import Catalog
from docgen.conformance import Conformance, conformance
from docgen.convert import Office
from docgen.dress import spoken_phone
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
    UnknownLanguage,
    UnknownType,
    UnusableDocx,
    UnusablePdf,
    UnusablePicture,
)
from docgen.font import StampFont, stamp_font
from docgen.generate import Document, Generator, Logo
from docgen.guards import holds_citizen_number, speaks_of_health, tidy, unprintable
from docgen.manifest import (
    Appointment,
    Choice,
    Column,
    Contact,
    DocumentPart,
    Field,
    Leaflet,
    Manifest,
    RecipientRole,
    recipients,
    value_at,
)
from docgen.pictures import logo, page_as_picture, pages_as_pictures
from docgen.qr import png as qr_code
from docgen.sameness import difference
from docgen.summary import Summary
from docgen.translation import RoleWords, Translation
from docgen.values import check, checked, complete, judged

__all__ = [
    "Appointment",
    "Catalog",
    "Choice",
    "Column",
    "Conformance",
    "ConformanceFault",
    "Contact",
    "ConversionFault",
    "ConversionTimeout",
    "DocgenError",
    "Document",
    "DocumentPart",
    "Field",
    "Generator",
    "GlyphMissing",
    "InvalidManifest",
    "InvalidValues",
    "Leaflet",
    "Logo",
    "Manifest",
    "Office",
    "OfficeMissing",
    "Problem",
    "RecipientRole",
    "RoleWords",
    "StampFont",
    "Summary",
    "TemplateFault",
    "Translation",
    "UnknownDocument",
    "UnknownLanguage",
    "UnknownType",
    "UnusableDocx",
    "UnusablePdf",
    "UnusablePicture",
    "check",
    "checked",
    "complete",
    "conformance",
    "difference",
    "holds_citizen_number",
    "judged",
    "logo",
    "page_as_picture",
    "pages_as_pictures",
    "qr_code",
    "recipients",
    "speaks_of_health",
    "spoken_phone",
    "stamp_font",
    "tidy",
    "unprintable",
    "value_at",
]
