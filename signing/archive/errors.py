"""What can go wrong on the way to an archive, named by what the caller must do differently."""

from __future__ import annotations

from collections.abc import Sequence

from signing.errors import SigningError


class ArchiveError(SigningError):
    """Base of the errors of this package; the texts hold no reference and no name."""


class RecordInvalid(ArchiveError):
    """The metadata cannot stand in an archive; ``problems`` names all that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The archive record is wrong: " + "; ".join(self.problems) + ".")


class PackageInvalid(ArchiveError):
    """The files do not belong to the record; ``problems`` names all that is wrong. Nothing is delivered."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The archive package is wrong: " + "; ".join(self.problems) + ".")


class ArchiveConflict(ArchiveError):
    """The archive holds something else under this reference; nothing was changed, a human compares.

    ``reference`` and ``differences`` (file name and how it differs) are for the operator's page: a reference
    holds a lease number, so it is not in the text.
    """

    def __init__(self, reference: str, differences: Sequence[str]) -> None:
        self.reference = reference
        self.differences = tuple(differences)
        super().__init__(
            f"The archive holds something else under this reference "
            f"({len(self.differences)} differences). "
            "Nothing was changed. Compare both by hand before delivering again."
        )


class ArchiveUnavailable(ArchiveError):
    """The archive does not take the package now; an operator looks, then it is delivered again."""


class ArchiveRefused(ArchiveError):
    """The archive refuses us or the package for good; a setting or a right at the archive has to change."""


class DeliveryUnproven(ArchiveError):
    """The archive took the package, but reading it back gives something else; a human looks at its disk."""
