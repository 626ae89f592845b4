from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

import docgen
from docgen import worker
from docgen.__main__ import main
from docgen.batch import Batch, Order, Tally
from docgen.journal import JOURNAL, Journal
from docgen.rows import Rows
from tests.docgen import samples

ROOT = Path(__file__).parents[2]


def lease(number: int, **more: object) -> dict[str, Any]:
    return {**samples.data(), "lease_number": f"{number:010d}", **more}


def written(folder: Path, *data: dict[str, Any], name: str = "leases.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(each) + "\n" for each in data), encoding="utf-8")
    return path


def listed(folder: Path, pattern: str = "*.pdf") -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Runner:
    """Runs batches over one templates folder with the office that all tests share."""

    def __init__(self, templates: Path, output: Path, office: docgen.Office) -> None:
        self.templates = templates
        self.output = output
        self._office = office
        self.seen: list[int] = []

    def __call__(self, leases: Path, *, documents: tuple[str, ...] = ("core",), test: bool = False) -> Tally:
        catalog = docgen.Catalog(self.templates)
        manifest = catalog.manifest("small-lease")
        order = Order(manifest, catalog.digest("small-lease"), documents, samples.TODAY)
        with Journal(self.output) as journal:
            batch = Batch(docgen.Generator(catalog, self._office, test=test), order, journal, 2)
            return batch.run(Rows(leases, manifest), lambda tally: self.seen.append(tally.done))

    def times(self) -> dict[str, int]:
        """When each file was written, in nanoseconds."""
        return {path.name: path.stat().st_mtime_ns for path in self.output.glob("*.pdf")}


@pytest.fixture
def run(folder: Path, tmp_path: Path, office: docgen.Office) -> Runner:
    return Runner(folder, tmp_path / "out", office)


def command(folder: Path, leases: Path, output: Path, *more: str) -> Result:
    return CliRunner().invoke(
        main, ["batch", "small-lease", str(leases), "-o", str(output), "--templates", str(folder), *more]
    )


def test_refused_rows_are_reported_with_all_their_problems_and_the_others_are_made(
    run: Runner, tmp_path: Path
) -> None:
    wrong = lease(2, guide=None, route="sideways")
    tally = run(written(tmp_path, lease(1), wrong, lease(3), {}))
    assert (tally.made, tally.kept, tally.refused) == (2, 0, 2)
    assert len(listed(run.output)) == 2
    second, fourth = lines(run.output / "refused.jsonl")
    assert (second["row"], second["place"]) == (2, "leases.jsonl line 2")
    assert [problem["field"] for problem in second["problems"]] == ["guide", "route"]
    assert all(problem["reason"] and problem["advice"] for problem in second["problems"])
    assert (fourth["row"], len(fourth["problems"]) > 10) == (4, True)


def test_the_report_of_an_earlier_run_goes_when_nothing_is_refused_any_more(
    run: Runner, tmp_path: Path
) -> None:
    run(written(tmp_path, {}))
    assert (run.output / "refused.jsonl").exists()
    run(written(tmp_path, lease(1)))
    assert not (run.output / "refused.jsonl").exists()


def test_a_row_that_the_template_cannot_print_is_refused_and_the_others_are_made(
    run: Runner, tmp_path: Path
) -> None:
    lines_of_core = [*samples.CORE[:-1], "{%p if not remark %}", samples.CORE[-1], "{%p endif %}"]
    (run.templates / "small-lease" / "core.docx").write_bytes(samples.word(lines_of_core))
    tally = run(written(tmp_path, lease(1), lease(2, remark="Zonder zegel"), lease(3)))
    assert (tally.made, tally.refused) == (2, 1)
    [refused] = lines(run.output / "refused.jsonl")
    assert refused["row"] == 2
    assert "no place for {{r sig.seal }}" in refused["problems"][0]["reason"]


def test_a_second_row_with_the_same_reference_is_refused_now_and_next_time(
    run: Runner, tmp_path: Path
) -> None:
    leases = written(tmp_path, lease(1), lease(1, remark="Nog eens"), lease(1))
    for made, kept in ((1, 0), (0, 1)):
        tally = run(leases)
        assert (tally.made, tally.kept, tally.refused) == (made, kept, 2)
        refused = lines(run.output / "refused.jsonl")
        assert [each["row"] for each in refused] == [2, 3]
        assert refused[0]["problems"][0]["reason"] == "It is that of leases.jsonl line 1 too."


@pytest.mark.parametrize("reference", ["MTR-0012345678-BGO01-D", "../../etc/passwd", "x" * 5000, "a/b"])
def test_a_reference_that_is_none_is_refused(run: Runner, tmp_path: Path, reference: str) -> None:
    tally = run(written(tmp_path, lease(1, reference=reference)))
    assert tally.refused == 1
    assert lines(run.output / "refused.jsonl")[0]["problems"][0]["field"] == "reference"
    assert listed(run.output, "*") == [JOURNAL, "refused.jsonl"]


def test_two_batches_in_one_folder_are_refused(run: Runner, tmp_path: Path) -> None:
    leases = written(tmp_path, lease(1))
    with Journal(run.output):
        result = command(run.templates, leases, run.output)
    assert result.exit_code == 2
    assert "Another batch writes to" in result.stderr


def test_without_libreoffice_the_batch_ends_at_once_and_no_row_is_blamed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SOFFICE", tmp_path / "soffice.bin")
    result = command(folder, written(tmp_path, *map(lease, range(1, 20))), tmp_path / "out")
    assert result.exit_code == 2
    assert "libreoffice-writer-nogui" in result.stderr
    assert listed(tmp_path / "out", "*") == [JOURNAL]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--document", "contract"], "holds no document 'contract'"),
        (["--workers", "0"], "0 is not in the range"),
        (["--templates", "/nowhere"], "does not exist"),
    ],
)
def test_an_order_that_cannot_be_carried_out_ends_with_2(
    folder: Path, tmp_path: Path, more: list[str], message: str
) -> None:
    result = command(folder, written(tmp_path, lease(1)), tmp_path / "out", *more)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


