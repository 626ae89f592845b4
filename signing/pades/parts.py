"""Opens what the settings name: keys, trust and authorities; with everything that is wrong, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import aiohttp

from signing.pades.certificates import TrustRoots, read_certificates
from signing.pades.errors import (
    KeyUnavailable,
    PadesError,
    UnusableKey,
    UnusableSettings,
)
from signing.pades.keys import KeyRing, SealingKey, open_key
from signing.pades.lines import Line, proxy_login
from signing.pades.loop import LoopThread
from signing.pades.settings import PadesSettings
from signing.pades.timestamps import Authorities

T = TypeVar("T")
KEPT_ALIVE = 60.0  # seconds that an unused connection stays open


class Parts:
    """The parts that could be opened, and ``problems`` for those that could not; ``close`` ends them all."""

    def __init__(self, settings: PadesSettings) -> None:
        self.problems: list[PadesError] = []
        self.settings = settings
        self.loop = LoopThread("pades")
        self.trust = self._attempt(lambda: TrustRoots.read(settings.trust_roots))
        self.ring = KeyRing(tuple(self._open_keys()), settings.key_margin)
        login = self._attempt(lambda: proxy_login(settings.proxy))
        self.session: aiohttp.ClientSession = self.loop.run(_open_session(login or {}))
        lines = [line for line in self._open_lines() if line is not None]
        self.authorities = Authorities(lines, self.trust) if self.trust is not None else None

    def ensure_sound(self) -> None:
        """Raise the only problem, or ``UnusableSettings`` with all of them; then everything is closed."""
        if not self.problems:
            return
        self.close()
        if len(self.problems) == 1:
            raise self.problems[0]
        raise UnusableSettings(str(problem) for problem in self.problems)

    @property
    def passing(self) -> bool:
        """Whether all that is wrong may pass by itself."""
        return all(isinstance(problem, KeyUnavailable) for problem in self.problems)

    def close(self) -> None:
        """End the session, the keys and the loop thread; calling it twice is fine."""
        if not self.session.closed:
            self.loop.run(self.session.close())
            self.loop.close()
        self.ring.close()

    def _open_keys(self) -> list[SealingKey]:
        if not self.settings.keys:
            self.problems.append(UnusableKey("no sealing key is configured; name one"))
        if self.trust is None:
            return []
        trust = self.trust
        others = [
            member
            for path in self.settings.other_certificates
            for member in self._attempt(lambda path=path: read_certificates(path)) or ()  # type: ignore[misc]
        ]
        opened = [
            self._attempt(lambda named=named: open_key(named, trust, others))  # type: ignore[misc]
            for named in self.settings.keys
        ]
        return [key for key in opened if key is not None]

    def _open_lines(self) -> list[Line | None]:
        return [
            self._attempt(lambda named=named: Line(named, self.session, self.settings.timeout))  # type: ignore[misc]
            for named in self.settings.tsas
        ]

    def _attempt(self, opening: Callable[[], T]) -> T | None:
        try:
            return opening()
        except PadesError as problem:
            self.problems.append(problem)
            return None


async def _open_session(login: dict[str, object]) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        **login,  # type: ignore[arg-type]  # proxy and its login, or nothing
    )
