"""What the documents of a packet type ask for, held against its manifest."""

from collections.abc import Iterable, Iterator

from docgen.anatomy import BODY, Anatomy, Paragraph
from docgen.coherence import RESERVED, SEAL
from docgen.dress import visible
from docgen.errors import Problem
from docgen.manifest import DocumentPart, Field, Leaflet, Manifest
from docgen.placeholders import Asked, Unreadable, asked
from docgen.render import forbidden
from docgen.tables import closest


class Usage:
    """Reads the documents of one type one by one, and remembers what they ask for."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._used: set[str] = set()

    def read(self, anatomy: Anatomy, sheet: DocumentPart | Leaflet) -> Iterator[Problem]:
        """What this document or leaflet asks for and is not given, and the marks it lacks."""
        for paragraphs in _by_part(anatomy.paragraphs):
            texts = [paragraph.text for paragraph in paragraphs]
            wrong = forbidden(texts)
            for number, fault in wrong:
                paragraph = paragraphs[min(number, len(paragraphs)) - 1]
                yield Problem(paragraph.where, f"A tag is wrong: {fault}", "Correct the tag.")
            try:
                wanted = asked(texts)
            except Unreadable as error:
                if not wrong:
                    paragraph = paragraphs[min(error.line, len(paragraphs) - 1)]
                    yield Problem(paragraph.where, f"A tag is wrong: {error.reason}.", "Correct the tag.")
                continue
            for each in wanted:
                yield from self._asked(each, paragraphs[each.line], sheet)
            if paragraphs[0].part == BODY:
                yield from _unmarked(wanted, anatomy.name, self._manifest, sheet)

    def _asked(self, each: Asked, paragraph: Paragraph, sheet: DocumentPart | Leaflet) -> Iterator[Problem]:
        manifest = self._manifest
        first, *rest = each.key.split(".")
        if first == "sig":
            yield from _mark(rest, paragraph, manifest, sheet)
            return
        self._used.add(each.key)
        if first in RESERVED:
            return
        field = next((field for field in manifest.fields if _holds(field.key, each.key)), None)
        if field is None:
            if not any(_holds(each.key, field.key) for field in manifest.fields):
                known = [field.key for field in manifest.fields if visible(field, sheet)]
                advice = f"Correct it{closest(each.key, known)}."
                yield Problem(paragraph.where, f"{{{{ {each.key} }}}} is no field of this type.", advice)
            return
        self._used.add(field.key)
        if not visible(field, sheet):
            reason = f"{field.key} has visibility {field.visibility}, and may not be printed here."
            yield Problem(paragraph.where, reason, "Take it out, or change the visibility.")
        inner = each.key.removeprefix(field.key).strip(".")
        if inner and not _inside(field, inner):
            reason = f"{{{{ {each.key} }}}}: {field.key} has no {inner}."
            advice = f"Correct it{closest(inner, [column.key for column in field.columns])}."
            yield Problem(paragraph.where, reason, advice)

    def unused(self) -> Iterator[Problem]:
        """Fields that are meant to be printed, and that no document prints."""
        needed = set(_needed_by_the_manifest(self._manifest))
        for field in self._manifest.fields:
            if field.visibility == "metadata" or field.key in needed:
                continue
            columns = [f"{field.key}.{column.key}" for column in field.columns]
            for key in columns if field.key in self._used and columns else [field.key]:
                if not any(
                    used == key or key.startswith(f"{used}.") for used in self._used - {field.key}
                ) and (key not in self._used):
                    reason = f"{key} is asked of people, and no document prints it."
                    advice = 'Print it, leave it out, or give it visibility = "metadata".'
                    yield Problem(f"manifest.toml, {field.key}", reason, advice, "warning")


def _by_part(paragraphs: Iterable[Paragraph]) -> list[list[Paragraph]]:
    parts: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        parts.setdefault(paragraph.part, []).append(paragraph)
    return list(parts.values())


def _holds(outer: str, key: str) -> bool:
    return key == outer or key.startswith(f"{outer}.")


def _inside(field: Field, inner: str) -> bool:
    """Whether a value of this field has such a part; of a date, Python's own date decides when it is made."""
    if field.type == "rows":
        return inner.split(".")[0] in {column.key for column in field.columns}
    return field.type == "date" or (field.type == "choice" and inner in ("value", "label"))


def _needed_by_the_manifest(manifest: Manifest) -> Iterator[str]:
    for recipient in manifest.recipients:
        yield from recipient.keys
    if manifest.contact:
        yield from manifest.contact.keys
    for field in manifest.fields:
        if field.derive:
            yield from field.derive.sources
        yield from (other.key for other in (field.required_if, field.required_if_younger) if other)
        if field.required_if_younger:
            yield field.required_if_younger.at
        yield from filter(None, (field.equals, field.differs_from))
        yield from (bound.key for bound in (field.not_before, field.not_after) if bound)


def _roles(manifest: Manifest, sheet: DocumentPart | Leaflet) -> list[str]:
    if isinstance(sheet, Leaflet):
        return []
    return [*(recipient.role for recipient in manifest.roles(sheet.name)), SEAL]


def _mark(
    rest: list[str], paragraph: Paragraph, manifest: Manifest, sheet: DocumentPart | Leaflet
) -> Iterator[Problem]:
    roles = _roles(manifest, sheet)
    name = ".".join(rest)
    if isinstance(sheet, Leaflet):
        reason = f"sig.{name} is a mark, and nobody signs a leaflet."
        yield Problem(paragraph.where, reason, "Take it out, or make the leaflet a document.")
    elif name not in roles:
        reason = f"Nobody signs {sheet.name} as {name}."
        yield Problem(paragraph.where, reason, f"Choose one of {', '.join(roles)}.")
    elif paragraph.part != BODY:
        reason = f"The mark sig.{name} is not in the text itself."
        yield Problem(paragraph.where, reason, "Move it out of the header, footer or note.")


def _unmarked(
    wanted: Iterable[Asked], name: str, manifest: Manifest, sheet: DocumentPart | Leaflet
) -> Iterator[Problem]:
    keys = {each.key for each in wanted}
    for role in _roles(manifest, sheet):
        if f"sig.{role}" not in keys:
            reason = f"The template has no place for {{{{r sig.{role} }}}}."
            yield Problem(name, reason, "Put it in a paragraph of its own.")