def test_unreadable_rows_end_with_2_and_are_all_told_before_anything_is_made(
    folder: Path, tmp_path: Path
) -> None:
    leases = tmp_path / "leases.jsonl"
    leases.write_text(json.dumps(lease(1)) + "\n{\n[]\n")
    result = command(folder, leases, tmp_path / "out")
    assert result.exit_code == 2
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr
    assert not (tmp_path / "out").exists()


def test_every_row_gets_its_documents_under_its_own_reference(run: Runner, tmp_path: Path) -> None:
    leases = written(tmp_path, lease(1), lease(2, reference="mtr-0012345678-bgo01-c"))
    tally = run(leases, documents=("core", "annex"), test=True)
    assert (tally.made, tally.refused) == (2, 0)
    names = listed(run.output)
    assert len(names) == 4
    assert names[2:] == ["MTR-0012345678-BGO01-C-annex.pdf", "MTR-0012345678-BGO01-C-core.pdf"]
    for name in names[1::2]:
        text = PdfReader(run.output / name).pages[0].extract_text()
        assert name.removesuffix("-core.pdf") in text
        assert "TEST" in text
    verdict = docgen.conformance((run.output / names[1]).read_bytes())
    assert verdict.failures == ()
    assert run.seen == sorted(run.seen)
    assert run.seen[-1] == 2


def test_warnings_do_not_stop_a_row_and_are_kept_with_it(run: Runner, tmp_path: Path) -> None:
    tally = run(written(tmp_path, lease(1, evaluation_on="2027-06-01")))
    assert (tally.made, tally.warned) == (1, 1)
    [entry] = lines(run.output / JOURNAL)
    assert "R38" in entry["warnings"][0]


def test_a_second_run_keeps_what_is_there(run: Runner, tmp_path: Path) -> None:
    leases = written(tmp_path, lease(1), lease(2))
    run(leases)
    before = run.times()
    tally = run(leases)
    assert (tally.made, tally.kept) == (0, 2)
    assert run.times() == before


