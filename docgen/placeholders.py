"""Reads from a template's text which values it asks for, and where; the Jinja side of checking."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from docgen.tags import replaced

_LETTERS = re.compile(r"\{([{%])(?:p|tr|tc|r)? ")  # docxtpl's own
_QUOTES = str.maketrans("“”‘’", "\"\"''")  # Word makes quotes curly; docxtpl makes them straight again


@dataclass(frozen=True)
class Asked:
    """One value a template asks for: its dotted key, and the number of its paragraph (counted from 0)."""

    key: str
    line: int


class Unreadable(Exception):
    """The tags of a template do not make sense; ``line`` is the number of the paragraph."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


def bare(text: str, word: str = "Naam") -> str:
    """The text as a reader will see it: a value counts as one word, and other tags are gone."""
    return replaced(text, lambda tag: word if tag.startswith("{{") else "")


def asked(paragraphs: Sequence[str]) -> list[Asked]:
    """Every value the template asks for, in order; within a loop with the key of the rows in front.

    Raises:
        Unreadable: a tag is not closed, or is not in Jinja's language.
    """
    source = "\n".join(_plain(paragraph) for paragraph in paragraphs)
    try:
        tree = SandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        raise Unreadable(error.message or "it cannot be read", error.lineno - 1) from error
    except RecursionError as error:
        raise Unreadable("the conditions are nested too deeply", 0) from error
    return list(_walk(tree, {}))


def _plain(paragraph: str) -> str:
    """One line in Jinja's own language."""
    return replaced(paragraph.replace("\n", " "), _plain_tag)


def _plain_tag(tag: str) -> str:
    return "" if tag.startswith("{#") else _LETTERS.sub(r"{\1 ", tag, count=1).translate(_QUOTES)


def _walk(node: nodes.Node, names: Mapping[str, str | None]) -> Iterator[Asked]:
    if isinstance(node, nodes.For):
        yield from _loop(node, names)
    elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem) and (key := _key(node, names)):
        yield Asked(key, node.lineno - 1)
    elif not isinstance(node, nodes.Name):
        inner = dict(names)
        for child in node.iter_child_nodes():
            if isinstance(node, nodes.Assign) and isinstance(child, nodes.Name) and child is node.target:
                continue
            yield from _walk(child, inner)
            if isinstance(child, nodes.Assign) and isinstance(child.target, nodes.Name):
                inner[child.target.name] = None  # a name of the template's own


def _loop(node: nodes.For, names: Mapping[str, str | None]) -> Iterator[Asked]:
    yield from _walk(node.iter, names)
    inner: dict[str, str | None] = {**names, "loop": None}
    for target in node.target.find_all(nodes.Name) if isinstance(node.target, nodes.Tuple) else [node.target]:
        rows = _key(node.iter, names) if target is node.target else None
        inner[getattr(target, "name", "")] = rows
    for child in (*node.body, *([node.test] if node.test else [])):
        yield from _walk(child, inner)
    for child in node.else_:
        yield from _walk(child, names)


def _key(node: nodes.Node, names: Mapping[str, str | None]) -> str | None:
    """The dotted key a name or a chain of attributes stands for; None for the template's own names."""
    if isinstance(node, nodes.Name):
        return names.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        inner = _key(node.node, names)
        return f"{inner}.{node.attr}" if inner else None
    if isinstance(node, nodes.Getitem):
        inner = _key(node.node, names)
        part = node.arg.value if isinstance(node.arg, nodes.Const) else None
        return f"{inner}.{part}" if inner and isinstance(part, str) else inner
    return None
