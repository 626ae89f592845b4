"""What came of it: every promise that the product makes of a packet, looked at from outside."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from signing.audit import check
from signing.pades import TrustRoots, validate
from signing.store import Store
from tests.chaos.crowd import Referrer
from tests.chaos.house import House
from tests.chaos.world import CODES, World

MANIFEST = "manifest-sha256.txt"
VISITS = ("recipient:link:opened", "recipient:page:shown", "recipient:document:shown")


@dataclass(frozen=True)
class Verdict:
    """``problems``: one line for each promise that was not kept."""

    packages: int
    chains: int
    mails: int
    again: int
    crashes: int
    problems: tuple[str, ...]


def judge(world: World, house: House, referrer: Referrer, registry: str) -> Verdict:
    """Looks into the archives, the registry and the letterbox."""
    problems = [*_archives(world, house, referrer)]
    chains = 0
    store = Store(registry)
    try:
        with store.read() as tx:
            ids = list(tx.connection.exec_driver_sql("select id from packet").scalars())
            if len(ids) != len(referrer.made):
                problems.append(f"{len(ids)} packets are in the registry, {len(referrer.made)} were made")
            for packet in ids:
                trail = tx.trail.of(packet)
                check(trail)
                chains += 1
                problems += [f"twice in a trail: {what}" for what in _twice(trail)]
            problems += [f"stuck: {stuck.step}: {stuck.reason}" for stuck in tx.attention.all()]
    finally:
        store.close()
    # Whoever dies, or loses the line, between the server's answer and the note of it, sends a mail again.
    windows = house.kills + world.lines["smtp"].counts["cut_back"] + world.lines["smtp"].counts["cut_there"]
    post = world.post
    if post.again > windows:
        problems.append(f"{post.again} mails came again, and only {windows} kills and cut lines explain one")
    missing = 3 * len(referrer.made) - len(post.copies)
    if missing:
        problems.append(f"{missing} parties got no link to their copy")
    packages = sum(len(world.packages(code)) for code in CODES)
    return Verdict(packages, chains, sum(post.arrivals.values()), post.again, house.kills, tuple(problems))


def _twice(trail: tuple[Any, ...]) -> Iterator[str]:
    # Who begins anew, because the service died, presses "begin" and sees the pages once more: facts again.
    for (name, actor), number in Counter((event.name, event.actor) for event in trail).items():
        if number > 1 and name not in VISITS:
            yield f"{name} by {actor}, {number} times"


def _archives(world: World, house: House, referrer: Referrer) -> Iterator[str]:
    trust = TrustRoots.read([house.root])
    for code in CODES:
        packages = world.packages(code)
        expected = {reference for reference, where in referrer.made.items() if where == code}
        for name in sorted(packages.keys() ^ expected):
            yield f"{code}: {name} is {'missing' if name in expected else 'too much'}"
        for name in sorted(packages.keys() & expected):
            yield from (
                f"{code}: {name}: {told}"
                for told in _package(name, packages[name], referrer.delivered.get(name, {}), trust)
            )


def _package(
    name: str, files: Mapping[str, bytes], told: Mapping[str, object], trust: TrustRoots
) -> Iterator[str]:
    if MANIFEST not in files:
        yield "has no manifest"
        return
    listed = dict(reversed(line.split("  ", 1)) for line in files[MANIFEST].decode().splitlines())
    there = {file: hashlib.sha256(data).hexdigest() for file, data in files.items() if file != MANIFEST}
    if there != listed:
        yield "its files are not those of its manifest"
    documents: Any = told.get("documents", [])
    sealed = {document["sealed_sha256"] for document in documents if document["archive"]}
    if there.get(f"{name}.pdf") not in sealed:
        yield "its PDF is not the sealed document of the registry"
        return
    report = validate(files[f"{name}.pdf"], trust, at=datetime.now(UTC))
    if not report.valid:
        yield f"its PDF does not validate: {report.problems}"
