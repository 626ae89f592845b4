"""What can go wrong in signing, named by what the caller must do differently."""


class SigningError(Exception):
    """Base of every error of this package; ``str(error)`` says what, why and what to do (English)."""
