"""A one-time code by mail: whoever opens the link also reads the recipient's mailbox now."""

from signing.identity.check import Check

MAIL_CODE = Check(
    name="mail-code",
    assurance="low",
    carrier="mail",
    possible=lambda recipient, _: recipient.email is not None and recipient.host_email is None,
)
