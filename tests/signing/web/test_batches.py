"""Many packets from a list at the desk: all that is wrong at once, and the good rows made one by one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from signing import batching, intake
from signing.errors import Refused
from signing.packet import Packet, Status
from signing.steps import STEPS, leave_row
from signing.store import Batch, RowState
from signing.tasks import Task
from signing.web import desk as desk_pages
from tests import people
from tests.signing import lists
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, Notebook, Visitor, heading, soup

PATH = "/bureau/lijsten"


def bring(
    visitor: Visitor, content: bytes, name: str = "lijst.csv", kind: str = people.GUIDANCE
) -> TestResponse:
    """Sends a file with the form."""
    page = visitor.get(PATH)
    token = soup(page).select_one("main input[name=csrf_token]")
    assert token is not None
    file = FileStorage(io.BytesIO(content), name)
    data = {"csrf_token": token["value"], "type": kind, "file": file}
    boundary, body = encode_multipart(data)
    kept = f"multipart/form-data; boundary={boundary}"
    return visitor.client.post(PATH, data=body, content_type=kept, follow_redirects=True)


def bring_rows(visitor: Visitor, *rows: lists.Row, headings: Sequence[str] | None = None) -> TestResponse:
    return bring(visitor, lists.as_csv(lists.table(rows, headings)))


def press(visitor: Visitor, page: TestResponse, act: str) -> TestResponse:
    """Presses the button of one of the forms of a list's page."""
    return visitor.press(page, which=f"main form[action$='/{act}']")


def work(desk: Desk) -> None:
    """Does what was promised, rows of lists too."""
    notebook = cast(Notebook, desk.services.agenda)
    while notebook.tasks:
        task = notebook.tasks.pop(0)
        if task.step in ("row", "generate", "send"):
            STEPS[task.step](desk.services, task.packet_id, task.role)


def promised(desk: Desk) -> list[Task]:
    return [task for task in cast(Notebook, desk.services.agenda).tasks if task.step == "row"]


def the_batch(desk: Desk) -> Batch:
    with desk.services.store.read() as tx:
        (found,) = tx.batches.of("referrer", 10)
    return found


def states(desk: Desk) -> list[RowState]:
    with desk.services.store.read() as tx:
        return [row.state for row in tx.batches.rows(the_batch(desk).id, *RowState)]


def packets(desk: Desk) -> int:
    return len(desk.everything()["packet"])


def summary(page: TestResponse) -> list[str]:
    return [link.get_text() for link in soup(page).select(".summary a")]


def told(page: TestResponse) -> dict[str, list[str]]:
    """What is said of every row, by its number."""
    found = {}
    for item in soup(page).select("main .plain > li"):
        strong = item.find("strong")
        if strong is not None and strong.get_text().startswith("Rij "):
            found[strong.get_text()] = [line.get_text() for line in item.select("ul li")]
    return found


def downloaded(visitor: Visitor, page: TestResponse) -> tuple[bytes, list[list[str]]]:
    content = visitor.get(f"{page.request.path}/rijen.csv").data
    return content, lists.lines(content)


# What is refused as a whole.


def test_no_file_and_a_type_that_is_not_there_are_refused(referrer: Visitor) -> None:
    assert bring(referrer, b"", name="").status_code == 422
    assert bring(referrer, b"a\n1\n", kind="nonsense").status_code == 404
    assert referrer.get(f"{PATH}/leeg/evidence.csv").status_code == 404
    assert referrer.get(f"{PATH}/nothing").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "leeg"),
        ("Plaats\nIJmuiden é\n".encode("cp1252"), "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0", "wachtwoord"),
        (b"PK\x03\x04", "stuk"),
        (b"Plaats\n", "geen rijen"),
        (b"Plaats\n" + b"Delft\n" * 501, "Hoogstens 500"),
        (b"Plaats\n" + b"x" * 2 * 1024 * 1024, "Hoogstens 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    desk: Desk, referrer: Visitor, content: bytes, said: str
) -> None:
    page = bring(referrer, content)
    assert page.status_code == 422
    assert said in summary(page)[0]
    assert soup(page).find(id="file")["aria-invalid"] == "true"
    assert desk.everything()["batch"] == []


