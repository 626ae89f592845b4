"""What a recipient goes through: open the link, prove who it is, read, ask, answer, and keep a copy."""

from signing.ceremony.answers import REASONS, ask, decline, page, show, sign
from signing.ceremony.appointments import AgreedDay, days
from signing.ceremony.at_desk import Colleague, acknowledge, for_colleague, withhold
from signing.ceremony.copies import CopyDocument, CopyView, copies, copy_document
from signing.ceremony.holders import Holders, holders, holders_of_copy
from signing.ceremony.link import Door, Evidence
from signing.ceremony.paper import by_letter
from signing.ceremony.proof import Proof, check_of, open_link, proof, prove, send_code, state
from signing.ceremony.receipt import ReceiptView, confirm, package_zip
from signing.ceremony.together import attest
from signing.ceremony.view import Asker, DocumentView, View, Welcome, answered, asker, document, view, welcome

__all__ = [
    "REASONS",
    "AgreedDay",
    "Asker",
    "Colleague",
    "CopyDocument",
    "CopyView",
    "DocumentView",
    "Door",
    "Evidence",
    "Holders",
    "Proof",
    "ReceiptView",
    "View",
    "Welcome",
    "acknowledge",
    "answered",
    "ask",
    "asker",
    "attest",
    "by_letter",
    "check_of",
    "confirm",
    "copies",
    "copy_document",
    "days",
    "decline",
    "document",
    "for_colleague",
    "holders",
    "holders_of_copy",
    "open_link",
    "package_zip",
    "page",
    "proof",
    "prove",
    "send_code",
    "show",
    "sign",
    "state",
    "view",
    "welcome",
    "withhold",
]
