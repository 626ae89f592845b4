"""The pool of LibreOffices: what it does when one is killed, hangs, grows, or is wanted twice at once."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from pypdf import PdfReader

import docgen
from docgen import convert
from tests.docgen import samples


@pytest.fixture
def own(tmp_path: Path) -> Iterator[docgen.Office]:
    """An office of the test's own, to be broken."""
    with docgen.Office(tmp_path / "profiles") as opened:
        yield opened


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[docgen.Office]:
    """Two LibreOffices, both warm."""
    with docgen.Office(tmp_path / "profiles", workers=2) as opened:
        for seat in opened._seats:
            seat.attempt(small(), 60)
        yield opened


def small(text: str = "Dag") -> bytes:
    return samples.word([text])


@cache
def large() -> bytes:
    """Takes LibreOffice a second or more."""
    return samples.word([f"Regel {number} van een lang verhaal." for number in range(2500)])


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def group_of(office: docgen.Office, seat: int = 0) -> int:
    """The process group of a LibreOffice; 0 when there is none now."""
    worker = office._seats[seat].worker
    return 0 if worker is None else worker.pid


def member(group: int, name: str) -> int:
    """The process of this name in the group."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,comm="], capture_output=True, text=True, check=True)
    found = [
        int(pid)
        for pid, pgid, command in (line.split(maxsplit=2) for line in listed.stdout.splitlines())
        if pgid == str(group) and command.startswith(name)
    ]
    assert found, f"group {group} has no {name}"
    return found[0]


def alive(group: int) -> bool:
    """Whether a process of this group runs; what ended but was not yet collected does not count."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(
        line.split()[0] == str(group) and not line.split()[1].startswith("Z") for line in listed.splitlines()
    )


def wait_until(happens: Callable[[], object], what: str) -> None:
    for _ in range(3000):
        if happens():
            return
        time.sleep(0.01)
    pytest.fail(f"this did not happen: {what}")


def wait_until_gone(group: int) -> None:
    wait_until(lambda: not alive(group), f"process group {group} ends")


def is_loading(profiles: Path, slot: int = 1) -> bool:
    """Whether LibreOffice is at a document now: its file is there only as long as it is being read."""
    return any((profiles / str(slot) / "tmp").glob("*.docx"))


def test_a_pool_without_workers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        docgen.Office(tmp_path, workers=0)


@pytest.mark.parametrize("victim", ["soffice", "python3"])
def test_killed_in_the_middle_of_a_document_it_is_replaced_and_the_document_is_made(
    own: docgen.Office, tmp_path: Path, victim: str
) -> None:
    own.convert(small())
    group = group_of(own)
    document = large()
    with ThreadPoolExecutor(1) as other:
        made = other.submit(own.convert, document)
        wait_until(lambda: is_loading(tmp_path / "profiles"), "the document is being read")
        os.kill(member(group, victim), signal.SIGKILL)
        assert pages(made.result()) > 20
    assert group_of(own) != group
    wait_until_gone(group)


def test_killed_between_two_documents_it_is_replaced(own: docgen.Office) -> None:
    own.convert(small())
    group = group_of(own)
    os.kill(member(group, "soffice"), signal.SIGKILL)
    assert own.convert(small()).startswith(b"%PDF-")
    wait_until_gone(group)


def test_killed_at_every_attempt_the_message_says_so_and_the_next_document_is_made(
    own: docgen.Office, tmp_path: Path
) -> None:
    document = large()
    killed: set[int] = set()
    with ThreadPoolExecutor(1) as other:
        made = other.submit(own.convert, document)
        for _ in range(convert.ATTEMPTS):
            wait_until(
                lambda: (
                    own._seats[0].worker is not None
                    and group_of(own) not in killed
                    and is_loading(tmp_path / "profiles")
                ),
                "the document is being read by one that still lives",
            )
            group = group_of(own)
            killed.add(group)
            os.killpg(group, signal.SIGKILL)
        with pytest.raises(docgen.ConversionFault, match="failed twice on this document"):
            made.result()
    assert own.convert(small()).startswith(b"%PDF-")


