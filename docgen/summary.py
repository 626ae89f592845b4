"""The short explanation of a packet in one language; the only place that touches markdown-it."""

import re
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt

from docgen.errors import TemplateFault

OFFICIAL = "nl"
RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur")
NOTICE = "Deze uitleg is alleen informatie. Alleen de Nederlandse tekst geldt."
_TITLE = re.compile(r"\A# +(.+?) *(?:\n|\Z)")
# First the same sentence in the summary's own language, then in Dutch; both in bold.
_NOTICES = re.compile(rf"\A\s*\*\*[^*\n]+\*\*\n\n\*\*{re.escape(NOTICE)}\*\*\n")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])


@dataclass(frozen=True)
class Summary:
    """A summary as HTML without its title; only the ``official`` one, in Dutch, counts.

    Every other one begins by saying so, in its own language and in Dutch.
    """

    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    html: str
    official: bool


def read(language: str, markdown: str) -> Summary:
    """The summary in this Markdown; its first line is ``# `` and the title.

    Raises:
        TemplateFault: it has no title or text, or a translation does not say that it is one.
    """
    found = _TITLE.match(markdown)
    text = markdown[found.end() :] if found else ""
    if found is None or not text.strip():
        raise TemplateFault(f"summary.{language}.md: begin with a line '# Title', and write text below it.")
    official = language == OFFICIAL
    if not official and not _NOTICES.match(text):
        raise TemplateFault(
            f"summary.{language}.md: say below the title that it is information only, in bold, first in its "
            f"own language and then in Dutch: **{NOTICE}**"
        )
    html = str(_markdown.render(text))
    return Summary(
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        title=found[1],
        html=html.replace(f"<p><strong>{NOTICE}", f'<p lang="nl" dir="ltr"><strong>{NOTICE}'),
        official=official,
    )
