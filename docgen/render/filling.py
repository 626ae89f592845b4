"""Fills a DOCX template by docxtpl and holds it to its marks."""

import io
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zipfile import BadZipFile

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateError
from lxml import etree

from docgen.errors import TemplateFault
from docgen.render import dialect, pictures
from docgen.render.environment import Environment, Marks, bounded
from docgen.render.pictures import Picture
from docgen.render.text import WORD, paragraphs

_COLUMNS = re.compile(r"\{%\s*(?:tc|colspan)\b")


class _Docx(DocxTemplate):  # type: ignore[misc]
    """docxtpl that patches each source once, leaves the properties alone, and notices broken XML."""

    _columns_vary = False

    def patch_xml(self, src_xml: str) -> str:
        self._columns_vary = self._columns_vary or _columns_vary(src_xml)
        return _patched(src_xml)

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The title comes from the manifest, the rest is not printed."""

    def resolve_listing(self, xml: str) -> str:
        # docxtpl goes through every run for these four; most documents hold none.
        return str(super().resolve_listing(xml)) if any(each in xml for each in "\t\n\a\f") else xml

    def fix_tables(self, xml: str) -> Any:
        # docxtpl itself reads on after an error and loses the rest of the document.
        body = etree.fromstring(xml.encode())
        starts = body.iterfind(f".//{WORD}p/{WORD}bookmarkStart")
        self.placed = [start.get(f"{WORD}name", "") for start in starts]
        return super().fix_tables(xml) if self._columns_vary else body


@lru_cache(maxsize=256)
def _patched(source: str) -> str:
    # What docxtpl's patterns and Jinja then do is bounded, because the dialect is checked first.
    dialect.demand(paragraphs(source.encode()), source)
    return str(DocxTemplate.patch_xml(None, source))


@lru_cache(maxsize=256)
def _columns_vary(source: str) -> bool:
    """Whether a table gets columns while it is filled, so that its grid has to be counted anew."""
    return any(_COLUMNS.search(paragraph) for paragraph in paragraphs(source.encode()))


_environment = Environment()


def fill(
    docx: bytes,
    context: Mapping[str, object],
    bookmarks: Mapping[str, str],
    *,
    title: str,
    code: Picture | None = None,
    logo: Picture | None = None,
) -> bytes:
    """The DOCX with the context filled in and one bookmark for each role's mark.

    ``context`` holds plain values and tables of them; ``bookmarks`` gives each role the name of its bookmark;
    ``code`` takes the place of every picture called ``qr``, ``logo`` of every one called ``logo``.

    Raises:
        TemplateFault: the template asks for what is not there, breaks its XML, or misses or repeats a mark.
    """
    marks = Marks(bookmarks)
    template = _Docx(io.BytesIO(docx))
    try:
        template.render({**bounded(context), "sig": marks}, _environment)
        template.docx.core_properties.title = title  # get_docx() would load it anew
        pictures.place_code(template.docx, code)
        pictures.place_logo(template.docx, logo)
        out = io.BytesIO()
        template.save(out)
    except TemplateError as error:
        raise TemplateFault(f"{type(error).__name__}: {error.message}{_nearby(error)}.") from error
    except etree.XMLSyntaxError as error:
        raise TemplateFault(
            f"A tag breaks the document's structure ({error}): use {{%p, {{%tr or {{{{r."
        ) from error
    except RecursionError as error:
        raise TemplateFault("The conditions are nested too deeply: use fewer.") from error
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
