"""Timestamps from an ordered list of authorities; every answer is checked before it is used (RFC 3161)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from asn1crypto import cms, parser, tsp  # type: ignore[import-untyped]
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.pades.certificates import TrustRoots
from signing.pades.errors import TimestampUnavailable

LONGEST_ANSWER = 256 * 1024
# How far the authority's clock may differ from ours before its answer is refused.
CLOCK_DIFFERENCE = timedelta(minutes=5)
REPLY_TYPE = "application/timestamp-reply"


class _UnusableAnswer(Exception):
    """This authority's answer will not do; the text says why."""


class CheckedTimeStamper(TimeStamper):
    """Asks the authorities in order until one gives a token that holds; for one document, at one ``now``."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        urls: Sequence[str],
        trust: TrustRoots,
        timeout: float,
        now: datetime,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._session = session
        self._urls = urls
        self._trust = trust
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._now = now
        self.tokens: list[bytes] = []

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> bytes:
        """An encoded token (ContentInfo) over ``message_digest``; raises ``TimestampUnavailable``.

        pyHanko hands it on as it is, so bytes will do (and see ``cms`` for why they must).
        """
        failures = []
        for url in self._urls:
            try:
                token = await self._ask(url, message_digest, md_algorithm)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                failures.append(f"{url}: {type(error).__name__} {error}".rstrip())
            except _UnusableAnswer as error:
                failures.append(f"{url}: {error}")
            else:
                self.tokens.append(token)
                return token
        raise TimestampUnavailable(
            "no time-stamping authority gave a usable timestamp, so nothing was signed; try again later "
            f"({'; '.join(failures) or 'none is configured'})"
        )

    async def _ask(self, url: str, message_digest: bytes, md_algorithm: str) -> bytes:
        nonce, question = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        body = await self._post(url, question.dump())
        try:
            encoded, token, info = _granted(body)
            if info["nonce"].native != nonce:
                raise _UnusableAnswer("its answer belongs to another question (nonce)")
            await self._check(token, info, message_digest, md_algorithm)
        except _UnusableAnswer:
            raise
        except (
            Exception
        ) as error:  # whatever a hostile or broken answer sets off, the next authority is asked
            raise _UnusableAnswer(f"its answer cannot be read ({type(error).__name__})") from error
        return encoded

    async def _post(self, url: str, question: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": REPLY_TYPE}
        async with self._session.post(
            url, data=question, headers=headers, timeout=self._timeout, allow_redirects=False
        ) as response:
            if response.status != 200:
                raise _UnusableAnswer(f"it answers with HTTP status {response.status}")
            if response.content_type != REPLY_TYPE:
                raise _UnusableAnswer(f"it answers with {response.content_type} instead of {REPLY_TYPE}")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise _UnusableAnswer("its answer is longer than 256 KiB")
        return bytes(body)

    async def _check(self, token: Any, info: Any, message_digest: bytes, md_algorithm: str) -> None:
        if info["message_imprint"]["hash_algorithm"]["algorithm"].native != md_algorithm:
            raise _UnusableAnswer("its timestamp uses another hash algorithm")
        if abs(info["gen_time"].native - self._now) > CLOCK_DIFFERENCE:
            raise _UnusableAnswer(
                f"its clock says {info['gen_time'].native:%Y-%m-%d %H:%M} UTC, ours does not"
            )
        signed = token["content"]
        context = ValidationContext(
            trust_roots=list(self._trust.certificates), moment=self._now, revocation_mode="soft-fail"
        )
        details = await validate_tst_signed_data(signed, context, lambda _: message_digest)
        status = TimestampSignatureStatus(**details)
        if not (status.intact and status.valid):
            raise _UnusableAnswer("its timestamp is not over our document, or its signature is wrong")
        if not status.trusted:
            raise _UnusableAnswer("its certificate does not lead to a trusted root or is not for timestamps")


def _granted(body: bytes) -> tuple[bytes, Any, Any]:
    answer = tsp.TimeStampResp.load(body)
    status = answer["status"]
    if status["status"].native != "granted":
        said = "; ".join(status["status_string"].native or ()) or "no reason given"
        raise _UnusableAnswer(f"it refuses: {status['status'].native} ({said})")
    encoded = _second_element(body)
    token = cms.ContentInfo.load(encoded, strict=True)
    info = token["content"]["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise _UnusableAnswer("its token holds no timestamp")
    return encoded, token, info


def _second_element(sequence: bytes) -> bytes:
    inside: bytes = parser.parse(sequence, strict=True)[4]
    token = inside[parser.peek(inside) :]
    return token[: parser.peek(token)]
