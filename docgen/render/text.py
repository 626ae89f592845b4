"""The text of a DOCX part, paragraph by paragraph, as its author sees it in Word."""

from collections.abc import Iterator

from lxml import etree

from docgen.errors import TemplateFault

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARKUP_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TAG_OPENINGS = ("{{", "{%", "{#")
_SPACING = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def parse(xml: bytes) -> etree._Element:
    """The part as a tree, without entities; raises ``TemplateFault`` when it is no XML."""
    try:
        return etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError as error:
        raise TemplateFault(f"The document's XML is broken ({error}): save it again in Word.") from error


def paragraphs(xml: bytes) -> list[str]:
    """The text of every paragraph, in order, of a text box inside one after it; and attributes with values.

    Raises:
        TemplateFault: broken XML, or a tag in a place where it would not be read as one.
    """
    found = []
    for element in parse(xml).iter():
        found += [str(value) for value in element.attrib.values() if "{{" in str(value)]
        _refuse_stray_tags(element)
        if element.tag == f"{WORD}p":
            found.append("".join(_text(element)))
    return found


def _text(paragraph: etree._Element) -> Iterator[str]:
    for child in paragraph:
        if child.tag == f"{WORD}t":
            yield child.text or ""
        elif child.tag in _SPACING:
            yield _SPACING[child.tag]
        elif child.tag not in (f"{WORD}p", f"{MARKUP_COMPATIBILITY}Fallback") and isinstance(child.tag, str):
            yield from _text(child)


def _refuse_stray_tags(element: etree._Element) -> None:
    attributes = [str(value) for value in element.attrib.values()]
    inside = [element.text or ""] if element.tag != f"{WORD}t" else []
    conditions = [text for text in attributes if "{%" in text or "{#" in text]
    strays = [text for text in (*inside, element.tail or "") if any(each in text for each in TAG_OPENINGS)]
    for text in (*conditions, *strays):
        place = etree.QName(element).localname if isinstance(element.tag, str) else "a comment"
        raise TemplateFault(
            f"A tag stands outside the text, in {place} ({text.strip()[:60]}): write it as text."
        )
