"""The inspectors themselves: pages full of faults, each of which must be seen; and a page without any."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from werkzeug.wrappers import Request, Response

from tests.browser import inspection
from tests.browser.conftest import Visitors
from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src http: data:"
GOOD = """<!doctype html><html lang="nl"><head><title>Een blad</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><style>:focus-visible {{ outline: 3px solid }}</style>
</head><body><main><h1>Een blad</h1>{fault}</main></body></html>"""
FAULTS = {
    "faint": ('<p style="color: #ccc">Bijna niet te zien.</p>', "color-contrast"),
    "nameless": ('<button style="width: 50px; height: 50px"></button>', "button-name"),
    "wide": ('<div style="width: 700px">Veel te breed.</div>', "too wide at 320 px"),
    "rigid": ('<div style="width: 20rem">Te breed met grote letters.</div>', "with text twice as large"),
    "small": ("<button>Ja</button>", "a small target"),
    "heavy": (f"<!--{'x' * inspection.HEAVIEST}-->", "bytes before pictures"),
}
TROUBLES = {
    "foreign": (
        '<img src="http://elders.example/p.png" alt="">',
        "another host: http://elders.example/p.png",
    ),
    "scripted": ("<script>document.title = 'anders'</script>", "Content Security Policy"),
    "missing": ('<img src="/weg.png" alt="">', "404"),
}


def test_every_fault_of_a_page_is_seen(visitor: Visitor, serve: Callable[..., str]) -> None:
    visitor.opens(serve(_page("".join(markup for markup, _ in FAULTS.values()))))
    found = inspection.faults(visitor.page)
    for fault, (_, sign) in FAULTS.items():
        assert any(sign in line for line in found), fault


def test_everything_that_a_page_may_not_do_is_seen(visitor: Visitor, serve: Callable[..., str]) -> None:
    visitor.opens(serve(_page("".join(markup for markup, _ in TROUBLES.values()))))
    visitor.page.wait_for_load_state("networkidle")
    seen, visitor.watch.troubles = visitor.watch.troubles, []
    for trouble, (_, sign) in TROUBLES.items():
        assert any(sign in line for line in seen), trouble


@pytest.mark.parametrize(
    ("one", "complaint"),
    [
        ('<a href="#a" style="outline: none">Een</a>', "no visible focus"),
        ('<a href="#a" style="position: fixed; left: -200px; width: 100px">Een</a>', "off the screen"),
        (
            '<a href="#a">Een</a><p style="position: fixed; inset: 0; background: white">',
            "lies over the focus",
        ),
    ],
)
def test_a_focus_that_nobody_sees_is_seen(
    visitors: Visitors, serve: Callable[..., str], one: str, complaint: str
) -> None:
    visitor = visitors(keyboard=True)
    visitor.opens(serve(_page(f'{one} <a href="/b">Twee</a>')))
    with pytest.raises(AssertionError, match=complaint):
        visitor.hands.press(visitor.page.get_by_role("link", name="Twee"))


def test_a_focus_that_jumps_back_is_seen(visitors: Visitors, serve: Callable[..., str]) -> None:
    visitor = visitors(keyboard=True)
    links = '<a href="#a">Een</a> <a href="#b" tabindex="1">Twee</a> <a href="#c">Drie</a>'
    visitor.opens(serve(_page(links)))
    with pytest.raises(AssertionError, match="jumps back"):
        visitor.hands.press(visitor.page.get_by_role("link", name="Drie"))


def test_a_page_without_faults_passes(visitor: Visitor, serve: Callable[..., str]) -> None:
    visitor.opens(serve(_page("<p>Lees rustig. <a href='/b'>Meer</a> staat daar.</p>")))
    assert inspection.faults(visitor.page) == []


def _page(markup: str) -> WSGIApplication:
    @Request.application
    def application(request: Request) -> Response:
        if request.path != "/":
            return Response("", status=404)
        page = GOOD.format(fault=markup)
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": POLICY})

    return application
