"""What stands beside the Dutch words of a packet, for who reads its pages in another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

import docgen
from signing.packet import Recipient
from signing.web import language
from signing.web.parts import the_services


@dataclass(frozen=True)
class Words:
    """Translations by the Dutch word: of titles of documents and leaflets, and of labels of roles."""

    titles: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def words(packet_type: str) -> Words:
    """Beside the words of a packet type on this page; on a Dutch page there are none."""
    translation = _translation(packet_type)
    if translation is None:
        return Words()
    manifest = the_services().catalog.manifest(packet_type)
    return Words(
        titles={sheet.title: translation.titles[sheet.name] for sheet in manifest.sheets},
        labels={each.label: translation.roles[each.role].label for each in manifest.recipients},
    )


def label(dutch: str) -> str:
    """A role in the language of this page, on a page that does not know its packet; else in Dutch."""
    types = the_services().catalog.types
    return next((words(each).labels[dutch] for each in types if dutch in words(each).labels), dutch)


def beside(packet_type: str, recipient: Recipient) -> docgen.RoleWords | None:
    """What this recipient agrees to, in the language of this page; None: there is only the Dutch.

    A translation is of the manifest of now. A packet of before, with another statement, has none.
    """
    translation = _translation(packet_type)
    if translation is None:
        return None
    for role in the_services().catalog.manifest(packet_type).recipients:
        if (role.role, role.statement, role.consequence) == _of(recipient):
            return translation.roles[role.role]
    return None


def appointment(packet_type: str, key: str, title: str) -> str:
    """What a day is for, in the language of this page; its Dutch ``title`` when there is no translation."""
    translation = _translation(packet_type)
    return translation.appointments.get(key, title) if translation else title


def in_dutch(text: str) -> Markup:
    """A Dutch word on a page in any language, in its own direction and for a voice to say it right."""
    return Markup('<bdi lang="nl" dir="ltr">{}</bdi>').format(text)


def _translation(packet_type: str) -> docgen.Translation | None:
    return the_services().catalog.translation(packet_type, language.current())


def _of(recipient: Recipient) -> tuple[str, str, str | None]:
    return recipient.role, recipient.statement, recipient.consequence