def test_a_body_that_is_far_too_large_is_not_read(
    referrer: Visitor, colleagues: Colleagues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(desk_pages.LIMITS, "desk.brought", 100_000)
    large = b"x" * 200_000
    page = bring(referrer, large)
    assert page.status_code == 413
    assert "Hoogstens 2 MB" in summary(page)[0]
    auditor = colleagues.logs_in("auditor")
    data = {"file": (io.BytesIO(large), "lijst.csv")}
    assert auditor.client.post(PATH, data=data).status_code == 413


def test_unknown_headings_are_all_told_with_what_may_be_meant(desk: Desk, referrer: Visitor) -> None:
    row = lists.row(desk) | {"Postkode": "1", "<b>x</b>": "2", "Plaats": "3"}
    page = bring_rows(referrer, row)
    assert page.status_code == 422
    said = summary(page)
    assert any("‘Postkode’" in each and "‘Postcode’" in each for each in said)
    assert any("<b>x</b>" in each and "Haal hem weg" in each for each in said)
    assert sum("twee keer" in each for each in said) == 2
    assert soup(page).select_one("main b") is None


# What is wrong with rows.


def test_all_that_is_wrong_with_every_row_is_told_at_once(desk: Desk, referrer: Visitor) -> None:
    rows = [
        lists.row(desk, 1),
        lists.row(desk, 2, address__postcode="12", tenant__email="geen adres"),
        lists.row(desk, 3, allocation_route="zomaar", lease_start_date="31-2-2026"),
        lists.row(desk, 4, guide__name="", info_exchange__1__topic="niets"),
    ]
    page = bring_rows(referrer, *rows)
    assert heading(page) == "Uw lijst is nagekeken"
    assert "1 rij klopt. 3 rijen kloppen niet." in soup(page).select_one("[role=status]").get_text()
    found = told(page)
    assert list(found) == ["Rij 3", "Rij 4", "Rij 5"]
    assert [line.partition(":")[0].partition(", ")[2] for line in found["Rij 3"]] == [
        "Postcode",
        "E-mail van de huurder",
    ]
    assert "Kies uit: eenmalige aanbieding / contingent" in " ".join(found["Rij 4"])
    assert "Vul een datum in die bestaat" in " ".join(found["Rij 4"])
    assert "Kolom " in found["Rij 5"][0]
    assert "Afspraken over informatie 1: Onderwerp" in " ".join(found["Rij 5"])
    assert "Vul dit in." in " ".join(found["Rij 5"])
    assert packets(desk) == 0


def test_a_column_that_is_not_in_the_file_is_named(desk: Desk, referrer: Visitor) -> None:
    row = lists.row(desk)
    del row["guide.email"]
    (line,) = told(bring_rows(referrer, row))["Rij 2"]
    assert line == "E-mail van de begeleider (deze kolom ontbreekt): Vul dit in."


def test_the_same_packet_twice_is_told_and_the_first_stays_good(desk: Desk, referrer: Visitor) -> None:
    row = lists.row(desk, 7)
    page = bring_rows(referrer, row, dict(row))
    assert told(page) == {"Rij 3": ["Deze huurder en woning staan al in een andere rij. Zie rij 2."]}


def test_a_packet_that_runs_already_is_told_before_it_is_made(
    desk: Desk, referrer: Visitor, packet: Packet
) -> None:
    row = lists.row(desk, lease_number=desk.sample()["lease_number"])
    (line,) = told(bring_rows(referrer, row))["Rij 2"]
    assert line == f"Er loopt al een pakket hierover. Zie {packet.reference}."


def test_a_packet_of_somebody_else_that_runs_is_told_without_its_reference(
    desk: Desk, colleagues: Colleagues, packet: Packet
) -> None:
    row = lists.row(desk, lease_number=desk.sample()["lease_number"])
    page = bring_rows(colleagues.logs_in("other referrer"), row)
    assert packet.reference not in page.text
    assert told(page)["Rij 2"] == ["Er loopt al een pakket hierover."]


def test_formulas_and_numbers_that_lost_their_zeros_are_told(desk: Desk, referrer: Visitor) -> None:
    row: dict[str, Any] = dict(lists.row(desk))
    row |= {"address.street": "=A1", "lease_number": 12345678, "bag_vbo_id": 344010000012345}
    page = bring(referrer, lists.as_xlsx([list(row), list(row.values())]), "lijst.xlsx")
    said = " ".join(told(page)["Rij 2"])
    assert "Straat: Hier staat een formule" in said
    assert said.count("Excel maakt hier een getal van") == 2
    assert "Straat: Vul dit in" not in said


def test_what_deserves_a_second_look_does_not_stop_a_row(desk: Desk, referrer: Visitor) -> None:
    page = bring_rows(referrer, lists.row(desk, contact_moments="Met de psychiater"))
    assert "1 rij klopt." in page.text
    assert "gezondheid" in " ".join(told(page)["Rij 2"])
    assert soup(page).select_one("form[action$='/maak']") is not None


def test_the_rows_that_are_wrong_come_back_to_be_corrected(desk: Desk, referrer: Visitor) -> None:
    bad = lists.row(desk, 2, address__postcode="12 xx", programme_name='@SUM(1+1)"; \n')
    page = bring_rows(referrer, lists.row(desk, 1), bad)
    content, (headings, line) = downloaded(referrer, page)
    assert headings[-1] == "Wat klopt er niet?"
    assert "Vul een postcode in" in line[-1]
    given = dict(zip(headings, line, strict=True))
    assert given["programme_name"].startswith("'@SUM")
    assert given["guide.phone"].startswith("'+31")
    corrected = content.replace(b";12 xx;", b";3511 AB;")
    again = bring(referrer, corrected)
    assert told(again) == {}
    assert "1 rij klopt." in again.text


# The empty file.


@pytest.mark.parametrize("kind", [people.GUIDANCE, people.TRANSFER])
def test_an_empty_file_has_every_heading_and_a_row_that_explains(
    desk: Desk, referrer: Visitor, kind: str
) -> None:
    rows = lists.lines(referrer.get(f"{PATH}/leeg/{kind}.csv").data)
    labels = [column.label for column in lists.offered(desk, kind)]
    assert rows[0] == labels
    assert len(rows) == 2
    assert all(rows[1])
    book = load_workbook(io.BytesIO(referrer.get(f"{PATH}/leeg/{kind}.xlsx").data))
    assert [[cell.value for cell in row] for row in book.worksheets[0].rows] == rows


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_file_that_comes_back_holds_no_rows(referrer: Visitor, ending: str) -> None:
    page = bring(referrer, referrer.get(f"{PATH}/leeg/{people.GUIDANCE}.{ending}").data)
    assert page.status_code == 422
    assert "geen rijen" in summary(page)[0]


def test_a_filled_empty_file_is_good_with_and_without_its_explanation(desk: Desk, referrer: Visitor) -> None:
    rows = lists.lines(referrer.get(f"{PATH}/leeg/{people.GUIDANCE}.csv").data)
    values = lists.row(desk)
    filled = [values.get(column.key, "") for column in lists.offered(desk)]
    assert "1 rij klopt." in bring(referrer, lists.as_csv([*rows, filled])).text
    assert "1 rij klopt." in bring(referrer, lists.as_xlsx([rows[0], filled])).text


# Making them.


def test_rows_become_packets_in_turn_and_the_page_tells_how_far(desk: Desk, referrer: Visitor) -> None:
    page = bring_rows(referrer, *(lists.row(desk, n) for n in (1, 2)), lists.row(desk, 3, guide__name=""))
    assert "Maak de 2 pakketten die kloppen" in page.text
    running = press(referrer, page, "maak")
    assert heading(running) == "Uw pakketten worden gemaakt"
    assert [task.role for task in promised(desk)] == ["2"]
    press(referrer, page, "maak")  # pressed twice
    assert [task.role for task in promised(desk)] == ["2"]
    bar = soup(running).find("progress")
    assert (bar["value"], bar["max"]) == ("0", "2")
    assert soup(running).select_one("a.back")["href"] == page.request.path
    cast(Notebook, desk.services.agenda).tasks.clear()
    for _ in range(2):  # each step runs twice
        STEPS["row"](desk.services, the_batch(desk).id, "2")
    assert packets(desk) == 1
    assert {task.role for task in promised(desk)} == {"3"}
    again = referrer.get(page.request.path)
    assert soup(again).find("progress")["value"] == "0"  # its documents are not there yet
    work(desk)
    cast(Notebook, desk.services.agenda).promise(None, Task("generate", first_packet(desk)))
    work(desk)
    assert packets(desk) == 2
    done = referrer.get(page.request.path)
    assert heading(done) == "Uw lijst is klaar"
    assert "2 pakketten zijn gemaakt. Van 1 rij is geen pakket gemaakt." in done.text
    links = [link["href"] for link in soup(done).select("main .plain a.do")]
    assert len(links) == 2
    assert all(referrer.get(link).status_code == 200 for link in links)
    assert list(told(done)) == ["Rij 4"]
    assert len(downloaded(referrer, done)[1]) == 2


def first_packet(desk: Desk) -> str:
    with desk.services.store.read() as tx:
        (found, *_) = tx.batches.statuses(the_batch(desk).id)
        return tx.packets.by_reference(found.replace("-", "")).id


def test_made_packets_wait_and_go_out_together_with_who_sent_them(
    desk: Desk, referrer: Visitor, colleagues: Colleagues
) -> None:
    press(referrer, bring_rows(referrer, *(lists.row(desk, n) for n in (1, 2))), "maak")
    work(desk)
    page = referrer.get(f"{PATH}/{the_batch(desk).id}")
    assert "Verstuur de 2 pakketten die klaar zijn" in page.text
    sent = press(referrer, page, "verstuur")
    assert "De pakketten worden verstuurd." in sent.text
    work(desk)
    with desk.services.store.read() as tx:
        statuses = tx.batches.statuses(the_batch(desk).id)
        found = tx.packets.by_reference(next(iter(statuses)).replace("-", ""))
        facts = [event.data for event in tx.trail.of(found.id) if event.name == "packet:sending:asked"]
    assert set(statuses.values()) == {Status.SENT}
    assert facts == [{"account": colleagues.account("referrer").id}]
    assert "form[action$='/verstuur']" not in referrer.get(page.request.path).text


def test_a_row_that_cannot_be_made_any_more_says_why_and_the_next_ones_go_on(
    desk: Desk, referrer: Visitor
) -> None:
    rows = [lists.row(desk, n) for n in (1, 2, 3)]
    page = bring_rows(referrer, *rows)
    press(referrer, bring_rows(referrer, rows[1]), "maak")
    work(desk)
    press(referrer, page, "maak")
    work(desk)
    done = referrer.get(page.request.path)
    assert "2 pakketten zijn gemaakt. Van 1 rij is geen pakket gemaakt." in done.text
    assert "Er loopt al een pakket hierover." in told(done)["Rij 3"][0]


def test_a_row_that_keeps_failing_is_left_and_the_next_one_is_made(desk: Desk, referrer: Visitor) -> None:
    page = bring_rows(referrer, *(lists.row(desk, n) for n in (1, 2)))
    press(referrer, page, "maak")
    cast(Notebook, desk.services.agenda).tasks.clear()
    leave_row(desk.services, the_batch(desk).id, "2")
    work(desk)
    assert states(desk) == [RowState.FAILED, RowState.MADE]
    done = referrer.get(page.request.path)
    assert told(done)["Rij 2"] == ["Er was een storing bij ons. Stuur deze rij opnieuw."]
    assert len(downloaded(referrer, done)[1]) == 2


def test_a_row_stays_the_same_packet_when_a_crash_came_before_its_state_was_kept(
    desk: Desk, referrer: Visitor
) -> None:
    page = bring_rows(referrer, lists.row(desk))
    press(referrer, page, "maak")
    batch = the_batch(desk)
    with desk.services.store.read() as tx:
        before = tx.batches.row(batch.id, 2)
    STEPS["row"](desk.services, batch.id, "2")
    assert before is not None
    with desk.services.store.write() as tx:
        tx.batches.save(before)  # as a crash between the two transactions leaves it
    STEPS["row"](desk.services, batch.id, "2")
    assert packets(desk) == 1
    assert states(desk) == [RowState.MADE]


def test_what_a_rule_forbids_meanwhile_is_told_in_words(
    desk: Desk, referrer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = bring_rows(referrer, lists.row(desk))
    press(referrer, page, "maak")

    def refuse(*_: object, **__: object) -> Packet:
        raise Refused("Nothing more.")

    monkeypatch.setattr(intake, "create", refuse)
    work(desk)
    done = referrer.get(page.request.path)
    assert told(done)["Rij 2"] == ["Dit klopt niet. Kijk het na."]


# Whose they are, and for how long.


def test_a_list_of_another_organisation_is_not_there(
    desk: Desk, referrer: Visitor, colleagues: Colleagues
) -> None:
    page = bring_rows(referrer, lists.row(desk))
    other = colleagues.logs_in("other referrer")
    assert other.get(page.request.path).status_code == 404
    assert other.get(f"{page.request.path}/rijen.csv").status_code == 404
    token = {"csrf_token": other.csrf_of_session()}
    for act in ("maak", "verstuur", "weg"):
        assert other.client.post(f"{page.request.path}/{act}", data=token).status_code == 404
    assert "lijst.csv" not in other.get(PATH).text
    assert "lijst.csv" in referrer.get(PATH).text


def test_a_list_that_is_being_made_is_not_thrown_away_and_a_finished_one_is(
    desk: Desk, referrer: Visitor
) -> None:
    page = bring_rows(referrer, lists.row(desk))
    press(referrer, page, "maak")
    token = {"csrf_token": referrer.csrf_of_session()}
    assert referrer.client.post(f"{page.request.path}/weg", data=token).status_code == 409
    work(desk)
    gone = press(referrer, referrer.get(page.request.path), "weg")
    assert "De lijst is weg." in gone.text
    assert desk.everything()["batch"] == desk.everything()["batch_row"] == []
    assert packets(desk) == 1
    STEPS["row"](desk.services, page.request.path.rpartition("/")[2], "2")  # a late try finds nothing to do


def test_what_a_row_held_is_the_packets_once_it_is_made(desk: Desk, referrer: Visitor) -> None:
    press(referrer, bring_rows(referrer, lists.row(desk)), "maak")
    work(desk)
    assert "Aylin" not in str(desk.everything()["batch_row"])


def test_a_list_is_forgotten_when_its_time_is_over_and_not_before(desk: Desk, referrer: Visitor) -> None:
    bring_rows(referrer, lists.row(desk, guide__name=""))
    batch = the_batch(desk)
    assert batch.forget_at - batch.made_at == batching.KEPT
    desk.clock.now += batching.KEPT - timedelta(minutes=1)
    STEPS["forget"](desk.services, batch.id, "")
    assert desk.everything()["batch"] != []
    desk.clock.now += timedelta(minutes=1)
    for _ in range(2):
        STEPS["forget"](desk.services, batch.id, "")
    assert desk.everything()["batch"] == desk.everything()["batch_row"] == []


def test_only_the_page_of_a_running_list_has_a_script(desk: Desk, referrer: Visitor) -> None:
    page = bring_rows(referrer, lists.row(desk))
    assert "script-src" not in page.headers["Content-Security-Policy"]
    running = press(referrer, page, "maak")
    assert running.headers["Content-Security-Policy"].endswith("script-src 'self'; connect-src 'self'")
    assert [script["src"].partition("?")[0] for script in soup(running).find_all("script")] == [
        "/static/progress.js"
    ]
