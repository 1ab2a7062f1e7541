"""What fuzzing and reading have found, as inputs: tried again with every run of the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fuzz.targets.records import DIGESTS, LOCK, MEMORY, delivered

ASSET = "assets: [{name: a, model: nano-banana-pro, prompt: x, %s}]"
LARGE = "vars: {x: %s}\nassets: [{name: a, model: nano-banana-pro, prompt: '%s'}]"
Case = tuple[str, Any]

NINES = "9" * 5000
RECIPES = {
    "no height": ASSET % 'aspect_ratio: "1:0"',
    "no width": ASSET % 'aspect_ratio: "0:1"',
    "a digit that is none": ASSET % 'aspect_ratio: "\u00b2:1"',
    "a width beyond floats": ASSET % f'aspect_ratio: "{NINES[:400]}:1"',
    "a width beyond int": ASSET % f'aspect_ratio: "{NINES}:1"',
    "a resolution that is no number": ASSET % 'resolution: "\u00b2K"',
    "a control character as an icon": ASSET % r'icons: [7, "\x9b\x02"]',
    "a long list as text": LARGE
    % ("a" * 900_000, "{{ [" + ", ".join(["vars.x"] * 2000) + "] | lower | length }}"),
    "a mapping for each of 4,000 assets to rename": f"assets: [{', '.join(['{remove_bg: 1}'] * 4000)}]",
    "ten to a high power": LARGE % ("a", '{{ 1 | round(999999999, "ceil") }}'),
    "a slow filter in a loop": LARGE
    % ("a" * 100_000, '{% for c in vars.x %}{% if vars.x | title == "" %}{% endif %}{% endfor %}'),
    "many slow filters": LARGE % ("a" * 900_000, "{{ vars.x" + " | title" * 400 + " | length }}"),
    "a long value many times": LARGE % ("a" * 400_000, "{{ vars.x }}" * 2000),
}
LINKS = {
    "a recipe that is a link out": {"recipes/link.yaml": "../../outside/secret.txt"},
    "a recipe without an end": {"recipes/link.yaml": "/dev/zero"},
    "settings that are a link out": {"pipeline.yaml": "../outside/secret.txt"},
}
ANSWERS = {
    "success under a redirect": (301, "", b'{"code": 200}'),
    "success under 429": (429, "", b'{"code": 200}'),
    "a task at the top": (455, "", b'{"taskId": "task-1"}'),
    "a task in a list": (422, "", b'{"code":422,"data":[{"taskId":"task-1"}]}'),
    "an address UTF-8 cannot hold": (200, "", b'{"code":200,"data":{"downloadUrl":"https://\\ud800"}}'),
}
ROWS = (
    {"recipe": b""},
    {"created_at": "x"},
    {"created_at": b""},
    {"credits": ""},
    {"sha256": b"\0"},
    {"state": "odd"},
)
LOCK_FILES = {
    "link/secret.txt": "a file behind a link",
    "loop/x": "a loop of links",
    "x" * 300: "a long name",
    "\ud800": "half a letter",
    "zero": "a file without an end",
    "a\0b": "a zero byte",
    "coin.png/x": "a file below a file",
}
READERS = ("plan", "accept", "run")


def found() -> Iterator[tuple[str, Case]]:
    """(what it is, (target, input)) of each."""
    for said, text in RECIPES.items():
        yield said, ("recipes", _project(text))
    for said, files in LINKS.items():
        yield said, ("recipes", _project("a: 1", files))
    for reader in READERS:
        for name, said in LOCK_FILES.items():
            yield f"{said}, in a lock read by {reader}", ("records", (reader, (_lock(name), [])))
        yield (
            f"a lock that is a link out, read by {reader}",
            ("records", (reader, ({LOCK: "../../outside/secret.txt"}, []))),
        )
    for said, answer in ANSWERS.items():
        yield said, ("wire", answer)
    for reader in ("status", "status --json", "plan", "run"):
        for odd in ROWS:
            row = {"recipe": "recipes/icons.yaml", "asset": "coin", "state": "submitted", **odd}
            yield f"a journal with {odd}, read by {reader}", ("records", (reader, ({}, [row])))
    endless = (200, [("Content-Length", NINES)], b"x")
    for memory in (b"5", b"{}", b'{"files": []}', b'{"files": {"a\\u0000b": null}}'):
        yield f"a memory of {memory!r}", ("records", ("run", ({MEMORY: _memory(memory)}, [])))
    yield "a deep memory", ("records", ("run", ({MEMORY: b"[" * 100_000}, [])))
    yield "a length of 5,000 digits", ("service", ("fetch", [endless], "https://cdn.example/a.png"))
    yield "a name longer than names can be", ("commands", (["validate", "a" * 300], _project("a: 1")))
    yield "a path longer than paths can be", ("commands", (["plan", "a/" * 3000], _project("a: 1")))
    yield "an escape in a file's name", ("recipes", {"recipes/\x1b[31mred.yaml": b"a: 1"})


def _project(text: str, files: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"pipeline.yaml": b"", "recipes/icons.yaml": text.encode(), **(files or {})}


def _memory(entry: bytes) -> bytes:
    """What is remembered of the one recipe."""
    data = json.loads(delivered()[MEMORY])
    return json.dumps(data | {"recipes": dict.fromkeys(data["recipes"], json.loads(entry))}).encode()


def _lock(name: str) -> dict[str, bytes]:
    """A lock that claims to have made a file of that name, with the content of the file nobody may read."""
    data = json.loads(delivered()[LOCK])
    data["assets"]["coin"]["files"][name] = DIGESTS[0]
    data["assets"]["gone"]["files"] = {name: DIGESTS[0]}
    return {LOCK: json.dumps(data).encode()}
