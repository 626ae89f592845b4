"""What can go wrong with a document, by what to do about it."""

from __future__ import annotations

from signing.errors import SigningError


class BlobError(SigningError):
    """Base of the errors of this folder."""


class BlobKeyWrong(BlobError):
    """The key is not 64 lower-case hexadecimal digits; the caller has a bug."""


class BlobMissing(BlobError):
    """No document has this hash; restore it from the backup."""


class BlobDamaged(BlobError):
    """The document in its place is not what was put there; restore it from the backup."""


class BlobsUnavailable(BlobError):
    """The place does not take or give the document now; an operator looks, then it is tried again."""
