"""The small part of Jinja that templates may use: values, conditions and loops over rows.

What is not here cannot run for long, cannot build large texts and cannot reach Python: there are no calls, no
arithmetic, no macros and no blocks.
"""

from collections.abc import Iterator

from jinja2 import nodes

DEEPEST_LOOP = 2
FILTERS = ("length", "upper", "lower")
TESTS = ("none",)
ITSELF = ("self", "super", "caller", "varargs", "kwargs")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip


def broken(tree: nodes.Template) -> list[tuple[int, str]]:
    """What in a parsed template is not allowed, each with its line, from 1."""
    return list(_walk(tree, 0))


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
        if part in ITSELF:
            return f"{part} is a name of Jinja's own, not of a value."
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
