from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

import docgen
from docgen.checkup import checkup
from tests.docgen import samples
from tests.docgen.test_convert import with_picture
from tests.docgen.test_leaflets import LEAFLET

HOUSE = Path(__file__).parents[2] / "templates"
HELPER = """
[[recipients]]
role = "helper"
label = "Vertegenwoordiger"
action = "sign"
order = 1
documents = ["core"]
name = "guide"
email = "referring_org.email"
statement = "Ik ga akkoord."
when = "helper_signs"

[[fields]]
key = "helper_signs"
label = "Tekent mee"
type = "boolean"
required = false
"""
FOOTER = "{{ reference }}{% if test %} TEST{% endif %}"
HELPED = ["{%p if helper_signs %}", "{{r sig.helper }}", "{%p endif %}"]


def word(lines: list[str], *, footer: str = FOOTER) -> bytes:
    """As ``samples.word``, without what python-docx's own template has wrong: symbols, Calibri, borders."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(samples.word(lines, footer=footer))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name in ("word/styles.xml", "word/numbering.xml"):
                text = re.sub(r' w:\w+Theme="[^"]*"', "", content.decode())
                fonts = '<w:rFonts w:ascii="Carlito" w:hAnsi="Carlito" w:cs="Carlito"/>'
                text = re.sub(r"<w:rFonts[^>]*/>", fonts, text)
                text = re.sub(r"<w:pBdr>.*?</w:pBdr>", "", text, flags=re.DOTALL)
                content = re.sub("[\ue000-\uf8ff]", "•", text).encode()
            target.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def type_folder(folder: Path) -> Path:
    """The small packet type with its sample."""
    (folder / "small-lease" / "core.docx").write_bytes(word(samples.CORE))
    (folder / "small-lease" / "annex.docx").write_bytes(word(samples.ANNEX))
    (folder / "small-lease" / "sample.json").write_text(json.dumps(samples.data()), encoding="utf-8")
    return folder / "small-lease"


def told(type_folder: Path, office: docgen.Office, severity: str = "error") -> list[str]:
    found = checkup(type_folder, office, samples.TODAY)
    return [str(problem) for problem in found if problem.severity == severity]


def changed(lines: list[str], change: Callable[[docx.document.Document], object]) -> bytes:
    document = docx.Document(io.BytesIO(word(lines)))
    change(document)
    return samples.saved(document)


def one(problems: list[str], *parts: str) -> None:
    """Exactly one problem says all these parts."""
    matching = [problem for problem in problems if all(part in problem for part in parts)]
    assert len(matching) == 1, problems


def test_every_problem_of_manifest_and_documents_is_told_at_once(
    type_folder: Path, office: docgen.Office
) -> None:
    manifest = (type_folder / "manifest.toml").read_text(encoding="utf-8")
    (type_folder / "manifest.toml").write_text(
        manifest.replace('code = "KLN"', 'code = "k"'), encoding="utf-8"
    )
    (type_folder / "annex.docx").write_bytes(b"no zip")
    (type_folder / "core.docx").write_bytes(samples.word(["Dag"], language="en-GB"))
    problems = told(type_folder, office)
    one(problems, "manifest.toml, code")
    one(problems, "annex.docx", "no readable DOCX")
    one(problems, "core.docx, styles", "en-GB, not nl-NL")


def manifest_with(type_folder: Path, more: str) -> None:
    (type_folder / "manifest.toml").write_text(samples.manifest_toml() + more, encoding="utf-8")


def test_a_wrong_manifest_does_not_hide_what_is_wrong_in_the_documents(
    type_folder: Path, office: docgen.Office
) -> None:
    manifest_with(type_folder, "colour = 1\n")
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, "{{ gide }}"]))
    problems = told(type_folder, office)
    one(problems, "manifest.toml, fields", "colour")
    one(problems, "core.docx, paragraph 13", "{{ gide }} is no field", "'guide'")
    assert len(problems) == 2


def test_an_error_in_one_document_does_not_hide_what_making_another_shows(
    type_folder: Path, office: docgen.Office
) -> None:
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, "{{ gide }}"]))
    lines = [*samples.ANNEX[:-2], "{{r sig.referring_org }}{{r sig.seal }}"]
    (type_folder / "annex.docx").write_bytes(word(lines))
    (type_folder / "sample-2.json").write_text(json.dumps({}), encoding="utf-8")
    problems = told(type_folder, office)
    one(problems, "core.docx, paragraph 13")
    one(problems, "annex.docx with sample.json", "overlap")
    one(problems, "sample-2.json, lease_number", "missing")


def test_a_missing_document_and_a_missing_sample_are_told(type_folder: Path, office: docgen.Office) -> None:
    (type_folder / "sample.json").unlink()
    one(told(type_folder, office), "sample.json: It is not there")
    (type_folder / "annex.docx").unlink()
    one(told(type_folder, office), "annex.docx: It is not there")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ tenant.famly_name }}", ("is no field", "tenant.family_name")),
        ("{{ wish }}", ("wish has visibility parties", "may not be printed here")),
        ("{{ tenant.email }}", ("visibility metadata",)),
        ("{{ route.colour }}", ("route has no colour",)),
        ("{% for row in agreements %}{{ row.whom }}{% endfor %}", ("agreements has no whom", "'who'")),
        (
            "{{r sig.guardian }}",
            ("Nobody signs core as guardian", "tenant, referring_org, corporation, seal"),
        ),
        ("{{ guide", ("A tag is wrong",)),
        ("{% if guide %}x", ("A tag is wrong",)),
        ("{{ guide|upper|center(1000000000) }}", ("A tag is wrong: center may not be used",)),
        ("{{ " + "(" * 240 + "guide" + ")" * 240 + " }}", ("A tag is wrong", "nested too deeply")),
    ],
)
def test_a_wrong_placeholder_is_told_with_its_paragraph(
    type_folder: Path, office: docgen.Office, line: str, said: tuple[str, ...]
) -> None:
    lines = [*samples.CORE[:2], f"Hier: {line}", *samples.CORE[2:]]
    (type_folder / "core.docx").write_bytes(samples.word(lines))
    problems = told(type_folder, office)
    one(problems, *said)
    if "% if" not in line and "((" not in line:
        one(problems, *said, "core.docx, paragraph 3 (Hier: ")


def test_the_marks_of_a_leaflet_and_what_it_may_not_print_are_told(
    type_folder: Path, office: docgen.Office
) -> None:
    manifest_with(type_folder, LEAFLET)
    (type_folder / "summary.docx").write_bytes(word(["{{ wish }}", "{{r sig.tenant }}", "{{ nobody }}"]))
    problems = told(type_folder, office)
    one(problems, "summary.docx, paragraph 1 ({{ wish }})", "visibility parties")
    one(problems, "summary.docx, paragraph 2", "nobody signs a leaflet")
    one(problems, "summary.docx, paragraph 3", "is no field of this type")
    assert len(problems) == 3


def test_a_leaflet_is_looked_over_and_made_as_a_document_is(type_folder: Path, office: docgen.Office) -> None:
    manifest_with(type_folder, LEAFLET)
    one(told(type_folder, office), "summary.docx: It is not there")
    (type_folder / "summary.docx").write_bytes(changed(["{{ referring_org.agb }}"], picture))
    one(told(type_folder, office), "summary.docx, paragraph 2", "no alternative text")
    (type_folder / "summary.docx").write_bytes(word(["{{ referring_org.agb }}"]))
    assert told(type_folder, office) == []
    assert not any("referring_org.agb" in warning for warning in told(type_folder, office, "warning"))


def test_the_mark_of_who_is_not_always_there_is_tried_both_ways(
    type_folder: Path, office: docgen.Office
) -> None:
    manifest_with(type_folder, HELPER)
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, *HELPED]))
    assert told(type_folder, office) == []
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, HELPED[1]]))
    one(told(type_folder, office), "core.docx with sample.json:", "'helper' is not here")
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, "{%p if not talked %}", *HELPED[1:]]))
    one(
        told(type_folder, office),
        "core.docx with sample.json with helper_signs:",
        "no place for {{r sig.helper",
    )
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, *HELPED]))
    data = samples.data(lambda values: values.update(helper_signs=True))
    (type_folder / "sample.json").write_text(json.dumps(data), encoding="utf-8")
    assert told(type_folder, office) == []
    (type_folder / "core.docx").write_bytes(word([*samples.CORE, HELPED[1]]))
    one(told(type_folder, office), "core.docx with sample.json without helper_signs:", "'helper' is not here")


def test_a_document_nobody_asks_for_is_a_warning_and_a_bad_summary_an_error(
    type_folder: Path, office: docgen.Office
) -> None:
    (type_folder / "old.docx").write_bytes(word(["{{ nobody }}"]))
    (type_folder / "summary.en.md").write_text("# In brief\n\nYou rent.\n", encoding="utf-8")
    (type_folder / "summary.nl.md").write_bytes(b"\xff\xfe")
    one(told(type_folder, office, "warning"), "old.docx", "manifest.toml does not name it")
    problems = told(type_folder, office)
    one(problems, "summary.en.md", "information only")
    one(problems, "summary.nl.md", "not UTF-8")


def test_words_that_only_paper_or_only_the_screen_would_show_are_told(
    type_folder: Path, office: docgen.Office
) -> None:
    hidden = "<w:del {} w:id='9' w:author='x'><w:r><w:delText>niet</w:delText></w:r></w:del>"

    def strike(document: docx.document.Document) -> None:
        document.paragraphs[2]._p.append(parse_xml(hidden.format(nsdecls("w"))))

    (type_folder / "core.docx").write_bytes(changed(samples.CORE, strike))
    one(told(type_folder, office), "core.docx, paragraph 3", "change that was tracked")


def test_missing_and_misplaced_marks_are_told(type_folder: Path, office: docgen.Office) -> None:
    lines = [line for line in samples.CORE if "sig.tenant" not in line and "sig.seal" not in line]
    (type_folder / "core.docx").write_bytes(samples.word(lines, footer="{{r sig.seal }}"))
    problems = told(type_folder, office)
    one(problems, "core.docx: The template has no place for {{r sig.tenant }}")
    one(problems, "core.docx: The template has no place for {{r sig.seal }}")
    one(problems, "footer1, paragraph 1", "sig.seal is not in the text itself")


def test_a_field_no_document_prints_is_a_warning(type_folder: Path, office: docgen.Office) -> None:
    warnings = told(type_folder, office, "warning")
    one(warnings, "manifest.toml, referring_org.agb", "no document prints it")
    assert not any("tenant.full_name" in warning or "start_date:" in warning for warning in warnings)


def picture(document: docx.document.Document) -> None:
    with zipfile.ZipFile(io.BytesIO(with_picture())) as archive:
        document.add_picture(io.BytesIO(archive.read("word/media/image1.png")))


def border(document: docx.document.Document) -> None:
    sides = '<w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/>'
    frame = parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>")
    document.paragraphs[1]._p.get_or_add_pPr().append(frame)


def symbol(document: docx.document.Document) -> None:
    document.paragraphs[2].style = "List Bullet"
    [number] = document.styles["List Bullet"].element.iter(qn("w:numId"))
    [used] = document.part.numbering_part.element.xpath(f".//w:num[@w:numId={number.get(qn('w:val'))}]")
    base = used.find(qn("w:abstractNumId")).get(qn("w:val"))
    [level] = used.getparent().xpath(f"w:abstractNum[@w:abstractNumId={base}]/w:lvl[@w:ilvl=0]")
    level.find(qn("w:lvlText")).set(qn("w:val"), "\uf0b7")


def typeface(document: docx.document.Document) -> None:
    document.paragraphs[1].runs[0].font.name = "Onbekend Sans"


def table(document: docx.document.Document) -> None:
    document.add_table(2, 2).cell(0, 0).text = "Wie"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (picture, ("paragraph 13", "no alternative text")),
        (border, ("paragraph 2", "paragraph border")),
        (symbol, ("core.docx, lists", "A bullet is")),
        (typeface, ("paragraph 2", "Onbekend Sans is not on this machine")),
        (table, ("(Wie)", "not marked as its header")),
    ],
)
def test_a_form_that_would_not_pass_is_told_with_its_place(
    type_folder: Path,
    office: docgen.Office,
    change: Callable[[docx.document.Document], object],
    said: tuple[str, ...],
) -> None:
    (type_folder / "core.docx").write_bytes(changed(samples.CORE, change))
    one(told(type_folder, office), "core.docx", *said)


def test_hard_text_and_a_missing_title_are_warnings(type_folder: Path, office: docgen.Office) -> None:
    long = " ".join(["woord"] * 21)
    hard = "De begeleidingsverplichtingen worden onverminderd gehandhaafd gedurende de verlengingsperiode."

    def untitled(document: docx.document.Document) -> None:
        document.core_properties.title = ""

    lines = [*samples.CORE, f"{long.capitalize()}.", *[hard] * 8]
    (type_folder / "core.docx").write_bytes(changed(lines, untitled))
    warnings = told(type_folder, office, "warning")
    one(warnings, "core.docx, paragraph 13 (Woord woord", "21 words")
    one(warnings, "core.docx: The text is hard to read", "Flesch-Douma")
    one(warnings, "core.docx, properties", "no title")


def test_what_is_quoted_word_for_word_may_be_hard(type_folder: Path, office: docgen.Office) -> None:
    def quote(document: docx.document.Document) -> None:
        document.styles.add_style("Letterlijke tekst", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph(" ".join(["woord"] * 30) + ".", style="Letterlijke tekst")

    (type_folder / "core.docx").write_bytes(changed(samples.CORE, quote))
    assert not any("too long" in warning for warning in told(type_folder, office, "warning"))


def test_what_shows_only_in_the_made_document_is_told(type_folder: Path, office: docgen.Office) -> None:
    lines = [*samples.CORE[:-2], "{{r sig.corporation }}{{r sig.seal }}"]
    (type_folder / "core.docx").write_bytes(word(lines))
    one(told(type_folder, office), "core.docx with sample.json", "overlap")


def test_a_sample_that_does_not_fit_the_manifest_is_told(type_folder: Path, office: docgen.Office) -> None:
    data = samples.data(lambda values: values.update(lease_number=None))
    (type_folder / "sample.json").write_text(json.dumps(data), encoding="utf-8")
    one(told(type_folder, office), "sample.json, lease_number", "missing")
    (type_folder / "sample.json").write_text("{", encoding="utf-8")
    one(told(type_folder, office), "sample.json", "is not JSON")


@pytest.mark.parametrize("name", [path.parent.name for path in sorted(HOUSE.glob("*/manifest.toml"))])
def test_the_templates_of_the_house_pass(name: str, office: docgen.Office, tmp_path: Path) -> None:
    shutil.copytree(HOUSE / name, tmp_path / name)
    assert told(tmp_path / name, office) == []
