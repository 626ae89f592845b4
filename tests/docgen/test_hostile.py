"""Templates made to break the service: each is refused with a reason, in bounded time and memory."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import docgen
from docgen.render import fill, forbidden
from docgen.render.environment import MOST_ROUNDS
from docgen.tags import openings, pieces, replaced
from tests.docgen import samples

ROOT = Path(__file__).parents[2]
FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006"
BIG = '"a"|center(7)'  # stands for any call: with 10**9 in place of 7 it would take a gigabyte


def par(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def hostile(body: str) -> bytes:
    """A small document that begins with this piece of WordprocessingML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(samples.word(["x"], footer=""))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + body.encode(), 1)
            target.writestr(name, content)
    return out.getvalue()


def filled(body: str, **context: object) -> bytes:
    return fill(hostile(body), context, {}, title="T")


HIDDEN = {
    "in two paragraphs": par("{") + par(f"{{ {BIG} }}}}"),
    "around a tab": f"<w:p><w:r><w:t>{{</w:t><w:tab/><w:t>{{ {BIG} }}}}</w:t></w:r></w:p>",
    "around a line end": f"<w:p><w:r><w:t>{{</w:t><w:br/><w:t>{{ {BIG} }}}}</w:t></w:r></w:p>",
    "in a fallback": f'<w:p><w:r><mc:AlternateContent xmlns:mc="{FALLBACK}"><mc:Fallback>'
    f"<w:t>{{{{ {BIG} }}}}</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    "outside a paragraph": f"<w:r><w:t>{{{{ {BIG} }}}}</w:t></w:r>",
    "around a comment": par(f"{{<!-- x -->{{ {BIG} }}}}"),
    "around an instruction": par(f"{{<?x y?>{{ {BIG} }}}}"),
    "with an entity": par(f"&#123;{{ {BIG} }}}}"),
    "in a comment": f"<!-- {{{{ {BIG} }}}} -->" + par("x"),
    "in an attribute": f"<w:p w:rsidR='{{{{ {BIG} }}}}'/>",
    "statement in two paragraphs": par("{") + par("% for row in rows %}x{") + par("% endfor %}"),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_what_hides_from_the_check_is_never_run(place: str) -> None:
    with pytest.raises(docgen.TemplateFault):
        filled(HIDDEN[place], rows=[])


@pytest.mark.parametrize(
    "tag",
    [
        "{{ 'a' * 1000000000 }}", "{{ 'a'|center(1000000000) }}", "{{ value ~ value }}",
        "{{ [value, value] }}", "{{ {'a': 1} }}", "{{ 9 ** 9 }}", "{{ value[0] }}", "{{ value.x() }}",
        "{{ value|replace('a', 'b') }}", "{{ lipsum(100) }}", "{{ joiner }}{{ cycler() }}",
        "{% for a in range(9) %}{% endfor %}", "{% for a in 'aaa' %}{% endfor %}",
        "{% for a, b in rows %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in rows recursive %}{{ loop(rows) }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% set x = value %}",
        "{% set x %}y{% endset %}", "{% filter upper %}x{% endfilter %}", "{% call m() %}{% endcall %}",
        "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% block x %}{% endblock %}",
        "{% autoescape false %}{{ value }}{% endautoescape %}", "{{ caller }}",
        "{{ value if value else value }}", "{{ value is mapping }}", "{{ value is divisibleby 3 }}",
        "{{ self }}", "{{ _budget }}", "{{ value.__class__ }}", "{{ value|attr('x') }}", "{{ -value }}",
        "{{ value + value }}", "{% if value in rows %}{% endif %}{{ rows|sort }}", "{% cellbg value %}",
        "{% colspan value %}", "{% vm %}", "{% hm %}",
    ],
)  # fmt: skip
def test_only_values_conditions_and_loops_over_rows_are_let_through(tag: str) -> None:
    with pytest.raises(docgen.TemplateFault):
        filled(par(tag), value="a", rows=[{"a": 1}])


def test_loops_that_write_nothing_end_too() -> None:
    rows = [{"a": number} for number in range(1 + int(MOST_ROUNDS**0.5))]
    twice = par("{% for a in rows %}{% for b in rows %}{% endfor %}{% endfor %}")
    with pytest.raises(docgen.TemplateFault, match="go round more than"):
        filled(twice, rows=rows)
    with pytest.raises(docgen.TemplateFault, match="go round more than"):
        filled(par("{% for a in rows %}{% endfor %}") * 2, rows=rows * 200)


def test_fifty_thousand_rows_of_much_text_end_at_the_bound() -> None:
    with pytest.raises(docgen.TemplateFault, match="too large"):
        filled(
            f"{par('{%p for row in rows %}')}{par('{{ row.a }}')}{par('{%p endfor %}')}",
            rows=[{"a": "x" * 500}] * 50_000,
        )


def test_conditions_a_thousand_deep_are_refused() -> None:
    deep = par("{% if value %}") * 1000 + par("{% endif %}") * 1000
    with pytest.raises(docgen.TemplateFault):
        filled(deep, value="a")


def test_the_bounds_count_for_all_parts_of_a_document_together() -> None:
    rows = [{"a": "x" * 10_000}] * 1500
    lines = ["{%p for row in rows %}", "{{ row.a }}", "{%p endfor %}"]
    assert fill(samples.word(lines, footer=""), {"rows": rows}, {}, title="T")
    again = "{% for row in rows %}{{ row.a }}{% endfor %}"
    with pytest.raises(docgen.TemplateFault, match="too large"):
        fill(samples.word(lines, footer=again), {"rows": rows}, {}, title="T")


LIMITED = """
import resource, sys
from tests.docgen.test_hostile import LARGE, filled
import docgen
# A minute of the processor and two gigabytes: whoever takes more is ended by the kernel.
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for name, make in LARGE.items():
    try:
        filled(make(), value="a", rows=[{"a": 1}])
    except docgen.TemplateFault as fault:
        print(name, "refused:", str(fault)[:80])
    else:
        print(name, "filled")
"""
MEGA = 1 << 20
LARGE = {
    "openings without an end": lambda: par("{{" * MEGA),
    "statements without an end": lambda: par("{% if a " * (MEGA // 4)),
    "remarks without an end": lambda: par("{#" * MEGA),
    "braces apart": lambda: par("{ " * MEGA),
    "braces in runs": lambda: "<w:p>" + "<w:r><w:t>{</w:t></w:r>" * 100_000 + "</w:p>",
    "a brace before many runs": lambda: (
        "<w:p>" + ("<w:r><w:t>{</w:t></w:r>" + "<w:r/>" * 1000) * 200 + "</w:p>"
    ),
    "closings": lambda: par("}}" * MEGA) + par("%}" * MEGA),
    "many tags": lambda: par("{{ value }}") * 20_000,
    "a long tag": lambda: par("{{ " + "value." * MEGA + "value }}"),
    "many parentheses": lambda: par("{{ " + "(" * 200 + "value" + ")" * 200 + " }}") * 2,
    "one long word": lambda: par("x" * 4 * MEGA),
    "many cells": lambda: "<w:tbl>" + "<w:tr><w:tc><w:p/></w:tc></w:tr>" * 50_000 + "</w:tbl>",
    "tags in many cells": lambda: (
        "<w:tbl>" + f"<w:tr><w:tc>{par('{{ value }}')}</w:tc></w:tr>" * 2900 + "</w:tbl>"
    ),
    "deep nesting": lambda: "<w:r>" * 5000 + "</w:r>" * 5000,
}


def test_megabytes_of_braces_and_tags_take_bounded_time_and_memory() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert ended.returncode == 0, ended.stderr
    told = dict(
        line.split(" refused:") if " refused:" in line else (line, "") for line in ended.stdout.splitlines()
    )
    assert len(told) == len(LARGE)
    assert {name for name in LARGE if name in told} == {
        name for name in LARGE if f"{name} filled" not in ended.stdout
    }
    for name in ("openings without an end", "many tags", "a long tag", "many parentheses", "deep nesting"):
        assert name in told


def test_tags_are_found_in_one_pass() -> None:
    assert pieces("a {{ b }} {% c %}{# d #} e") == (
        [
            ("a ", False),
            ("{{ b }}", True),
            (" ", False),
            ("{% c %}", True),
            ("", False),
            ("{# d #}", True),
            (" e", False),
        ],
        None,
    )
    assert pieces("a {{ b }} {% c }}")[1] == "{%"
    assert replaced("a {{ b }}{% c %} {{ d", lambda tag: tag[1]) == "a {% {{ d"
    assert openings("{{ {% {# { { {{{") == 4
    assert forbidden(["{{ value", "}}"]) == [
        (1, "A tag that begins with {{ does not end in its own paragraph.")
    ]
