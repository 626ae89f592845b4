"""The first reference of a lease, for documents that are made without a service that counts them."""

from collections.abc import Mapping

from docgen import formats
from docgen.errors import InvalidValues, Problem
from docgen.manifest import Manifest, value_at


def first_reference(manifest: Manifest, values: Mapping[str, object]) -> str:
    """``MTR-0012345678-BGO01-C`` from corporation.code and lease_number, or dossier_number without one.

    XXX and 0 stand for what is absent.

    Raises:
        InvalidValues: one of them holds what no reference may hold.
    """
    corporation = value_at(values, "corporation.code")
    lease = value_at(values, "lease_number") or value_at(values, "dossier_number")
    start = f"{corporation or 'XXX'}-{lease or '0'}-{manifest.code}01"
    compact = formats.compact(start)
    if compact is None:
        problem = Problem(
            "reference", "None can be made from corporation.code and lease_number.", "Give --reference."
        )
        raise InvalidValues([problem])
    return f"{start}-{formats.check_character(compact)}"


def example_address(reference: str) -> str:
    """An address as a service would print it in the QR code; it leads nowhere (RFC 2606)."""
    return f"https://huurzegel.example/validatie/{reference}"
