"""How a visitor works a page: with a pointer, or with nothing but a keyboard."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_STOPS = 80  # of the tab key on one page
THINNEST_OUTLINE = 2  # CSS pixels (WCAG 2.4.13 asks as much)

# What a person sees of the focus: is there an outline, and is the thing itself on the screen and uncovered?
_FOCUS = """() => {
  const e = document.activeElement
  if (!e || e === document.body) return null
  const style = getComputedStyle(e), box = e.getBoundingClientRect()
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1)
  const y = Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 0), innerHeight - 1)
  const top = document.elementFromPoint(x, y)
  return {
    html: e.outerHTML.slice(0, 120),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    player: e.localName === 'audio',
    onScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    uncovered: top !== null && (e.contains(top) || top.contains(e)),
    place: [...document.querySelectorAll('*')].indexOf(e),
  }
}"""


class Hands(Protocol):
    """A way to work a page."""

    def press(self, target: Locator) -> None:
        """Presses a button, or follows a link."""

    def tick(self, target: Locator) -> None:
        """Ticks a box, or picks one of several."""

    def fill(self, target: Locator, text: str) -> None:
        """Types into a field."""


class Pointer:
    """A mouse or a thumb."""

    def press(self, target: Locator) -> None:
        """See Hands."""
        target.click()

    def tick(self, target: Locator) -> None:
        """See Hands."""
        target.check()

    def fill(self, target: Locator, text: str) -> None:
        """See Hands."""
        target.fill(text)


class Keyboard:
    """Tab, Enter, Space and arrows; on the way every stop must be visible, and come in reading order."""

    def press(self, target: Locator) -> None:
        """See Hands."""
        self._go_to(target)
        target.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """See Hands."""
        self._go_to(target)
        target.page.keyboard.press("Space")
        assert target.is_checked(), "the space bar ticks nothing"

    def fill(self, target: Locator, text: str) -> None:
        """See Hands."""
        self._go_to(target)
        target.page.keyboard.type(text)

    def _go_to(self, target: Locator) -> None:
        page = target.page
        target.wait_for()
        before = -1
        for _ in range(MOST_STOPS):
            if target.evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press(_next_key(page, target))
            before = _look(page, before)
        raise AssertionError(f"the keyboard does not reach {target}")


def _next_key(page: Page, target: Locator) -> str:
    # The radios of one group are one stop of the tab key; arrows go on inside it.
    together = "e => document.activeElement?.type === 'radio' && document.activeElement.name === e.name"
    return "ArrowDown" if target.evaluate(together) else "Tab"


def _look(page: Page, before: int) -> int:
    """The place of the focus in the page. Fails when nobody can see it, or when it jumped back."""
    focus = page.evaluate(_FOCUS)
    if focus is None:  # from the last stop to the browser itself, and from there to the first
        return -1
    # A player has several stops inside, and the browser itself draws where the focus is.
    assert focus["player"] or focus["outline"] >= THINNEST_OUTLINE, f"no visible focus on {focus['html']}"
    assert focus["onScreen"], f"the focus is off the screen on {focus['html']}"
    assert focus["uncovered"], f"something lies over the focus on {focus['html']}"
    place: int = focus["place"]
    assert place > before or focus["player"], f"the focus jumps back to {focus['html']}"
    return place
