"""Owner of webauthn: passkeys, which show who somebody is and that it is really they, in one gesture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from signing.errors import LogInFailed

LONGEST_ANSWER = 20_000  # characters of JSON


@dataclass(frozen=True)
class Asked:
    """A question for a browser: the options as JSON, and the challenge to remember (base64url)."""

    options: str
    challenge: str


@dataclass(frozen=True)
class Made:
    """A new passkey: id and public key in base64url."""

    id: str
    public_key: str
    sign_count: int


class Relying:
    """The service as passkeys know it: by the origin that people see."""

    def __init__(self, base_url: str, name: str) -> None:
        self._origin = base_url.rstrip("/")
        self._host = urlsplit(base_url).hostname or "localhost"
        self._name = name

    def ask_to_make(self, account_id: str, mail: str, person: str, known: Sequence[str]) -> Asked:
        """For a passkey that finds its owner by itself; ``known``: ids of those the account has already."""
        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=self._name,
            user_id=account_id.encode(),
            user_name=mail,
            user_display_name=person,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(key)) for key in known],
        )
        return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))

    def made(self, answer: str, challenge: str) -> Made:
        """The passkey that a browser made. Raises LogInFailed."""
        try:
            found = webauthn.verify_registration_response(
                credential=_short(answer),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise LogInFailed() from None
        return Made(
            bytes_to_base64url(found.credential_id),
            bytes_to_base64url(found.credential_public_key),
            found.sign_count,
        )

    def ask_to_show(self) -> Asked:
        """For any passkey that this service knows: the person chooses."""
        options = webauthn.generate_authentication_options(
            rp_id=self._host, user_verification=UserVerificationRequirement.REQUIRED
        )
        return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))

    def id_in(self, answer: str) -> str:
        """Which passkey a browser says it showed; nothing is proved yet. Raises LogInFailed."""
        try:
            found = webauthn.helpers.parse_authentication_credential_json(_short(answer))
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise LogInFailed() from None
        return bytes_to_base64url(found.raw_id)

    def shown(self, answer: str, challenge: str, public_key: str, sign_count: int) -> int:
        """The new count of a passkey that was shown. Raises LogInFailed, also for a copied one."""
        try:
            found = webauthn.verify_authentication_response(
                credential=_short(answer),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(public_key),
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise LogInFailed() from None
        return found.new_sign_count


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise LogInFailed()
    return answer
