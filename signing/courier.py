"""Owner of the way to somebody else's address: webhooks go out to public addresses only, never to ours."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

import httpx

from signing.errors import SigningError

TIMEOUT = 15.0  # seconds for one call (Standard Webhooks: 15 to 30)
LONGEST_URL = 500  # characters
GONE = 410  # the receiver wants nothing more

Resolve = Callable[[str, int], list[str]]


class PostingDelayed(SigningError):
    """The receiver did not take it now; the same posting is sent again. ``status``: its answer, if any."""

    def __init__(self, why: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(f"The webhook was not delivered: {why}. Look at the receiver and its address.")


class PostingRefused(SigningError):
    """It never goes there: the address is not one that webhooks may reach, or the receiver is gone."""

    def __init__(self, why: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(f"The webhook is not delivered: {why}. Give another address.")


class Courier:
    """Posts to addresses of others. ``allowed``: host names that may be private, and plain HTTP."""

    def __init__(self, allowed: frozenset[str] = frozenset(), resolve: Resolve | None = None) -> None:
        self._allowed = allowed
        self._resolve = resolve or _resolved

    def unfit(self, url: str) -> str | None:
        """Why webhooks cannot go to this address, as far as it shows; None when they can."""
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            return "it is no URL"
        host = parts.hostname or ""
        if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            return f"it is longer than {LONGEST_URL} characters or has other ones than those of a URL"
        if not host or parts.username is not None or parts.password is not None or parts.fragment:
            return "it needs a host, and no user name, password or fragment"
        if parts.scheme != "https" and not (parts.scheme == "http" and host in self._allowed):
            return "it does not begin with https://"
        if host not in self._allowed and _is_literal(host) and not _public(host):
            return "it is an address inside a network"
        return None

    def post(self, url: str, body: str, headers: Mapping[str, str]) -> int:
        """The status of the answer, when it is a success. Raises PostingDelayed, PostingRefused.

        The name is looked up once, checked, and that very address is called: a name that changes in between
        (DNS rebinding) leads nowhere else. Redirects are not followed; an answer's body is not read.
        """
        reason = self.unfit(url)
        if reason is not None:
            raise PostingRefused(reason)
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = self._address(host, parts.port or (443 if parts.scheme == "https" else 80))
        try:
            with (
                httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "POST",
                    _pinned(parts, address),
                    content=body.encode(),
                    headers={**headers, "Host": parts.netloc, "Content-Type": "application/json"},
                    extensions={"sni_hostname": host},
                ) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PostingDelayed(type(error).__name__) from None
        if status == GONE:
            raise PostingRefused("the receiver answered that it is gone (410)", status)
        if not 200 <= status < 300:
            raise PostingDelayed(f"the answer was status {status}", status)
        return status

    def _address(self, host: str, port: int) -> str:
        try:
            found = self._resolve(host, port)
        except OSError:
            raise PostingDelayed("the name of the host is not known") from None
        if not found:
            raise PostingDelayed("the name of the host is not known")
        # One private address among them is enough to refuse: it would depend on luck which one is called.
        if host not in self._allowed and not all(_public(address) for address in found):
            raise PostingRefused("it leads to an address inside a network")
        return found[0]


def _pinned(parts: SplitResult, address: str) -> str:
    place = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{place}{port}").geturl()


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _public(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    # A private IPv4 address hides in an IPv6 one in several ways; all are looked into.
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inside is not None:
            found = inside
        elif found in ipaddress.ip_network("64:ff9b::/96"):
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast


def _resolved(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
