"""What holds for every page: nothing happens on GET, nothing leaks, everybody can use it."""

import logging
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from signing.links import Purpose
from signing.packet import Packet
from signing.web import create_app
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import KEY, Desk, Visitor, heading, soup

STYLE = Path(create_app.__code__.co_filename).parent / "static" / "huurzegel.css"


@pytest.fixture
def pages(desk: Desk, packet: Packet) -> dict[str, TestResponse]:
    """Every kind of page, by a name."""
    path, other = desk.path(packet, "tenant"), desk.path(packet, "referring_org")
    visitor = desk.visitor()
    visitor.read(path)
    found = {name: visitor.get(f"{path}{name}") for name in ("", "/lezen", "/keuze", "/tekenen", "/weigeren")}
    found["not agreed"] = visitor.press(found["/tekenen"])
    found["no reason"] = visitor.press(found["/weigeren"])
    found["done"] = visitor.press(found["/tekenen"], tick=True)
    found["again"] = visitor.get(path)
    found["out of turn"] = visitor.get(desk.path(packet, "corporation"))
    found["old form"] = visitor.client.post(f"{other}/open")
    desk.seal(packet)
    found["copies"] = visitor.get(desk.path(packet, "tenant", Purpose.COPY))
    for name in ("/", "/validate", f"/validatie/{packet.reference}", "/s/wrong", "/nowhere"):
        found[name] = visitor.get(name)
    return found


def test_get_and_head_change_nothing(desk: Desk, packet: Packet) -> None:
    desk.seal(packet)
    headers = {"Authorization": f"Bearer {KEY}"}
    paths = list(_addresses(desk, packet))
    before = desk.everything()
    visitor = desk.visitor()

    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS"):
            with visitor.client.open(path, method=method, headers=headers) as answer:
                assert answer.status_code < 500, (method, path)

    assert len(paths) >= 17
    assert desk.everything() == before


