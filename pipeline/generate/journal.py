"""The durable memory of paid work: SQLite in write-ahead mode, one row for each create ever intended.

The order of writes is the promise. The intent is on the disk before a create is sent, the task id the moment
it arrives, so that a crash between any two lines of the engine leaves nothing sent or a row that says so.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

from pipeline.clock import Clock
from pipeline.errors import PipelineError, clean
from pipeline.plan.purchase import OPEN_STATES, UNKNOWN_STATES, Original, Purchase, PurchaseState

UPLOAD_LIFETIME_S = 20 * 3600.0  # kie-api.md section 7: 24 h at the worst; a task may fetch it a while later

CLOCKS_DIFFER_S = 3600.0

FIRST_SCHEMA = """
CREATE TABLE purchase (
    id INTEGER PRIMARY KEY,
    recipe TEXT NOT NULL,
    asset TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    task_id TEXT NOT NULL DEFAULT '',
    credits REAL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    message TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    extension TEXT NOT NULL DEFAULT '',
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX purchase_asset ON purchase (recipe, asset);
CREATE INDEX purchase_state ON purchase (state);
CREATE TABLE change (
    purchase INTEGER NOT NULL REFERENCES purchase (id),
    at REAL NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE TABLE upload (
    account TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    url TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (account, sha256)
);
CREATE TABLE written (
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (path, sha256)
) WITHOUT ROWID;
CREATE TABLE latency (
    class TEXT NOT NULL,
    seconds REAL NOT NULL,
    at REAL NOT NULL
);
"""
# One secret for each create that asked for a callback: a call that knows it is about that purchase.
CALLBACKS = """
CREATE TABLE callback (
    token TEXT PRIMARY KEY,
    purchase INTEGER NOT NULL REFERENCES purchase (id)
) WITHOUT ROWID;
CREATE INDEX callback_purchase ON callback (purchase);
"""
# Further results of a task that was asked for several; they are there before the purchase counts as fetched.
EXTRAS = """
CREATE TABLE extra (
    purchase INTEGER NOT NULL REFERENCES purchase (id),
    number INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    extension TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (purchase, number)
) WITHOUT ROWID;
"""
STEPS = (FIRST_SCHEMA, CALLBACKS, EXTRAS)  # a journal of version n has had the first n of them
VERSION = len(STEPS)
FIELDS = tuple(one.name for one in dataclasses.fields(Purchase) if one.name not in ("original", "extras"))
ORIGINAL_FIELDS = ("sha256", "extension", "width", "height")
COLUMNS = ", ".join(FIELDS + ORIGINAL_FIELDS)
NUMBERS: dict[str, Any] = {
    "id": int,
    "credits": int | float | None,
    "created_at": int | float,
    "updated_at": int | float,
    "width": int,
    "height": int,
}  # every other column holds text
STATES = frozenset(get_args(PurchaseState))
DAMAGED = "Nothing is bought without it. Keep a copy, and look what the service's task log says of its tasks."


class JournalError(PipelineError):
    """The journal cannot be opened or written; nothing may be bought without it."""

    exit_code = 4


class Journal:
    """Every purchase of one project. One run writes at a time; readers are free."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open or create the journal. Raises ``JournalError``."""
        self._path = path
        self._clock = clock
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=5, isolation_level=None)
            self._prepare()

    def close(self) -> None:
        """Close the file; everything written is already safe."""
        self._db.close()

    # -- writing ---------------------------------------------------------------------------------------------

    def intend(
        self,
        recipe: str,
        asset: str,
        fingerprint: str,
        account: str,
        request: Mapping[str, Any],
        credits: float | None,
        token: str = "",
    ) -> int:
        """Write down, durably, that a create is about to be sent; returns the purchase's id.

        ``token``: the secret in the address its callback is asked for at; empty for none.
        """
        now = self._clock.time()
        sent = json.dumps(request, sort_keys=True, ensure_ascii=False)
        with self._write(durable=True):
            cursor = self._db.execute(
                "INSERT INTO purchase (recipe, asset, fingerprint, account, model, request, state, credits,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'intent', ?, ?, ?)",
                (recipe, asset, fingerprint, account, request["model"], sent, credits, now, now),
            )
            purchase = cast("int", cursor.lastrowid)
            self._log(purchase, "intent", "")
            if token:
                self._db.execute("INSERT INTO callback (token, purchase) VALUES (?, ?)", (token, purchase))
        return purchase

    def submitted(self, purchase: int, task_id: str, instead_of: Sequence[int] = ()) -> None:
        """The service took it: the id, durably, before anything else happens.

        ``instead_of``: purchases the user chose to buy again, forgotten in one go if they are unknown still.
        """
        with self._write(durable=True):
            self._set(purchase, "submitted", "", {"task_id": task_id})
            for old in instead_of:
                if self._is_unknown(old):
                    self._set(old, "forgotten", "bought again as asked")

    def found(self, purchase: int, task_id: str) -> bool:
        """A purchase of unknown outcome is this task: durably. False where it is unknown no more.

        Unknown ones of this very request that it was to replace, as asked, are forgotten in one go.
        """
        with self._write(durable=True):
            if still := self._is_unknown(purchase):
                self._set(purchase, "submitted", "found again", {"task_id": task_id})
                for old in self._replaced_by(purchase):
                    self._set(old, "forgotten", "bought again as asked")
        return still

    def unknown(self, purchase: int, message: str) -> None:
        """The answer was lost; durably, because it may have been charged."""
        self._change(purchase, "unknown", message, durable=True)

    def refused(self, purchase: int, message: str) -> None:
        """Provably not accepted."""
        self._change(purchase, "refused", message)

    def succeeded(self, purchase: int, task_id: str, credits: float | None) -> None:
        """The service says it is done; ``credits`` is what it charged, where it says so.

        The task id is written again, in case the disk was full when it arrived.
        """
        self._change(purchase, "succeeded", columns={"task_id": task_id, **_known(credits=credits)})

    def failed(self, purchase: int, message: str, credits: float | None) -> None:
        """The service could not do it; ``credits`` is what it says it kept."""
        self._change(purchase, "failed", message, columns=_known(credits=credits))

    def fetched(self, purchase: int, original: Original, extras: Sequence[Original] = ()) -> None:
        """The original is in the store, and so is every further result that was asked for."""
        columns = {name: getattr(original, name) for name in ORIGINAL_FIELDS}
        rows = [
            (purchase, number, *(getattr(one, name) for name in ORIGINAL_FIELDS))
            for number, one in enumerate(extras, start=2)
        ]
        with self._write(durable=True):
            self._db.executemany("INSERT OR REPLACE INTO extra VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._set(purchase, "fetched", "", columns)

    def delivered(self, *purchases: int) -> None:
        """The files made of them are in place: all are marked, or none."""
        with self._write():
            for purchase in purchases:
                self._set(purchase, "delivered", "")

    def forget(self, purchase: int) -> None:
        """The user gave this one up: plans look past it."""
        self._change(purchase, "forgotten", durable=True)

    def uploaded(self, account: str, sha256: str, url: str) -> None:
        """Remember where a picture was put, so that it is not sent twice within a day."""
        with self._write():
            self._db.execute(
                "INSERT OR REPLACE INTO upload (account, sha256, url, at) VALUES (?, ?, ?, ?)",
                (account, sha256, url, self._clock.time()),
            )

    def wrote(self, files: Mapping[str, str]) -> None:
        """About to put these in place (path → digest): content of ours is never taken for a hand edit."""
        with self._write(durable=True):
            self._db.executemany("INSERT OR IGNORE INTO written (path, sha256) VALUES (?, ?)", files.items())

    def learned(self, latency_class: str, seconds: float) -> None:
        """A task of this class took so long."""
        with self._write():
            self._db.execute(
                "INSERT INTO latency (class, seconds, at) VALUES (?, ?, ?)",
                (latency_class, seconds, self._clock.time()),
            )

    # -- reading ---------------------------------------------------------------------------------------------

    def purchases(self, recipe: str) -> list[Purchase]:
        """Every purchase of a recipe, oldest first."""
        return self._select("WHERE recipe = ? ORDER BY id", (recipe,))

    def recipes(self) -> list[str]:
        """The recipes anything was ever bought for."""
        text = "typeof(recipe) = 'text'"  # a damaged row of another kind names none
        rows = self._read(f"SELECT DISTINCT recipe FROM purchase WHERE {text} ORDER BY recipe")  # noqa: S608
        return [key for (key,) in rows]

    def open_purchases(self) -> list[Purchase]:
        """What the service took, or may have taken, and is not in the store yet; oldest first."""
        marks = ", ".join("?" * len(OPEN_STATES))
        return self._select(f"WHERE state IN ({marks}) ORDER BY id", tuple(sorted(OPEN_STATES)))

    def tokens(self) -> dict[int, str]:
        """Purchase → the token its callback was asked for with, of all that are open and asked for one."""
        marks = ", ".join("?" * len(OPEN_STATES))
        rows = self._read(
            "SELECT purchase, token FROM callback JOIN purchase ON purchase.id = callback.purchase"  # noqa: S608
            f" WHERE state IN ({marks})",
            *sorted(OPEN_STATES),
        )
        return {int(purchase): str(token) for purchase, token in rows}

    def history(self, purchase: int) -> list[tuple[float, str, str]]:
        """(seconds since the epoch, state, message) of one purchase, oldest first."""
        rows = self._read("SELECT at, state, message FROM change WHERE purchase = ? ORDER BY rowid", purchase)
        return [(at, state, message) for at, state, message in rows]

    def recent_creates(self, account: str, window_s: float) -> list[float]:
        """When creates were intended in the last ``window_s`` seconds, seconds since the epoch."""
        since = self._clock.time() - window_s
        rows = self._read(
            "SELECT created_at FROM purchase WHERE account = ? AND created_at > ?"
            " AND typeof(created_at) = 'real'",
            *(account, since),
        )
        return [at for (at,) in rows]

    def upload_url(self, account: str, sha256: str) -> str | None:
        """Where a picture was put less than a day ago, or None. A time yet to come is no such time."""
        now = self._clock.time()
        rows = self._read(
            "SELECT url FROM upload WHERE account = ? AND sha256 = ? AND at BETWEEN ? AND ?",
            *(account, sha256, now - UPLOAD_LIFETIME_S, now + CLOCKS_DIFFER_S),
        )
        return rows[0][0] if rows else None

    def is_ours(self, path: str, sha256: str) -> bool:
        """Whether we ever put this very content at this path."""
        return bool(self._read("SELECT 1 FROM written WHERE path = ? AND sha256 = ?", path, sha256))

    def latencies(self, latency_class: str, count: int = 64) -> list[float]:
        """The last ``count`` latencies of a class in seconds, oldest first."""
        rows = self._read(
            "SELECT seconds FROM latency WHERE class = ? ORDER BY rowid DESC LIMIT ?", latency_class, count
        )
        return [seconds for (seconds,) in reversed(rows)]

    # -- inside ----------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise JournalError(
                f"{self._path} was written by a newer version of pipeline (journal version {version}).",
                hint="Update pipeline; nothing was changed.",
            )
        if version < VERSION:
            self._upgrade()

    def _upgrade(self) -> None:
        """Bring a new or an older file to today's version, wholly or not at all."""
        with self._write(durable=True):
            # Two processes may meet here; the second finds the work done once it holds the write lock.
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            for step in STEPS[version:]:
                for statement in step.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {max(version, VERSION)}")

    def _is_unknown(self, purchase: int) -> bool:
        row = self._db.execute("SELECT state FROM purchase WHERE id = ?", (purchase,)).fetchone()
        return row is not None and row[0] in UNKNOWN_STATES

    def _replaced_by(self, purchase: int) -> list[int]:
        """Purchases of the same asset and request before this one that are unknown still."""
        same = "(recipe, asset, fingerprint) = (SELECT recipe, asset, fingerprint FROM purchase WHERE id = ?)"
        rows = self._db.execute(f"SELECT id FROM purchase WHERE id < ? AND {same}", (purchase, purchase))  # noqa: S608
        return [old for (old,) in rows.fetchall() if self._is_unknown(old)]

    def _change(
        self,
        purchase: int,
        state: PurchaseState,
        message: str = "",
        *,
        durable: bool = False,
        columns: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        with self._write(durable=durable):
            self._set(purchase, state, message, columns)

    def _set(
        self,
        purchase: int,
        state: PurchaseState,
        message: str,
        columns: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        names = "".join(f", {name} = ?" for name in columns)
        self._db.execute(
            f"UPDATE purchase SET state = ?, message = ?, updated_at = ?{names} WHERE id = ?",  # noqa: S608 names are ours
            (state, message, self._clock.time(), *columns.values(), purchase),
        )
        self._log(purchase, state, message)

    def _log(self, purchase: int, state: PurchaseState, message: str) -> None:
        self._db.execute(
            "INSERT INTO change (purchase, at, state, message) VALUES (?, ?, ?, ?)",
            (purchase, self._clock.time(), state, message),
        )

    def _select(self, where: str, values: tuple[Any, ...]) -> list[Purchase]:
        rows = self._read(f"SELECT {COLUMNS} FROM purchase {where}", *values)  # noqa: S608 both are ours
        extras = self._read("SELECT * FROM extra ORDER BY purchase, number") if rows else []
        try:
            return with_extras([purchase_from(row) for row in rows], extras)
        except ValueError as error:
            raise JournalError(
                f"The journal {self._path} is damaged: {clean(error)}.", hint=DAMAGED
            ) from error

    def _read(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._explained():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _write(self, *, durable: bool = False) -> Iterator[None]:
        """One transaction. Durable ones survive a power cut; others survive a crash of the process."""
        with self._explained():
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise JournalError(
                f"The journal {self._path} cannot be used: {error}.",
                hint="Nothing is bought without it. Check free disk space and permissions; if the file is"
                " damaged, keep a copy and see `pipeline doctor`.",
            ) from error


def purchase_from(row: tuple[Any, ...]) -> Purchase:
    """A row of ``COLUMNS`` as a purchase. Raises ``ValueError`` for values of other types than we write."""
    facts = dict(zip(FIELDS, row, strict=False))
    sha256, extension, width, height = row[len(FIELDS) :]
    for name, value in zip(FIELDS + ORIGINAL_FIELDS, row, strict=True):
        if not isinstance(value, NUMBERS.get(name, str)):  # SQLite lets any column hold anything
            raise ValueError(f"purchase {facts['id']!r} has no usable {name}")  # noqa: TRY004
    if facts["state"] not in STATES:
        raise ValueError(f"purchase {facts['id']!r} has no usable state")
    original = Original(sha256, extension, width, height) if sha256 else None
    return Purchase(**facts, original=original)


def with_extras(purchases: list[Purchase], rows: Iterable[tuple[Any, ...]]) -> list[Purchase]:
    """The purchases with their further results. Raises ``ValueError`` for rows other than we write."""
    found: defaultdict[int, list[Original]] = defaultdict(list)
    for purchase, number, sha256, extension, width, height in rows:
        original = Original(sha256, extension, width, height)
        texts = isinstance(sha256, str) and isinstance(extension, str)
        sizes = isinstance(width, int) and isinstance(height, int)
        if not (texts and sizes and number == len(found[purchase]) + 2):
            raise ValueError(f"purchase {purchase!r} has an unusable further result")
        found[purchase].append(original)
    return [dataclasses.replace(one, extras=tuple(found.get(one.id, ()))) for one in purchases]


def _known(**columns: Any) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value is not None}
