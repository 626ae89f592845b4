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
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

import docgen
from docgen.checkup import checkup
from tests.docgen import samples
from tests.docgen.test_convert import with_picture

HOUSE = Path(__file__).parents[2] / "templates"


def word(lines: list[str]) -> bytes:
    """As ``samples.word``, without what python-docx's own template has wrong: symbols, Calibri, borders."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(samples.word(lines))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name in ("word/styles.xml", "word/numbering.xml"):
                text = re.sub(r'w:(ascii|hAnsi)="[^"]*"', r'w:\1="Carlito"', content.decode())
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
    ],
)
def test_a_wrong_placeholder_is_told_with_its_paragraph(
    type_folder: Path, office: docgen.Office, line: str, said: tuple[str, ...]
) -> None:
    lines = [*samples.CORE[:2], f"Hier: {line}", *samples.CORE[2:]]
    (type_folder / "core.docx").write_bytes(samples.word(lines))
    problems = told(type_folder, office)
    one(problems, *said)
    if "% if" not in line and line != "{{ guide":
        one(problems, *said, "core.docx, paragraph 3 (Hier: ")


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
    level = document.part.numbering_part.element.find(f".//{qn('w:lvl')}")
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
