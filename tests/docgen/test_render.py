from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import docx
import pytest

import docgen
from docgen.manifest import Choice
from docgen.render import fill
from tests.docgen import samples

SEAL = {"seal": "sigseal"}


def rendered(lines: list[str], context: dict[str, object] | None = None) -> str:
    filled = fill(samples.word([*lines, "{{r sig.seal }}"], footer=""), context or {}, SEAL, title="T")
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(filled)).paragraphs)


def document_xml(filled: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ values.append(1) }}",
        "{{ values|attr('__class__') }}",
        "{{ '{0.__class__}'.format(values) }}",
        "{{ sig.__init__ }}",
        "{{ sig.printed }}",
        "{{ table.__class__ }}",
        "{{ table.keys() }}",
        "{% for i in range(1000000) %}x{% endfor %}",
        "{% include 'x' %}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_template_cannot_reach_beyond_its_values(line: str) -> None:
    with pytest.raises(docgen.TemplateFault):
        rendered([line], {"values": [1], "table": {"a": 1}})


@pytest.mark.parametrize(
    "line", ["{{ nobody }}", "{{ tenant.nobody }}", "{{ tenant.name.first }}", "{% if x %}"]
)
def test_what_is_not_there_is_a_fault_of_the_template(line: str) -> None:
    with pytest.raises(docgen.TemplateFault):
        rendered([line], {"tenant": {"name": "A"}})


def test_a_fault_names_what_is_wrong() -> None:
    with pytest.raises(docgen.TemplateFault, match="'nobody' is not here, or may not be shown"):
        rendered(["Hello {{ tenant.nobody }}"], {"tenant": {}})


def test_a_missing_mark_is_named() -> None:
    with pytest.raises(
        docgen.TemplateFault, match=r"no place for \{\{r sig.tenant \}\}, \{\{r sig.seal \}\}"
    ):
        fill(samples.word(["x"], footer=""), {}, {"tenant": "sigtenant", **SEAL}, title="T")


def test_a_mark_in_a_part_that_is_left_out_is_missing() -> None:
    lines = ["{%p if false %}", "{{r sig.seal }}", "{%p endif %}"]
    with pytest.raises(docgen.TemplateFault, match="no place"):
        fill(samples.word(lines, footer=""), {}, SEAL, title="T")


def test_an_unknown_mark_and_one_printed_twice_are_faults() -> None:
    with pytest.raises(docgen.TemplateFault, match="'guardian'"):
        rendered(["{{r sig.guardian }}"])
    with pytest.raises(docgen.TemplateFault, match=r"sig\.seal more than once"):
        rendered(["{{r sig.seal }}"])


@pytest.mark.parametrize("line", ["{{ sig.seal }}", "{{p sig.seal }}", "{{ sig.seal|string }}"])
def test_a_mark_without_its_r_is_a_fault(line: str) -> None:
    with pytest.raises(docgen.TemplateFault):
        fill(samples.word([line], footer=""), {}, SEAL, title="T")


def test_a_mark_in_the_footer_is_a_fault() -> None:
    with pytest.raises(docgen.TemplateFault, match="not in a header, footer or note"):
        fill(samples.word(["text"], footer="{{r sig.seal }}"), {}, SEAL, title="T")


def test_marks_become_bookmarks_with_ids_of_their_own() -> None:
    bookmarks = {"tenant": "sigtenant", "seal": "sigseal"}
    filled = fill(samples.word(["{{r sig.tenant }}", "{{r sig.seal }}"], footer=""), {}, bookmarks, title="T")
    starts = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="(\w+)"/>', document_xml(filled))
    assert [name for _, name in starts] == ["sigtenant", "sigseal"]
    assert len({number for number, _ in starts}) == 2


def test_values_print_as_on_paper() -> None:
    context = {
        "day": date(2026, 12, 1),
        "yes": True,
        "no": False,
        "nothing": None,
        "route": Choice("a", "Aanbod"),
    }
    lines = ["{{ day }}|{{ yes }}|{{ no }}|{{ nothing }}|{{ route }}|{{ route.value }}|{{ 3 }}"]
    assert rendered(lines, context).startswith("1 december 2026|ja|nee||Aanbod|a|3\n")


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }}",
        "{% x %}",
        "{_{ 7*7 }_}",
        "{_% x %_}",
        "{# x #}",
        "<w:p/>",
        "a & b < c > d \"e\" 'f'",
        "]]>",
    ],
)
def test_a_value_is_never_read_as_markup_or_template(text: str) -> None:
    assert rendered(["Before {{ value }} after", "last"], {"value": text}).startswith(
        f"Before {text} after\nlast"
    )


def test_a_line_end_in_a_value_stays_inside_the_paragraph() -> None:
    assert rendered(["{{ value }}"], {"value": "one\ntwo"}).startswith("one\ntwo\n")


def test_a_field_may_be_called_like_a_method_of_a_table() -> None:
    assert rendered(
        ["{{ t.items }} {{ t.values }} {{ t.get }}"], {"t": {"items": 1, "values": 2, "get": 3}}
    ).startswith("1 2 3")


def test_the_title_comes_from_the_manifest_and_keeps_its_characters() -> None:
    filled = fill(samples.word(["{{r sig.seal }}"], footer=""), {}, SEAL, title="Wonen & <zo> {{ x }}")
    assert docx.Document(io.BytesIO(filled)).core_properties.title == "Wonen & <zo> {{ x }}"


def test_filling_again_with_other_values_gives_the_other_values() -> None:
    assert "een" in rendered(["{{ value }}"], {"value": "een"})
    again = rendered(["{{ value }}"], {"value": "twee"})
    assert "twee" in again
    assert "een" not in again


def test_what_is_no_docx_cannot_be_filled() -> None:
    with pytest.raises(docgen.TemplateFault):
        fill(b"no zip", {}, SEAL, title="T")


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_table_that_gets_columns_while_it_is_filled_has_a_grid_for_them_all(count: int) -> None:
    document = docx.Document(io.BytesIO(samples.word(["{{r sig.seal }}"], footer="")))
    cells = document.add_table(rows=1, cols=3).rows[0].cells
    for cell, text in zip(cells, ("{%tc for day in days %}", "{{ day }}", "{%tc endfor %}"), strict=True):
        cell.text = text
    filled = fill(samples.saved(document), {"days": [str(n) for n in range(count)]}, SEAL, title="T")
    [table] = docx.Document(io.BytesIO(filled)).tables
    assert (len(table.columns), len(table.rows[0].cells)) == (count, count)
