"""A document as a packet would have it, before there is a packet."""

from __future__ import annotations

import docgen
from signing import intake
from signing.heading import logo_of
from signing.intake import NewPacket
from signing.services import Services

PREVIEW = "CONCEPT"  # in the footer of every page, in the place of a reference


def preview(services: Services, client: str, request: NewPacket, name: str) -> bytes:
    """A document (PDF), kept nowhere; PREVIEW stands for its reference.

    Raises docgen.UnknownType, docgen.UnknownDocument, InvalidRequest.
    """
    given = intake.checked(services, request)
    sheets = [sheet.name for sheet in services.catalog.manifest(request.type).sheets]
    if name not in sheets:
        raise docgen.UnknownDocument(request.type, name, sheets)
    with services.store.read() as tx:
        logo = logo_of(tx, client)
    return services.generator.generate(request.type, name, given, PREVIEW, None, logo=logo).pdf
