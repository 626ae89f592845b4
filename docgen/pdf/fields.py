"""Makes the empty signature fields at the marks, each tagged for assistive technology."""

from collections.abc import Sequence
from dataclasses import dataclass

from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, PdfObject, TextStringObject

from docgen.errors import TemplateFault
from docgen.pdf.edition import Edition
from docgen.pdf.objects import dereference, dictionary, numbers, stream

BOX = (220.0, 62.0)  # width and height of a signature field, in points
PRINT_AND_LOCKED = 132  # annotation flags Print (bit 3) and Locked (bit 8), ISO 32000-1 table 165

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Where one signature or the seal goes: the field's name, its bookmark, and what a screen reader says."""

    role: str
    bookmark: str
    tooltip: str
    locks_all: bool = False


def add_fields(edition: Edition, places: Sequence[Place]) -> list[PdfObject]:
    """Add one field per place, in this order, and return them; raises ``TemplateFault`` for a bad mark."""
    boxes = _boxes(edition, places)
    tree = dereference(edition.root["/StructTreeRoot"])
    document = dereference(tree["/K"][0] if isinstance(tree["/K"], ArrayObject) else tree["/K"])
    kids = document.get("/K", ArrayObject()).get_object()
    document[NameObject("/K")] = kids = kids if isinstance(kids, ArrayObject) else ArrayObject([kids])
    pairs = _flat_numbers(tree["/ParentTree"])
    key = max((int(number) for number in pairs[::2]), default=-1) + 1  # type: ignore[call-overload]
    fields: list[PdfObject] = []
    for leaf in edition.pages:
        # ISO 14289-1 7.18.3; on every page, since the seal's timestamp becomes an annotation of the first.
        leaf[NameObject("/Tabs")] = NameObject("/S")
        edition.change(leaf)
    for place in places:
        page, rectangle = boxes[place.role]
        field = edition.add(_field(edition, place, page, rectangle, key))
        element = dictionary(
            Type=NameObject("/StructElem"),
            S=NameObject("/Form"),
            P=document.indirect_reference,
            Pg=page.indirect_reference,
            Alt=TextStringObject(place.tooltip),
            K=dictionary(Type=NameObject("/OBJR"), Obj=field, Pg=page.indirect_reference),
        )
        reference = edition.add(element)
        kids.append(reference)
        pairs.extend([NumberObject(key), reference])
        others = page.get("/Annots", ArrayObject()).get_object()
        page[NameObject("/Annots")] = ArrayObject([*others, field])
        fields.append(field)
        key += 1
    numbered = dictionary(Nums=ArrayObject(pairs))
    tree[NameObject("/ParentTree")] = edition.replace(tree.raw_get("/ParentTree"), numbered)
    tree[NameObject("/ParentTreeNextKey")] = NumberObject(key)
    edition.change(document)
    edition.change(tree)
    return fields


def _boxes(edition: Edition, places: Sequence[Place]) -> dict[str, tuple[DictionaryObject, Rectangle]]:
    """Page and rectangle of every place; LibreOffice writes them as the old /Dests dictionary."""
    destinations = dereference(edition.root.get("/Dests", DictionaryObject()))
    boxes: dict[str, tuple[DictionaryObject, Rectangle]] = {}
    for place in places:
        destination = destinations.get(f"/{place.bookmark}")
        if destination is None:
            raise TemplateFault(
                f"The mark sig.{place.role} did not reach the PDF: put it in a paragraph of its own."
            )
        page, _, x, y = list(destination.get_object())[:4]
        left, top = float(x), float(y)
        rectangle = (left, round(top - BOX[1], 3), round(left + BOX[0], 3), top)
        leaf = edition.page(page)
        _check_room(place.role, leaf, rectangle, boxes)
        boxes[place.role] = (leaf, rectangle)
    return boxes


def _check_room(
    role: str,
    page: DictionaryObject,
    box: Rectangle,
    others: dict[str, tuple[DictionaryObject, Rectangle]],
) -> None:
    x0, y0, x1, y1 = (float(edge) for edge in page["/MediaBox"])  # type: ignore[attr-defined]
    if box[0] < x0 or box[1] < y0 or box[2] > x1 or box[3] > y1:
        raise TemplateFault(
            f"The box of sig.{role} ({BOX[0]:g} x {BOX[1]:g} pt) runs off the page: give the mark more room."
        )
    for other, (leaf, rectangle) in others.items():
        apart = (
            box[0] >= rectangle[2]
            or rectangle[0] >= box[2]
            or box[1] >= rectangle[3]
            or rectangle[1] >= box[3]
        )
        if leaf.indirect_reference == page.indirect_reference and not apart:
            raise TemplateFault(f"The boxes of sig.{role} and sig.{other} overlap: move one of the marks.")


def _field(
    edition: Edition, place: Place, page: DictionaryObject, rectangle: Rectangle, key: int
) -> DictionaryObject:
    blank = stream(b"")
    blank.update(dictionary(Type=NameObject("/XObject"), Subtype=NameObject("/Form")))
    blank[NameObject("/BBox")] = numbers(0, 0, *BOX)
    blank[NameObject("/Resources")] = DictionaryObject()
    # The seal comes last and closes all fields. No /P here: Acrobat takes a timestamp after P=1 for a change.
    lock = dictionary(Type=NameObject("/SigFieldLock"), Action=NameObject("/All"))
    if not place.locks_all:
        lock[NameObject("/Action")] = NameObject("/Include")
        lock[NameObject("/Fields")] = ArrayObject([TextStringObject(place.role)])
    return dictionary(
        Type=NameObject("/Annot"),
        Subtype=NameObject("/Widget"),
        FT=NameObject("/Sig"),
        T=TextStringObject(place.role),
        TU=TextStringObject(place.tooltip),
        F=NumberObject(PRINT_AND_LOCKED),
        P=page.indirect_reference,
        Rect=numbers(*rectangle),
        AP=dictionary(N=edition.add(blank)),
        Lock=edition.add(lock),
        StructParent=NumberObject(key),
    )


def _flat_numbers(tree: PdfObject) -> list[PdfObject]:
    """All pairs of a number tree, in order, ISO 32000-1 7.9.7."""
    node = dereference(tree)
    pairs = list(node.get("/Nums", ArrayObject()).get_object())
    for kid in node.get("/Kids", ArrayObject()).get_object():
        pairs.extend(_flat_numbers(kid))
    return pairs
