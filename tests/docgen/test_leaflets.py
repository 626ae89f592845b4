"""Leaflets, summaries and the QR code of the small packet type."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
import segno
from docx.shared import Mm
from PIL import Image

import docgen
from docgen import qr
from docgen.render import Picture, fill
from tests.docgen import samples

LEAFLET = '\n[[leaflets]]\nname = "summary"\ntitle = "In het kort"\nroles = ["tenant"]\n'
URL = "https://huurzegel.voorbeeld.nl/v/MTR-0012345678-KLN01-C"
NOTICE = (
    "**For information only.**\n\n**Deze uitleg is alleen informatie. Alleen de Nederlandse tekst geldt.**\n"
)


def with_code(line: str = "{{ tenant.full_name }}") -> bytes:
    """A leaflet with a picture called ``qr`` in its footer."""
    document = docx.Document(io.BytesIO(samples.word([line])))
    blank = io.BytesIO()
    Image.new("1", (8, 8), 1).save(blank, "PNG")
    blank.seek(0)
    run = document.sections[0].footer.paragraphs[0].add_run()
    run.add_picture(blank, width=Mm(17))
    next(run._r.iter("{*}docPr")).set("name", "qr")
    return samples.saved(document)


def make(
    folder: Path, office: docgen.Office, leaflet: bytes, *, name: str = "summary", url: str | None = URL
) -> docgen.Document:
    place = folder / "small-lease"
    (place / "manifest.toml").write_text(samples.manifest_toml() + LEAFLET, encoding="utf-8")
    (place / "summary.docx").write_bytes(leaflet)
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    generator = docgen.Generator(docgen.Catalog(folder), office, test=False)
    return generator.generate("small-lease", name, values, samples.REFERENCE, url)


def test_a_leaflet_that_is_not_there_is_a_fault(folder: Path) -> None:
    (folder / "small-lease" / "manifest.toml").write_text(samples.manifest_toml() + LEAFLET)
    with pytest.raises(docgen.TemplateFault, match=r"summary\.docx is not there"):
        docgen.Catalog(folder)


def test_a_leaflet_prints_nothing_that_is_for_the_parties_alone(folder: Path, office: docgen.Office) -> None:
    with pytest.raises(docgen.TemplateFault, match="'wish' is undefined"):
        make(folder, office, samples.word(["{{ wish }}"]))


def test_a_mark_in_a_leaflet_is_a_fault(folder: Path, office: docgen.Office) -> None:
    with pytest.raises(docgen.TemplateFault, match="'tenant' is not here"):
        make(folder, office, samples.word(["{{r sig.tenant }}"]))


def test_a_leaflet_conforms_has_no_fields_and_is_shown_on_a_screen(
    folder: Path, office: docgen.Office
) -> None:
    made = make(folder, office, with_code())
    assert (made.name, made.title, made.fields) == ("summary", "In het kort", ())
    assert "Ayşe van der Wałęsa-O’Neill" in made.html
    assert docgen.conformance(made.pdf) == docgen.Conformance("PDF/A-2a", True, True, ())
    assert docgen.Catalog(folder).leaflet_type("summary") == "small-lease"
    assert docgen.Catalog(folder).leaflet_type("core") is None


def test_the_code_in_the_footer_holds_the_address_and_is_sharp_on_paper(
    folder: Path, office: docgen.Office
) -> None:
    [page] = docgen.pages_as_pictures(make(folder, office, with_code()).pdf, 600)
    drawn = Image.open(io.BytesIO(page)).convert("L")
    code = Image.open(io.BytesIO(qr.png(URL)))
    assert code.mode == "1"
    # The footer alone is dark in the lower tenth; the code's own modules are found back there one by one.
    dark = drawn.crop((0, drawn.height * 8 // 10, drawn.width, drawn.height)).point(lambda v: 255 - v)
    box = _largest_square(dark)
    quiet = code.width * qr.QUIET_ZONE // _modules(URL)
    inner = code.crop((quiet, quiet, code.width - quiet, code.height - quiet)).convert("L")
    found = dark.crop(box).point(lambda v: 255 - v).resize(inner.size)
    wrong = sum((a > 127) != (b > 127) for a, b in zip(found.tobytes(), inner.tobytes(), strict=True)) / len(
        inner.tobytes()
    )
    assert wrong < 0.06


def _modules(text: str) -> int:
    return segno.make(text, error="m", micro=False, boost_error=False).symbol_size(border=qr.QUIET_ZONE)[0]


def _largest_square(dark: Image.Image) -> tuple[int, int, int, int]:
    """The box of everything dark that is no line of text: a code is the only thing of more than 8 mm high."""
    high = 8 * 600 // 25
    rows = [
        (x, column)
        for x in range(dark.width)
        if (column := dark.crop((x, 0, x + 1, dark.height)).getbbox()) and column[3] - column[1] > high
    ]
    xs = [x for x, _ in rows]
    return min(xs), min(box[1] for _, box in rows), max(xs) + 1, max(box[3] for _, box in rows)


def test_without_an_address_the_place_of_the_code_is_gone(folder: Path, office: docgen.Office) -> None:
    made = make(folder, office, with_code(), url=None)
    assert b"/Subtype/Image" not in made.pdf
    assert docgen.conformance(made.pdf).failures == ()


def test_the_picture_says_in_dutch_what_it_is() -> None:

    filled = fill(
        with_code("x"), {"reference": "R", "test": False}, {}, title="T", code=Picture(qr.png(URL), "QR-code")
    )
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        [footer] = [archive.read(name).decode() for name in archive.namelist() if "word/footer" in name]
        assert archive.read("word/media/huurzegel-qr.png") == qr.png(URL)
    assert 'descr="QR-code"' in footer


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("summary.nl.md", "Zonder titel", "begin with a line"),
        ("summary.nl.md", "# Titel\n", "write text below it"),
        ("summary.en.md", "# In brief\n\nYou rent.\n", "information only"),
        ("summary.english.md", "# In brief\n\nYou rent.\n", "with a language code"),
    ],
)
def test_a_summary_that_does_not_say_what_it_is_is_a_fault(
    folder: Path, name: str, text: str, reason: str
) -> None:
    (folder / "small-lease" / name).write_text(text, encoding="utf-8")
    with pytest.raises(docgen.TemplateFault, match=reason):
        docgen.Catalog(folder)


def test_an_unknown_language_is_refused_with_the_known_ones(folder: Path) -> None:
    (folder / "small-lease" / "summary.nl.md").write_text("# In het kort\n\nU huurt.\n", encoding="utf-8")
    with pytest.raises(docgen.UnknownLanguage, match="choose one of nl"):
        docgen.Catalog(folder).summary("small-lease", "fr")


def test_a_summary_is_html_without_markup_of_its_author(folder: Path) -> None:
    place = folder / "small-lease"
    (place / "summary.nl.md").write_text(
        "# In het kort\n\nU huurt. <script>x</script> [weg](https://x.nl) ![p](p.png)\n\n- een\n",
        encoding="utf-8",
    )
    (place / "summary.ar.md").write_text(f"# باختصار\n\n{NOTICE}\nنص\n", encoding="utf-8")
    catalog = docgen.Catalog(folder)
    assert catalog.languages("small-lease") == ("nl", "ar")
    dutch, arabic = (catalog.summary("small-lease", language) for language in ("nl", "ar"))
    assert (dutch.title, dutch.direction, dutch.official) == ("In het kort", "ltr", True)
    assert (arabic.title, arabic.direction, arabic.official) == ("باختصار", "rtl", False)
    assert "<li>een</li>" in dutch.html
    assert not any(tag in dutch.html for tag in ("<script", "<a", "<img"))
    assert '<p lang="nl" dir="ltr"><strong>Deze uitleg is alleen informatie.' in arabic.html
