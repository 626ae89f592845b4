"""In person: a worker who is there declares who opened the link, and how that was seen."""

from signing.identity.check import Check

ON_SITE = Check(
    name="on-site",
    assurance="low",
    carrier=None,
    possible=lambda recipient, _: recipient.host_email is not None,
)

METHODS = ("known", "document")  # the worker knows the person, or saw a document; words: locale file
