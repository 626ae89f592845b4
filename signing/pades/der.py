"""The one spelling that ASN.1 values have in DER (X.690, 10): nothing in them can be written another way."""

from __future__ import annotations

from asn1crypto import parser  # type: ignore[import-untyped]

# Elements inside each other in a container (19 in ours), and in one value of it (8): far beyond any real one,
# so that who answers or sends something else does not keep us busy.
DEEPEST_VALUE, MOST_ELEMENTS = 40, 200


def ensure_der(encoded: bytes, depth: int = 0) -> None:
    """Raise ``ValueError`` unless every length of a value, and of all that it holds, has its one form.

    Also for a value that is larger than ``DEEPEST_VALUE`` and ``MOST_ELEMENTS`` allow.
    """
    if depth > DEEPEST_VALUE:
        raise ValueError("a container is nested too deep")
    for each in elements(encoded, None):
        ensure_der(each, depth + 1)


def elements(encoded: bytes, count: int | None) -> list[bytes]:
    """The elements of a constructed value in DER, which they fill to the last byte; raises ``ValueError``.

    A value that is not constructed has none.
    """
    class_, method, tag, _, inside, _ = parser.parse(encoded, strict=True)
    if parser.emit(class_, method, tag, inside) != encoded:
        raise ValueError("a length is not written in its one form (X.690, 10.1)")
    found: list[bytes] = []
    while method == 1 and inside:
        length = parser.peek(inside)
        found.append(inside[:length])
        inside = inside[length:]
        if len(found) > MOST_ELEMENTS:
            raise ValueError(f"a value has more than {MOST_ELEMENTS} elements")
    if count is not None and len(found) != count:
        raise ValueError(f"a value of {count} elements has {len(found)}")
    return found
