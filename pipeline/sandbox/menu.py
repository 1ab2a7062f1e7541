"""Every way the sandbox can misbehave, one row each: what happens, and what a good client does about it.

The table in ``docs/sandbox.md`` and ``pipeline sandbox --faults list`` are this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = Literal["create", "accepted", "task", "record", "download", "upload", "balance", "callback"]

PLACES: dict[Place, str] = {
    "create": "a create that is not accepted",
    "accepted": "a create that is accepted and charged",
    "task": "a task, decided when it is accepted",
    "record": "an answer to recordInfo",
    "download": "a result being fetched",
    "upload": "an upload",
    "balance": "an answer to credit",
    "callback": "a callback",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. ``streak`` is how many answers in a row it takes, at least and at most, once it fires."""

    name: str
    place: Place
    happens: str
    client: str
    streak: tuple[int, int] = (1, 1)


_UNKNOWN = "calls it unknown, never sends it again by itself"
_KEEPS = "reports it, keeps the task"

MENU: tuple[Row, ...] = (
    # instead of accepting a create
    Row("too-many", "create", "429 several times, some with Retry-After", "waits, sends again", (2, 4)),
    Row("key-limit", "create", "433, a limit of the key", "tries a few times, then stops buying"),
    Row("maintenance", "create", "455, maintenance", "waits long, sends again"),
    Row("create-500", "create", "500 that names no parameter", _UNKNOWN),
    Row("create-500-parameter", "create", "500 “… is required”", "reports what the service refused"),
    Row("create-dropped-before", "create", "the connection ends without an answer", _UNKNOWN),
    Row("create-html", "create", "a proxy's page under 502", _UNKNOWN),
    # a create that was accepted and charged, told badly
    Row("create-500-after", "accepted", "the same 500", _UNKNOWN),
    Row("create-dropped-after", "accepted", "the connection ends without an answer", _UNKNOWN),
    Row("create-no-id", "accepted", "a good answer without an id", _UNKNOWN),
    # what a task comes to, decided when it is accepted
    Row("stuck", "task", "never ends", "stops waiting at its deadline, keeps the task"),
    Row("fail", "task", "ends in fail, with words meant to upset displays", "reports it, harmless to read"),
    Row("fail-501", "task", "ends as an answer 501 without data", "reports it as failed"),
    Row("no-urls", "task", "ends in success without a result", "asks on, then reports it"),
    Row("bad-result-json", "task", "ends in success with a resultJson cut short", "asks on, then reports it"),
    # instead of a record
    Row("record-500", "record", "500", "asks again"),
    Row("record-html", "record", "a proxy's page under 502", "asks again"),
    Row("record-dropped", "record", "the connection ends without an answer", "asks again"),
    Row("record-null", "record", "422 “recordInfo is null” for a task that exists", "asks again"),
    Row("state-unknown", "record", "a state nobody knows, for several answers", "goes on waiting", (2, 4)),
    # a result on its way
    Row("slow", "download", "the first byte comes 10 s late", "waits"),
    Row("trickle", "download", "40 pieces over 10 s", "waits"),
    Row("truncated", "download", "half of the declared length, then the end", "fetches again"),
    Row("corrupt", "download", "the head of a picture, then noise", "fetches again"),
    Row("html", "download", "a web page under 200", _KEEPS),
    Row("wrong-type", "download", "JPEG or WebP under another name and type", "goes by the bytes"),
    Row("expired", "download", "403 until a download link is asked for", "asks for the link"),
    Row("huge-declared", "download", "64 GB declared", "refuses to read it, keeps the task"),
    Row("endless", "download", "no declared length, and no end", "stops at its limit, keeps the task"),
    Row("bomb", "download", "200 kB that decode to 1.6 gigapixels", "refuses to decode, keeps the task"),
    Row("redirect-private", "download", "a redirect to 169.254.169.254 or 10.0.0.1", _KEEPS),
    Row("redirect-file", "download", "a redirect to file:///etc/passwd", _KEEPS),
    # the rest
    Row("upload-500", "upload", "500, nothing is stored", "sends again"),
    Row("upload-dropped", "upload", "the connection ends, nothing is stored", "sends again"),
    Row("credit-500", "balance", "500", "asks again, or goes without"),
    Row("callback-missing", "callback", "never comes", "polls all the same"),
    Row("callback-duplicate", "callback", "comes twice", "takes the second for old news"),
    Row("callback-forged", "callback", "first a wrongly signed one that says failed", "checks the signature"),
    Row("callback-late", "callback", "comes 60 s after the end", "has polled by then"),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(row.name for row in MENU)
STREAKS: dict[str, tuple[int, int]] = {row.name: row.streak for row in MENU}


def at(place: Place) -> tuple[str, ...]:
    """Names of the faults of one place, in the order they are asked."""
    return tuple(row.name for row in MENU if row.place == place)
