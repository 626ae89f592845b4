"""The process under test: judges what it is given, one file after the other, within hard limits."""

import json
import resource
import struct
import sys
import time
from datetime import datetime
from pathlib import Path

from signing.pades import Limits, TrustRoots, UnusableFile, check_progress, validate
from signing.pades.confined import confine

SIZE = struct.Struct(">I")


def main(root: str, at: str, memory: str) -> None:
    """Answers each file with one line of JSON: what was said, how long it took, the most memory so far."""
    trust, moment = TrustRoots.read([Path(root)]), datetime.fromisoformat(at)
    confine(Limits(memory=int(memory), processor=24 * 3600))
    given = sys.stdin.buffer
    while size := given.read(SIZE.size):
        pdf = given.read(*SIZE.unpack(size))
        began = time.process_time()
        said = {"sealed": _say(validate, pdf, trust, moment)}
        if said["sealed"] != "unusable":
            said["progress"] = _say(check_progress, pdf, trust, moment)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        answer = {**said, "seconds": round(time.process_time() - began, 3), "megabytes": used}
        print(json.dumps(answer), flush=True)


def _say(judge, pdf: bytes, trust: TrustRoots, at: datetime) -> str:
    try:
        report = judge(pdf, trust, at=at)
    except UnusableFile:
        return "unusable"
    except BaseException as error:  # whatever else comes out is what the fuzzer looks for
        return f"crash: {type(error).__name__}: {error}"[:300]
    json.dumps(report.as_dict())
    return "valid" if report.valid else "not valid"


if __name__ == "__main__":
    main(*sys.argv[1:])