def test_one_that_hangs_is_stopped_with_all_its_processes_and_the_document_is_made_on_a_fresh_one(
    own: docgen.Office,
) -> None:
    own.convert(small())
    group = group_of(own)
    own._timeout = 3
    os.killpg(group, signal.SIGSTOP)
    assert own.convert(small()).startswith(b"%PDF-")
    assert group_of(own) != group
    wait_until_gone(group)


def test_a_libreoffice_that_hangs_under_a_worker_that_does_not_is_replaced_too(own: docgen.Office) -> None:
    own.convert(small())
    group = group_of(own)
    own._timeout = 3
    os.kill(member(group, "soffice"), signal.SIGSTOP)
    assert own.convert(small()).startswith(b"%PDF-")
    wait_until_gone(group)


def test_a_document_that_takes_too_long_twice_is_given_up_and_the_next_one_is_made(tmp_path: Path) -> None:
    with docgen.Office(tmp_path / "profiles", timeout=0.05) as own:
        with pytest.raises(docgen.ConversionTimeout, match=r"no answer within 0\.05 s"):
            own.convert(large())
        own._timeout = 60
        assert own.convert(small()).startswith(b"%PDF-")


def test_while_one_libreoffice_is_at_a_document_the_other_makes_the_next(pair: docgen.Office) -> None:
    stopped = member(group_of(pair, 1), "soffice")  # the one that is taken first
    os.kill(stopped, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(pair.convert, small())
        wait_until(lambda: pair._idle.qsize() == 1, "the first document is taken")
        assert pair.convert(small()).startswith(b"%PDF-")
        assert not waiting.done()
        os.kill(stopped, signal.SIGCONT)
        assert waiting.result().startswith(b"%PDF-")
    assert group_of(pair, 0) != group_of(pair, 1)


def test_two_documents_are_read_at_the_same_time(pair: docgen.Office, tmp_path: Path) -> None:
    document = large()
    with ThreadPoolExecutor(2) as others:
        made = [others.submit(pair.convert, document) for _ in range(2)]
        wait_until(
            lambda: all(is_loading(tmp_path / "profiles", slot) for slot in (1, 2)), "both are being read"
        )
        assert [pages(each.result()) for each in made] == [pages(made[0].result())] * 2


def test_a_second_libreoffice_starts_only_when_two_documents_come_at_once(tmp_path: Path) -> None:
    with docgen.Office(tmp_path, workers=2) as own:
        assert list(tmp_path.iterdir()) == []
        for _ in range(3):
            own.convert(small())
        assert [seat.worker is None for seat in own._seats] == [True, False]


def test_one_that_was_killed_does_not_disturb_the_other(pair: docgen.Office) -> None:
    left, right = group_of(pair, 0), group_of(pair, 1)
    os.killpg(right, signal.SIGKILL)
    with ThreadPoolExecutor(4) as others:
        made = list(others.map(lambda _: pair.convert(small()), range(12)))
    assert all(pdf.startswith(b"%PDF-") for pdf in made)
    assert group_of(pair, 0) == left
    assert group_of(pair, 1) != right


def test_after_so_many_documents_a_fresh_one_takes_over(
    own: docgen.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "RECYCLE_AFTER", 2)
    groups = []
    for _ in range(5):
        own.convert(small())
        groups.append(group_of(own))
    first, second, third, fourth, fifth = groups
    assert first == second != third == fourth != fifth
    wait_until_gone(first)


def test_one_that_has_grown_too_large_is_replaced_by_a_fresh_one(
    own: docgen.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.convert(small())
    worker = own._seats[0].worker
    assert worker is not None
    assert 50 << 20 < worker.memory < convert.RECYCLE_ABOVE
    own.convert(small())
    assert group_of(own) == worker.pid
    monkeypatch.setattr(convert, "RECYCLE_ABOVE", worker.memory // 2)
    own.convert(small())
    assert group_of(own) != worker.pid
    wait_until_gone(worker.pid)


def test_closing_ends_every_libreoffice_and_the_next_document_starts_one_again(pair: docgen.Office) -> None:
    groups = [group_of(pair, seat) for seat in (0, 1)]
    pair.close()
    for group in groups:
        wait_until_gone(group)
    assert pair.convert(small()).startswith(b"%PDF-")


def test_libreoffice_ends_when_the_process_that_used_it_is_killed(tmp_path: Path) -> None:
    source = tmp_path / "small.docx"
    source.write_bytes(small())
    program = (
        "import pathlib, sys, time, docgen\n"
        "office = docgen.Office(pathlib.Path(sys.argv[1]))\n"
        "office.convert(pathlib.Path(sys.argv[2]).read_bytes())\n"
        "print(office._seats[0].worker.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "profiles"), str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as user:
        try:
            assert user.stdout is not None
            group = int(user.stdout.readline())
            assert alive(group)
        finally:
            user.kill()
    wait_until_gone(group)


def test_after_a_fork_each_process_has_a_libreoffice_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "small.docx"
    source.write_bytes(small())
    program = (
        "import os, pathlib, sys, docgen\n"
        "office = docgen.Office(pathlib.Path(sys.argv[1]))\n"
        "docx = pathlib.Path(sys.argv[2]).read_bytes()\n"
        "office.convert(docx)\n"
        "before = office._seats[0].worker.pid\n"
        "child = os.fork()\n"
        "office.convert(docx)\n"
        "same = office._seats[0].worker.pid == before\n"
        "office.close()\n"
        "if not child:\n"
        "    os._exit(same)\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
        "sys.exit(0 if same and code == 0 else 1)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "profiles"), str(source)]
    subprocess.run(command, check=True, timeout=120)


def test_a_document_comes_out_the_same_whatever_was_made_before_it(own: docgen.Office) -> None:
    """All documents pass through one frame of LibreOffice."""
    wide = docx.Document()
    wide.sections[0].orientation = WD_ORIENT.LANDSCAPE
    wide.sections[0].page_width, wide.sections[0].page_height = Mm(420), Mm(297)
    wide.add_paragraph("breed")
    others = [samples.saved(wide), large(), samples.word(["Fr"], language="fr-FR"), b"PK\x03\x04"]
    first = drawn(own.convert(small()))
    for other in others:
        with contextlib.suppress(docgen.UnusableDocx):
            own.convert(other)
        assert drawn(own.convert(small())) == first


def drawn(pdf: bytes) -> list[object]:
    """What is on the pages, and in which language and size."""
    reader = PdfReader(io.BytesIO(pdf))
    language = reader.trailer["/Root"]["/Lang"]
    return [(page.get_contents().get_data(), list(page["/MediaBox"]), language) for page in reader.pages]


def test_several_threads_may_convert_at_once_and_each_gets_its_own_document(pair: docgen.Office) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda number: pair.convert(small("woord " * number * 400)), range(1, 9)))
    counted = [pages(pdf) for pdf in made]
    assert counted == sorted(counted)
    assert counted[0] < counted[-1]


def test_two_offices_over_one_folder_take_a_profile_each(tmp_path: Path) -> None:
    with docgen.Office(tmp_path) as one, docgen.Office(tmp_path) as two:
        one.convert(small())
        two.convert(small())
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"1", "2"}


def test_closing_waits_for_the_document_that_is_being_made(own: docgen.Office, tmp_path: Path) -> None:
    document = large()
    with ThreadPoolExecutor(1) as other:
        made = other.submit(own.convert, document)
        wait_until(lambda: is_loading(tmp_path / "profiles"), "the document is being read")
        closing = threading.Thread(target=own.close)
        closing.start()
        assert made.result().startswith(b"%PDF-")
        closing.join()
    assert own._seats[0].worker is None
