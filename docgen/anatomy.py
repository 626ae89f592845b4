"""Takes a DOCX template apart: its paragraphs, and what in its form would not survive as PDF/A and PDF/UA."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from docgen import inuse
from docgen.errors import Problem, Severity
from docgen.unfit import Reason, stale, unfit

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
SHAPE = "{urn:schemas-microsoft-com:vml}shape"
PICTURED = "{urn:schemas-microsoft-com:vml}imagedata"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
BODY = "word/document.xml"
OTHERS = ("word/styles.xml", "word/numbering.xml", "docProps/core.xml")
THEME = re.compile(r"word/theme/theme\d*\.xml")
DRAWING_ML = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PRINTED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
PICTURE_LETTERS = ("symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings", "opensymbol")
VERBATIM = "letterlijke tekst"  # the style of what is quoted word for word, and must not be made easier
QR = "qr"  # this picture gets its alt text when it gets its content
EXCERPT = 50  # characters of a paragraph that are repeated to find it
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the template: ``number`` counts from 1 within its part; a ``verbatim`` one quotes."""

    document: str
    part: str
    number: int
    text: str
    verbatim: bool = False

    @property
    def where(self) -> str:
        """``core.docx, paragraph 12 (Artikel 3 …)``; a header or footer is named."""
        part = "" if self.part == BODY else f" {self.part.removeprefix('word/').removesuffix('.xml')},"
        text = re.sub(r"\s+", " ", self.text).strip()
        shown = f" ({text[:EXCERPT]}{'…' if len(text) > EXCERPT else ''})" if text else ""
        return f"{self.document},{part} paragraph {self.number}{shown}"


