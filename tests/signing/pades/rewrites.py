"""Incremental updates written byte by byte: what no PDF library would write, and what an attacker does."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

TRAILER = re.compile(rb"trailer\s*<<(?P<body>.*?)>>\s*startxref\s+(?P<start>\d+)\s+%%EOF\s*", re.DOTALL)
PAGE_TEXT = b"De huurder betaalt 750 euro per maand."
OTHER_TEXT = b"De huurder betaalt 950 euro per maand."


@dataclass(frozen=True)
class Numbers:
    """Where the parts of one prepared document are: object numbers."""

    catalog: int
    page: int
    text: int
    form: int
    info: int
    fields: Mapping[str, int]
    size: int


def numbers(pdf: bytes) -> Numbers:
    """Read from the bytes, so that no library has to agree that the file is good."""
    last = list(TRAILER.finditer(pdf))[-1]["body"]
    found = _objects(pdf)
    catalog = _reference(last, b"/Root")
    page = next(number for number, text in found.items() if b"/Type /Page\n" in text)
    return Numbers(
        catalog=catalog,
        page=page,
        text=_reference(found[page], b"/Contents"),
        form=_reference(found[catalog], b"/AcroForm"),
        info=_reference(last, b"/Info"),
        fields={
            re.findall(rb"/T \(([^()]*)\)", text)[0].decode().replace("\\137", "_"): number
            for number, text in found.items()
            if b"/FT /Sig" in text
        },
        size=int(re.findall(rb"/Size (\d+)", last)[-1]),
    )


def _objects(pdf: bytes) -> dict[int, bytes]:
    found = re.finditer(rb"(?<!\d)(\d+) 0 obj\s(.*?)\sendobj", pdf, re.DOTALL)
    return {int(each[1]): each[2].strip() for each in found}


def _reference(data: bytes, key: bytes) -> int:
    return int(re.findall(re.escape(key) + rb" (\d+) 0 R", data)[-1])


def body(pdf: bytes, number: int) -> bytes:
    """The newest text of an object, between ``obj`` and ``endobj``."""
    return _objects(pdf)[number]


def update(
    pdf: bytes,
    objects: Mapping[int, bytes],
    *,
    trailer: Mapping[bytes, bytes] | None = None,
    hidden: bytes = b"",
    before_startxref: bytes = b"",
    listed_twice: int | None = None,
    freed: tuple[int, ...] = (),
) -> bytes:
    """``pdf`` with one more revision of these objects.

    ``trailer``: entries to put in the trailer; ``hidden``: bytes between objects and cross-references that
    these do not name; ``listed_twice``: an object that these name a second time, at ``hidden``.
    """
    out = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    places = []
    for number, text in objects.items():
        places.append((number, b"%010d 00000 n" % len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    if listed_twice is not None:
        places.append((listed_twice, b"%010d 00000 n" % len(out)))
    places += [(number, b"0000000000 00001 f") for number in freed]
    out += hidden
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places):
        out += b"%d 1\n%s \n" % (number, place)
    old = list(TRAILER.finditer(pdf))[-1]
    entries = re.sub(rb"/Prev \d+\s*", b"", old["body"]).strip()
    size = max([numbers(pdf).size, *(number + 1 for number in objects)])
    entries = re.sub(rb"/Size \d+", b"/Size %d" % size, entries)
    for key, value in (trailer or {}).items():
        entries = re.sub(re.escape(key) + rb" \d+ 0 R\s*", b"", entries) + b"\n%s %s" % (key, value)
    out += b"trailer\n<<\n%s\n/Prev %s\n>>\n" % (entries, old["start"])
    return out + before_startxref + b"startxref\n%d\n%%%%EOF\n" % start


def _rewritten(pdf: bytes, number: int, change: Callable[[bytes], bytes]) -> bytes:
    old = body(pdf, number)
    new = change(old)
    assert new != old, "the forgery forges nothing"
    return update(pdf, {number: new})


def _with_entry(number_of: Callable[[Numbers], int], entry: bytes) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        return _rewritten(pdf, number_of(numbers(pdf)), lambda old: old[:-2] + entry + b"\n>>")

    return change


def _without_entry(number_of: Callable[[Numbers], int], entry: bytes) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        return _rewritten(pdf, number_of(numbers(pdf)), lambda old: re.sub(entry, b"", old, flags=re.DOTALL))

    return change


def _replaced(number_of: Callable[[Numbers], int], old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        return _rewritten(pdf, number_of(numbers(pdf)), lambda text: re.sub(old, new, text, flags=re.DOTALL))

    return change


def _catalog(parts: Numbers) -> int:
    return parts.catalog


def _form(parts: Numbers) -> int:
    return parts.form


def _page(parts: Numbers) -> int:
    return parts.page


def _tenant(parts: Numbers) -> int:
    return parts.fields["tenant"]


def _stream(text: bytes) -> bytes:
    return b"<<\n/Length %d\n>>\nstream\n%s\nendstream" % (len(text), text)


def with_other_text(pdf: bytes) -> bytes:
    """The page's own text replaced."""
    text = b"BT /F1 12 Tf 60 780 Td (%s) Tj ET" % OTHER_TEXT
    return update(pdf, {numbers(pdf).text: _stream(text)})


