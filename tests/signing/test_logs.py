"""Log lines: what they look like, and that a request's id goes along with what follows from it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from signing import logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[str]]]:
    """What was logged; the handlers of before are put back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield lambda: capsys.readouterr().err.splitlines()
    root.handlers, root.level = before, level


def test_the_text_of_an_exception_is_not_written(lines: Callable[[], list[str]]) -> None:
    logs.set_up(as_json=True)
    name = "Wałęsa"
    try:
        raise ValueError(f"{name}: no such tenant")
    except ValueError:
        logging.getLogger("any").exception("it failed")
    (line,) = lines()
    found = json.loads(line)
    assert (found["message"], found["error"], found["level"]) == ("it failed", "ValueError", "error")
    assert "no such tenant" not in found["message"]
    assert name not in line
    assert "test_logs.py" in found["trace"]


def test_a_line_is_one_object_also_with_breaks_in_it(lines: Callable[[], list[str]]) -> None:
    logs.set_up(as_json=True)
    logging.getLogger("any").warning("one\ntwo")
    (line,) = lines()
    assert json.loads(line)["message"] == "one\ntwo"


@pytest.mark.parametrize("as_json", [True, False])
def test_the_id_of_the_request_is_in_every_line_until_the_block_ends(
    lines: Callable[[], list[str]], as_json: bool
) -> None:
    logs.set_up(as_json=as_json)
    with logs.request("abc123"):
        logging.getLogger("any").info("inside")
    logging.getLogger("any").info("outside")
    inside, outside = lines()
    assert "abc123" in inside
    assert "abc123" not in outside


def test_a_library_with_a_handler_of_its_own_writes_as_we_do(lines: Callable[[], list[str]]) -> None:
    library = logging.getLogger("some.library")
    library.addHandler(logging.StreamHandler())
    library.propagate = False
    logs.set_up(as_json=True)
    logs.adopt("some.library")
    library.warning("hello")
    assert [json.loads(line)["message"] for line in lines()] == ["hello"]
