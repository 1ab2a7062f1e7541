"""YAML files as plain data that remembers where each value stands.

The file is read event by event rather than composed: libyaml's own composer recurses in C without a
limit, and ``[`` repeated 200,000 times ends the whole process.

Plain scalars follow YAML 1.2's core schema, not PyYAML's 1.1: ``16:9`` is text and not 969, ``yes``, ``on``
and ``2026-11-22`` are text. Keys are always text as written. A UTF-8 byte order mark is accepted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.errors import Location, Problem, RecipeError, Severity, clean
from pipeline.recipe import flow
from pipeline.recipe.bounds import MAX_MISTAKES

MAX_BYTES = 1_000_000
MAX_VALUES = 50_000  # after aliases are expanded
MAX_DEPTH = 40

Place = tuple[str | int, ...]  # the way to a value: ("assets", 0, "name")

_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_CONFLICT = re.compile(r"<{7}( |$)|>{7}( |$)")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STRING_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value and its key begin and where the value ends; lines and columns count from 0."""

    key: tuple[int, int]
    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its data, its lines, and a mark for the place of every value."""

    file: str
    data: dict[str, Any]
    lines: tuple[str, ...]
    marks: dict[Place, Mark]

    def location(self, place: Place, *, key: bool = False) -> Location:
        """Where the value (or its key) stands; the nearest enclosing value where it was not written."""
        mark = self._mark(place)
        line, column = mark.key if key else mark.start
        return Location(self.file, line + 1, column + 1)

    def problem(
        self,
        message: str,
        place: Place = (),
        *,
        key: bool = False,
        find: str = "",
        hint: str = "",
        asset: str = "",
        severity: Severity = "error",
    ) -> Problem:
        """A problem at a value, at its key, or at the text ``find`` within the value."""
        location = (find and self._find(place, find)) or self.location(place, key=key)
        line = _line_text(self.lines, location.line, location.column)
        return Problem(message, location, line, hint, asset, severity)

    def rename(self, places: Iterable[Place], old: str, new: str) -> None:
        """Give a key of the mappings at ``places`` its canonical spelling; its position stays."""
        stems = {(*place, old) for place in places}
        for stem in stems:
            mapping = value_at(self.data, stem[:-1])
            items = [(new if key == old else key, value) for key, value in mapping.items()]
            mapping.clear()
            mapping.update(items)
        lengths = {len(stem) for stem in stems}
        for found in list(self.marks) if stems else ():
            for length in lengths:
                if found[:length] in stems:
                    self.marks[*found[: length - 1], new, *found[length:]] = self.marks.pop(found)
                    break

    def _mark(self, place: Place) -> Mark:
        while place not in self.marks:
            place = place[:-1]
        return self.marks[place]

    def _find(self, place: Place, text: str) -> Location | None:
        mark = self._mark(place)
        for number in range(mark.start[0], min(mark.end[0] + 1, len(self.lines))):
            column = self.lines[number].find(text, mark.start[1] if number == mark.start[0] else 0)
            if column >= 0:
                return Location(self.file, number + 1, column + 1)
        return None


def read(path: Path, file: str = "") -> Document:
    """Read a YAML mapping. ``file`` is how messages name it; the path as given when left out.

    Raises ``RecipeError`` for anything that keeps the file from being understood.
    """
    name = file or str(path)
    return parse(_decode(_bytes(path, name), name), name)


def parse(text: str, file: str) -> Document:
    """The same for text already in memory."""
    lines = tuple(_BREAK.split(text))
    reader = _Reader(lines, file)
    try:
        reader.refuse_conflict()
        tree = reader.tree(text)
        data = reader.expand(tree)
    except _Unreadable as fault:
        raise RecipeError([*reader.problems, reader.problem(fault)]) from None
    if reader.problems:
        raise RecipeError(reader.problems)
    return Document(file, data, lines, reader.marks)


class _Unreadable(Exception):
    def __init__(self, message: str, at: tuple[int, int] = (0, 0), hint: str = "") -> None:
        super().__init__(message)
        self.message, self.at, self.hint = message, at, hint


@dataclass(slots=True)
class _Node:
    start: tuple[int, int]
    end: tuple[int, int]
    kind: Literal["scalar", "list", "mapping"]
    value: Any = None  # of a scalar
    text: str = ""  # of a scalar, as written
    plain: bool = False
    items: list[Any] = field(default_factory=list)  # nodes, or pairs of nodes


class _Reader:
    """One pass over the events into a tree of nodes, one over the tree into data and marks."""

    def __init__(self, lines: tuple[str, ...], file: str) -> None:
        self.lines, self.file = lines, file
        self.problems: list[Problem] = []
        self.marks: dict[Place, Mark] = {}
        self._anchors: dict[str, _Node] = {}
        self._values = 0

    def problem(self, fault: _Unreadable) -> Problem:
        line, column = min(fault.at[0], len(self.lines) - 1), fault.at[1]
        location = Location(self.file, line + 1, column + 1)
        return Problem(fault.message, location, _line_text(self.lines, line + 1, column + 1), fault.hint)

    def refuse_conflict(self) -> None:
        for number, line in enumerate(self.lines):
            if line[:7] in ("<<<<<<<", ">>>>>>>") and _CONFLICT.match(line):
                raise _Unreadable(
                    "an unresolved merge conflict",
                    (number, 0),
                    "keep one side, remove the <<<<<<<, ======= and >>>>>>> lines, and commit the merge",
                )

    def tree(self, text: str) -> _Node:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        try:
            events = iter(yaml.parse(text, Loader=loader))
            return self._document(events)
        except yaml.YAMLError as error:
            raise _explain(error, text, self.lines) from None
        except UnicodeError:
            raise _Unreadable("text that UTF-8 cannot hold (half of a surrogate pair)") from None

    def _document(self, events: Iterator[Any]) -> _Node:
        next(events)  # the start of the stream
        if isinstance(next(events), yaml.StreamEndEvent):
            raise _Unreadable("the file is empty")
        root = self._node(next(events), events, 0)
        next(events)  # the end of the document
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Unreadable("a second document begins here", _start(after), "one file holds one document")
        if root.kind == "scalar" and root.value is None:
            raise _Unreadable("the file is empty")
        if root.kind != "mapping":
            raise _Unreadable(f"the file must be a mapping of keys, not a {_noun(root)}", root.start)
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> _Node:
        if depth > MAX_DEPTH:
            raise _Unreadable(f"nested more than {MAX_DEPTH} levels deep", _start(event))
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event)
        if isinstance(event, yaml.ScalarEvent):
            node = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._list(event, events, depth)
        else:
            node = self._mapping(event, events, depth)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _aliased(self, event: Any) -> _Node:
        if event.anchor in self._anchors:
            return self._anchors[event.anchor]
        name = clean(event.anchor, 40)
        raise _Unreadable(
            f"*{name} refers to nothing above it",
            _start(event),
            f"an anchor is written &{name}, and * needs quotes",
        )

    def _list(self, event: Any, events: Iterator[Any], depth: int) -> _Node:
        _refuse_tag(event)
        items = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(self._node(item, events, depth + 1))
        return _Node(_start(event), _end(item), "list", items=items)

    def _mapping(self, event: Any, events: Iterator[Any], depth: int) -> _Node:
        _refuse_tag(event)
        items = []
        while not isinstance(item := next(events), yaml.MappingEndEvent):
            key = self._node(item, events, depth + 1)
            if key.kind != "scalar":
                raise _Unreadable(
                    "a key must be text", key.start, 'a value that begins with "{" needs quotes'
                )
            items.append((key, self._node(next(events), events, depth + 1)))
        return _Node(_start(event), _end(item), "mapping", items=items)

    def expand(self, node: _Node, place: Place = (), key: tuple[int, int] | None = None) -> Any:
        self._count(1, node)
        if len(place) > MAX_DEPTH:
            raise _Unreadable(f"aliases nest more than {MAX_DEPTH} levels deep", node.start)
        self.marks[place] = Mark(key or node.start, node.start, node.end)
        if node.kind == "scalar":
            return node.value
        if node.kind == "list":
            return [self.expand(item, (*place, number)) for number, item in enumerate(node.items)]
        pairs = self._pairs(node)
        return {name: self.expand(value, (*place, name), key.start) for name, (key, value) in pairs.items()}

    def _count(self, values: int, node: _Node) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise _Unreadable(f"aliases expand to more than {MAX_VALUES:,} values", node.start)

    def _pairs(self, node: _Node, depth: int = 0) -> dict[str, tuple[_Node, _Node]]:
        pairs: dict[str, tuple[_Node, _Node]] = {}
        merged: list[_Node] = []
        for key, value in node.items:
            if key.plain and key.text == "<<":
                merged.extend(value.items if value.kind == "list" else [value])
            elif key.text in pairs:
                self._twice(key, pairs[key.text][0])
            else:
                pairs[key.text] = (key, value)
        for source in merged:
            pairs = self._merge_source(source, depth + 1) | pairs
        return pairs

    def _merge_source(self, source: _Node, depth: int) -> dict[str, tuple[_Node, _Node]]:
        self._count(1 + len(source.items), source)
        if source.kind != "mapping":
            raise _Unreadable("<< needs a mapping, or a list of mappings", source.start)
        if depth > MAX_DEPTH:
            raise _Unreadable(f"<< nests more than {MAX_DEPTH} levels deep", source.start)
        return self._pairs(source, depth)

    def _twice(self, key: _Node, first: _Node) -> None:
        if len(self.problems) == MAX_MISTAKES:
            raise _Unreadable("there are more keys written twice", key.start)
        name, line = clean(key.text, 60), first.start[0] + 1
        self.problems.append(
            self.problem(_Unreadable(f'"{name}" is written twice, first in line {line}', key.start))
        )


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise file_error(name, "no such file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise file_error(name, f"cannot be read: {clean(reason)}") from None
    if len(data) > MAX_BYTES:
        raise file_error(
            name, f"is larger than {MAX_BYTES // 1000:,} kB", "is this really a recipe or a brand?"
        )
    return data


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise file_error(name, "is UTF-16", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        raise RecipeError([Problem(message, Location(name, line, column), hint="save it as UTF-8")]) from None


def file_error(name: str, message: str, hint: str = "") -> RecipeError:
    """A problem of the whole file."""
    return RecipeError([Problem(message, Location(name, 1, 1), hint=hint)])


def _scalar(event: Any) -> _Node:
    plain, _quoted = event.implicit
    if not plain and event.tag not in _STRING_TAGS:
        _refuse_tag(event)
    value = plain_value(event.value) if plain else event.value
    return _Node(_start(event), _end(event), "scalar", value, event.value, plain)


def plain_value(text: str) -> Any:
    """What an unquoted scalar means: nothing, true, false, a number, else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _refuse_tag(event: Any) -> None:
    if event.tag is not None and event.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!"):
        tag = clean(event.tag.replace("tag:yaml.org,2002:", "!!"), 60)
        hint = "write the value itself; text that begins with ! needs quotes"
        raise _Unreadable(f"the tag {tag} is not read here", _start(event), hint)