def with_other_document(pdf: bytes) -> bytes:
    """A second document in the file, and the trailer turned to it (shadow attack: hide and replace)."""
    parts = numbers(pdf)
    first = parts.size
    text = _stream(b"BT /F1 12 Tf 60 780 Td (%s) Tj ET" % OTHER_TEXT)
    page = body(pdf, parts.page)
    page = re.sub(rb"/Contents \d+ 0 R", b"/Contents %d 0 R" % (first + 3), page)
    page = re.sub(rb"/Parent \d+ 0 R", b"/Parent %d 0 R" % (first + 1), page)
    catalog = re.sub(rb"/Pages \d+ 0 R", b"/Pages %d 0 R" % (first + 1), body(pdf, parts.catalog))
    pages = b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % (first + 2)
    objects = {first: catalog, first + 1: pages, first + 2: page, first + 3: text}
    return update(pdf, objects, trailer={b"/Root": b"%d 0 R" % first})


def with_second_page(pdf: bytes) -> bytes:
    """A page added behind the text."""
    parts = numbers(pdf)
    pages = _reference(body(pdf, parts.catalog), b"/Pages")
    page = re.sub(rb"/Annots \[.*?\]", b"", body(pdf, parts.page), flags=re.DOTALL)
    changed = body(pdf, pages).replace(b"/Count 1", b"/Count 2")
    changed = re.sub(rb"(/Kids \[.*?)\]", rb"\1 %d 0 R ]" % parts.size, changed, flags=re.DOTALL)
    return update(pdf, {pages: changed, parts.size: page})


def with_hidden_object(pdf: bytes) -> bytes:
    """A second text of the page, which the cross-references do not name and a repairing reader shows."""
    parts = numbers(pdf)
    text = _stream(b"BT /F1 12 Tf 60 780 Td (%s) Tj ET" % OTHER_TEXT)
    hidden = b"%d 0 obj\n%s\nendobj\n" % (parts.text, text)
    return update(pdf, {parts.size: b"null"}, hidden=hidden)


def with_object_listed_twice(pdf: bytes) -> bytes:
    """Cross-references that name the page's text at two places."""
    parts = numbers(pdf)
    text = body(pdf, parts.text)
    other = b"%d 0 obj\n%s\nendobj\n" % (parts.text, text.replace(PAGE_TEXT, OTHER_TEXT))
    return update(pdf, {parts.text: text}, hidden=other, listed_twice=parts.text)


def with_object_in_object(pdf: bytes) -> bytes:
    """A second text of the page inside the string of another object."""
    parts = numbers(pdf)
    text = _stream(b"BT /F1 12 Tf 60 780 Td \\(%s\\) Tj ET" % OTHER_TEXT)
    return update(pdf, {parts.size: b"(\n%d 0 obj\n%s\nendobj\n)" % (parts.text, text)})


