"""What the program wrote down, after somebody else did: lock, manifest, journal, no-op memory, .env."""

from __future__ import annotations

import asyncio
import copy
import json
import sqlite3
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from fuzz import corpus, grammar
from fuzz.campaign import Target, promise
from fuzz.invocation import KEY, invoke
from fuzz.mutation import mutated, pick
from fuzz.targets import pictures
from fuzz.watch import staying_in
from fuzz.workspace import SECRET, fill, workspace
from hypothesis import strategies as st

import pipeline
from pipeline import digest
from pipeline.clock import SystemClock
from pipeline.deliver.process import PictureJob, PictureResult
from pipeline.errors import PipelineError, PlanRefused, ProcessError
from pipeline.events import ignore
from pipeline.generate.journal import Journal
from pipeline.generate.provider import Provider
from pipeline.plan import lock
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.run import shortcut
from pipeline.run.conduct import conduct
from pipeline.run.options import Means, Options
from pipeline.run.places import Places
from pipeline.run.survey import digest_pictures

RECIPE = b"""\
defaults: {model: nano-banana-pro, resolution: 1K}
rename: {old: gift}
assets:
  - {name: coin, prompt: A coin, icons: {hero: 4}}
  - {name: gift, prompt: A gift, references: ["asset:coin"]}
"""
LOCK, MANIFEST, JOURNAL = "recipes/icons.lock.json", "output/icons/manifest.json", ".pipeline/journal.db"
ROOT = "@ROOT@"  # in what is remembered, for the folder an input gets
MEMORY, OUTPUT = ".pipeline/unchanged.json", "output/icons"
PICTURE = pictures.CORPUS[0]
LINKS = {f"{OUTPUT}/link": "../../../outside", f"{OUTPUT}/loop": "loop", f"{OUTPUT}/zero": "/dev/zero"}

NAMES = [
    "../../../outside/secret.txt", "/etc/passwd", "link/secret.txt", "link", "zero", "loop", "loop/x",
    "coin.png", "./coin.png",
    "coin.png/", "coin.png/x", ".", "", "..", "a/../../x", "a\x00b", "x" * 300, "x/" * 3000, "\ud800",
    "C:x", "..\\x",
    "manifest.json", "COIN.PNG", "\x1b[31mred.png", "../icons/coin.png", "\u202egnp.exe", "nul", "a\nb",
    "link/../coin.png",
]  # fmt: skip
DIGESTS = [digest.of_bytes(SECRET), digest.of_bytes(PICTURE), "0" * 64, "A" * 64, "", "é" * 64, "\u0660" * 64]
_VALUES = [*NAMES, *DIGESTS, 1e400, -1, 2**70, "\ud800", {}, [], None, True, *corpus.HOSTILE[:40]]
_WORDS = [b"\xff", b"\x00", b'"', b"{", b"}", b"[", b"]", b",", b":", b"NaN", b"Infinity", b"1e999",
b"\\ud800", b"null",
          b"<<<<<<< ours\n", b"=======\n", b">>>>>>> theirs\n", b"||||||| base\n", b"[" * 2000,
          b'"version": 2', b"-"]  # fmt: skip


@lru_cache(maxsize=1)
def delivered() -> dict[str, bytes]:
    """A project where everything is made, with lock, manifest, journal and memory as they are written."""
    from fuzz.targets.recipes import made

    from pipeline.plan.build import Plan, build
    from pipeline.plan.decide import Facts, Wishes

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        fill(root, {"recipes/icons.yaml": RECIPE, "pipeline.yaml": b""})
        (recipe,) = load_recipes([root / "recipes/icons.yaml"], Settings(), root)
        digests = digest_pictures([recipe])
        plan = Plan(
            tuple(build(recipe, {a.name: Facts() for a in recipe.assets}, digests, lambda _: Wishes()))
        )
        data = json.loads(made(recipe, plan, digests, PICTURE).to_text())
        data["assets"]["gone"] = copy.deepcopy(data["assets"]["coin"])
        data["assets"]["gone"]["files"] = {"gone.png": digest.of_bytes(PICTURE)}
        files = {name: f for entry in data["assets"].values() for name, f in entry["files"].items()}
        listed = {
            name: {"files": [_listed(file) for file in e["files"]]} for name, e in data["assets"].items()
        }
        return {
            "recipes/icons.yaml": RECIPE,
            "pipeline.yaml": b"",
            LOCK: json.dumps(data, indent=2).encode(),
            MANIFEST: json.dumps({"version": 1, "recipe": recipe.key, "assets": listed}).encode(),
            JOURNAL: _journal(root),
            MEMORY: _memory(),
            **{f"{OUTPUT}/{name}": PICTURE for name in files},
        }