_FAULTS: tuple[tuple[str, str, str], ...] = (
    (
        "found character that cannot start any token",
        "this character cannot begin a value",
        "put the value in quotes",
    ),
    ("found a tab character", "a tab in the indentation", "indent with spaces"),
    ("could not find expected ':'", "a key without its colon", "write KEY: VALUE, or check the indentation"),
    (
        "mapping values are not allowed",
        "a colon where no key can stand",
        "text with a colon in it needs quotes",
    ),
    ("found unexpected end of stream", "a quote is opened and never closed", ""),
    (
        "did not find expected ',' or",
        "a comma is missing before this",
        "text with [ ] { } or , in it needs quotes",
    ),
    ("did not find expected key", "the indentation does not fit the lines above", ""),
    ("did not find expected '-' indicator", "a list item without its dash, or indented differently", ""),
    ("did not find expected <document start>", "the file goes on after its end", ""),
)


def _explain(error: yaml.YAMLError, text: str, lines: tuple[str, ...]) -> _Unreadable:
    """What libyaml complains of in words that name the mistake, at the place where it was noticed."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _unprintable(lines) or _Unreadable(f"not YAML: {clean(error)}")
    at = (mark.line, mark.column)
    if mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
        return _Unreadable("a tab in the indentation", at, "indent with spaces")
    said = getattr(error, "problem", None) or str(error)
    if said == "found unexpected end of stream" and (opened := getattr(error, "context_mark", None)):
        at = (opened.line, opened.column)
    if fault := _flow_fault(said, text, lines, at):
        return fault
    for found, message, hint in _FAULTS:
        if found in said:
            return _Unreadable(message, at, hint)
    return _Unreadable(f"not YAML: {clean(said)}", at)


_BRACKETS = {"{": "a mapping is opened with { and not closed", "[": "a list is opened with [ and not closed"}
_NOT_A_BRACKET = ("found character", "found unexpected end of stream")


def _flow_fault(said: str, text: str, lines: tuple[str, ...], at: tuple[int, int]) -> _Unreadable | None:
    """A colour read as a comment, or the bracket that is never closed."""
    if said.startswith(_NOT_A_BRACKET):
        return None
    around = flow.look(text, at)
    if colour := around.swallowed_colour(lines, at):
        place, written = colour
        return _Unreadable("# begins a comment in YAML", place, f'put the colour in quotes: "{written}"')
    if not around.unclosed:
        return None
    bracket = around.unclosed[-1]
    closing = "}" if bracket.sign == "{" else "]"
    return _Unreadable(_BRACKETS[bracket.sign], bracket.at, f"close it with {closing}, or quote the text")


def _unprintable(lines: tuple[str, ...]) -> _Unreadable | None:
    for number, line in enumerate(lines):
        for column, char in enumerate(line):
            if (char < " " and char != "\t") or "\x7f" <= char <= "\x9f":
                return _Unreadable(f"the control character U+{ord(char):04X}", (number, column), "remove it")
    return None


_WIDEST = 160


def _line_text(lines: tuple[str, ...], line: int, column: int) -> str:
    """The line for showing: one column a character, nothing that a terminal would act upon."""
    if column > _WIDEST or line > len(lines):
        return ""
    shown = "".join(char if char.isprintable() else " " for char in lines[line - 1][: _WIDEST + 1])
    return shown if len(shown) <= _WIDEST else shown[:_WIDEST] + "…"


def value_at(data: Any, place: Place) -> Any:
    """The value at the end of the way. Raises ``LookupError``."""
    for step in place:
        data = data[step]
    return data


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line, event.start_mark.column


def _end(event: Any) -> tuple[int, int]:
    return event.end_mark.line, event.end_mark.column


def _noun(node: _Node) -> str:
    return "list" if node.kind == "list" else "single value"