def with_garbage_before_startxref(pdf: bytes) -> bytes:
    """Another trailer and more between the last trailer and ``startxref``."""
    parts = numbers(pdf)
    garbage = b"% nothing to see here\ntrailer\n<< /Root 1 0 R >>\n"
    return update(pdf, {parts.size: b"null"}, before_startxref=garbage)


def with_second_startxref(pdf: bytes) -> bytes:
    """Two ends in one revision."""
    parts = numbers(pdf)
    return update(pdf, {parts.size: b"null"}, before_startxref=b"startxref\n9\n%%EOF\n")


def with_freed_text(pdf: bytes) -> bytes:
    """The page's text taken out of the cross-references (shadow attack: hide)."""
    return update(pdf, {}, freed=(numbers(pdf).text,))


def with_hybrid_references(pdf: bytes) -> bytes:
    """A second set of cross-references for other readers."""
    parts = numbers(pdf)
    old = int(list(TRAILER.finditer(pdf))[-1]["start"])
    return update(pdf, {parts.size: b"null"}, trailer={b"/XRefStm": b"%d" % old})


def with_other_info(pdf: bytes) -> bytes:
    """Another title and reference in the document information."""
    return update(pdf, {numbers(pdf).info: b"<< /Title (Ander) /Subject (MTR-0012345678-BGO02-A) >>"})


def with_script(pdf: bytes) -> bytes:
    """A script that runs when the file is opened."""
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    return _with_entry(_catalog, action)(pdf)


def with_attachment(pdf: bytes) -> bytes:
    """A file attached."""
    parts = numbers(pdf)
    names = b"/Names << /EmbeddedFiles << /Names [ (a) << /Type /Filespec /F (a) >> ] >> >>"
    return update(pdf, {parts.catalog: body(pdf, parts.catalog)[:-2] + names + b"\n>>"})


def with_swapped_values(pdf: bytes) -> bytes:
    """Two signatures that change places."""
    parts = numbers(pdf)
    first, second = parts.fields["tenant"], parts.fields["referring_org"]
    one, two = _reference(body(pdf, first), b"/V"), _reference(body(pdf, second), b"/V")
    return update(
        pdf,
        {
            first: re.sub(rb"/V \d+ 0 R", b"/V %d 0 R" % two, body(pdf, first)),
            second: re.sub(rb"/V \d+ 0 R", b"/V %d 0 R" % one, body(pdf, second)),
        },
    )


def with_copied_signature(pdf: bytes) -> bytes:
    """A copy of the tenant's signature, with another name in it, in the place of the signature."""
    parts = numbers(pdf)
    field = body(pdf, parts.fields["tenant"])
    copied = re.sub(rb"/Reason \([^()]*\)", b"/Reason (Niet akkoord)", body(pdf, _reference(field, b"/V")))
    value = re.sub(rb"/V \d+ 0 R", b"/V %d 0 R" % parts.size, field)
    return update(pdf, {parts.fields["tenant"]: value, parts.size: copied})