def _listed(name: str) -> dict[str, Any]:
    return {"file": name, "sha256": digest.of_bytes(PICTURE), "width": 9, "height": 7}


def _journal(root: Path) -> bytes:
    path = root / JOURNAL
    journal = Journal(path, Still())
    first = journal.intend("recipes/other.yaml", "coin", "f" * 64, "host#1", {"model": "m"}, 18)
    journal.submitted(first, "task-1")
    second = journal.intend("recipes/other.yaml", "gift", "e" * 64, "host#1", {"model": "m"}, None)
    journal.unknown(second, "the answer was lost")
    journal.close()
    return path.read_bytes()


def _memory() -> bytes:
    """A no-op run remembered, on the strength of a file that is not there."""
    recipe = f"{ROOT}/recipes/icons.yaml"
    known = {"recipe": "recipes/icons.yaml", "assets": 2, "output": OUTPUT, "files": {f"{ROOT}/gone": None}}
    head = {"version": shortcut.VERSION, "program": pipeline.__version__}
    return json.dumps(head | {"recipes": {recipe: known}}).encode()


class Still:
    """A clock that stands, so that the journal's bytes are always the same."""

    def time(self) -> float:
        return 1_790_000_000.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError


def _data(name: str) -> st.SearchStrategy[Any]:
    return st.builds(copy.deepcopy, st.just(json.loads(delivered()[name])))


@st.composite
def _hostile_lock(draw: st.DrawFn) -> bytes:
    """A lock of the right shape with files and originals where none should be."""
    data = json.loads(delivered()[LOCK])
    for name in draw(st.lists(st.sampled_from(sorted(data["assets"])), min_size=1, max_size=3, unique=True)):
        entry = data["assets"][name]
        how = draw(st.integers(0, 4))
        if how <= 1:
            entry["files"] |= draw(st.dictionaries(pick(NAMES), pick(DIGESTS), min_size=1, max_size=2))
        elif how == 2:
            entry["original"]["sha256"] = draw(pick(DIGESTS))
            entry["original"]["extension"] = draw(pick(["png", "é", "x" * 300, "²", "tar.gz", "", 5, None]))
        elif how == 3:
            entry["accepted"] = draw(st.lists(pick(NAMES), max_size=2))
        else:
            entry[draw(st.sampled_from(sorted(entry)))] = draw(pick(_VALUES))
    return json.dumps(data).encode()


_cell = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.binary(max_size=6),
    st.text(max_size=8),
    st.sampled_from(["coin", "gift", "recipes/icons.yaml", "submitted", "intent", "unknown", "fetched",
    "delivered", "?"]),
    st.sampled_from(DIGESTS),
)  # fmt: skip
_COLUMNS = ("recipe", "asset", "fingerprint", "account", "model", "request", "state", "task_id", "credits",
"created_at",
            "updated_at", "message", "sha256", "extension", "width", "height")  # fmt: skip
_states = st.sampled_from(["submitted", "intent", "unknown", "succeeded", "fetched", "delivered", "odd"])
_row = {
    "recipe": st.sampled_from(["recipes/icons.yaml", "recipes/other.yaml"]),
    "asset": st.sampled_from(["coin", "gift", "\x1b[1m"]),
    "state": _states,
}
_rows = st.builds(
    lambda usual, odd: usual | odd,
    st.fixed_dictionaries(_row),
    st.dictionaries(st.sampled_from(_COLUMNS), _cell, max_size=3),
)

