"""Link scanners, chat previews and browsers that fetch ahead open everything; none of it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import httpx
from werkzeug.wrappers import Response

from signing.links import Purpose
from tests.browser.conftest import ServedDesk
from tests.browser.referrer import Packet
from tests.browser.visitor import Visitor

ROBOTS = {
    "scanner": {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks", "Accept": "*/*"},
    "preview": {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    "prefetch": {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"},
}
_ADDRESS = re.compile(r'(?:href|src|action)="([^"#]+)"')


def test_robots_that_open_everything_change_nothing(visitor: Visitor, packet: Packet) -> None:
    links = [packet.link(role) for role in ("tenant", "referring_org")]
    packet.wait_for_event("recipient:invited", len(links))
    before = packet.now()
    for headers in ROBOTS.values():
        crawl(links, headers)
        assert packet.now() == before

    visitor.comes_to_the_choice(links[0])  # now its last pages are open, too
    before = packet.now()
    for headers in ROBOTS.values():
        seen = crawl([*links, *visitor.watch.requests], headers)
        # They have no code, so every door leads back to the page that asks for one.
        assert {"lezen", "keuze", "bewijs"} <= {path.rsplit("/")[-1] for path in seen}
        assert packet.now() == before


def test_a_robot_at_a_sealed_copy_changes_no_row(served: ServedDesk) -> None:
    packet = served.desk.packet()
    served.desk.seal(packet)
    before = served.desk.everything()
    seen = crawl([f"{served.address}{served.desk.path(packet, 'tenant', Purpose.COPY)}"], ROBOTS["scanner"])
    assert served.desk.everything() == before
    assert any(path.endswith(".pdf") for path in seen)


def test_a_browser_that_fetches_ahead_changes_nothing(
    visitor: Visitor, open_packet: Packet, serve: Callable[..., str]
) -> None:
    packet, link = open_packet, open_packet.link("tenant")
    packet.wait_for_event("recipient:invited", 2)
    before = packet.now()
    webmail = f'<link rel="icon" href="data:,"><link rel="prefetch" href="{link}"><a href="{link}">Open</a>'

    visitor.opens(serve(Response(webmail, mimetype="text/html")))
    visitor.page.wait_for_load_state("networkidle")

    assert link in visitor.watch.requests
    visitor.watch.forgive("ERR_BLOCKED_BY_RESPONSE")  # and what it fetched is not even kept for later
    assert packet.now() == before


def crawl(links: list[str], headers: dict[str, str]) -> set[str]:
    """Opens these links, and all that their pages name on the same host, with HEAD and with GET.

    Returns the paths that it saw. Addresses of forms are opened as well; nothing is ever sent.
    """
    host = urlsplit(links[0]).netloc
    waiting, seen = list(links), set(links)
    with httpx.Client(headers=headers, follow_redirects=True, timeout=30) as client:
        while waiting:
            address = waiting.pop()
            client.head(address)
            answer = client.get(address)
            assert answer.status_code < 500, urlsplit(address).path[-20:]
            if "text/html" in answer.headers["content-type"]:
                found = {urljoin(str(answer.url), named) for named in _ADDRESS.findall(answer.text)}
                new = {one for one in found if urlsplit(one).netloc == host} - seen
                seen |= new
                waiting += new
    return {urlsplit(address).path for address in seen}
