"""The text of a filled DOCX as plain semantic HTML; the only place that touches mammoth."""

import io
import zipfile
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

import mammoth  # type: ignore[import-untyped]

from docgen.errors import TemplateFault

# All that is known, because mammoth tries every line at every paragraph; names match in any case.
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='heading 3'] => h4:fresh
p[style-name='heading 4'] => h5:fresh
p[style-name='heading 5'] => h6:fresh
p:unordered-list(1) => ul > li:fresh
p:unordered-list(2) => ul|ol > li > ul > li:fresh
p:unordered-list(3) => ul|ol > li > ul|ol > li > ul > li:fresh
p:unordered-list(4) => ul|ol > li > ul|ol > li > ul|ol > li > ul > li:fresh
p:ordered-list(1) => ol > li:fresh
p:ordered-list(2) => ul|ol > li > ol > li:fresh
p:ordered-list(3) => ul|ol > li > ul|ol > li > ol > li:fresh
p:ordered-list(4) => ul|ol > li > ul|ol > li > ul|ol > li > ol > li:fresh
r[style-name='Strong'] => strong
r[style-name='Emphasis'] => em
"""
ALLOWED = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "sub", "sup", "br"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
VOID = frozenset({"br"})
SILENT = frozenset({"script", "style"})  # their content goes too; of other elements only the tag
SPANS = ("colspan", "rowspan")
TEST_MARK = '<p class="test-mark"><strong>TEST</strong></p>'


def html(docx: bytes, bookmarks: Mapping[str, str], *, test: bool = False) -> str:
    """The body as HTML without attributes, links, pictures or scripts, so that it is safe to show.

    A signature's mark becomes an empty ``<span class="signature-mark" data-role="tenant">``. With ``test``
    the text begins with a paragraph of class ``test-mark``. ``bookmarks`` gives each role its bookmark.

    Raises:
        TemplateFault: mammoth cannot read the DOCX.
    """
    try:
        raw = mammoth.convert_to_html(
            io.BytesIO(docx),
            style_map=STYLES,
            include_default_style_map=False,
            include_embedded_style_map=False,  # the DOCX is somebody else's
        ).value
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise TemplateFault(
            f"The DOCX cannot be shown as a page ({error}): save it again in Word."
        ) from error
    writer = _Writer({name: role for role, name in bookmarks.items()})
    writer.feed(raw)
    writer.close()
    return (TEST_MARK if test else "") + writer.text()


class _Writer(HTMLParser):
    """Writes again only what is allowed, so that nothing else can come through."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._roles = roles
        self._parts: list[str] = []
        self._silent = 0

    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in SILENT:
            self._silent += 1
        elif tag == "a" and found.get("id") in self._roles:
            role = self._roles[found["id"] or ""]
            self._parts.append(f'<span class="signature-mark" data-role="{escape(role)}"></span>')
        elif tag == "img" and found.get("alt"):
            self._parts.append(f'<span class="picture">[{escape(found["alt"] or "")}]</span>')
        elif tag in ALLOWED:
            spans = "".join(
                f' {name}="{int(number)}"' for name in SPANS if (number := found.get(name) or "").isdecimal()
            )
            self._parts.append(f"<{tag}{spans}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ALLOWED and tag not in VOID:
            self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(escape(data))
