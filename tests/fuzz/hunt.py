"""Gives mutated files to the process under test, and keeps those that it did not simply refuse."""

import contextlib
import hashlib
import json
import random
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.fuzz.mutations import mutate
from tests.fuzz.target import SIZE

ROOT = Path(__file__).parents[2]
MEMORY = 1024 * 1024 * 1024  # bytes of address space
PATIENCE = 60.0  # seconds for one file, also on a busy machine
SLOW = 20.0  # processor seconds that are too many for one file


@dataclass
class Catch:
    """What a hunt found."""

    tried: int = 0
    seconds: float = 0
    slowest: float = 0
    megabytes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One line for people."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.outcomes.items()))
        return (
            f"{self.tried} inputs in {self.seconds:.0f} s: {kinds}; slowest {self.slowest:.1f} s of "
            f"processor, most memory {self.megabytes} MB; {len(self.findings)} findings"
        )


class Target:
    """The process under test; started again after it died."""

    def __init__(self, root: Path, at: datetime) -> None:
        self._command = [
            sys.executable,
            "-B",
            "-m",
            "tests.fuzz.target",
            str(root),
            at.isoformat(),
            str(MEMORY),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, pdf: bytes) -> dict[str, object]:
        """What it says; ``{"died": …}`` when it does not."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(SIZE.pack(len(pdf)) + pdf)
            process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        line = process.stdout.readline() if ready else b""
        if not line:
            self.close()
            return {"died": f"hung for {PATIENCE:.0f} s" if not ready else f"exit {process.returncode}"}
        return json.loads(line)

    def close(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):
                self._process.communicate()
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
            )
        return self._process


def hunt(
    corpus: Sequence[bytes], root: Path, at: datetime, *, inputs: int, seed: int, keep: Path
) -> Iterator[Catch]:
    """Tries ``inputs`` mutations of the corpus (valid files, in whichever state); yields what it has so far.

    A finding is a crash, a hang, too much time or memory, or a changed file that is called valid.
    """
    draw, target, catch = random.Random(seed), Target(root, at), Catch()  # noqa: S311  (repeatable)
    known = {hashlib.sha256(pdf).digest() for pdf in corpus}
    began = time.monotonic()
    try:
        for _ in range(inputs):
            name, pdf = mutate(draw.choice(corpus), draw, corpus)
            if hashlib.sha256(pdf).digest() in known:
                continue
            answer = target.ask(pdf)
            catch.tried += 1
            _count(catch, name, pdf, answer, keep)
            catch.seconds = time.monotonic() - began
            yield catch
    finally:
        target.close()


def _count(catch: Catch, name: str, pdf: bytes, answer: dict[str, object], keep: Path) -> None:
    said = [str(answer[kind]) for kind in ("sealed", "progress", "died") if kind in answer]
    seconds = float(str(answer.get("seconds", 0)))
    catch.slowest = max(catch.slowest, seconds)
    catch.megabytes = max(catch.megabytes, int(str(answer.get("megabytes", 0))))
    catch.outcomes[said[0].split(":")[0] if "died" not in answer else "died"] += 1
    wrong = [each for each in said if each not in ("unusable", "not valid")]
    if seconds > SLOW:
        wrong.append(f"{seconds} s")
    if wrong:
        keep.mkdir(parents=True, exist_ok=True)
        path = keep / f"{hashlib.sha256(pdf).hexdigest()[:16]}.pdf"
        path.write_bytes(pdf)
        catch.findings.append(f"{path.name} ({name}): {'; '.join(wrong)}")
