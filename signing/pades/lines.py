"""The line to one time-stamping authority: how it is asked, and how we show who asks."""

from __future__ import annotations

import base64
import ssl
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from signing.pades.errors import UnusableSecret, UnusableTsa
from signing.pades.settings import ProxySettings, TsaSettings

LONGEST_ANSWER = 256 * 1024
QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# An authority that says one of these may be well again later (RFC 9110, 15).
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class Unreachable(Exception):
    """No answer now; the text says why and holds no secret."""


class Refused(Exception):
    """An answer that is no timestamp reply; the text says what it is."""


class Line:
    """Asks one authority; raises ``UnusableTsa`` when its settings cannot work."""

    def __init__(self, settings: TsaSettings, session: aiohttp.ClientSession, timeout: float) -> None:
        _ensure_sound(settings)
        self._settings = settings
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._tls = _tls(settings)
        # Headers are made now so that an unreadable secret shows at start; they are remade at every question.
        _credentials(settings)

    @property
    def name(self) -> str:
        """Its address without what may be secret: the query."""
        return shown(self._settings.url)

    @property
    def policy(self) -> str | None:
        """The only policy that will do."""
        return self._settings.policy

    async def ask(self, question: bytes) -> bytes:
        """The answer's body; raises ``Unreachable`` or ``Refused``."""
        try:
            return await self._post(question)
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(str(error)) from None
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            # It may have ended a connection that we kept alive; a new one is worth one try.
            pass
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        try:
            return await self._post(question)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            # The name only: some of these errors quote the whole URL.
            raise Unreachable(type(error).__name__) from None

    def _credentials(self) -> dict[str, str]:
        try:
            return _credentials(self._settings)
        except UnusableSecret as error:  # it was there at the start; the next authority may still do
            raise Refused(f"we cannot identify ourselves: {error}") from error

    async def _post(self, question: bytes) -> bytes:
        headers = {"Content-Type": QUERY_TYPE, "Accept": REPLY_TYPE, **self._credentials()}
        async with self._session.post(
            self._settings.url,
            data=question,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
            ssl=self._tls,
        ) as response:
            if response.status in BUSY:
                raise Unreachable(f"it answers with HTTP status {response.status}")
            if response.status != 200:
                raise Refused(f"it answers with HTTP status {response.status}")
            if response.content_type != REPLY_TYPE:
                raise Refused(f"it answers with {response.content_type} instead of {REPLY_TYPE}")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise Refused("its answer is longer than 256 KiB")
        return bytes(body)


def shown(url: str) -> str:
    """A URL as it may be shown: without user, query and fragment, which may hold a secret."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"


def proxy_login(proxy: ProxySettings | None) -> dict[str, Any]:
    """The arguments of a session that asks everything through the proxy; raises ``UnusableTsa``."""
    if proxy is None:
        return {}
    address = _ensure_url(proxy.url, "proxy")
    if (proxy.username is None) != (proxy.secret is None):
        raise UnusableTsa("a login at the proxy needs username and password; name both or none")
    if proxy.username is None or proxy.secret is None:
        return {"proxy": proxy.url}
    # aiohttp takes the login of a session's proxy from its URL, and deprecates all other ways.
    host = f"@{address.netloc}"
    return {
        "proxy": f"{address.scheme}://{quote(proxy.username, '')}:{quote(proxy.secret.reveal(), '')}{host}"
    }


def _credentials(settings: TsaSettings) -> dict[str, str]:
    if settings.secret is None:
        return {}
    if settings.username is not None:
        return {"Authorization": f"Basic {_basic(settings.username, settings.secret.reveal())}"}
    if settings.header is not None:
        return {settings.header: settings.secret.reveal()}
    return {"Authorization": f"Bearer {settings.secret.reveal()}"}


def _basic(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def _ensure_sound(settings: TsaSettings) -> None:
    address = _ensure_url(settings.url, "time-stamping authority")
    name = shown(settings.url)
    if settings.secret is None and (settings.username or settings.header):
        raise UnusableTsa(f"{name}: a username or header needs a secret; name its file or variable")
    if settings.username is not None and settings.header is not None:
        raise UnusableTsa(f"{name}: give a username or a header, not both")
    if settings.secret is not None and address.scheme != "https" and address.hostname not in LOOPBACK:
        raise UnusableTsa(f"{name}: a secret is sent over https only; change the URL")
    if settings.certificate_key is not None and settings.certificate is None:
        raise UnusableTsa(f"{name}: certificate_key needs its certificate")


def _ensure_url(url: str, what: str) -> Any:
    try:
        address = urlsplit(url)
        usable = address.scheme in ("http", "https") and address.hostname and (address.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise UnusableTsa(f"the URL of a {what} must start with http:// or https:// and name a host")
    if "@" in address.netloc:
        raise UnusableTsa(
            f"{shown(url)}: a password does not go in a URL; give the username and name the password's file"
        )
    return address


def _tls(settings: TsaSettings) -> ssl.SSLContext | bool:
    if settings.certificate is None and settings.ca is None:
        return True
    try:
        context = ssl.create_default_context(cafile=settings.ca)
        if settings.certificate is not None:
            # Without this, OpenSSL would ask the terminal for the passphrase of an encrypted key.
            context.load_cert_chain(settings.certificate, settings.certificate_key, password="")
    except (OSError, ssl.SSLError) as error:
        raise UnusableTsa(
            f"{shown(settings.url)}: certificate, certificate_key or ca cannot be used ({error}); "
            "they must be PEM files that this process may read, the key without passphrase"
        ) from error
    return context
