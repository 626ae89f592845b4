"""The typefaces that LibreOffice can use on this machine, as fontconfig lists them."""

import subprocess
from functools import cache

from docgen.errors import DocgenError

FC_LIST = "/usr/bin/fc-list"
# Free typefaces whose letters are exactly as wide, so that no line ends elsewhere.
TWINS = {
    "calibri": "Carlito", "cambria": "Caladea", "arial": "Liberation Sans",
    "times new roman": "Liberation Serif", "courier new": "Liberation Mono",
}  # fmt: skip


@cache
def installed() -> frozenset[str]:
    """Names of families, in small letters; raises ``DocgenError`` without fontconfig."""
    try:
        listed = subprocess.run(  # noqa: S603 - the program and its arguments are ours
            [FC_LIST, ":", "family"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DocgenError(f"{FC_LIST} cannot list the typefaces ({error}): install fontconfig.") from error
    return frozenset(
        name.strip().replace("\\", "").lower()
        for line in listed.stdout.splitlines()
        for name in line.split(",")
    )
