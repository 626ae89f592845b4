"""The QR code that leads from paper to the validation page; the only place that touches segno."""

import io
from functools import lru_cache

import segno

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004 9.1
SMALLEST = 430  # pixels: 600 dpi when printed 18 mm wide


@lru_cache(maxsize=64)
def png(text: str) -> bytes:
    """A 1-bit PNG with its quiet zone, error level M; each module is a whole number of pixels."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    modules = code.symbol_size(border=QUIET_ZONE)[0]
    out = io.BytesIO()
    code.save(out, kind="png", border=QUIET_ZONE, scale=-(-SMALLEST // modules))
    return out.getvalue()
