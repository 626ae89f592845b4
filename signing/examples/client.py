"""A small client of the API, to copy: it needs httpx and nothing of the service.

with Client("https://huurzegel.example", key) as client:
    made = client.create("guidance-agreement", data, idempotency_key="order-17")
    print(client.follow(made.reference)["status"])
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

PATIENCE = 3  # times that a call is repeated when the service says that it is too busy


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or deserves a second look."""

    field: str
    reason: str
    advice: str


class HuurzegelError(Exception):
    """The service did not do it. ``request_id``: name it when you ask for help."""

    def __init__(self, status: int, detail: str, problems: tuple[Problem, ...], request_id: str) -> None:
        self.status = status
        self.problems = problems
        self.request_id = request_id
        super().__init__(f"{status}: {detail}")


@dataclass(frozen=True)
class Packet:
    """A packet in short."""

    reference: str
    id: str
    type: str
    status: str


class Client:
    """Calls the API with one key. ``transport``, ``sleep``: for tests."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/v1", headers=headers, timeout=30, transport=transport
        )
        self._sleep = sleep

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def check(self, type: str, data: Mapping[str, Any]) -> tuple[Problem, ...]:
        """The warnings about values that would be taken. Raises HuurzegelError with all problems at once."""
        answer = self._call("POST", "/packets/check", json={"type": type, "data": data})
        return _problems(answer.json()["warnings"])

    def create(
        self, type: str, data: Mapping[str, Any], *, send: bool = True, idempotency_key: str
    ) -> Packet:
        """A new packet; with the same key again, the same packet, so that a lost answer does no harm."""
        headers = {"Idempotency-Key": idempotency_key}
        body = {"type": type, "data": data, "send": send}
        return _packet(self._call("POST", "/packets", json=body, headers=headers).json())

    def packets(self, **narrowed: str) -> Iterator[Packet]:
        """Your packets, the newest first; ``narrowed``: status, corporation, lease."""
        after: str | None = ""
        while after is not None:
            query = {**narrowed, "after": after} if after else narrowed
            page = self._call("GET", "/packets", params=query).json()
            yield from map(_packet, page["packets"])
            after = page["next"]

    def follow(self, reference: str) -> dict[str, Any]:
        """Everything about where a packet is."""
        told: dict[str, Any] = self._call("GET", f"/packets/{reference}").json()
        return told

    def withdraw(self, reference: str) -> Packet:
        """Stops a packet that not everybody signed yet."""
        return _packet(self._call("POST", f"/packets/{reference}/withdraw").json())

    def document(self, reference: str, name: str) -> bytes:
        """A sealed PDF."""
        return self._call("GET", f"/packets/{reference}/documents/{name}.pdf").content

    def _call(self, method: str, path: str, **given: Any) -> httpx.Response:
        for left in range(PATIENCE, -1, -1):
            answer = self._http.request(method, path, **given)
            if answer.status_code not in (429, 503) or not left:
                break
            self._sleep(float(answer.headers.get("Retry-After", "5")))
        if answer.is_success:
            return answer
        told = answer.json() if answer.headers.get("Content-Type") == "application/problem+json" else {}
        raise HuurzegelError(
            answer.status_code,
            told.get("detail", answer.reason_phrase),
            _problems(told.get("problems", ())),
            told.get("request_id", ""),
        )


def _packet(told: Mapping[str, Any]) -> Packet:
    return Packet(told["reference"], told["id"], told["type"], told["status"])


def _problems(told: Any) -> tuple[Problem, ...]:
    return tuple(Problem(each["field"], each["reason"], each["advice"]) for each in told)
