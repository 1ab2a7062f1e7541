"""What the tests of targets ask of a set: its pictures, its texts, and what a snippet of HTML says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from pipeline.targets.brief import Brief
from pipeline.targets.catalogue import target
from pipeline.targets.output import Bundle, Draw, Output, Slot, Text

CLEAR = Brief("coin", title="Coin")
SOLID = Brief("coin", title="Coin", opaque=True)
VOID = {"link", "meta", "img", "source"}


def with_art(*slots: Slot, **changes: Any) -> Brief:
    """A brief with drawings besides the master."""
    return Brief("coin", title="Coin", slots=frozenset(slots), **changes)


class Set:
    """The files of one target."""

    def __init__(self, name: str, brief: Brief = CLEAR, /, **said: Any) -> None:
        self.outputs: tuple[Output, ...] = target(name).outputs(brief, said)
        self.by_path = {one.path: one for one in self.outputs}
        assert len({path.lower() for path in self.by_path}) == len(self.outputs), "two files of one name"

    @property
    def paths(self) -> set[str]:
        return set(self.by_path)

    @property
    def draws(self) -> dict[str, Draw]:
        return {path: one for path, one in self.by_path.items() if isinstance(one, Draw)}

    def sizes(self, under: str = "") -> dict[str, tuple[int, int]]:
        """Width and height of every picture below a folder."""
        return {path: (one.width, one.height) for path, one in self.draws.items() if path.startswith(under)}

    def look(self, path: str) -> Any:
        return self.draws[path].look

    def bundle(self, path: str) -> Bundle:
        found = self.by_path[path]
        assert isinstance(found, Bundle)
        return found

    def text(self, path: str) -> str:
        found = self.by_path[path]
        assert isinstance(found, Text)
        assert found.text.endswith("\n")
        return found.text

    def json(self, path: str) -> Any:
        return json.loads(self.text(path))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({key for key, _ in attrs}) == len(attrs)
        self.found.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert not data.strip(), f"stray text {data!r}"


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every element with its attributes; the snippet is well-formed and holds no text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader.found


def addresses(html: str) -> list[str]:
    """Everything a snippet refers to, in ``srcset``, too."""
    found = []
    for _, said in elements(html):
        found += [said[key] for key in ("href", "src") if key in said]
        found += [one.split()[0] for one in said.get("srcset", "").split(",") if one.strip()]
        if said.get("property") == "og:image" or said.get("name") == "twitter:image":
            found.append(said["content"])
    return found


def metas(html: str) -> dict[str, str]:
    """``meta`` elements by name or property."""
    return {
        said.get("name") or said["property"]: said["content"] for tag, said in elements(html) if tag == "meta"
    }


def scaled(folder: str, name: str, sizes: Mapping[str, Any]) -> dict[str, Any]:
    """``folder-mdpi/name``… with the sizes given by qualifier."""
    return {f"{folder}-{qualifier}/{name}": size for qualifier, size in sizes.items()}
