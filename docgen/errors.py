"""What can go wrong in docgen, named by what the caller must do differently."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the given data: where, why, and what to do (English sentences).

    ``field`` is a dotted key, with the place of a row in brackets counted from 0
    (``info_exchange[0].topic``); it is empty when the data as a whole is meant.
    ``value_hint`` is a value that would be right, when one can be told.
    No part of it repeats what was typed, so that it may be logged.
    """

    field: str
    reason: str
    advice: str
    severity: Severity = "error"
    value_hint: str | None = None

    def __str__(self) -> str:
        return f"{self.field or 'data'}: {self.reason} {self.advice}"


class DocgenError(Exception):
    """Base of every error of this package; ``str(error)`` says what, why and what to do (English)."""


class UnknownType(DocgenError):
    """No template folder carries this packet type."""

    def __init__(self, type: str, known: Iterable[str]) -> None:
        self.type = type
        self.known = tuple(sorted(known))
        super().__init__(
            f"There is no packet type {type[:60]!r}: choose one of {', '.join(self.known) or '(none found)'}."
        )


class UnknownDocument(DocgenError):
    """The packet type exists, but holds no document of this name."""

    def __init__(self, type: str, document: str, known: Iterable[str]) -> None:
        self.type = type
        self.document = document
        self.known = tuple(known)
        super().__init__(
            f"{type} holds no document {document[:60]!r}: choose one of {', '.join(self.known)}."
        )


class UnknownLanguage(DocgenError):
    """The packet type exists, but has no summary in this language."""

    def __init__(self, type: str, language: str, known: Iterable[str]) -> None:
        self.type = type
        self.language = language
        self.known = tuple(known)
        super().__init__(
            f"{type} has no summary in {language[:20]!r}: choose one of {', '.join(self.known) or '(none)'}."
        )


class WithProblems(DocgenError):
    """An error that carries every problem found, in the order of the manifest."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([what, *(f"- {problem}" for problem in problems)]))


class InvalidManifest(WithProblems):
    """A manifest.toml that cannot be used; the author of the template must repair it."""


class InvalidValues(WithProblems):
    """The data does not fit the manifest; whoever sent it must correct it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("The data cannot be used as it is.", problems)


class UnreadableRows(DocgenError):
    """A file of many packets that cannot be read as such; carries everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(["The rows cannot be read.", *(f"- {fault}" for fault in faults)]))


class FolderBusy(DocgenError):
    """Another process is writing to this folder; trying again later helps."""


class TemplateFault(DocgenError):
    """A DOCX template that cannot give what its manifest promises; its author must repair it."""


class ConversionFault(DocgenError):
    """LibreOffice did not turn this DOCX into a PDF; trying again later may help."""


class ConversionTimeout(ConversionFault):
    """LibreOffice took longer than allowed on this DOCX and was stopped."""


class OfficeMissing(ConversionFault):
    """LibreOffice cannot be started on this machine; whoever runs the service must install it."""


class UnusableDocx(ConversionFault):
    """These bytes are no DOCX that may be converted; trying again does not help."""


class UnusablePicture(DocgenError):
    """A picture that is no logo. ``reason``: ``kind``, ``small``, ``large``, ``shape`` or ``broken``."""

    def __init__(self, reason: str, said: str) -> None:
        self.reason = reason
        super().__init__(said)


class UnusablePdf(DocgenError):
    """These bytes are no PDF that can be read; trying again does not help."""


class ConformanceFault(DocgenError):
    """The PDF/A validator itself cannot run; the file was not judged."""


class GlyphMissing(DocgenError):
    """The stamp font cannot draw this character."""

    def __init__(self, character: str) -> None:
        self.character = character
        super().__init__(
            f"The typeface of the documents lacks U+{ord(character):04X}: write the text in Latin letters."
        )
