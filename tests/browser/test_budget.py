"""What a signature costs in data: bytes are promised, times only measured (bench.py)."""

from __future__ import annotations

from tests.browser.referrer import Party
from tests.browser.transfer import Meter
from tests.browser.visitor import Visitor

MOST_TO_SIGN = 300_000  # bytes over the network, from the mail to the last page, without page pictures


def test_signing_costs_little_data(visitor: Visitor, party: Party) -> None:
    link = party.link
    meter = Meter(visitor.page)
    visitor.signs(link)
    assert 0 < meter.received < MOST_TO_SIGN, f"{meter.received} bytes for {meter.requests} requests"
