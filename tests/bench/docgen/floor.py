"""The floor: LibreOffice loads a DOCX and stores a PDF, with the product's options and nothing else.

Run as ``/usr/bin/python3 floor.py FOLDER_OF_OFFICE_PY SOFFICE PROFILE`` in a process group of its own; a line
in names a DOCX, a line out gives the seconds that loading and storing took. Closing is not counted.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, sys.argv[1])

import office
import uno


def main() -> None:
    """Serve until stdin ends."""
    soffice = office.Soffice(sys.argv[2], sys.argv[3])
    desktop = soffice._create("com.sun.star.frame.Desktop")
    loading = office.properties(office.LOADING)
    data = uno.Any("[]com.sun.star.beans.PropertyValue", office.properties(office.EXPORT))
    storing = office.properties({"FilterName": "writer_pdf_Export", "FilterData": data})
    print("ready", flush=True)
    for line in sys.stdin:
        source = Path(line.strip())
        there, back = (uno.systemPathToFileUrl(str(path)) for path in (source, source.with_suffix(".pdf")))
        start = time.perf_counter()
        document = desktop.loadComponentFromURL(there, "_blank", 0, loading)
        document.storeToURL(back, storing)
        seconds = time.perf_counter() - start
        document.close(True)
        print(seconds, flush=True)
    office.end_group()


main()
