"""Looks over the tags of a template before docxtpl does anything with them."""

import re
from collections.abc import Iterator, Sequence

from jinja2 import TemplateSyntaxError

from docgen.errors import TemplateFault
from docgen.render import rules
from docgen.render.environment import Environment
from docgen.tags import openings, pieces, replaced

MOST_TAGS = 3000  # in one part
LONGEST_TAG = 500  # characters
# As docxtpl: the letters say which element of Word is replaced by the tag.
_PLACED = re.compile(r"\{([%{#])(?:tr|tc|p|r) ")
_CURLY_QUOTES = str.maketrans("“”‘’", "\"\"''")
# As docxtpl: what stands between the two signs of a tag is taken out, whatever it is.
_BETWEEN = re.compile(r"(?<={)(?:<[^>]*>)+(?=[\{%\#])")

_environment = Environment()


def faults(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    """What the paragraphs of one part may not do, each with the number of its paragraph, from 1."""
    found: list[tuple[int, str]] = []
    count = 0
    for number, text in enumerate(paragraphs, 1):
        parts, unclosed = pieces(text)
        tags = [piece for piece, tag in parts if tag]
        count += len(tags)
        found += [(number, f"{fault}.") for fault in _tag_faults(tags, unclosed)]
    if count > MOST_TAGS:
        found.append((1, f"There are {count} tags: use at most {MOST_TAGS}."))
    return found or _parsed_faults(paragraphs)


def demand(paragraphs: Sequence[str], source: str) -> None:
    """Raise ``TemplateFault`` with everything that the paragraphs of this XML may not do."""
    found = faults(paragraphs)
    if found:
        told = "; ".join(f"paragraph {number}: {fault}" for number, fault in found[:10])
        raise TemplateFault(f"TemplateSyntaxError: {told}")
    # docxtpl reads the XML and not the text: it also takes for a tag what nobody sees as one in Word.
    seen = sum(openings(text) for text in paragraphs)
    if openings(_BETWEEN.sub("", source)) != seen:
        raise TemplateFault(
            "A tag is cut in two by a paragraph, a tab or another element, or stands outside the text: "
            "write it in one go."
        )


def _tag_faults(tags: Sequence[str], unclosed: str | None) -> Iterator[str]:
    if unclosed is not None:
        yield f"A tag that begins with {unclosed} does not end in its own paragraph"
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            yield f"A tag has {len(tag)} characters: use at most {LONGEST_TAG}"


def _parsed_faults(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    lines = [replaced(text.replace("\n", " "), _plain) for text in paragraphs]
    try:
        return rules.broken(_environment.parse("\n".join(lines)))
    except TemplateSyntaxError as error:
        return [(error.lineno, f"{error.message}.")]
    except RecursionError:
        return [(1, "The conditions are nested too deeply: use fewer.")]


def _plain(tag: str) -> str:
    return _PLACED.sub(r"{\1 ", tag, count=1).translate(_CURLY_QUOTES)
