"""Jinja as templates get it: escaped, strict, bounded, and without Python's attributes."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, TemplateSyntaxError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.dress import printed
from docgen.render import rules

FIRST_BOOKMARK = 900_000  # above any id Word gives
NO_BREAK_SPACE = "\u00a0"
MOST_OUTPUT = 20 * 1024 * 1024  # characters of one document; a page is about 20,000
MOST_ROUNDS = 100_000  # of all the loops of one document; the longest list of the house has 20 rows
BUDGET = "_budget"  # no template can name it: a name with an underscore in front is refused


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


class Budget:
    """What one document may still write and loop over, in all its parts together."""

    def __init__(self) -> None:
        self._characters = MOST_OUTPUT
        self._rounds = MOST_ROUNDS

    def write(self, text: str) -> None:
        """Take off what was written."""
        self._characters -= len(text)
        if self._characters < 0:
            raise TemplateRuntimeError("the filled text is too large: loop over fewer rows")

    def go_round(self) -> None:
        """Take off one round of a loop, also of one that writes nothing."""
        self._rounds -= 1
        if self._rounds < 0:
            raise TemplateRuntimeError(f"the loops go round more than {MOST_ROUNDS} times: use fewer")


class Rows(list[object]):
    """Rows that count how often they are gone over."""

    def __init__(self, rows: Iterable[object], budget: Budget) -> None:
        super().__init__(rows)
        self._budget = budget

    def __iter__(self) -> Iterator[object]:
        for row in super().__iter__():
            self._budget.go_round()
            yield row


def bounded(context: Mapping[str, object]) -> dict[str, object]:
    """The context with every list counted, and what the document may use in all."""
    budget = Budget()

    def counted(value: object) -> object:
        if isinstance(value, Mapping):
            return {name: counted(inner) for name, inner in value.items()}
        return Rows(value, budget) if isinstance(value, list) else value

    return {**{name: counted(value) for name, value in context.items()}, BUDGET: budget}


class BoundedTemplate(Template):
    """Stops as soon as it has written more than any document needs."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """As Jinja's own, with what ``bounded`` gives; raises ``TemplateRuntimeError`` beyond its budget."""
        context = dict(*args, **kwargs)
        budget: Budget = context[BUDGET]
        parts = []
        for part in self.generate(context):
            budget.write(part)
            parts.append(part)
        return "".join(parts)


class Environment(ImmutableSandboxedEnvironment):
    """Compiles once per source, for half of the time of filling goes there."""

    template_class = BoundedTemplate

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
        self._remembered = lru_cache(maxsize=256)(self._checked)

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
        """As Jinja's own, remembering what it compiled; nothing that breaks the rules is ever compiled."""
        if globals is not None or template_class is not None:
            raise TypeError("every template has the same globals and class")
        return self._remembered(source)

    def _checked(self, source: str) -> Template:
        for line, fault in rules.broken(self.parse(source)):
            raise TemplateSyntaxError(fault.removesuffix("."), line)
        return super().from_string(source)

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
