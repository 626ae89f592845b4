"""Fills a DOCX template; the only place that touches docxtpl and Jinja."""

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape
from zipfile import BadZipFile

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, Template, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from docgen.dress import printed
from docgen.errors import TemplateFault

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIRST_BOOKMARK = 900_000  # above any id Word gives
NO_BREAK_SPACE = "\u00a0"


class Marks:
    """What a template calls ``sig``: one mark per role, each to be printed exactly once."""

    def __init__(self, bookmarks: Mapping[str, str]) -> None:
        self.bookmarks = bookmarks
        self.printed: list[str] = []

    def bookmark(self, role: str) -> str:
        """A bookmark around an invisible run, in WordprocessingML, for use in ``{{r sig.role }}``."""
        self.printed.append(role)
        number = FIRST_BOOKMARK + len(self.printed)
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{self.bookmarks[role]}"/>'
            f'<w:r><w:t xml:space="preserve">{NO_BREAK_SPACE}</w:t></w:r>'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )


class Mark:
    """The place of one signature; printing it is what makes the bookmark."""

    def __init__(self, marks: Marks, role: str) -> None:
        self._marks = marks
        self._role = role

    def __html__(self) -> str:
        return self._marks.bookmark(self._role)

    def __str__(self) -> str:
        return self._marks.bookmark(self._role)


class Environment(ImmutableSandboxedEnvironment):
    """Jinja as templates get it: escaped, strict, without Python's attributes, compiled once per source."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
        self._remembered = lru_cache(maxsize=256)(super().from_string)

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
        """As Jinja's own, remembering what it compiled; half of the time of filling goes there."""
        if globals is not None or template_class is not None:
            return super().from_string(source, globals, template_class)
        return self._remembered(source)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A table gives its entries and nothing else, so that no method can hide a field called ``items``."""
        if isinstance(obj, Marks):
            known = attribute in obj.bookmarks
            return Mark(obj, attribute) if known else self._missing(obj, attribute)
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self._missing(obj, attribute)
        return super().getattr(obj, attribute)

    def _missing(self, obj: Any, attribute: str) -> Undefined:
        return self.undefined(f"{attribute!r} is not here, or may not be shown in this document", obj)


def _finalize(value: Any) -> Any:
    shown = printed(value)
    if hasattr(shown, "__html__") or not isinstance(shown, str):
        return shown
    return _Text(shown)


class _Text:
    """A value that stays text; its braces too, because docxtpl turns ``{_{`` into ``{{`` afterwards."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __html__(self) -> str:
        return escape(self._text, {'"': "&quot;", "'": "&#39;", "{": "&#123;", "}": "&#125;"})


class _Docx(DocxTemplate):  # type: ignore[misc]
    """docxtpl that patches each source once, leaves the properties alone, and notices broken XML."""

    def patch_xml(self, src_xml: str) -> str:
        return _patched(src_xml)

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The title comes from the manifest, the rest is not printed."""

    def fix_tables(self, xml: str) -> Any:
        # docxtpl itself reads on after an error and loses the rest of the document.
        body = etree.fromstring(xml.encode())
        starts = body.iterfind(f".//{WORD}p/{WORD}bookmarkStart")
        self.placed = [start.get(f"{WORD}name", "") for start in starts]
        return super().fix_tables(xml)


@lru_cache(maxsize=256)
def _patched(source: str) -> str:
    return str(DocxTemplate.patch_xml(None, source))


_environment = Environment()


def fill(docx: bytes, context: Mapping[str, object], bookmarks: Mapping[str, str], *, title: str) -> bytes:
    """The DOCX with the context filled in and one bookmark for each role's mark.

    ``context`` holds plain values and tables of them; ``bookmarks`` gives each role the name of its bookmark.

    Raises:
        TemplateFault: the template asks for what is not there, breaks its XML, or misses or repeats a mark.
    """
    marks = Marks(bookmarks)
    template = _Docx(io.BytesIO(docx))
    try:
        template.render({**context, "sig": marks}, _environment)
        template.docx.core_properties.title = title  # get_docx() would load it anew
        out = io.BytesIO()
        template.save(out)
    except TemplateError as error:
        raise TemplateFault(f"{type(error).__name__}: {error.message}{_nearby(error)}.") from error
    except etree.XMLSyntaxError as error:
        raise TemplateFault(
            f"A tag breaks the document's structure ({error}): use {{%p, {{%tr or {{{{r."
        ) from error
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError, BadZipFile) as error:
        raise TemplateFault(f"The template cannot be filled ({type(error).__name__}: {error}).") from error
    _check_marks(bookmarks, marks.printed, template.placed)
    return out.getvalue()


def _nearby(error: TemplateError) -> str:
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if line.strip()]
    return f", near: {' | '.join(lines)[:300]}" if lines else ""


def _check_marks(bookmarks: Mapping[str, str], printed_marks: list[str], placed: list[str]) -> None:
    missing = [role for role in bookmarks if role not in printed_marks]
    repeated = sorted({role for role in printed_marks if printed_marks.count(role) > 1})
    lost = [role for role, bookmark in bookmarks.items() if bookmark not in placed]
    if missing:
        names = ", ".join(f"{{{{r sig.{role} }}}}" for role in missing)
        raise TemplateFault(f"The template has no place for {names}: put each in a paragraph of its own.")
    if repeated:
        raise TemplateFault(
            f"The template prints sig.{', sig.'.join(repeated)} more than once: keep one place."
        )
    if lost:
        raise TemplateFault(
            f"The mark of {', '.join(lost)} is not in a paragraph of the text: "
            "write it as {{r sig.name }}, not in a header, footer or note."
        )
