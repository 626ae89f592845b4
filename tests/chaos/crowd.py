"""Referrers who make packets, parties who sign them, and somebody who pulls plugs."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from signing import visitor
from signing.visitor import Page, Post, VisitFailed
from tests import people
from tests.chaos.house import API_CLIENT, House
from tests.chaos.post import PostOffice
from tests.chaos.world import CODES

SIGNERS = 3
IN_HAND = 24  # packets that are on their way at the same time
ASK = 1.0  # seconds between two questions to something that was away
PATIENCE = 180  # questions; a service that is started again is there long before
SAMPLES = ("sample", "sample-2")


class Referrer:
    """Makes ``wanted`` packets through the API and follows them until the archive has them."""

    def __init__(self, house: House, wanted: int, kills: int) -> None:
        self._house, self._wanted, self._kills = house, wanted, kills
        self._client = httpx.Client(
            base_url=f"http://{house.bind}/api/v1",
            timeout=60,
            headers={"Authorization": f"Bearer {house.key}"},
        )
        self.made: dict[str, str] = {}
        self._open: list[str] = []
        self.delivered: dict[str, dict[str, object]] = {}

    def run(self, told: Callable[[str], None]) -> None:
        """Returns when every packet is delivered. Raises AssertionError when one is on the stuck list."""
        while len(self.delivered) < self._wanted:
            while self._may_make_another():
                self._make(len(self.made))
            for reference in tuple(self._open):
                found = self._ask("GET", f"/packets/{reference}")
                assert found["stuck"] == [], (reference, found["stuck"])
                if found["status"] == "delivered":
                    self._open.remove(reference)
                    self.delivered[reference] = found
            told(f"{len(self.made)} made, {len(self.delivered)} delivered, {self._house.kills} kills")
            time.sleep(ASK)

    def _may_make_another(self) -> bool:
        # The kills are spread over the whole run: they set the pace, and the last one still meets packets.
        ahead = self._wanted * (self._house.kills + 5) / (self._kills + 5)
        return len(self.made) < min(self._wanted, ahead) and len(self._open) < IN_HAND

    def _make(self, number: int) -> None:
        today = datetime.now(UTC).date()
        code = CODES[number % len(CODES)]
        data = people.changed(
            people.sample(people.GUIDANCE, today, SAMPLES[number % len(SAMPLES)]),
            corporation__code=code,
            lease_number=f"{number:08d}",
        )
        made = self._ask(
            "POST",
            "/packets",
            json={"type": people.GUIDANCE, "data": data},
            headers={"Idempotency-Key": f"{API_CLIENT}-{number}"},
        )
        self.made[str(made["reference"])] = code
        self._open.append(str(made["reference"]))

    def _ask(self, method: str, path: str, **more: object) -> dict[str, object]:
        """The answer, however often the house dies meanwhile."""
        for _ in range(PATIENCE):
            try:
                answer = self._client.request(method, path, **more)  # type: ignore[arg-type]
            except httpx.TransportError:
                time.sleep(ASK)
                continue
            if answer.status_code in (502, 503, 504):
                time.sleep(ASK)
                continue
            assert answer.is_success, answer.text
            told: dict[str, object] = answer.json()
            return told
        raise AssertionError(f"the service stayed away: {method} {path}")


class Parties:
    """Whoever gets a link goes through its pages, and begins anew when the service was away."""

    def __init__(self, house: House, post: PostOffice) -> None:
        self._house, self._post = house, post
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._answer, daemon=True) for _ in range(SIGNERS)]
        self.failures: list[str] = []

    def start(self) -> None:
        """Begins to read mail."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nobody signs any more."""
        self._ended.set()
        for thread in self._threads:
            thread.join(120)

    def _answer(self) -> None:
        while not self._ended.is_set():
            try:
                link = self._post.links.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                self._sign(link)
            except AssertionError as failure:
                self.failures.append(str(failure))

    def _sign(self, link: str) -> None:
        told = ""
        for _ in range(120):
            with httpx.Client(
                base_url=f"http://{self._house.bind}", timeout=30, follow_redirects=True
            ) as client:
                try:
                    if _is_signed(client, link):
                        return
                    visitor.sign(client, link, NO_POST)
                except (httpx.HTTPError, VisitFailed) as failure:
                    told = str(failure)
                else:
                    return
            time.sleep(ASK)
        raise AssertionError(f"a party could not sign: {told}")


class Reaper(threading.Thread):
    """Kills one process after the other, at random, some moments after it began; until told to stop."""

    def __init__(self, house: House, kills: int, pause: float, seed: int) -> None:
        super().__init__(daemon=True)
        self._house, self._kills, self._pause = house, kills, pause
        self._random = random.Random(seed)  # noqa: S311  # failures, not secrets
        self.failure: AssertionError | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        """Called by ``start``."""
        while self._house.kills < self._kills:
            victim = self._random.choice(self._house.processes)
            # In a starting process as well as in one in full swing.
            if self._ended.wait(self._random.uniform(0.1, 2) * self._pause):
                return
            try:
                victim.killed_and_started()
            except AssertionError as failure:
                self.failure = failure
                return

    def stop(self) -> None:
        """Returns when the last one is up again."""
        self._ended.set()
        self.join(60)


NO_POST = Post(people.TEMPLATES / "nobody-gets-codes-here")


def _is_signed(client: httpx.Client, link: str) -> bool:
    """Whether the pages of a link offer to begin no more: the press got through, its answer did not."""
    answer = client.get(link)
    answer.raise_for_status()
    return Page(answer.text).form(link, "/open") is None
