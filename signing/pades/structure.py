"""What a signed PDF must look like before any signature is judged: fields, holes, distinct signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from asn1crypto import cms, parser  # type: ignore[import-untyped]
from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pades.der import elements, ensure_der
from signing.pades.findings import Finding
from signing.pades.model import Expected

DEEPEST_FIELD = 8
MOST_FIELDS = 500
NO_PARAMETERS = {b"", b"\x05\x00"}  # absent, or NULL
UNSIGNED = 0xA1  # the tag of the unsigned attributes (RFC 5652, 5.3)


@dataclass(frozen=True)
class FormField:
    """One terminal form field: full name, type (``/Sig``…), and the reference in /V (None: empty)."""

    name: str
    kind: str
    value: Any


def read_fields(root: Any) -> list[FormField]:
    """Every terminal field of the form, with its inherited type; raises ``ValueError`` when too deep or many.

    ``root``: the document's catalog, of the whole file or of a revision.
    """
    form = _value(root, "/AcroForm", {})
    fields = list(islice(_walk(_value(form, "/Fields", ()), "", "", 0), MOST_FIELDS + 1))
    if len(fields) > MOST_FIELDS:
        raise ValueError(f"the form has more than {MOST_FIELDS} fields")
    return fields


def _value(dictionary: Any, key: str, otherwise: Any) -> Any:
    try:
        return dictionary[key]
    except KeyError:  # pyHanko's own ``get`` does not follow a reference; only ``[]`` does
        return otherwise


def _walk(fields: Any, prefix: str, inherited: str, depth: int) -> Iterator[FormField]:
    if depth > DEEPEST_FIELD:
        raise ValueError("the form's fields are nested too deep")
    for reference in fields:
        field = reference.get_object()
        name = f"{prefix}{_value(field, '/T', '')}"
        kind = str(_value(field, "/FT", inherited))
        kids = [kid for kid in _value(field, "/Kids", ()) if "/T" in kid.get_object()]
        if kids:
            yield from _walk(kids, f"{name}.", kind, depth + 1)
        else:
            yield FormField(name, kind, field.raw_get("/V") if "/V" in field else None)


def subject_problem(found: str | None, expected: Expected | None) -> Finding | None:
    """Why the document is another than was expected, by what it calls itself; None when it is not."""
    if expected is None or expected.subject is None or expected.subject == found:
        return None
    return Finding.of("other-document", found=found or "nothing", expected=expected.subject)


def added_problems(
    fields: Sequence[FormField], timestamps: Sequence[str], first: EmbeddedPdfSignature
) -> Iterator[Finding]:
    """Which fields came after the first signature, other than those of document timestamps."""
    there = {field.name for field in read_fields(first.reader.get_historical_root(first.signed_revision))}
    for field in fields:
        if field.name not in there and (field.name not in timestamps or field.value is None):
            yield Finding.of("field-added", field.name)


def field_problems(
    fields: Sequence[FormField], timestamps: Sequence[str], expected: Expected | None
) -> Iterator[Finding]:
    """What is wrong with the set of fields; ``timestamps`` are the names of document timestamps."""
    names = [field.name for field in fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding.of("same-name", name)
    for field in fields:
        if field.kind != "/Sig":
            yield Finding.of("field-kind", field.name, kind=field.kind or "unknown")
    yield from _shared_values(fields)
    if expected is not None:
        filled = {field.name for field in fields if field.value is not None} - set(timestamps)
        empty = {field.name for field in fields if field.value is None}
        yield from _unexpected(filled, empty, expected)


def _shared_values(fields: Sequence[FormField]) -> Iterator[Finding]:
    seen: dict[tuple[int, int], str] = {}
    for field in fields:
        if field.value is None:
            continue
        if not isinstance(field.value, generic.IndirectObject):
            yield Finding.of("signature-inside-field", field.name)
            continue
        place = (field.value.idnum, field.value.generation)
        if place in seen:
            yield Finding.of("signature-shared", field.name, other=seen[place])
        seen.setdefault(place, field.name)


def _unexpected(filled: set[str], empty: set[str], expected: Expected) -> Iterator[Finding]:
    must = set(expected.signed)
    may_be_empty = set(expected.unsigned_allowed)
    for name in expected.signed:
        if name not in filled:
            yield Finding.of("signature-missing", name)
    for name in sorted(filled - must - may_be_empty):
        yield Finding.of("signature-unexpected", name)
    for name in sorted(empty - must - may_be_empty):
        yield Finding.of("empty-unexpected", name)


def hole_problem(pdf: bytes, signature: EmbeddedPdfSignature) -> Finding | None:
    """Why /ByteRange leaves out something else than this signature's plainly written /Contents, or None."""
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0:
        return Finding.of("byte-range-shape")
    _, before, start, after = numbers
    if not before < start <= start + after <= len(pdf):
        return Finding.of("byte-range-outside")
    hole = pdf[before:start]
    content = signature.pkcs7_content
    # One spelling only: nothing in the hole can change without this or the signature noticing.
    if hole != b"<" + content.hex().upper().encode("ascii") + b">":
        return Finding.of("byte-range-hole")
    if content[parser.peek(content) :].strip(b"\0"):
        return Finding.of("contents-behind")
    return _container_problem(content, signature)


