"""The command behind ``make fuzz``: makes genuine files, spoils them, and says what came of it."""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from signing.pades import Pades
from signing.pades.development import ensure
from signing.pades.development_server import serve
from tests.fuzz.hunt import Catch, hunt
from tests.signing.pades.conftest import seal, sha256, sign
from tests.signing.pades.papers import PARTIES, prepared_pdf

KEEP = Path("var/fuzz")


def corpus(folder: Path, now: datetime) -> tuple[list[bytes], Path]:
    """Genuine files of every kind that the validator meets, and the root that they lead to."""
    pki = ensure(folder, now)
    with serve(pki, lambda: datetime.now(UTC)), Pades(pki.settings()) as pades:
        evidence = seal(pades, prepared_pdf(("seal",)), now)
        files = [evidence, prepared_pdf()]
        for field in PARTIES:
            files.append(sign(pades, files[-1], field, now))
        files.append(seal(pades, files[-1], now))
        later = datetime.now(UTC)
        files.append(pades.renew(evidence, base_sha256=sha256(evidence), now=later))
    return files, pki.root


def main() -> int:
    """Exit status 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=int(datetime.now(UTC).timestamp()))
    asked = parser.parse_args()
    catch = Catch()
    with tempfile.TemporaryDirectory() as folder:
        files, root = corpus(Path(folder), datetime.now(UTC))
        at = datetime.now(UTC)
        for catch in hunt(files, root, at, inputs=asked.inputs, seed=asked.seed, keep=KEEP):
            if catch.tried % 500 == 0:
                print(f"seed {asked.seed}: {catch.summary()}", flush=True)
    print(f"seed {asked.seed}: {catch.summary()}")
    for finding in catch.findings:
        print(f"  {KEEP}/{finding}")
    return 1 if catch.findings else 0


if __name__ == "__main__":
    sys.exit(main())
