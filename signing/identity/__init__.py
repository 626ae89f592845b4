"""How whoever opened a link shows to be the recipient. A check is one file here and one row in CHECKS."""

from collections.abc import Mapping
from types import MappingProxyType

from signing.identity.check import Assurance, Carrier, Check, Means
from signing.identity.letter_code import LETTER_CODE
from signing.identity.mail_code import MAIL_CODE
from signing.identity.on_site import ON_SITE
from signing.identity.sms_code import SMS_CODE
from signing.recipient import Recipient

CHECKS: Mapping[str, Check] = MappingProxyType(
    {check.name: check for check in (SMS_CODE, MAIL_CODE, LETTER_CODE, ON_SITE)}
)

__all__ = ["CHECKS", "Assurance", "Carrier", "Check", "Means", "possible"]


def possible(recipient: Recipient, means: Means) -> tuple[Check, ...]:
    """The checks that this recipient can do, the preferred one first."""
    wanted = (CHECKS[name] for name in recipient.identity)
    return tuple(check for check in wanted if check.possible(recipient, means))
