"""What can go wrong in signing, named by what the caller must do differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class SigningError(Exception):
    """Base of every error of this package; ``str(error)`` says what, why and what to do (English)."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a request: where, why, and what to do about it (English)."""

    field: str
    reason: str
    advice: str


class NotReady(SigningError):
    """The service cannot sign and seal, so it does not start; ``problems`` say what to do (English)."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n- {problem}" for problem in self.problems)
        super().__init__(f"The service cannot sign and seal:{listed}")


class NotFound(SigningError):
    """There is no such thing; look at the reference or the id."""


class InvalidRequest(SigningError):
    """The request cannot be taken as it is.

    ``problems``: a sequence of objects with ``field``, ``reason`` and ``advice``, all of them at once.
    """

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = tuple(problems)
        listed = "; ".join(f"{problem.field}: {problem.reason}" for problem in self.problems)
        super().__init__(f"The request has {len(self.problems)} problem(s): {listed}")


class Refused(SigningError):
    """The rules do not allow this now; asking again in the same way will not help."""


class PacketClosed(Refused):
    """The packet takes no more answers, because of its status."""

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(f"The packet is {status} and takes no more answers. Ask the sender for a new one.")


class WrongStatus(Refused):
    """A transition that the state machine does not have (design.md 3)."""

    def __init__(self, status: str, wanted: str) -> None:
        self.status = status
        self.wanted = wanted
        super().__init__(f"A packet that is {status} cannot become {wanted}.")


class OutOfTurn(Refused):
    """Others have to answer first."""

    def __init__(self, waits_for: Sequence[str]) -> None:
        self.waits_for = tuple(waits_for)
        super().__init__(f"It is not this recipient's turn: first {', '.join(self.waits_for)}.")


class AlreadyAnswered(Refused):
    """This recipient has answered; a second answer changes nothing."""

    def __init__(self, answer: str, at: datetime) -> None:
        self.answer = answer
        self.at = at
        super().__init__(f"This recipient has already {answer} on {at.isoformat()}.")


class NotProven(Refused):
    """It is not known yet who opened the link in this browser."""

    def __init__(self) -> None:
        super().__init__("It is not known yet who opened this link. Prove it first, with a code.")


class NotAttested(Refused):
    """The link is opened together with a host, who did not say yet who is there."""

    def __init__(self) -> None:
        super().__init__("The host has to say first who opens this link together with it.")


class NotStated(Refused):
    """Somebody of a team opened the link, and did not say who."""

    def __init__(self) -> None:
        super().__init__("The link is for a team. Say your name and function first.")


class CheckImpossible(Refused):
    """This recipient cannot prove itself in this way here."""

    def __init__(self, check: str) -> None:
        self.check = check
        super().__init__(f"The identity check {check[:40]!r} is not possible here. Choose another one.")


class TooManyCodes(Refused):
    """Codes were asked for too quickly after each other; ``until``: when the next one may be."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"Several codes were sent just now. Ask for another one at {until.isoformat()}.")


class CodeMissing(Refused):
    """No code was sent for this link."""

    def __init__(self) -> None:
        super().__init__("No code was sent for this link yet. Ask for one.")


class CodeExpired(Refused):
    """The code was used, is too old, or was typed wrong too often; a new one is needed."""

    def __init__(self) -> None:
        super().__init__("This code cannot be used any more. Ask for a new one.")


class CodeWrong(Refused):
    """What was typed is not the code; ``left``: how many tries it still has."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"This is not the code. {left} tries are left.")


class UnusableText(Refused):
    """What a person wrote cannot be taken; nothing of it is repeated here.

    ``field``: of the form. ``reason``: ``empty``, ``too_long``, ``citizen_number``, ``odd`` (a letter that
    cannot be printed), or ``health`` (it may be about health, and nobody said that this is on purpose).
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"The text of {field} cannot be taken: {reason}.")


