"""What must fit together in a manifest: keys, documents, roles and derivations that refer to each other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from docgen.errors import Problem
from docgen.manifest import TODAY, Bound, Column, Field, Manifest, RecipientRole, Younger, prefixes
from docgen.tables import closest

SEAL = "seal"  # the name of the service's own signature field
RESERVED = ("reference", "test", "sig", "validation_url")  # names every template is given besides the fields


def incoherent(manifest: Manifest) -> list[Problem]:
    """Everything in a well-formed manifest that refers to nothing, or to itself."""
    problems = [*_documents(manifest), *_leaflets(manifest), *_keys(manifest)]
    for field in manifest.fields:
        problems += _field(field, manifest)
    for recipient in manifest.recipients:
        problems += _recipient(recipient, manifest)
    if manifest.contact:
        problems += _known("contact", manifest.contact.keys, manifest)
    for appointment in manifest.appointments:
        problems += _known("appointments", [appointment.key], manifest)
        problems += _dates("appointments", [appointment.key], manifest)
    return [*problems, *_roles(manifest), *_cycles(manifest)]


def bookmark(role: str) -> str:
    """The bookmark of a role's mark; LibreOffice escapes all but letters and digits in names."""
    return f"sig{role.replace('_', '')}"


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _documents(manifest: Manifest) -> Iterator[Problem]:
    if not manifest.sheets:
        yield Problem(
            "documents", "The type has no document.", "Write [[documents]] with a name and a title."
        )
    for name in _twice(sheet.name for sheet in manifest.sheets):
        yield Problem("documents", f"{name} is there twice.", "Give each document a name of its own.")


def _leaflets(manifest: Manifest) -> Iterator[Problem]:
    roles = [recipient.role for recipient in manifest.recipients]
    for leaflet in manifest.leaflets:
        where = f"leaflets.{leaflet.name}"
        for role in leaflet.roles:
            if role not in roles:
                yield Problem(where, f"{role} is no recipient.", f"Correct the role{closest(role, roles)}.")
        if leaflet.reference_of is not None and manifest.document(leaflet.reference_of) is None:
            yield Problem(where, f"{leaflet.reference_of} is no document of this type.", "Correct the name.")


def _keys(manifest: Manifest) -> Iterator[Problem]:
    keys = [field.key for field in manifest.fields]
    for key in _twice(keys):
        yield Problem(key, "The key is there twice.", "Keep one of the two fields.")
    for key in keys:
        if key.split(".")[0] in RESERVED:
            yield Problem(key, "Its first part is a name templates already have.", "Choose another key.")
        for table in prefixes(key):
            if table in keys:
                yield Problem(key, f"{table} is a value and a table at once.", "Rename one of the two.")


def _field(field: Field, manifest: Manifest) -> Iterator[Problem]:
    known = [each.key for each in manifest.fields]
    for key in _mentioned(field):
        if key not in known:
            yield Problem(
                field.key, f"It mentions {key}, which is no field.", f"Correct it{closest(key, known)}."
            )
    yield from _shape(field.key, field)
    if (field.type == "rows") != bool(field.columns):
        yield Problem(field.key, "Only rows have columns, and rows must have them.", "Correct the type.")
    for name in _twice(column.key for column in field.columns):
        yield Problem(field.key, f"The column {name} is there twice.", "Rename one of the two.")
    for column in field.columns:
        yield from _shape(f"{field.key}.{column.key}", column)
    for bound in (field.not_before, field.not_after):
        yield from _bound(field, bound, manifest)
    if field.required_if_younger:
        yield from _dates(field.key, [*_ages(field.required_if_younger)], manifest)
    if field.derive and field.derive.since:
        yield from _dates(field.key, [field.key, field.derive.since], manifest)


def _shape(key: str, field: Field | Column) -> Iterator[Problem]:
    if (field.type == "choice") != bool(field.choices):
        yield Problem(key, "Only a choice has choices, and it must have them.", "Correct the type.")
    if field.guard == "health" and field.type not in ("text", "rows"):
        yield Problem(key, "Only text is read for health words.", "Leave the guard out.")
    if field.guard == "none" and field.type != "text":
        yield Problem(key, "Only text is read for citizen numbers.", "Leave the guard out.")
    for value in _twice(choice.value for choice in field.choices):
        yield Problem(key, f"The choice {value} is there twice.", "Keep one of the two.")


