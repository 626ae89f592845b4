"""A person with a browser: finds things by what they are called, never by how a page is built."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from signing.texts import PAGE_LANGUAGES, Texts, page_texts
from tests.browser.chromium import PATIENCE, Watch
from tests.browser.hands import Hands
from tests.browser.inspection import Inspector
from tests.browser.letterbox import Letterbox

IN_SHORT = "In het kort"  # the title of the explanation in the manifests of the house

expect.set_options(timeout=PATIENCE)


class Visitor:
    """Goes through pages as a person would; on every page it arrives at, the inspector looks along.

    ``asked``: what its link asks, ``sign`` or ``acknowledge``. Texts are named by their key, so that the same
    path can be walked in any language. ``inspector``: None where scripts are off, where axe never
    comes to an end; other tests bring it to the same pages.
    """

    def __init__(
        self,
        page: Page,
        watch: Watch,
        hands: Hands,
        inspector: Inspector | None,
        texts: Texts,
        asked: str = "sign",
        letterbox: Letterbox | None = None,
        language: str = PAGE_LANGUAGES[0],
    ) -> None:
        self.page = page
        self.watch = watch
        self.texts = texts
        self.asked = asked
        self.hands = hands
        self.letterbox = letterbox
        self.language = language
        self._inspector = inspector

    # One thing at a time.

    def opens(self, address: str) -> int:
        """Opens an address. Returns the status of the page."""
        response = self.page.goto(address)
        assert response is not None
        return response.status

    def is_at(self, heading: str, state: str = "") -> None:
        """The page has this heading (a key of the texts), and nothing is wrong with it.

        ``state``: tells a page from the same page in another state, as in ``wrong``.
        """
        name = re.sub(r"\W+|_", "-", heading.replace(".title", "")).strip("-")
        self.arrives(f"{name}-{state}" if state else name, *self._all(heading))

    def chooses(self, language: str) -> None:
        """Another language, with the switch that every page has."""
        with self.page.expect_navigation():
            self.hands.press(self.page.get_by_role("banner").locator(f"a[hreflang={language}]"))
        self.reads(language)

    def reads(self, language: str) -> None:
        """From now on its pages are in this language."""
        self.language, self.texts = language, page_texts(language)

    def arrives(self, name: str, *headings: str) -> None:
        """The page has one of these headings, and nothing is wrong with it. ``name``: of its picture."""
        expect(self.heading).to_have_text(re.compile(f"^({'|'.join(map(re.escape, headings))})$"))
        told = name if self.language == PAGE_LANGUAGES[0] else f"{name}-{self.language}"
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        if self._inspector is not None:
            self._inspector.inspect(self.page, told)

    def waits_for(self, *headings: str) -> str:
        """Waits for a page with one of these headings. Returns which."""
        keys = {text: key for key in headings for text in self._all(key)}
        expect(self.heading).to_have_text(re.compile(f"^({'|'.join(map(re.escape, keys))})$"))
        return keys[self.heading.inner_text()]

    def presses(self, label: str, **values: object) -> None:
        """Presses a button and waits for the page that follows."""
        with self.page.expect_navigation():
            self.hands.press(self.button(label, **values))

    def follows(self, label: str, **values: object) -> None:
        """Follows a link and waits for the page that follows."""
        with self.page.expect_navigation():
            self.hands.press(self.link(label, **values))

    def ticks(self) -> None:
        """Ticks the one box of the page."""
        self.hands.tick(self.page.get_by_role("checkbox"))

    def picks(self, label: str) -> None:
        """Picks one of several answers."""
        self.hands.tick(self.page.get_by_role("radio", name=self.texts.get(label), exact=True))

    def goes_back(self) -> None:
        """Presses the browser's own button."""
        self.page.go_back()

    # What there is on the page.

    @property
    def heading(self) -> Locator:
        """The one heading of the page."""
        return self.page.get_by_role("heading", level=1)

    @property
    def text(self) -> str:
        """All words of the page itself, without what every page has around it."""
        return self.page.get_by_role("main").inner_text()

    def hrefs(self) -> list[str]:
        """Where the links of the page itself lead, in their order."""
        found: list[str] = (
            self.page.get_by_role("main")
            .get_by_role("link")
            .evaluate_all("links => links.map(link => link.getAttribute('href'))")
        )
        return found

    def focused(self) -> str:
        """The words of what the keyboard is at."""
        return str(self.page.evaluate("document.activeElement.innerText"))

    def is_asked(self, heading: str) -> bool:
        """Whether the page it came to has this heading."""
        return self.heading.inner_text() in self._all(heading)

    def field(self, label: str) -> Locator:
        """A field to type in, by its name."""
        return self.page.get_by_label(self.texts.get(label), exact=True)

    def button(self, label: str, **values: object) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=self.texts.get(label, **values), exact=True)

    def link(self, label: str, **values: object) -> Locator:
        """A link of the page itself, or of the desk's menu, by its name."""
        menu = label.startswith("desk.menu.")
        place = self.page.get_by_role("navigation" if menu else "main")
        return place.get_by_role("link", name=self.texts.get(label, **values), exact=True)

    # The way of the ceremony: a new page on the way is one line here.

    def comes_to_the_choice(self, link: str) -> None:
        """From the mail to the page where yes and no stand side by side."""
        self.comes_to_the_text(link)
        self.presses("read.button")
        self.is_at(f"choose.title_{self.asked}")

    def comes_to_the_text(self, link: str) -> None:
        """From the mail to the documents: proves who it is, says its name, reads the explanation."""
        self.opens(link)
        self.is_at("welcome.title", self.asked)
        self.presses("welcome.button")
        self.lets_itself_in(link)
        self.is_at("read.title", self.asked)

    def lets_itself_in(self, link: str) -> None:
        """All pages between "begin" and the documents, as far as this recipient has them."""
        if self.is_asked("together.title"):
            self.is_at("together.title")
            self.says_who_is_there()
        if self.is_asked("prove.title"):
            self.is_at("prove.title")
            self.types_the_code(link)
        if self.is_asked("person.title"):
            self.is_at("person.title")
            self.presses("person.button")
        if self.page.url.partition("?")[0].endswith("/in-het-kort"):
            self.arrives("in-short", self.heading.inner_text())
            self.goes_on_from_the_explanation()

    def says_who_is_there(self) -> None:
        """As a host: declares it, and hands the device over."""
        self.picks("together.ways.known")
        self.presses("together.button")
        self.arrives("hand-over", self.heading.inner_text())
        self.goes_on_from_the_explanation()

    def types_the_code(self, link: str) -> None:
        """The code that came by mail, and the button."""
        assert self.letterbox is not None, "this visitor has no mailbox"
        self.hands.fill(self.field("prove.label"), self.letterbox.code(link))
        self.presses("prove.button")

    def goes_on_from_the_explanation(self) -> None:
        """On with the one button of the page."""
        with self.page.expect_navigation():
            self.hands.press(self.page.get_by_role("main").get_by_role("button"))

    def comes_to_the_button(self, link: str) -> None:
        """To the last page before the answer, with its box ticked."""
        self.comes_to_the_choice(link)
        self.follows(f"choose.yes_{self.asked}")
        self.is_at(f"sign.title_{self.asked}")
        self.ticks()

    def signs(self, link: str) -> None:
        """The whole way to yes."""
        self.comes_to_the_button(link)
        self.presses(f"sign.button_{self.asked}")
        given = {"sign": "signed", "acknowledge": "acknowledged"}[self.asked]
        self.is_at(f"done.title_{given}")

    def declines(self, link: str, reason: str = "later") -> None:
        """The whole way to no."""
        self.comes_to_the_choice(link)
        self.follows(f"choose.no_{self.asked}")
        self.is_at(f"decline.title_{self.asked}")
        self.picks(f"decline.reasons.{reason}")
        self.presses(f"decline.button_{self.asked}")
        self.is_at("done.title_declined", self.asked)

    def _all(self, key: str) -> list[str]:
        forms = [f"{key}.{form}" for form in ("one", "two", "few", "many")]
        keys = [key] if key in self.texts.keys else [form for form in forms if form in self.texts.keys]
        return [self.texts.get(one) for one in keys]
