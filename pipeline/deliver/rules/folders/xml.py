"""XML nobody vouches for: elements in order with their depth. Entities and document types are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat  # what makes it unsafe, entities and document types, ends the parse

from pipeline.deliver.rules.folders.tree import Unreadable
from pipeline.errors import clean

ANDROID: Final = "http://schemas.android.com/apk/res/android "
"""The namespace in front of attributes written as ``android:…``."""

_MOST_ELEMENTS: Final = 20_000
_DEEPEST: Final = 100


@dataclass(slots=True)
class Element:
    """One element; ``depth`` of the root is 0. ``text`` is what stands directly in it."""

    depth: int
    tag: str
    attributes: dict[str, str]
    text: str = ""


def elements(text: str) -> list[Element]:
    """Every element of a document, in order. Raises ``Unreadable``."""
    found: list[Element] = []
    open_now: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(found) >= _MOST_ELEMENTS or len(open_now) >= _DEEPEST:
            raise Unreadable("has more elements, or deeper ones, than are read")
        open_now.append(Element(len(open_now), tag, attributes))
        found.append(open_now[-1])

    def end(_tag: str) -> None:
        open_now.pop()

    def characters(data: str) -> None:
        open_now[-1].text += data

    def refuse(*_: Any) -> None:
        raise Unreadable("declares a document type or entities, which are not read")

    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise Unreadable(f"is not XML: {clean(error)}") from None
    return found
