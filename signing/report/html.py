"""A report as HTML: a fragment for a page, and a whole file with its own style that loads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from signing.report.wording import Block, Facts, Told

STYLE = Path(__file__).parent / "report.css"


def fragment(told: Told) -> str:
    """The report without its title: headline, facts and parts. Everything from the file is escaped."""
    return "\n".join(_lines(told))


def whole(told: Told) -> str:
    """The report as one HTML file to keep; it may load nothing from anywhere."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(told.language)}">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(told.title)}: {escape(told.headline)}</title>",
            f"<style>{STYLE.read_text(encoding='utf-8')}</style></head>",
            f"<body><main><h1>{escape(told.title)}</h1>",
            fragment(told),
            "</main></body></html>\n",
        ]
    )


def _lines(told: Told) -> Iterator[str]:
    if told.test:
        yield f'<p class="report-test">{escape(told.test)}</p>'
    yield f'<section class="verdict {escape(told.verdict)}" aria-labelledby="verdict">'
    yield f'<h2 id="verdict">{escape(told.headline)}</h2>'
    yield from (f"<p>{escape(sentence)}</p>" for sentence in told.lead)
    yield "</section>"
    if told.problems:
        yield f"<h2>{escape(told.headings['problems'])}</h2>"
        yield from _list(told.problems, "problems")
    yield from _facts(told.facts)
    for name, blocks in (("signatures", told.signatures), ("timestamps", told.timestamps)):
        if blocks:
            yield f"<h2>{escape(told.headings[name])}</h2>"
            for block in blocks:
                yield from _block(block, told.headings["details"])
    if told.changes:
        yield f"<h2>{escape(told.headings['changes'])}</h2>"
        yield from _list(told.changes, "changes", ordered=True)
    yield f"<h2>{escape(told.headings['notes'])}</h2>"
    yield from _list(told.notes, "notes")


def _block(block: Block, details: str) -> Iterator[str]:
    yield f'<section class="part {"holds" if block.holds else "fails"}">'
    yield f"<h3>{escape(block.title)}</h3>"
    yield from _facts(block.facts)
    if block.details:
        yield f"<details><summary>{escape(details)}</summary>"
        yield from _facts(block.details)
        yield "</details>"
    yield "</section>"


def _facts(facts: Facts) -> Iterator[str]:
    yield '<dl class="report-facts">'
    yield from (f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in facts)
    yield "</dl>"


def _list(items: Iterable[str], kind: str, *, ordered: bool = False) -> Iterator[str]:
    tag = "ol" if ordered else "ul"
    yield f'<{tag} class="{kind}">'
    yield from (f"<li>{escape(item)}</li>" for item in items)
    yield f"</{tag}>"
