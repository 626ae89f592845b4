"""Owner of python-pkcs11: a key in a token, a smart card or an HSM, that never leaves it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import pkcs11
from pkcs11.util.ec import encode_ecdsa_signature

from signing.pades.certificates import read_certificates
from signing.pades.errors import KeyUnavailable, UnusableKey
from signing.pades.keys.source import Algorithm
from signing.pades.keys.token_address import TokenAddress
from signing.pades.secret import Secret
from signing.pades.settings import KeySettings

T = TypeVar("T")

RSA_MECHANISMS = {
    "sha256_rsa": pkcs11.Mechanism.SHA256_RSA_PKCS,
    "sha384_rsa": pkcs11.Mechanism.SHA384_RSA_PKCS,
    "sha512_rsa": pkcs11.Mechanism.SHA512_RSA_PKCS,
}
WRONG_PIN = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked, pkcs11.PinExpired)


class _Session:
    """One logged-in session with a token, shared by all its keys: a process logs in to a token once."""

    _open: ClassVar[dict[tuple[str, str], _Session]] = {}
    _opening: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, address: TokenAddress, pin: Secret) -> None:
        self._address = address
        self._pin = pin
        self._lock = threading.Lock()
        self._session: Any = None
        self._refused = False
        self._users = 0

    @classmethod
    def shared(cls, address: TokenAddress, pin: Secret) -> _Session:
        """The session with this token; give it back with ``release``."""
        with cls._opening:
            session = cls._open.setdefault((address.module, address.token), cls(address, pin))
            session._users += 1
            return session

    def release(self) -> None:
        """Close it when nobody else uses it."""
        with self._opening:
            self._users -= 1
            if self._users == 0:
                del self._open[(self._address.module, self._address.token)]
                self._drop()

    def use(self, work: Callable[[Any], T]) -> T:
        """What ``work`` makes of the session; a session that the token ended is opened once more."""
        with self._lock:
            try:
                return work(self._opened())
            except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned):
                raise
            except pkcs11.PKCS11Error:
                self._drop()
            return work(self._opened())

    def _opened(self) -> Any:
        if self._refused:
            # Tokens lock themselves after a few wrong PINs.
            raise UnusableKey(f"{self._address} refused its PIN; set the right one and start again")
        if self._session is None:
            token = pkcs11.lib(self._address.module).get_token(token_label=self._address.token)
            try:
                self._session = token.open(user_pin=self._pin.reveal())
            except WRONG_PIN as error:
                self._refused = True
                raise UnusableKey(
                    f"{self._address} refuses its PIN ({type(error).__name__}); check it soon"
                ) from error
        return self._session

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except pkcs11.PKCS11Error:
                return  # the token ended it already


class TokenKey:
    """See ``KeySource``."""

    def __init__(
        self, session: _Session, address: TokenAddress, certificate: bytes, chain: tuple[bytes, ...]
    ):
        self._session: _Session | None = session
        self._address = address
        self._certificate = certificate
        self._chain = chain
        self._found: tuple[Any, Any] | None = None  # a session, and the key as that session knows it

    @property
    def certificate(self) -> bytes:
        """See ``KeySource``."""
        return self._certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """See ``KeySource``."""
        return self._chain

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:
        """See ``KeySource``."""
        if self._session is None:
            raise KeyUnavailable(f"{self._address} is closed")
        try:
            return self._session.use(lambda session: self._signed(session, data, algorithm))
        except pkcs11.PKCS11Error as error:
            raise KeyUnavailable(
                f"{self._address} does not sign ({type(error).__name__} {error}); try again later"
            ) from error

    def _signed(self, session: Any, data: bytes, algorithm: Algorithm) -> bytes:
        if self._found is None or self._found[0] is not session:
            self._found = (session, _find(session, self._address))
        key = self._found[1]
        mechanism = RSA_MECHANISMS.get(algorithm)
        if mechanism is not None:
            signature: bytes = key.sign(data, mechanism=mechanism)
            return signature
        # Tokens differ in which hashes they know with ECDSA; all know none.
        digest = hashlib.new(algorithm.partition("_")[0], data).digest()
        return encode_ecdsa_signature(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))

    def close(self) -> None:
        """See ``KeySource``."""
        session, self._session = self._session, None
        if session is not None:
            session.release()


def open_token_key(settings: KeySettings) -> TokenKey:
    """Log in and find key and certificate; ``UnusableKey``, ``UnusableTrust``, ``UnusableSecret``."""
    address = TokenAddress.parse(settings.url)
    files = [member.dump() for path in settings.certificates for member in read_certificates(path)]
    session = _Session.shared(address, settings.secret)
    try:
        certificate = session.use(lambda opened: _certificate(opened, address)) or next(iter(files), None)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        session.release()
        raise UnusableKey(
            f"{address} cannot be used ({type(error).__name__} {error}); check module, token and object"
        ) from error
    except BaseException:
        session.release()
        raise
    if certificate is None:
        session.release()
        raise UnusableKey(f"{address} holds no certificate for this key; name a file that does")
    return TokenKey(session, address, certificate, tuple(files))


def _certificate(session: Any, address: TokenAddress) -> bytes | None:
    key = _find(session, address)
    found = session.get_objects(
        {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.ID: key.id}
    )
    encoded: bytes | None = next((bytes(member[pkcs11.Attribute.VALUE]) for member in found), None)
    return encoded


def _find(session: Any, address: TokenAddress) -> Any:
    return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=address.object, id=address.id)
