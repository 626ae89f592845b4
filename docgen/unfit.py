"""What Word can put into a document and paper or screen would lose, change or show otherwise."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DATA = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}wsp"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"

Reason = tuple[str, str]  # why, and what to do

TRACKED = ("It holds a change that was tracked.", "Word: Review, Accept All Changes, Stop Tracking.")
NOTE = (
    "A footnote or endnote stands below the page on paper and at the end on a screen.",
    "Write it in the text, or in brackets.",
)
COMMENT = ("It holds a comment of a reader.", "Word: Review, Delete All Comments.")
HIDDEN = ("Some text is hidden: the screen would show it, the paper not.", "Take it out, or show it.")
FORM = ("A check box or form field has no place in a document that is sealed.", "Print a value instead.")
TURNED = ("Text with a direction of its own is lost on the screen.", "Type the words as ordinary text.")
ABOVE = ("Text above other text (ruby) is lost on the screen.", "Type it after the word, in brackets.")
FORMULA = ("A formula is neither printed nor shown as text.", "Type it as ordinary text.")
SYMBOL = (
    "A symbol has no meaning of its own (ISO 19005-2 6.2.11.7.3).",
    "Type the character itself, such as ✓, in the typeface of the text, or use a word.",
)
DRAWING = (
    "A chart, diagram or group of shapes is no picture with a text.",
    "Word: copy it, Paste Special, Picture; then write its alternative text.",
)
EMBEDDED = ("It holds an embedded object or a control.", "Put its content in as text or as a picture.")
RENEWED = "The field {} changes by itself, so that paper and screen would differ."
RENEWED_ADVICE = "Print a value of the manifest, or type the words."
STALE = "The field {} is not renewed when the document is made: its page numbers may be wrong."
STALE_ADVICE = "Leave it out, or take care that it names no pages."

CHANGES = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel")
UNFIT: Mapping[str, Reason] = {
    **dict.fromkeys((f"{W}{tag}" for tag in CHANGES), TRACKED),
    **dict.fromkeys((f"{W}{tag}" for tag in ("footnoteReference", "endnoteReference")), NOTE),
    **dict.fromkeys((f"{W}{tag}" for tag in ("dir", "bdo")), TURNED),
    **dict.fromkeys((f"{W}{tag}" for tag in ("checkBox", "ddList", "textInput")), FORM),
    **dict.fromkeys((f"{W}{tag}" for tag in ("object", "control")), EMBEDDED),
    f"{W14}checkbox": FORM,
    f"{W}commentReference": COMMENT,
    f"{W}ruby": ABOVE,
    f"{W}sym": SYMBOL,
    f"{MATH}oMath": FORMULA,
}  # fmt: skip
# Fields, ECMA-376 1 17.16.5: what may stand in the text, and what in a header or footer.
IN_TEXT = ("HYPERLINK", "TOC", "PAGEREF", "REF")
IN_MARGIN = ("HYPERLINK", "PAGE", "NUMPAGES", "SECTIONPAGES", "STYLEREF", "TITLE")
PAGED = ("TOC", "PAGEREF")
_INSTRUCTION = re.compile(r"\s*(\w+)")
_OFF = ("0", "false", "off")


def unfit(root: etree._Element, *, margin: bool) -> Iterator[tuple[etree._Element, Reason]]:
    """Every element of a part that does not fit, with the reason; ``margin`` for a header or footer."""
    for element in root.iter():
        if element.tag in UNFIT:
            yield element, UNFIT[str(element.tag)]
        elif element.tag in (f"{W}vanish", f"{W}webHidden") and _hides(element):
            yield element, HIDDEN
        elif element.tag == DATA and element.find(SHAPE) is None and element.find(PICTURE) is None:
            yield element, DRAWING
    for element, name in _fields(root):
        if name not in (IN_MARGIN if margin else IN_TEXT):
            yield element, (RENEWED.format(name), RENEWED_ADVICE)


def stale(root: etree._Element) -> Iterator[tuple[etree._Element, Reason]]:
    """Fields that keep what Word last wrote in them."""
    for element, name in _fields(root):
        if name in PAGED:
            yield element, (STALE.format(name), STALE_ADVICE)


def _hides(element: etree._Element) -> bool:
    """Whether this hides words, and not only the mark at the end of a paragraph."""
    of_run = next(element.iterancestors(f"{W}r", f"{W}pPr"), None)
    return of_run is not None and of_run.tag == f"{W}r" and element.get(f"{W}val") not in _OFF


def _fields(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The fields with their names in capitals; an instruction may be cut over several runs."""
    for simple in root.iter(f"{W}fldSimple"):
        yield from _named(simple, simple.get(f"{W}instr") or "")
    for paragraph in root.iter(f"{W}p"):
        begun, instruction = None, ""
        for element in paragraph.iter(f"{W}fldChar", f"{W}instrText"):
            if element.tag == f"{W}instrText":
                instruction += element.text or ""
                continue
            if begun is not None:
                yield from _named(begun, instruction)
            begun, instruction = (element, "") if element.get(f"{W}fldCharType") == "begin" else (None, "")


def _named(element: etree._Element, instruction: str) -> Iterator[tuple[etree._Element, str]]:
    found = _INSTRUCTION.match(instruction)
    if found:
        yield element, found[1].upper()
