"""Which styles and list levels of a DOCX its text really uses; Word's own templates bring many more."""

from collections.abc import Iterable

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMING = tuple(f"{W}{tag}" for tag in ("pStyle", "rStyle", "tblStyle"))


def styles(all_styles: etree._Element | None, printed: Iterable[etree._Element]) -> list[etree._Element]:
    """The styles that the printed parts name, the default ones, and all they are based on."""
    known = (
        {} if all_styles is None else {each.get(f"{W}styleId"): each for each in all_styles.iter(f"{W}style")}
    )
    wanted = [each.get(f"{W}val") for part in printed for each in part.iter(*NAMING)]
    wanted += [name for name, style in known.items() if style.get(f"{W}default") in ("1", "true", "on")]
    found: dict[str | None, etree._Element] = {}
    while wanted:
        name = wanted.pop()
        if name in known and name not in found:
            found[name] = known[name]
            wanted += [each.get(f"{W}val") for each in known[name].iter(f"{W}basedOn", f"{W}link")]
    return list(found.values())


def levels(
    numbering: etree._Element | None, printed: Iterable[etree._Element], used: Iterable[etree._Element]
) -> list[etree._Element]:
    """The levels of lists that paragraphs of the printed parts, or the styles in use, stand at."""
    if numbering is None:
        return []
    abstract = {each.get(f"{W}abstractNumId"): each for each in numbering.iter(f"{W}abstractNum")}
    lists = {each.get(f"{W}numId"): each for each in numbering.iter(f"{W}num")}
    found: dict[etree._Element, None] = {}
    for properties in (each for part in (*printed, *used) for each in part.iter(f"{W}numPr")):
        number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
        chosen = lists.get(None if number is None else number.get(f"{W}val"))
        if chosen is None:
            continue
        at = "0" if level is None else level.get(f"{W}val")
        base = chosen.find(f"{W}abstractNumId")
        own = [each for each in chosen.iter(f"{W}lvl") if each.get(f"{W}ilvl") == at]
        shared = abstract.get(None if base is None else base.get(f"{W}val"))
        for each in own or ([] if shared is None else shared.iter(f"{W}lvl")):
            if each.get(f"{W}ilvl") == at:
                found[each] = None
    return list(found)
