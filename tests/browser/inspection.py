"""What every page must be, in every state: measured in the browser, told as a list of faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Page, ViewportSize

HEAVIEST = 50_000  # bytes of a page before its pictures
SMALLEST_TARGET = 44  # CSS pixels (domain 6: at least 24, aim for 44)
NARROW = ViewportSize(width=320, height=640)  # WCAG 1.4.10
ZOOMED = ViewportSize(width=320, height=256)  # 1280 x 1024 at 400 %
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1200, height=900)
# Every rule of axe for WCAG 2.0, 2.1 and 2.2, levels A and AA, and what it calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth
  if (document.scrollingElement.scrollWidth <= room) return []
  const wide = [...document.querySelectorAll('body *')]
    .filter(e => { const box = e.getBoundingClientRect(); return box.right > room + 1 || box.left < -1 })
    .map(e => e.cloneNode(false).outerHTML.slice(0, 120))
  return [`${document.scrollingElement.scrollWidth} px of ${room} px`, ...wide.slice(0, 3)]
}"""
_SMALL_TARGETS = """least => {
  const small = []
  for (const e of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    const target = e.closest('label') ?? e
    const box = target.getBoundingClientRect()
    if (box.right <= 0 || box.height === 0 || !target.checkVisibility()) continue
    const sentence = e.localName === 'a' && e.parentElement.innerText.trim() !== e.innerText.trim()
      && getComputedStyle(e).display === 'inline'
    if (!sentence && (box.height < least || box.width < least))
      small.push(`${Math.round(box.width)} x ${Math.round(box.height)} px: ${e.outerHTML.slice(0, 120)}`)
  }
  return small
}"""
_WEIGHT = """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
  .filter(e => e.initiatorType !== 'img')
  .reduce((sum, e) => sum + e.encodedBodySize, 0)"""
# What a reader may set (WCAG 1.4.12), and twice the size of text (1.4.4).
_SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
_LARGE = "html { font-size: 200% !important }"
_DRESS = """css => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [sheet]
}"""


class Inspector:
    """Inspects each page once per test process, whichever test comes there first.

    ``screens``: a folder for pictures of every page at phone and desktop width; None for none.
    """

    def __init__(self, screens: Path | None) -> None:
        self._screens = screens
        self._stand_ins: set[str] = set()
        self._seen: set[tuple[str, bool]] = set()
        self._found: list[str] = []

    def is_stand_in(self, address: str) -> None:
        """The pages of this address have short documents: they do not stand for those of the service."""
        self._stand_ins.add(address)

    def inspect(self, page: Page, name: str) -> None:
        """Notes everything that is wrong with this page. ``name``: of the page and its state."""
        stands_in = page.url.startswith(tuple(self._stand_ins))
        if (name, stands_in) in self._seen:
            return
        self._seen.add((name, stands_in))
        with _as_it_was(page):
            if self._screens is not None and not (stands_in and (name, False) in self._seen):
                photograph(page, name, self._screens)
            self._found += [f"the page {name}: {fault}" for fault in faults(page)]

    def found(self) -> list[str]:
        """What was noted since the last time; a fault does not keep anybody from going on."""
        found, self._found = self._found, []
        return found


def faults(page: Page) -> list[str]:
    """Everything that is wrong with a page, one line each; none is the only good answer."""
    return [
        *axe(page),
        *too_wide(page, NARROW, "at 320 px"),
        *too_wide(page, ZOOMED, "at 400 % zoom"),
        *too_wide(page, PHONE, "with text twice as large", _LARGE),
        *too_wide(page, NARROW, "with text spaced out", _SPACED),
        *small_targets(page),
        *too_heavy(page),
    ]


def axe(page: Page) -> list[str]:
    """Each violation that axe finds on a phone, with its element."""
    page.set_viewport_size(PHONE)
    # No preload: axe would wait for sound that is only fetched when asked for.
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "preload": False,
    }
    violations = _AXE.run(page, options=options).response["violations"]
    return [f"axe, {rule['id']}: {rule['help']}: {node['html'][:200]}" for rule, node in _nodes(violations)]


def too_wide(page: Page, size: ViewportSize, when: str, css: str = "") -> list[str]:
    """What makes the page scroll sideways at this size."""
    page.set_viewport_size(size)
    page.evaluate(_DRESS, css)
    found: list[str] = page.evaluate(_TOO_WIDE)
    page.evaluate(_DRESS, "")
    return [f"too wide {when}: {', '.join(found)}"] if found else []


def small_targets(page: Page) -> list[str]:
    """What is hard to hit with a thumb; links inside a sentence are as high as their line."""
    page.set_viewport_size(PHONE)
    return [f"a small target: {target}" for target in page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET)]


def too_heavy(page: Page) -> list[str]:
    """Whether page and style together weigh more than they may, whatever came from the cache."""
    weight: int = page.evaluate(_WEIGHT)
    return [f"{weight} bytes before pictures; {HEAVIEST} is the most"] if weight > HEAVIEST else []


def photograph(page: Page, name: str, folder: Path) -> None:
    """Writes ``name-390.png`` and ``name-1200.png``, each of the whole page."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.screenshot(path=folder / f"{name}-{size['width']}.png", full_page=True)


@contextmanager
def _as_it_was(page: Page) -> Iterator[None]:
    size = page.viewport_size
    yield
    if size is not None:
        page.set_viewport_size(size)


def _nodes(violations: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for rule in violations:
        for node in rule["nodes"]:
            yield rule, node