def _mentioned(field: Field) -> Iterator[str]:
    yield from filter(None, (field.equals, field.differs_from))
    if field.required_if:
        yield field.required_if.key
    if field.derive:
        yield from field.derive.sources
    if field.required_if_younger:
        yield from (each for each in _ages(field.required_if_younger) if each != TODAY)
    for bound in (field.not_before, field.not_after):
        if bound and bound.key != TODAY:
            yield bound.key


def _ages(younger: Younger) -> tuple[str, str]:
    return younger.key, younger.at


def _bound(field: Field, bound: Bound | None, manifest: Manifest) -> Iterator[Problem]:
    if bound is not None:
        yield from _dates(field.key, [field.key, *([bound.key] if bound.key != TODAY else [])], manifest)


def _dates(key: str, needed: list[str], manifest: Manifest) -> Iterator[Problem]:
    for each in needed:
        found = manifest.field(each)
        if found is not None and found.type != "date":
            yield Problem(key, f"A date is counted from or to {each}, which is no date.", "Correct the type.")


def _recipient(recipient: RecipientRole, manifest: Manifest) -> Iterator[Problem]:
    where = f"recipients.{recipient.role}"
    if not recipient.documents:
        yield Problem(where, "It receives no document.", "Name at least one under documents.")
    for name in recipient.documents:
        if manifest.document(name) is None:
            yield Problem(where, f"{name} is no document of this type.", "Correct the name.")
    for name in _twice(recipient.identity):
        yield Problem(where, f"The identity check {name} is there twice.", "Keep one of the two.")
    yield from _known(where, recipient.keys, manifest)
    yield from _reachable(where, recipient, manifest)


def _reachable(where: str, recipient: RecipientRole, manifest: Manifest) -> Iterator[Problem]:
    """Whoever takes part has a name, and an address of its own or of its host."""
    if (recipient.host_name is None) != (recipient.host_email is None):
        yield Problem(where, "A host has a name and an address.", "Write host_name and host_email.")
    by_itself = "Make it required, or required_if the field under when has a value."
    if not _filled(recipient.name, recipient, manifest):
        yield Problem(where, f"{recipient.name} may be empty, and nobody is without a name.", by_itself)
    address = recipient.host_email or recipient.email
    if not _filled(address, recipient, manifest):
        hosted = "" if recipient.host_email else " Or write host_name and host_email."
        yield Problem(
            where, f"{address} may be empty, so the link may have no address.", f"{by_itself}{hosted}"
        )
    if recipient.host_name and not _filled(recipient.host_name, recipient, manifest):
        yield Problem(where, f"{recipient.host_name} may be empty, and a host has a name.", by_itself)


def _filled(key: str, recipient: RecipientRole, manifest: Manifest) -> bool:
    """Whether a key always has a value when the recipient takes part; True for what is no field at all."""
    field = manifest.field(key)
    if field is None or field.required or key == recipient.when:
        return True
    if field.derive:
        return field.derive.value is not None or any(
            _filled(source, recipient, manifest) for source in field.derive.sources
        )
    condition = field.required_if
    when = manifest.field(recipient.when) if recipient.when else None
    if condition is None or when is None or condition.key != when.key:
        return False
    if when.type == "choice":
        return all(choice.value in condition.among for choice in when.choices)
    return when.type == "boolean" and True in condition.among


def _known(where: str, keys: Iterable[str], manifest: Manifest) -> Iterator[Problem]:
    known = [field.key for field in manifest.fields]
    for key in keys:
        if key not in known:
            yield Problem(where, f"{key} is no field.", f"Correct the key{closest(key, known)}.")


def _roles(manifest: Manifest) -> Iterator[Problem]:
    roles = [recipient.role for recipient in manifest.recipients]
    for role in _twice([*roles, SEAL]):
        yield Problem(f"recipients.{role}", "The role is there twice, or is the seal's name.", "Rename it.")
    if roles and not any(each.action == "sign" and each.when is None for each in manifest.recipients):
        yield Problem("recipients", "A packet may be without anybody who signs.", "Leave out when for one.")
    for name in _twice(bookmark(role) for role in set(roles)):
        yield Problem("recipients", f"Two roles share the bookmark {name}.", "Make them differ in letters.")


def _cycles(manifest: Manifest) -> Iterator[Problem]:
    sources = {field.key: field.derive.sources for field in manifest.fields if field.derive}
    try:
        TopologicalSorter(sources).prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        yield Problem("fields", f"These are derived from each other: {circle}.", "Break the circle.")