class Anatomy:
    """A DOCX that ``container.faults`` found harmless, taken apart; ``name`` is the file's, for messages.

    Raises:
        etree.XMLSyntaxError: a part is not XML.
    """

    def __init__(self, name: str, docx: bytes) -> None:
        self.name = name
        self._parts: dict[str, etree._Element] = {}
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            for part in archive.namelist():
                if PRINTED.fullmatch(part) or part in OTHERS or THEME.fullmatch(part):
                    self._parts[part] = etree.fromstring(archive.read(part), PARSER)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the text and then of headers, footers and notes; a text box once."""
        return [paragraph for paragraph, _ in self._places]

    @cached_property
    def _places(self) -> list[tuple[Paragraph, etree._Element]]:
        found = []
        for part in sorted(
            (part for part in self._parts if PRINTED.fullmatch(part)), key=lambda part: part != BODY
        ):
            elements = [each for each in self._parts[part].iter(f"{W}p") if not _inside(each, FALLBACK)]
            for number, element in enumerate(elements, 1):
                style = element.find(f"{W}pPr/{W}pStyle")
                verbatim = style is not None and style.get(f"{W}val") in self._verbatim
                found.append((Paragraph(self.name, part, number, _text(element), verbatim), element))
        return found

    def problems(self, language: str) -> Iterator[Problem]:
        """Everything in the form that would not pass; ``language`` is the manifest's."""
        yield from self._unfit()
        yield from self._language(language)
        yield from self._title()
        yield from self._symbols()
        yield from self._borders()
        yield from self._pictures()
        yield from self._tables()

    @cached_property
    def _verbatim(self) -> set[str | None]:
        styles = self._parts.get("word/styles.xml")
        named = [] if styles is None else [(each, each.find(f"{W}name")) for each in styles.iter(f"{W}style")]
        return {
            style.get(f"{W}styleId")
            for style, name in named
            if name is not None and (name.get(f"{W}val") or "").lower() == VERBATIM
        }

    @cached_property
    def _printed(self) -> list[etree._Element]:
        return [root for part, root in self._parts.items() if PRINTED.fullmatch(part)]

    @cached_property
    def _styles(self) -> list[etree._Element]:
        return inuse.styles(self._parts.get("word/styles.xml"), self._printed)

    @cached_property
    def _levels(self) -> list[etree._Element]:
        return inuse.levels(self._parts.get("word/numbering.xml"), self._printed, self._styles)

    def typefaces(self) -> dict[str, str]:
        """Every typeface that is asked for, with the first place that does."""
        found: dict[str, str] = {}
        styles = self._parts.get("word/styles.xml")
        defaults = [] if styles is None else list(styles.iter(f"{W}docDefaults"))
        places = [
            *((f"{self.name}, default typeface", each) for each in defaults),
            *((f"{self.name}, style {each.get(f'{W}styleId')}", each) for each in self._styles),
            *((f"{self.name}, lists", each) for each in self._levels),
            *((place.where, element) for place, element in self._places),
        ]
        for where, element in places:
            for fonts in element.iter(f"{W}rFonts"):
                for kind in ("ascii", "hAnsi"):  # what Latin, Greek and Cyrillic letters are drawn with
                    theme = fonts.get(f"{W}{kind}Theme")
                    name = self._themed(theme) if theme else fonts.get(f"{W}{kind}")
                    if name:
                        found.setdefault(name, where)
        return found

    def _themed(self, name: str) -> str | None:
        """The typeface behind ``minorHAnsi`` or ``majorAscii``, ECMA-376 1 17.18.96."""
        font = f"{DRAWING_ML}{name[:5]}Font"
        for part, root in self._parts.items():
            if THEME.fullmatch(part) and (latin := root.find(f".//{font}/{DRAWING_ML}latin")) is not None:
                return latin.get("typeface")
        return None

    def _unfit(self) -> Iterator[Problem]:
        told = set()
        for part, root in self._parts.items():
            if not PRINTED.fullmatch(part):
                continue
            margin = part.startswith(("word/header", "word/footer"))
            found: list[tuple[etree._Element, Reason, Severity]] = []
            found += [(element, reason, "error") for element, reason in unfit(root, margin=margin)]
            found += [(element, reason, "warning") for element, reason in stale(root)]
            for element, reason, severity in found:
                where = self._place_of(element, part)
                if not _inside(element, FALLBACK) and (where, reason) not in told:
                    told.add((where, reason))
                    yield self._problem(where, *reason, severity)

    def _place_of(self, element: etree._Element, part: str) -> str:
        """The paragraph that holds an element, or the first one in it."""
        around = next(element.iterancestors(f"{W}p"), None)
        row = element.getparent() if around is None else None
        while around is None and row is not None:
            around, row = next(row.iter(f"{W}p"), None), row.getparent()
        return self._where.get(around, _file(part)) if around is not None else _file(part)

    @cached_property
    def _where(self) -> dict[etree._Element, str]:
        return {element: place.where for place, element in self._places}

    def _problem(self, where: str, reason: str, advice: str, severity: Severity = "error") -> Problem:
        return Problem(
            where if where.startswith(self.name) else f"{self.name}, {where}", reason, advice, severity
        )

    def _language(self, language: str) -> Iterator[Problem]:
        styles = self._parts.get("word/styles.xml")
        default = None if styles is None else styles.find(f"{W}docDefaults//{W}lang")
        found = None if default is None else default.get(f"{W}val")
        if found != language:
            yield self._problem(
                "styles", f"The language is {found or 'not set'}, not {language}.",
                f"Word: Review, Language, Set Proofing Language, {language}, Set As Default.",
            )  # fmt: skip
        for place, element in self._places:
            for run in element.iter(f"{W}lang"):
                if run.get(f"{W}val") not in (None, language):
                    reason = f"Some text is marked as {run.get(f'{W}val')}, so that it is read aloud as such."
                    yield self._problem(place.where, reason, f"Mark it as {language} if it is.", "warning")
                    break

    def _title(self) -> Iterator[Problem]:
        core = self._parts.get("docProps/core.xml")
        if core is None or not (core.findtext(TITLE) or "").strip():
            yield self._problem(
                "properties", "The document has no title.", "Word: File, Info, Title: write one.", "warning"
            )

    def _symbols(self) -> Iterator[Problem]:
        for level in self._levels:
            sign, fonts = level.find(f"{W}lvlText"), level.find(f"{W}rPr/{W}rFonts")
            name = "" if fonts is None else (fonts.get(f"{W}ascii") or "")
            text = "" if sign is None else (sign.get(f"{W}val") or "")
            if name.lower() in PICTURE_LETTERS or any("\ue000" <= each <= "\uf8ff" for each in text):
                yield self._problem(
                    "lists", f"A bullet is a sign of {name or 'no known meaning'} (ISO 19005-2 6.2.11.7.3).",
                    "Word: Define New Bullet, and choose • from the typeface of the text.",
                )  # fmt: skip
                return

    def _borders(self) -> Iterator[Problem]:
        reason = "A paragraph border becomes a line without a meaning (PDF/UA-1 7.1)."
        advice = "Take the border off, or put the paragraph in a table with one."
        for style in self._styles:
            if style.find(f"{W}pPr/{W}pBdr") is not None:
                yield self._problem(f"style {style.get(f'{W}styleId')}", reason, advice)
        for place, element in self._places:
            if element.find(f"{W}pPr/{W}pBdr") is not None:
                yield self._problem(place.where, reason, advice)

    def _pictures(self) -> Iterator[Problem]:
        for place, element in self._places:
            if place.part.startswith(("word/header", "word/footer")):
                continue  # what is in a header or footer is an artifact, and is not read aloud
            if any(_mute(each) for each in element.iter(DRAWN)) or any(
                not each.get("alt") for each in element.iter(SHAPE) if each.find(PICTURED) is not None
            ):
                yield self._problem(
                    place.where, "A picture has no alternative text (PDF/UA-1 7.3).",
                    "Word: right click, View Alt Text: say what it shows, or mark it as decorative.",
                )  # fmt: skip

    def _tables(self) -> Iterator[Problem]:
        for table in self._parts[BODY].iter(f"{W}tbl"):
            first = table.find(f"{W}tr")
            if first is None or first.find(f"{W}trPr/{W}tblHeader") is not None:
                continue
            paragraph = next(table.iter(f"{W}p"), None)
            where = next((place.where for place, each in self._places if each is paragraph), "a table")
            yield self._problem(
                where, "The first row of this table is not marked as its header (PDF/UA-1 7.5).",
                "Word: Table Layout, Repeat Header Rows.",
            )  # fmt: skip


def _inside(element: etree._Element, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _mute(drawn: etree._Element) -> bool:
    decorative = drawn.find(f".//{DECORATIVE}")
    return not (
        drawn.get("descr") or drawn.get("name") == QR
        or (decorative is not None and decorative.get("val") in ("1", "true"))
    )  # fmt: skip


def _file(part: str) -> str:
    return part.rsplit("/", 1)[-1].removesuffix(".xml")


def _text(paragraph: etree._Element) -> str:
    """The words of a paragraph itself, without those of text boxes in it."""
    own = (
        element
        for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br")
        if next(element.iterancestors(f"{W}p"), None) is paragraph
    )
    return "".join((element.text or "") if element.tag == f"{W}t" else " " for element in own)
