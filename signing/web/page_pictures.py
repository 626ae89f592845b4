"""The pages of a document as pictures: exactly the PDF that is signed, on every phone, to zoom in on."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from flask import Response

import docgen
from signing import ceremony
from signing.errors import NotFound
from signing.web import parts
from signing.web.parts import the_services
from signing.web.way import blueprint, page, view_of

WIDTH, LARGE = 820, 1640  # pixels: twice what a phone shows, and twice that to zoom in on
MOST_KEPT = 64  # pictures, about 4 MB: in memory only, so nothing of a packet stays behind on the disk


class Shelf:
    """The pictures that were asked for last, by the hash of the PDF; for all threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._lock = Lock()

    def picture(self, pdf: bytes, number: int, width: int) -> bytes:
        """One page (the first is 1) as WebP. Raises as `docgen.page_as_picture`."""
        key = (hashlib.sha256(pdf).hexdigest(), number, width)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = docgen.page_as_picture(pdf, number, width)
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        return drawn


shelf = Shelf(MOST_KEPT)


@blueprint.get("/document/<name>/bladzijden")
def leaves(token: str, name: str) -> str:
    """All pages of one document, each fetched when it comes into view."""
    view = view_of(token)
    for document in view.documents:
        if document.name == name:
            return page("leaves.html", token, view, document=document)
    raise NotFound("This recipient has no such document.")


@blueprint.get("/document/<name>/<int:number>.webp")
def leaf(token: str, name: str, number: int) -> Response:
    """One page, to read."""
    return _picture(token, name, number, WIDTH)


@blueprint.get("/document/<name>/groot/<int:number>.webp")
def large_leaf(token: str, name: str, number: int) -> Response:
    """One page, to zoom in on."""
    return _picture(token, name, number, LARGE)


def _picture(token: str, name: str, number: int, width: int) -> Response:
    pdf = ceremony.document(the_services(), token, name, parts.marks())
    try:
        drawn = shelf.picture(pdf, number, width)
    except ValueError as error:
        raise NotFound(str(error)) from error
    return Response(drawn, mimetype="image/webp")