@pytest.mark.parametrize("change", ["row", "reference", "file", "lost"])
def test_only_what_changed_is_made_again(run: Runner, tmp_path: Path, change: str) -> None:
    run(written(tmp_path, lease(1), lease(2)))
    before = run.times()
    first, second = sorted(before)
    data = lease(1)
    if change == "row":
        data["remark"] = "Anders"
    elif change == "reference":
        data["reference"] = first.removesuffix("-core.pdf")  # the same, but now it was given
    elif change == "file":
        (run.output / first).write_bytes(b"%PDF-1.7 cut off")
    else:
        (run.output / first).unlink()
    tally = run(written(tmp_path, data, lease(2)))
    assert (tally.made, tally.kept) == (1, 1)
    after = run.times()
    assert after[second] == before[second]
    assert after[first] != before[first]


def test_another_template_or_the_test_mark_makes_every_row_again(run: Runner, tmp_path: Path) -> None:
    leases = written(tmp_path, lease(1))
    assert run(leases).made == 1
    assert run(leases, test=True).made == 1
    (run.templates / "small-lease" / "core.docx").write_bytes(samples.word([*samples.CORE, "Nieuw"]))
    assert run(leases, test=True).made == 1
    assert run(leases, test=True).kept == 1


def test_a_journal_that_was_cut_off_in_a_line_is_read_up_to_there(run: Runner, tmp_path: Path) -> None:
    leases = written(tmp_path, lease(1), lease(2))
    run(leases)
    journal = run.output / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-20])
    (run.output / ".half.pdf.part").write_bytes(b"%PDF")
    tally = run(leases)
    assert (tally.made, tally.kept) == (1, 1)
    assert run(leases).kept == 2
    assert listed(run.output, ".*") == []


def wait_for(happens: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    for _ in range(6000):
        if happens():
            return
        assert process.poll() is None, "the batch ended before it could be killed"
        time.sleep(0.01)
    pytest.fail("the batch made nothing in a minute")


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 130)]
)
def test_a_batch_that_was_stopped_goes_on_where_it_was(
    run: Runner, tmp_path: Path, how: signal.Signals, code: int
) -> None:
    count = 150  # enough to be stopped halfway on a busy machine too
    leases = written(tmp_path, *map(lease, range(1, count + 1)))
    arguments = ["small-lease", leases, "-o", run.output, "--templates", run.templates, "--workers", "2"]
    arguments += ["--document", "core"]
    # Whoever starts the tests in the background of a script makes all children deaf to SIGINT.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "docgen", "batch", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        journal = run.output / JOURNAL
        wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 5, process)
        os.kill(process.pid, how)
        process.wait(30)
    assert process.returncode == code
    noted = {name for entry in lines(journal) for name in entry["files"]}
    before = run.times()
    assert 5 <= len(noted) < count
    tally = run(leases)
    assert (tally.made + tally.kept, tally.refused) == (count, 0)
    assert tally.kept == len(noted)
    after = run.times()
    assert len(after) == count
    assert {name for name in noted if after[name] != before[name]} == set()
    assert listed(run.output, ".*") == []


def test_the_command_says_how_far_it_is_and_ends_with_1_when_rows_were_refused(
    folder: Path, tmp_path: Path
) -> None:
    leases = written(tmp_path, lease(1), {}, lease(2))
    result = command(
        folder, leases, tmp_path / "out", "--validation-url", "https://huurzegel.example/{reference}"
    )
    assert result.exit_code == 1, result.stderr
    assert result.stderr == "3 of 3: 2 made, 0 there already, 1 refused\n"
    assert f"2 made, 0 there already, 1 refused, see {tmp_path / 'out' / 'refused.jsonl'}" in result.stdout
    again = command(folder, written(tmp_path, lease(1), lease(2)), tmp_path / "out")
    assert again.exit_code == 0
    assert len(listed(tmp_path / "out")) == 4


def test_on_a_terminal_there_is_a_bar(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = command(folder, written(tmp_path, {}), tmp_path / "out")
    assert "1/1" in result.stderr
    assert "━" in result.stderr