def with_signature(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The tenant's signature object changed by a newer one (universal signature forgery)."""

    def changed(pdf: bytes) -> bytes:
        return _rewritten(pdf, _reference(body(pdf, _tenant(numbers(pdf))), b"/V"), change)

    return changed


def _no(entry: bytes) -> Callable[[bytes], bytes]:
    return with_signature(lambda old: re.sub(entry, b"", old, count=1, flags=re.DOTALL))


def _as(entry: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return with_signature(lambda old: re.sub(entry, new, old, count=1, flags=re.DOTALL))


UNIVERSAL: dict[str, Callable[[bytes], bytes]] = {
    "a signature without Contents": _no(rb"/Contents <[0-9A-F]*>"),
    "a signature with empty Contents": _as(rb"/Contents <[0-9A-F]*>", b"/Contents <>"),
    "a signature with null for Contents": _as(rb"/Contents <[0-9A-F]*>", b"/Contents null"),
    "a signature with zeroes for Contents": _as(rb"/Contents <[0-9A-F]*>", b"/Contents <00>"),
    "a signature without ByteRange": _no(rb"/ByteRange \[[^]]*\]"),
    "a signature with an empty ByteRange": _as(rb"/ByteRange \[[^]]*\]", b"/ByteRange []"),
    "a signature with null for ByteRange": _as(rb"/ByteRange \[[^]]*\]", b"/ByteRange null"),
    "a signature with a negative ByteRange": _as(rb"/ByteRange \[0 \d+", b"/ByteRange [0 -1"),
    "a signature without Type": _no(rb"/Type /Sig\b"),
    "a signature without Filter": _no(rb"/Filter /Adobe.PPKLite"),
    "a signature without SubFilter": _no(rb"/SubFilter /ETSI.CAdES.detached"),
    "a signature with another SubFilter": _as(rb"/SubFilter /\S+", b"/SubFilter /adbe.x509.rsa_sha1"),
    "a signature without Reference": _no(rb"/Reference \[.*\]"),
}
SHADOWS: dict[str, Callable[[bytes], bytes]] = {
    "the text of the page replaced": with_other_text,
    "a second document that the trailer turns to": with_other_document,
    "the text of the page freed": with_freed_text,
    "a page added": with_second_page,
    "a page turned": _with_entry(_page, b"/Rotate 180"),
    "a page cropped": _replaced(_page, rb"/MediaBox \[[^]]*\]", b"/MediaBox [ 0 0 595 400 ]"),
    "another font": _replaced(_page, b"/Helvetica", b"/Symbol"),
    "layers": _with_entry(_catalog, b"/OCProperties << /OCGs [] /D << >> >>"),
    "a script": with_script,
    "an attachment": with_attachment,
    "another title": with_other_info,
    "other metadata": _with_entry(_catalog, b"/Metadata 1 0 R"),
    "another language": _with_entry(_catalog, b"/Lang (fy)"),
}
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "a field moved": _replaced(_tenant, rb"/Rect \[[^]]*\]", b"/Rect [ 60 770 280 832 ]"),
    "a field renamed": _replaced(_tenant, rb"/T \(tenant\)", b"/T (landlord)"),
    "a field hidden": _replaced(_tenant, rb"/F 132", b"/F 134"),
    "a field without its lock": _without_entry(_tenant, rb"/Lock <<.*?>>"),
    "a field with an action": _with_entry(_tenant, b"/A << /S /URI /URI (https://voorbeeld.nl) >>"),
    "two signatures that change places": with_swapped_values,
    "a copy of a signature": with_copied_signature,
    "a form that draws its fields anew": _with_entry(_form, b"/NeedAppearances true"),
    "a form in XML": _with_entry(_form, b"/XFA (<xdp/>)"),
    "another font of the form": _replaced(_form, rb"/HzSans \d+ 0 R", b"/HzSans 1 0 R"),
    "no certification": _without_entry(_catalog, rb"/Perms <<.*?>>"),
}
TWO_READINGS: dict[str, Callable[[bytes], bytes]] = {
    "an object that no reference names": with_hidden_object,
    "an object listed twice": with_object_listed_twice,
    "an object inside another": with_object_in_object,
    "garbage before startxref": with_garbage_before_startxref,
    "a second startxref": with_second_startxref,
    "hybrid references": with_hybrid_references,
}
PROOFS: dict[str, Callable[[bytes], bytes]] = {
    "no proofs any more": _without_entry(_catalog, rb"/DSS \d+ 0 R"),
    "empty proofs": _replaced(_catalog, rb"/DSS \d+ 0 R", b"/DSS << >>"),
    "proofs that are something else": _replaced(_catalog, rb"/DSS \d+ 0 R", b"/DSS 1 0 R"),
}
