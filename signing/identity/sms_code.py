"""A one-time code by text message: whoever opens the link also holds the recipient's telephone."""

from signing.identity.check import Check

SMS_CODE = Check(
    name="sms-code",
    assurance="low",
    carrier="sms",
    possible=lambda recipient, means: (
        means.sms and recipient.mobile is not None and recipient.host_email is None
    ),
)
