"""What a template asks for, prints and says, read from its manifest and its DOCX."""

import re
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
from jinja2 import nodes
from lxml import etree

import docgen

TEMPLATES = Path(__file__).parent.parent / "templates"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def parts(type: str, document: str) -> tuple[etree._Element, ...]:
    """The document itself, then its headers and footers."""
    with zipfile.ZipFile(TEMPLATES / type / f"{document}.docx") as docx:
        around = [name for name in docx.namelist() if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]
        return tuple(etree.fromstring(docx.read(name)) for name in ("word/document.xml", *sorted(around)))


def language(type: str, document: str) -> str | None:
    with zipfile.ZipFile(TEMPLATES / type / f"{document}.docx") as docx:
        styles = etree.fromstring(docx.read("word/styles.xml"))
    language = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    return None if language is None else language.get(f"{W}val")


def _paragraphs(type: str, document: str) -> Iterator[str]:
    for part in parts(type, document):
        for paragraph in part.iter(f"{W}p"):
            yield "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


def _plain_paragraphs(type: str, document: str) -> Iterator[str]:
    """All but a part that says it is for lawyers: it is meant to be copied into a lease as it is."""
    legal = False
    for paragraph in _paragraphs(type, document):
        if re.match(r"\d+\. ", paragraph):
            legal = paragraph.endswith("In juridische taal")
        if not legal:
            yield paragraph


def sentences(type: str) -> Iterator[str]:
    """Every sentence in Dutch of the documents, the summary and the signing page."""
    manifest = tomllib.loads((TEMPLATES / type / "manifest.toml").read_text())
    texts = [path.read_text() for path in (TEMPLATES / type).glob("summary.nl.md")]
    for recipient in manifest.get("recipients", []):
        texts += [recipient["statement"], recipient.get("consequence", "")]
    for document in [*manifest["documents"], *manifest.get("leaflets", [])]:
        texts += _plain_paragraphs(type, document["name"])
    for text in texts:
        plain = re.sub(r"\{\{.*?\}\}", "waarde", re.sub(r"\{%.*?%\}", " ", text))
        yield from re.split(r"(?<=[.?!:])\s|\n\s*(?:\n|- )", plain)


def keys(type: str, document: str, *, shown: bool = False) -> set[str]:
    """Keys a DOCX asks for, ``rows[].column`` for a cell; with ``shown`` only those it prints."""
    source = "\n".join(_paragraphs(type, document))
    tree = jinja2.Environment(autoescape=True).parse(re.sub(r"(\{[{%])(?:tr|tc|p|r)\s", r"\1 ", source))
    return set(_asked(tree, {}, shown))


def _asked(node: nodes.Node, scope: dict[str, str], shown: bool) -> Iterator[str]:
    if isinstance(node, nodes.For):
        rows = _dotted(node.iter, scope)
        assert rows is not None
        assert isinstance(node.target, nodes.Name)
        yield rows
        scope = {**scope, node.target.name: f"{rows}[]"}
        inner = [*node.body, *([] if shown or node.test is None else [node.test])]
    elif isinstance(node, nodes.If):
        inner = [*node.body, *node.elif_, *node.else_, *([] if shown else [node.test])]
    elif (key := _dotted(node, scope)) is not None:
        yield key.removesuffix(".value")
        return
    else:
        inner = list(node.iter_child_nodes())
    for each in inner:
        yield from _asked(each, scope, shown)


def _dotted(node: nodes.Node, scope: dict[str, str]) -> str | None:
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node, scope)
        return None if before is None else f"{before}.{node.attr}"
    return None


def printable(manifest: docgen.Manifest) -> set[str]:
    """Keys of all that may be printed, with ``rows[].column`` for each column."""
    fields = [field for field in manifest.fields if field.visibility != "metadata"]
    cells = {f"{field.key}[].{column.key}" for field in fields for column in field.columns}
    return {field.key for field in fields} | cells


def field(manifest: docgen.Manifest, key: str) -> docgen.Field:
    field = manifest.field(key.partition("[]")[0])
    assert field is not None
    return field


def with_sources(manifest: docgen.Manifest, printed: set[str]) -> set[str]:
    """The printed keys, and those whose value is printed as part of another one."""
    found = set(printed)
    for field in manifest.fields:
        if field.key in printed and field.derive is not None:
            found |= set(field.derive.sources)
    return found