def test_every_page_may_load_nothing_but_its_own_style(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        parts = page.headers["Content-Security-Policy"].split("; ")
        policy = dict(part.split(" ", 1) for part in parts)
        assert policy == {
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self'",
            "media-src": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }, name
        assert soup(page).find_all(["script", "style", "iframe", "img"]) == [], name
        assert soup(page).select("[style], [onclick], [onload]") == [], name
        for element in soup(page).select("[href], [src], [action]"):
            address = str(element.get("href") or element.get("src") or element.get("action"))
            assert re.match(r"(/(?!/)|#|tel:|mailto:)", address), (name, address)


def test_only_pages_of_the_desk_that_have_a_script_may_load_one(
    desk: Desk, pages: dict[str, TestResponse], colleagues: Colleagues
) -> None:
    for name, page in pages.items():
        assert "script-src" not in page.headers["Content-Security-Policy"], name
        assert "connect-src" not in page.headers["Content-Security-Policy"], name
    referrer = colleagues.logs_in("referrer")
    new = referrer.get("/bureau/nieuw")
    draft = referrer.press(new, which="#begin", type="guidance-agreement")
    for page in (new, referrer.get("/bureau/pakketten"), referrer.get("/bureau/lijsten")):
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert soup(page).find_all("script") == []
    policy = draft.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("script-src 'self'; connect-src 'self'")
    assert "unsafe" not in policy
    (script,) = soup(draft).find_all("script")
    assert str(script["src"]).startswith("/static/autosave.js?")
    assert script.get_text() == ""


def test_no_page_is_kept_found_or_passed_on(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        assert page.headers["Cache-Control"] == "no-store", name
        assert page.headers["Referrer-Policy"] == "no-referrer", name
        assert page.headers["X-Content-Type-Options"] == "nosniff", name
        assert "noindex" in page.headers["X-Robots-Tag"], name
        assert "camera=()" in page.headers["Permissions-Policy"], name


def test_documents_are_not_kept_by_browsers_and_caches(desk: Desk, packet: Packet) -> None:
    answer = desk.visitor().get(f"{desk.path(packet, 'tenant')}/document/core.pdf")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_style_may_be_kept_and_is_small(desk: Desk) -> None:
    with desk.visitor().get("/static/huurzegel.css") as answer:
        style = answer.data

    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert len(style) < 15_000
    assert b"url(" not in style
    assert b"@import" not in style


def test_the_cookie_is_closed_to_scripts_and_other_sites(desk: Desk, packet: Packet) -> None:
    cookie = desk.visitor().get(desk.path(packet, "tenant")).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # the base URL of this service is http


def test_with_https_the_cookie_is_secure_and_forms_work_without_a_referer(desk: Desk, packet: Packet) -> None:
    secure = replace(
        desk.services,
        config=desk.services.config.model_copy(update={"base_url": "https://teken.voorbeeld.nl"}),
    )
    client = create_app(secure).test_client()
    path = desk.path(packet, "tenant")

    page = client.get(path, base_url="https://teken.voorbeeld.nl")
    token = str(soup(page).find("input", {"name": "csrf_token"})["value"])
    pressed = client.post(f"{path}/open", data={"csrf_token": token}, base_url="https://teken.voorbeeld.nl")

    assert "Secure" in page.headers["Set-Cookie"]
    assert pressed.status_code == 303


def test_a_reader_may_take_all_day_before_pressing_a_button(desk: Desk, packet: Packet) -> None:
    app = desk.app

    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
    assert app.permanent_session_lifetime.days >= 1


def test_log_lines_hold_no_token_no_reference_and_no_address(
    desk: Desk, packet: Packet, caplog: pytest.LogCaptureFixture
) -> None:
    path = desk.path(packet, "tenant")
    with caplog.at_level(logging.DEBUG):
        visitor = desk.visitor()
        page = visitor.sign(path)
        visitor.get(f"/validatie/{packet.reference}")
        visitor.get(f"/nowhere{path}")
        visitor.client.post(f"{path}/open")
        desk.call("GET", f"/packets/{packet.reference}")

    assert path.removeprefix("/s/") not in caplog.text
    assert packet.lease_number not in caplog.text
    assert "127.0.0.1" not in caplog.text
    assert "Wałęsa" not in caplog.text
    assert f"GET /s/<token>/klaar 200 0ms {page.headers['X-Request-ID']}" in re.sub(
        r"\d+ms", "0ms", caplog.text
    )


def test_every_page_is_whole_for_who_listens_to_it(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        seen = soup(page)
        assert seen.html["lang"] == "nl", name
        assert heading(page), name
        assert len(seen.find_all("main")) == len(seen.find_all("header")) == len(seen.find_all("footer")) == 1
        assert seen.select_one("a.skip")["href"] == "#inhoud", name
        assert seen.find(id="inhoud").name == "main", name
        identifiers = [element["id"] for element in seen.select("[id]")]
        assert len(identifiers) == len(set(identifiers)), name
        for box in seen.select("input:not([type=hidden])"):
            assert seen.select_one(f"label[for={box['id']}]").get_text(strip=True), name
        levels = [int(title.name[1]) for title in seen.find_all(re.compile("^h[1-6]$"))]
        assert all(low - high <= 1 for high, low in pairwise(levels)), (name, levels)


def test_every_step_has_a_title_of_its_own(pages: dict[str, TestResponse]) -> None:
    steps = ["", "/lezen", "/keuze", "/tekenen", "/weigeren", "not agreed", "done", "again", "copies"]
    titles = [soup(pages[step]).title.string for step in steps]

    assert len(set(titles)) == len(steps)


def test_help_stands_in_the_same_place_on_every_page(pages: dict[str, TestResponse]) -> None:
    for name, page in pages.items():
        help_line = soup(page).select_one("footer .help")
        assert help_line is not None, name
        assert "Hebt u een vraag?" in help_line.get_text(), name
    for name in ("", "/lezen", "/keuze", "/tekenen", "/weigeren", "not agreed", "done", "again"):
        assert "Bel Selin Şahin:" in soup(pages[name]).select_one(".help").get_text(), name
        assert soup(pages[name]).select_one(".help a")["href"] == "tel:+31612345679", name


def test_every_page_of_a_development_service_says_test(desk: Desk, pages: dict[str, TestResponse]) -> None:
    real = replace(desk.services, config=desk.services.config.model_copy(update={"development": False}))

    for name, page in pages.items():
        assert soup(page).select_one(".test"), name
    for path in ("/", "/s/wrong"):
        assert "TEST" not in Visitor(create_app(real).test_client()).get(path).text


def test_markup_in_a_name_stays_text(desk: Desk, packet: Packet) -> None:
    desk.change(packet, "tenant", name='<img src=x onerror="alert(1)">{{ 7*7 }}')
    path = desk.path(packet, "tenant")

    page = desk.visitor().get(path)

    assert soup(page).find("img") is None
    assert '<img src=x onerror="alert(1)">{{ 7*7 }}' in soup(page).get_text()


@pytest.mark.parametrize(
    "pair", [("ink", "paper"), ("soft", "paper"), ("accent", "paper"), ("wrong", "sheet"), ("ink", "test")]
)
def test_text_stands_out_enough_from_its_ground(pair: tuple[str, str]) -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", STYLE.read_text()))
    light, dark = sorted((_luminance(colours[name]) for name in pair), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 1.4.3


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _addresses(desk: Desk, packet: Packet) -> list[str]:
    """Every address that takes a GET, filled in with what exists."""
    filled = []
    for rule in desk.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        purpose = Purpose.COPY if rule.rule.startswith("/k/") else Purpose.SIGN
        token = desk.path(packet, "tenant", purpose).split("/")[2]
        known = {"token": token, "name": "core", "reference": packet.reference, "wanted": packet.reference}
        known |= {"code": "nl", "number": "1", "corporation": "MTR", "hook_id": "nothing"}
        known |= {"filename": "huurzegel.css", "role": "tenant", "act": "correct"}
        known |= {"packet_type": "guidance-agreement", "packet_id": packet.id}
        filled.append(
            re.sub(r"<(?:\w+:)?(\w+)>", lambda part, known=known: known.get(part[1], "nothing"), rule.rule)
        )
    return filled
