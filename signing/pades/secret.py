"""Text that only its user ever sees: a passphrase, PIN, password or token."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from signing.pades.errors import UnusableSecret


class Secret(Protocol):
    """Shows itself only to who asks: call ``reveal`` inside the call that needs the text.

    A text in a local variable ends up in tracebacks that show locals; an argument of a C function does not.
    """

    def reveal(self) -> str:
        """The text; raises ``UnusableSecret`` when it cannot be had."""


class HeldSecret:
    """A secret in memory. Its repr hides it and it refuses to be pickled."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text."""
        return self.__text

    def __repr__(self) -> str:
        return "HeldSecret()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HeldSecret) and other.reveal() == self.__text

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down; read it again where it is needed")


@dataclass(frozen=True)
class SecretFile:
    """A secret that is read from a file each time it is needed; line ends at its end do not count."""

    path: Path

    def reveal(self) -> str:
        """The text; raises ``UnusableSecret``."""
        try:
            return self.path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise UnusableSecret(
                f"cannot read the secret in {self.path}: {error.strerror}; check path and rights"
            ) from error
        except UnicodeDecodeError:
            pass
        # Not in the except clause: that error holds the bytes, and must not come along as a cause.
        raise UnusableSecret(f"the secret in {self.path} is not UTF-8 text; write it anew")


@dataclass(frozen=True)
class SecretVariable:
    """A secret in the environment."""

    name: str

    def reveal(self) -> str:
        """The text; raises ``UnusableSecret``."""
        if self.name not in os.environ:
            raise UnusableSecret(f"the environment has no variable {self.name}; set it, or name a file")
        return os.environ[self.name]
