"""Documents as strangers make them in Word: pieces of WordprocessingML, and the words that are in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from lxml import etree

from tests.docgen.test_checkup import word
from tests.docgen.test_convert import with_picture

MARKS = ["{{r sig.tenant }}", "{{r sig.seal }}"]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
TRACKED = 'w:author="Buurman" w:date="2026-01-01T00:00:00Z"'
SPACES = " ".join(
    [
        nsdecls("w", "r", "wp", "a", "pic", "m"),
        f'xmlns:wps="{SHAPE}" xmlns:wpg="{GROUP}"',
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"',
    ]
)
A4 = '<w:pgSz w:w="11906" w:h="16838"/>'
LYING = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
_SIDES = " ".join(f'w:{side}="1440"' for side in ("top", "right", "bottom", "left"))
EDGES = f'<w:pgMar {_SIDES} w:header="708" w:footer="708" w:gutter="0"/>'
HEADER_ROW = "<w:trPr><w:tblHeader/></w:trPr>"


def run(text: str, properties: str = "") -> str:
    look = properties and f"<w:rPr>{properties}</w:rPr>"
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def par(*runs: str, properties: str = "") -> str:
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{inner}</w:p>"


def cell(text: str, properties: str = "") -> str:
    inner = text if text.startswith("<w:") else par(text)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return (
        f"<w:tr>{properties}{''.join(each if each.startswith('<') else cell(each) for each in cells)}</w:tr>"
    )


def table(*rows: str, widths: Sequence[int] = (3000, 3000, 3000)) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "bottom", "insideH", "insideV")
    )
    look = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def section(size: str, more: str = "") -> str:
    return f"<w:p><w:pPr><w:sectPr>{more}{size}{EDGES}</w:sectPr></w:pPr></w:p>"


def simple_field(instruction: str, shown: str) -> str:
    return f'<w:fldSimple w:instr=" {escape(instruction)} ">{run(shown)}</w:fldSimple>'


def field(instruction: str, *shown: str, data: str = "") -> str:
    inner = "".join(each if each.startswith("<") else run(each) for each in shown)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{inner}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def drawn(inner: str, uri: str, alt: str = "Kader", *, inline: bool = False) -> str:
    named = f'<wp:docPr id="70" name="Vorm 70" descr="{alt}"/>'
    graphic = f'<a:graphic><a:graphicData uri="{uri}">{inner}</a:graphicData></a:graphic>'
    extent = '<wp:extent cx="2400000" cy="700000"/>'
    if inline:
        return f'<wp:inline distT="0" distB="0" distL="0" distR="0">{extent}{named}{graphic}</wp:inline>'
    return (
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:posOffset>3000000</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>100000</wp:posOffset></wp:positionV>'
        f'{extent}<wp:wrapSquare wrapText="bothSides"/>{named}{graphic}</wp:anchor>'
    )


def shape(content: str) -> str:
    place = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="2400000" cy="700000"/></a:xfrm>'
    box = f'{place}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    inside = f"<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>" if content else ""
    return f'<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>{box}</wps:spPr>{inside}<wps:bodyPr/></wps:wsp>'


def text_box(*texts: str, alt: str = "Kader") -> str:
    """As Word writes it: once for itself, and once more for programs of before 2010."""
    content = "".join(par(text) for text in texts)
    now = f"<w:drawing>{drawn(shape(content), SHAPE, alt)}</w:drawing>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{now}</mc:Choice>'
        f"<mc:Fallback>{_old(content)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def old_text_box(text: str) -> str:
    return f"<w:r>{_old(par(text))}</w:r>"


def _old(content: str) -> str:
    inner = f"<v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox>"
    return f'<w:pict><v:shape alt="Kader" style="width:190pt;height:55pt">{inner}</v:shape></w:pict>'


def chart() -> str:
    inner = f'<c:chart xmlns:c="{CHART}"/>'
    return f"<w:r><w:drawing>{drawn(inner, CHART, inline=True)}</w:drawing></w:r>"


def group(text: str) -> str:
    inner = f"<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr/>{shape(par(text))}</wpg:wgp>"
    return f"<w:r><w:drawing>{drawn(inner, GROUP, inline=True)}</w:drawing></w:r>"


def control(content: str, properties: str = "<w:text/>") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def made(*blocks: str, parts: Sequence[tuple[str, str, str]] = (), first: str = "# Begin") -> bytes:
    """A document with these blocks and the marks; ``parts`` are (kind, file, XML) beside the text itself."""
    out = io.BytesIO()
    plain = word([first, *MARKS], footer="{{ reference }}")
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name).decode() if name.endswith((".xml", ".rels")) else source.read(name)
            if name == "word/document.xml" and isinstance(content, str):
                content = re.sub(r"<w:document [^>]*>", f"<w:document {SPACES}>", content)
                content = content.replace("</w:p>", f"</w:p>{''.join(blocks)}", 1)
            elif name == "word/_rels/document.xml.rels" and isinstance(content, str):
                more = "".join(
                    f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{file}"/>'
                    for number, (kind, file, _) in enumerate(parts, 90)
                )
                content = content.replace("</Relationships>", f"{more}</Relationships>")
            elif name == "[Content_Types].xml" and isinstance(content, str):
                more = "".join(
                    f'<Override PartName="/word/{file}" ContentType="{TYPE}.{kind}+xml"/>'
                    for kind, file, _ in parts
                )
                content = content.replace("</Types>", f"{more}</Types>")
            target.writestr(name, content)
        for _, file, xml in parts:
            target.writestr(f"word/{file}", xml)
    return out.getvalue()


def notes(kind: str, text: str) -> tuple[str, str, str]:
    """The part with one footnote or endnote, number 2."""
    lines = "".join(
        f'<w:{kind} w:type="{name}" w:id="{number}"><w:p><w:r><w:{name}/></w:r></w:p></w:{kind}>'
        for number, name in enumerate(("separator", "continuationSeparator"), -1)
    )
    own = f'<w:{kind} w:id="2">{par(text)}</w:{kind}>'
    return f"{kind}s", f"{kind}s.xml", f"<w:{kind}s {SPACES}>{lines}{own}</w:{kind}s>"


def comments(text: str) -> tuple[str, str, str]:
    """The part with one comment, number 3."""
    inner = f'<w:comment w:id="3" {TRACKED} w:initials="B">{par(text)}</w:comment>'
    return "comments", "comments.xml", f"<w:comments {SPACES}>{inner}</w:comments>"


def words_of(docx: bytes) -> list[str]:
    """All words a reader of this DOCX sees in its text; those of a text box once, and no marks."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    for twice in list(root.iter(FALLBACK)):
        twice.getparent().remove(twice)
    lines = []
    for paragraph in root.iter(f"{W}p"):
        own = [
            each
            for each in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}ptab", f"{W}noBreakHyphen")
            if next(each.iterancestors(f"{W}p")) is paragraph
        ]
        line = "".join((each.text or "") if each.tag == f"{W}t" else _sign(each.tag) for each in own)
        dropped = paragraph.find(f"{W}pPr/{W}framePr[@{W}dropCap]") is not None
        lines.append(line if dropped else f"{line}\n")
    lines = "".join(lines).splitlines()
    return [each for line in lines if "{{r sig." not in line for each in line.split()]


def _sign(tag: object) -> str:
    return "-" if tag == f"{W}noBreakHyphen" else " "


def picture() -> bytes:
    """A red PNG."""
    with zipfile.ZipFile(io.BytesIO(with_picture())) as archive:
        return archive.read("word/media/image1.png")
