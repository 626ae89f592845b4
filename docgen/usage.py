"""What the documents of a packet type ask for, held against its manifest."""

from collections.abc import Iterable, Iterator

from docgen.anatomy import BODY, Anatomy, Paragraph
from docgen.coherence import RESERVED, SEAL
from docgen.dress import visible
from docgen.errors import Problem
from docgen.manifest import DocumentPart, Field, Manifest
from docgen.placeholders import Asked, Unreadable, asked
from docgen.tables import closest


class Usage:
    """Reads the documents of one type one by one, and remembers what they ask for."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._used: set[str] = set()

    def read(self, anatomy: Anatomy, part: DocumentPart) -> Iterator[Problem]:
        """What this document asks for and is not given, and the marks it lacks."""
        for paragraphs in _by_part(anatomy.paragraphs):
            try:
                wanted = asked([paragraph.text for paragraph in paragraphs])
            except Unreadable as error:
                paragraph = paragraphs[min(error.line, len(paragraphs) - 1)]
                yield Problem(paragraph.where, f"A tag is wrong: {error.reason}.", "Correct the tag.")
                continue
            for each in wanted:
                yield from self._asked(each, paragraphs[each.line], part)
            if paragraphs[0].part == BODY:
                yield from _unmarked(wanted, anatomy.name, self._manifest, part)

    def _asked(self, each: Asked, paragraph: Paragraph, part: DocumentPart) -> Iterator[Problem]:
        manifest = self._manifest
        first, *rest = each.key.split(".")
        if first == "sig":
            yield from _mark(rest, paragraph, manifest, part)
            return
        self._used.add(each.key)
        if first in RESERVED:
            return
        field = next((field for field in manifest.fields if _holds(field.key, each.key)), None)
        if field is None:
            if not any(_holds(each.key, field.key) for field in manifest.fields):
                known = [field.key for field in manifest.fields if visible(field, part)]
                advice = f"Correct it{closest(each.key, known)}."
                yield Problem(paragraph.where, f"{{{{ {each.key} }}}} is no field of this type.", advice)
            return
        self._used.add(field.key)
        if not visible(field, part):
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
        keys = (recipient.name, recipient.email, recipient.organisation, recipient.function)
        yield from filter(None, keys)
    if manifest.contact:
        yield from manifest.contact.keys
    for field in manifest.fields:
        if field.derive:
            yield from field.derive.sources
        if field.required_if:
            yield field.required_if.key
        yield from filter(None, (field.equals, field.differs_from))
        yield from (bound.key for bound in (field.not_before, field.not_after) if bound)


def _roles(manifest: Manifest, part: DocumentPart) -> list[str]:
    return [*(recipient.role for recipient in manifest.roles(part.name)), SEAL]


def _mark(rest: list[str], paragraph: Paragraph, manifest: Manifest, part: DocumentPart) -> Iterator[Problem]:
    roles = _roles(manifest, part)
    name = ".".join(rest)
    if name not in roles:
        reason = f"Nobody signs {part.name} as {name}."
        yield Problem(paragraph.where, reason, f"Choose one of {', '.join(roles)}.")
    elif paragraph.part != BODY:
        reason = f"The mark sig.{name} is not in the text itself."
        yield Problem(paragraph.where, reason, "Move it out of the header, footer or note.")


def _unmarked(
    wanted: Iterable[Asked], name: str, manifest: Manifest, part: DocumentPart
) -> Iterator[Problem]:
    keys = {each.key for each in wanted}
    for role in _roles(manifest, part):
        if f"sig.{role}" not in keys:
            reason = f"The template has no place for {{{{r sig.{role} }}}}."
            yield Problem(name, reason, "Put it in a paragraph of its own.")
