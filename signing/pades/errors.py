"""What can go wrong with signatures, named by what the caller must do differently."""

from collections.abc import Iterable

from signing.errors import SigningError


class PadesError(SigningError):
    """Base of the errors of this package."""


class UnusableKey(PadesError):
    """A key, its passphrase or PIN, or its certificate cannot seal now; an operator must act."""


class KeyUnavailable(PadesError):
    """The token or service that holds the key does not answer well; nothing was signed, try again later."""


class UnusableSecret(PadesError):
    """A passphrase, PIN or password cannot be read; an operator must act."""


class UnusableTsa(PadesError):
    """The settings of a time-stamping authority or of the proxy cannot work; an operator must act."""


class UnusableSettings(PadesError):
    """More than one thing is wrong with the settings; the message has a line for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class UnusableTrust(PadesError):
    """A file with trust roots or other certificates cannot be read; an operator must act."""


class UnusableFile(PadesError):
    """These bytes are not a PDF that can be read strictly; another file is needed.

    ``code``: ``no-pdf``, ``encrypted``, ``too-large``, ``too-many-revisions``, ``too-much`` or ``other``.
    """

    def __init__(self, message: str, code: str = "other") -> None:
        self.code = code
        super().__init__(message)


class FieldUnavailable(PadesError):
    """The signature field is missing, of another kind, or filled already; signing again is no use."""


class DocumentChanged(PadesError):
    """The PDF is not the revision that the caller stored last; nothing was signed."""


class UnwritableText(PadesError):
    """The embedded font lacks a character of the appearance; nothing was signed, change the text."""


class UnusableMark(PadesError):
    """A drawn mark is not a list of strokes of points; nothing was signed, leave it out or draw it again."""


class TimestampUnavailable(PadesError):
    """No time-stamping authority gave a good answer; nothing was signed, try again later."""


class RevocationUnavailable(PadesError):
    """No proof that the certificates are not revoked could be had; nothing was sealed, try later."""


class NotRenewable(PadesError):
    """The file has no document timestamp that still proves something; renewing it again is no use."""


class DevelopmentPkiError(PadesError):
    """The development PKI cannot be made, read or served; the message says what to do."""


class ConfinementFault(PadesError):
    """The process that judges strangers' files cannot work here; an operator must look."""
