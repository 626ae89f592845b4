"""The small part of Jinja that templates may use: values, conditions and loops over rows.

What is not here cannot run for long, cannot build large texts and cannot reach Python: there are no calls, no
arithmetic, no macros and no blocks. A template therefore needs no time limit of its own.
"""

import re
from collections.abc import Iterator, Sequence

from jinja2 import TemplateSyntaxError, nodes

from docgen.errors import TemplateFault
from docgen.render.environment import Environment

MOST_TAGS = 3000  # in one part
LONGEST_TAG = 500  # characters
DEEPEST_LOOP = 2
FILTERS = ("length", "upper", "lower")
TESTS = ("none",)
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
# As docxtpl: the letters say which element of Word is replaced by the tag.
_PLACED = re.compile(r"\{([%{#])(?:tr|tc|p|r) ")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_OPEN = re.compile(r"\{[{%#]")
_CURLY_QUOTES = str.maketrans("“”‘’", "\"\"''")

_environment = Environment()


def faults(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    """What the paragraphs of one part may not do, each with the number of its paragraph, from 1."""
    found: list[tuple[int, str]] = []
    count = 0
    for number, text in enumerate(paragraphs, 1):
        tags = [tag[0] for tag in _TAG.finditer(text)]
        count += len(tags)
        found += [(number, f"{fault}.") for fault in _tag_faults(text, tags)]
    if count > MOST_TAGS:
        found.append((1, f"There are {count} tags: use at most {MOST_TAGS}."))
    return found or _parsed_faults(paragraphs)


def demand(paragraphs: Sequence[str]) -> None:
    """Raise ``TemplateFault`` with everything that the paragraphs may not do."""
    found = faults(paragraphs)
    if found:
        told = "; ".join(f"paragraph {number}: {fault}" for number, fault in found[:10])
        raise TemplateFault(f"TemplateSyntaxError: {told}")


def _tag_faults(text: str, tags: Sequence[str]) -> Iterator[str]:
    rest = _OPEN.search(_TAG.sub("", text))
    if rest is not None:
        yield f"A tag that begins with {rest[0]} does not end in its own paragraph"
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            yield f"A tag has {len(tag)} characters: use at most {LONGEST_TAG}"


def _parsed_faults(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    lines = [_TAG.sub(lambda tag: _plain(tag[0]), text.replace("\n", " ")) for text in paragraphs]
    try:
        tree = _environment.parse("\n".join(lines))
        return list(_walk(tree, 0))
    except TemplateSyntaxError as error:
        return [(error.lineno, f"{error.message}.")]
    except RecursionError:
        return [(1, "The conditions are nested too deeply: use fewer.")]


def _plain(tag: str) -> str:
    return _PLACED.sub(r"{\1 ", tag, count=1).translate(_CURLY_QUOTES)


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[int, str]]:
    fault = _fault(node, depth)
    if fault is not None:
        yield node.lineno, fault
        return
    inner = depth + isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        yield from _walk(child, inner)


def _fault(node: nodes.Node, depth: int) -> str | None:
    if isinstance(node, nodes.For):
        return _loop_fault(node, depth)
    if isinstance(node, nodes.Filter | nodes.Test):
        known = FILTERS if isinstance(node, nodes.Filter) else TESTS
        if node.name not in known or node.args or node.kwargs:
            return f"{node.name} may not be used here, only {', '.join(known)}."
    elif isinstance(node, nodes.Name | nodes.Getattr):
        part = node.name if isinstance(node, nodes.Name) else node.attr
        if part.startswith("_"):
            return f"{part} begins with an underscore, which no value does."
        if isinstance(node, nodes.Getattr) and not isinstance(node.node, nodes.Name | nodes.Getattr):
            return "A value is written as names with dots between them."
    elif not isinstance(node, ALLOWED):
        name = type(node).__name__.lower()
        return f"A template may not use {name}: only values, conditions, and loops over rows."
    return None


def _loop_fault(node: nodes.For, depth: int) -> str | None:
    if not (isinstance(node.iter, nodes.Name | nodes.Getattr) and isinstance(node.target, nodes.Name)):
        return "A loop goes over the rows of one field: write for row in field."
    if node.recursive or depth >= DEEPEST_LOOP:
        return f"Loops may be nested {DEEPEST_LOOP} deep at most."
    return None