def _container_problem(content: bytes, signature: EmbeddedPdfSignature) -> Finding | None:
    """What is odd in those bytes of the CMS containers (RFC 5652, 5.1) that no signature covers."""
    whole = content[: parser.peek(content)]
    for attribute in signature.signer_info["unsigned_attrs"] or ():
        if attribute["type"].native != "signature_time_stamp_token":
            return Finding.of("container-odd")
    tokens = [(token, cms.ContentInfo.load(token)["content"]) for token in _tokens(whole)]
    if all(_is_plain(encoded, signed) for encoded, signed in [(whole, signature.signed_data), *tokens]):
        return None
    return Finding.of("container-odd")


def _tokens(container: bytes) -> list[bytes]:
    """The values of the unsigned attributes of the only signer, as they stand there; raises ``ValueError``.

    Not by asking asn1crypto for them: it encodes one anew whose length ends in 0x80.
    """
    _, explicit = elements(container, 2)
    (signed_data,) = elements(explicit, 1)
    (signer,) = elements(elements(signed_data, None)[-1], 1)
    last = elements(signer, None)[-1]
    attributes = elements(last, None) if last[0] == UNSIGNED else []
    return [value for each in attributes for value in elements(elements(each, 2)[1], None)]


def _is_plain(encoded: bytes, signed: Any) -> bool:
    """Whether a container has the one form that its signed part leaves it; raises ``ValueError``."""
    ensure_der(encoded)
    signer = signed["signer_infos"][0]
    by_key = signer["sid"].name == "subject_key_identifier"
    plain = signed["encap_content_info"]["content_type"].native == "data"
    digests = [algorithm["algorithm"].native for algorithm in signed["digest_algorithms"]]
    parameters = {algorithm["parameters"].dump() for algorithm in signed["digest_algorithms"]}
    return (
        len(signed["signer_infos"]) == 1
        and signer["version"].native == ("v3" if by_key else "v1")
        and signed["version"].native == ("v1" if plain and not by_key else "v3")
        and digests == [signer["digest_algorithm"]["algorithm"].native]
        and parameters <= NO_PARAMETERS
    )


def certification_problem(reader: Any, first: EmbeddedPdfSignature) -> Finding | None:
    """Why the first signature does not certify the document for form filling only; None when it does."""
    permissions = _value(reader.root, "/Perms", {})
    certifying = permissions.raw_get("/DocMDP") if "/DocMDP" in permissions else None
    if not isinstance(certifying, generic.IndirectObject):
        return Finding.of("not-certified")
    if certifying.reference != first.sig_field.raw_get("/V").reference:
        return Finding.of("certified-by-other")
    if first.docmdp_level != MDPPerm.FILL_FORMS:
        return Finding.of("certification-too-wide")
    return None