class NotForThisRecipient(Refused):
    """What was asked does not fit this recipient; ``reason`` says why (English)."""

    def __init__(self, role: str, reason: str) -> None:
        super().__init__(f"This cannot be done for {role[:40]}: {reason}.")


class TooSoon(Refused):
    """A message went out just now; ``until``: when the next one may."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"A message went out just now. Send the next one after {until.isoformat()}.")


class NotShown(Refused):
    """Nobody signs what was not put before them (law 1 of design.md 3)."""

    def __init__(self) -> None:
        super().__init__("The documents were not shown to this recipient yet. Open the reading page first.")


class NotAgreed(Refused):
    """The statement was not agreed to with its box."""

    def __init__(self) -> None:
        super().__init__("The statement was not agreed to. Tick the box before signing.")


class ShownOtherwise(Refused):
    """What was on the screen is not what the packet holds; nothing was signed."""

    def __init__(self) -> None:
        super().__init__("The screen did not show the documents of this packet. Open the link again.")


class LinkRevoked(Refused):
    """The link was replaced by a newer one, or withdrawn."""

    def __init__(self) -> None:
        super().__init__("This link was replaced or withdrawn. Use the newest message, or ask the sender.")


class LogInFailed(Refused):
    """Somebody did not show who it is; nothing says which part was wrong."""

    def __init__(self) -> None:
        super().__init__("This does not let anybody in. Look at what was typed, and try again.")


class LogInWaits(Refused):
    """Too many wrong tries from this place; ``until``: when the next one may be."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"There were too many wrong tries. Try again at {until.isoformat()}.")


class UnusableForm(Refused):
    """What somebody filled in cannot be taken; ``problems``: field to reason (a word), all of them."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        told = ", ".join(f"{field}: {reason}" for field, reason in self.problems.items())
        super().__init__(f"The form cannot be taken: {told}.")


class NotLoggedIn(Refused):
    """Nobody is logged in, or not with all that is asked. ``half``: the password was right."""

    def __init__(self, *, half: bool = False) -> None:
        self.half = half
        super().__init__("Log in first.")


class NotAllowed(Refused):
    """Somebody who is logged in may not do this."""

    def __init__(self) -> None:
        super().__init__("The roles of this account do not allow this. Ask the organisation's admin.")


class InvitationUnusable(Refused):
    """An invitation that was used, is too old, was replaced, or never was one."""

    def __init__(self) -> None:
        super().__init__("This invitation cannot be used. Ask whoever invited you for a new one.")


class ProviderAway(SigningError):
    """An organisation's OpenID provider does not answer as it should; try again later."""


class RevisionConflict(SigningError):
    """Somebody else wrote the document first; read it again and repeat the work."""


class SealRejected(SigningError):
    """A sealed file did not pass validation, so it goes nowhere (law 5 of design.md 3)."""

    def __init__(self, document: str, problems: Sequence[str]) -> None:
        self.document = document
        self.problems = tuple(problems)
        super().__init__(f"The sealed {document} did not validate: {'; '.join(self.problems)}")


class ChainBroken(SigningError):
    """The audit trail is not the one that was written; names the first event that does not fit."""

    def __init__(self, sequence: int, reason: str) -> None:
        self.sequence = sequence
        super().__init__(f"The audit trail breaks at event {sequence}: {reason}.")


class TooMany(SigningError):
    """More was asked from one place than the limit allows; ``seconds``: after which to come back."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Too many requests. Try again in {seconds} seconds.")


class InvalidReference(SigningError):
    """Not a reference of this service; ``suggestion`` is a reference that differs by O/0 or I/1, or None."""

    def __init__(self, given: str, reason: str, suggestion: str | None = None) -> None:
        self.given = given
        self.suggestion = suggestion
        advice = f" Did you mean {suggestion}?" if suggestion else ""
        super().__init__(f"{given[:40]!r} is not a reference: {reason}.{advice}")


class ConfigurationError(SigningError):
    """The service cannot start with these settings; ``problems`` names all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The settings do not fit: " + "; ".join(self.problems))