_env = mutated(
    [f"KIE_AI_API_KEY={KEY}\n".encode(), f'export KIE_API_KEY="{KEY}"\n# x\nA=b\n'.encode(),
    b"\xef\xbb\xbfKIE_API_KEY='a\n"],
    [b"'", b'"', b"\n", b"\\", b"=", b"#", b" ", b"${HOME}", b"${KIE_API_KEY}", b"\x00", b"\xff",
    b"\x1b[31m", b"export ", b"KEY="],
    least=1,
)  # fmt: skip
_spoilt = {
    LOCK: _hostile_lock()
    | grammar.spoilt(_data(LOCK)).map(lambda data: json.dumps(data).encode())
    | mutated([delivered()[LOCK]], _WORDS, least=1, most=3),
    MANIFEST: grammar.spoilt(_data(MANIFEST)).map(lambda data: json.dumps(data).encode())
    | mutated([delivered()[MANIFEST]], _WORDS, least=1, most=3),
    MEMORY: grammar.spoilt(_data(MEMORY)).map(lambda data: json.dumps(data).encode())
    | mutated([delivered()[MEMORY]], _WORDS, least=1, most=3),
    JOURNAL: mutated(
        [delivered()[JOURNAL]], [b"\x00" * 9, b"\xff" * 9, b"SQLite", b"CREATE TABLE x (a)"], least=1
    ),
}
NAMED = sorted(_spoilt)
_odd = pick([None, b"", b"[]", b"null", b'{"version": 1}', "loop", "../../outside/secret.txt"])
READERS = ("plan", "plan --json", "status", "status --json", "accept", "run")
_changes = st.one_of(
    *(st.tuples(st.fixed_dictionaries({name: _spoilt[name]}), st.just([])) for name in NAMED),
    *[st.tuples(_hostile_lock().map(lambda content: {LOCK: content}), st.just([]))] * 5,
    st.tuples(st.just({}), st.lists(_rows, min_size=1, max_size=2)),
    st.tuples(st.dictionaries(st.sampled_from(NAMED), _odd, min_size=1, max_size=2), st.just([])),
)
_environments = st.dictionaries(st.sampled_from([".env", ".env.local"]), _env, min_size=1)
cases = st.one_of(
    *[st.tuples(st.sampled_from(READERS), _changes)] * 7,
    st.tuples(st.just("balance"), st.tuples(_environments, st.just([]))),
)


def check(case: tuple[str, tuple[dict[str, Any], list[dict[str, Any]]]]) -> str:
    reader, (changed, rows) = case
    reader = "run" if MEMORY in changed else reader  # nothing else looks at it
    files = {**delivered(), **LINKS, **changed}
    with workspace({name: files[name] for name in sorted(files, key=LINKS.__contains__)}) as root:
        settle(root / MEMORY, root)
        insert(root / JOURNAL, rows)
        with staying_in(root):
            return make(root) if reader == "run" else look(reader, root)


def look(reader: str, root: Path) -> str:
    """One command that reads what was written down."""
    arguments = [*reader.split(), "--offline"] if reader.startswith("plan") else reader.split()
    if reader == "accept":
        arguments = ["accept", "recipes/icons.yaml"]
    elif reader == "balance":  # asked for because something is to be paid, with whatever key .env gives
        (root / LOCK).unlink()
        arguments = ["plan"]
    return f"exit {invoke(arguments).code}"


def settle(path: Path, root: Path) -> None:
    """Let what is remembered speak of this folder."""
    if path.is_file() and not path.is_symlink():
        path.write_bytes(path.read_bytes().replace(ROOT.encode(), str(root).encode()))


def insert(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Put rows into the journal that the program would not have written."""
    for row in rows:
        whole = {
            "fingerprint": "f" * 64,
            "account": "",
            "model": "",
            "request": "{}",
            "created_at": 1.0,
            "updated_at": 1.0,
        }
        names, values = zip(*(whole | row).items(), strict=True)
        marks = ", ".join("?" * len(names))
        database = sqlite3.connect(path)
        try:
            database.execute(f"INSERT INTO purchase ({', '.join(names)}) VALUES ({marks})", values)
            database.commit()
        except sqlite3.Error:
            continue
        finally:
            database.close()


def make(root: Path) -> str:
    """A whole run without a service and without workers: what it prunes, restores and writes down."""
    shortcut.remembered(Places(root), [root / "recipes/icons.yaml"])
    means = Means(SystemClock(), ignore, _no_service, Idle, lambda *_: None)
    try:
        recipes = load_recipes([root / "recipes/icons.yaml"], Settings(), root)
        asyncio.run(conduct(recipes, Places(root), Options(), means))
    except PipelineError as error:
        promise(error.message, "whoever refuses says why")
        return "refused"
    text = (root / LOCK).read_text(encoding="utf-8")
    promise(lock.parse(text, LOCK).to_text() == text, "a lock is read as it was written")
    return "made"


def _no_service() -> Provider:
    raise PlanRefused("there is no service here")


class Idle:
    """Workers that do nothing."""

    async def run(self, job: PictureJob) -> PictureResult:
        raise ProcessError("nobody works here", asset=job.asset)

    def prestart(self, models: Iterable[str] = ()) -> None:
        pass

    async def close(self) -> None:
        pass

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


TARGET = Target("records", cases, check, batch=150)
