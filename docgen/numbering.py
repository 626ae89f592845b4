"""The first reference of a lease, for documents that are made without a service that counts them."""

from collections.abc import Mapping

from docgen import formats
from docgen.errors import InvalidValues, Problem
from docgen.manifest import Manifest, value_at


def first_reference(manifest: Manifest, values: Mapping[str, object]) -> str:
    """``MTR-0012345678-BGO01-C`` from corporation.code and lease_number; XXX and 0 stand for what is absent.

    Raises:
        InvalidValues: one of the two holds what no reference may hold.
    """
    corporation, lease = value_at(values, "corporation.code"), value_at(values, "lease_number")
    start = f"{corporation or 'XXX'}-{lease or '0'}-{manifest.code}01"
    compact = formats.compact(start)
    if compact is None:
        problem = Problem(
            "reference", "None can be made from corporation.code and lease_number.", "Give --reference."
        )
        raise InvalidValues([problem])
    return f"{start}-{formats.check_character(compact)}"
