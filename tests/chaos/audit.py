"""What must be true after any accident: the service's own ledger, the journal and the disk tell one story."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from chaos.project import Project

Name = tuple[str, str]  # recipe, asset
UNKNOWN = frozenset({"intent", "unknown"})
LEFTOVERS = (".tmp", ".part")
ENDED = frozenset({"succeeded", "fetched", "delivered", "failed"})
ENDED_BADLY = frozenset({"failed", "forgotten"})
FREE = frozenset({"refused"})  # provably never taken by the service
HOPELESS = frozenset({"stuck", "no-urls", "bad-result-json"})  # never end, or end without a result
UNTOLD = frozenset({"fail-501"})  # ends in an answer without data: what it cost is never said
REFUSED = frozenset({"fail", "fail-501"})  # where the answer is the picture, these refuse: nothing was made
CENT = 1e-6  # credits; prices are no binary fractions


@dataclass(frozen=True, slots=True)
class Row:
    """One purchase as the journal has it."""

    asset: Name
    state: str
    task: str
    credits: float | None


@dataclass(slots=True)
class Account:
    """What was bought for each asset, as told by both sides."""

    project: Project
    rows: dict[Name, list[Row]] = field(default_factory=dict)  # the journal's, oldest first
    tasks: dict[Name, list[dict[str, Any]]] = field(default_factory=dict)  # the service's
    strangers: list[str] = field(default_factory=list)  # prompts nobody asked for
    answers: Mapping[str, str] = field(default_factory=dict)  # of saved answers: name → the service's task

    @classmethod
    def read(cls, project: Project, root: Path, ledger: Mapping[str, Any]) -> Account:
        """Both sides as they are now."""
        account = cls(project, answers=saved_answers(root))
        for row in journal_rows(root):
            known = replace(row, task=account.task_of(row.task))
            account.rows.setdefault(row.asset, []).append(known)
        names = {prompt: name for name, prompt in project.prompts.items()}
        for task in ledger["creates"]:
            if project.provider == "openai" and task["fault"] in REFUSED:
                continue
            prompt = task["request"]["input"]["prompt"].partition(".")[0]  # sentences may be added
            if prompt in names:
                account.tasks.setdefault(names[prompt], []).append(task)
            else:
                account.strangers.append(prompt)
        return account

    def task_of(self, name: str) -> str:
        """The service's id of a task, as journal and lock name it: a saved answer has a name of its own."""
        return self.answers.get(name, name)

    def unknown(self) -> list[Name]:
        """Assets whose last create has no known outcome. One that was refused after it settles nothing."""
        sent = {name: [row for row in rows if row.state not in FREE] for name, rows in self.rows.items()}
        return [name for name, rows in sent.items() if rows and rows[-1].state in UNKNOWN]

    def stuck(self) -> list[Name]:
        """Assets that wait for a task of which no result will ever come."""
        created = [task for tasks in self.tasks.values() for task in tasks]
        never = {task["taskId"] for task in created if task.get("fault") in HOPELESS}
        return [
            name
            for name, rows in self.rows.items()
            if rows[-1].state in ("submitted", "succeeded") and rows[-1].task in never
        ]

    def blind(self, name: Name) -> list[Row]:
        """Purchases the service may have taken without our learning the task's id."""
        return [row for row in self.rows.get(name, []) if not row.task and row.state not in FREE]

    def orphans(self, name: Name) -> list[dict[str, Any]]:
        """Tasks at the service whose id the journal does not have."""
        known = {row.task for row in self.rows.get(name, [])}
        return [task for task in self.tasks.get(name, []) if task["taskId"] not in known]

    def good(self, name: Name) -> list[Row]:
        """Purchases that are, or will be, a picture of ours."""
        return [row for row in self.rows.get(name, []) if row.task and row.state not in ENDED_BADLY]

    def given_up(self, name: Name) -> list[Row]:
        """Purchases that were bought anew without being brought home."""
        return [row for row in self.rows.get(name, []) if row.state == "forgotten"]

    def duplicates(self, resolved: Mapping[Name, int]) -> int:
        """Creates that bought what was bought already, unasked, or that nothing in the journal explains."""
        return sum(
            max(0, len(self.good(name)) - 1)
            + max(0, len(self.orphans(name)) - len(self.blind(name)))
            + max(0, len(self.given_up(name)) - resolved.get(name, 0))
            for name in self.project.prompts
        )


def journal_rows(root: Path) -> list[Row]:
    """Every purchase in the project's journal, oldest first."""
    path = root / ".pipeline" / "journal.db"
    with closing(sqlite3.connect(path, timeout=10)) as database:
        found = database.execute("SELECT recipe, asset, state, task_id, credits FROM purchase ORDER BY id")
        return [Row((_stem(recipe), asset), *rest) for recipe, asset, *rest in found]


def saved_answers(root: Path) -> dict[str, str]:
    """Name of a saved answer → the task it came of, as its picture tells; from spool and store."""
    state, tasks = root / ".pipeline", dict[str, str]()
    for path in (state / "spool" / "answers").glob("*-*.json"):
        for picture in json.loads(_bytes(path) or b"{}").get("pictures", []):
            tasks[path.stem] = _task_in(base64.b64decode(picture["b64_json"]))
    with closing(sqlite3.connect(state / "journal.db", timeout=10)) as database:
        found = database.execute("SELECT task_id, sha256, extension FROM purchase WHERE sha256 != ''")
        for name, sha256, extension in found:
            if "-" in name:
                tasks[name] = _task_in(_bytes(state / "store" / sha256[:2] / f"{sha256}.{extension}"))
    return tasks


def _task_in(picture: bytes) -> str:
    """The task a picture of the service carries; "" for none."""
    found = re.search(rb"Comment\0([0-9a-f]+)/0", picture)
    return found[1].decode() if found else ""


def _stem(recipe: str) -> str:
    return Path(recipe).stem


# -- money -------------------------------------------------------------------------------------------------


def check_money(account: Account, resolved: Counter[Name], *, faulty: bool) -> Iterator[str]:
    """Nothing paid twice. ``resolved``: how often the user gave a purchase up, to have it bought anew."""
    for prompt in account.strangers:
        yield f"a create nobody asked for: {prompt!r}"
    for name in account.project.prompts:
        shown = "/".join(name)
        if len(account.good(name)) > 1:
            yield f"{shown}: paid for {len(account.good(name))} times"
        if len(account.orphans(name)) > len(account.blind(name)):
            yield f"{shown}: the service has {len(account.orphans(name))} tasks the journal cannot explain"
        yield from _check_rows(shown, account, name, resolved[name], faulty=faulty)


def _check_rows(shown: str, account: Account, name: Name, resolved: int, *, faulty: bool) -> Iterator[str]:
    rows = account.rows.get(name, [])
    if len(account.given_up(name)) > resolved:
        yield f"{shown}: a purchase was given up without being asked"
    # One that the user had bought again stays unknown until the new one is accepted.
    if sum(row.state in UNKNOWN for row in rows[:-1]) > resolved:
        yield f"{shown}: bought again beside an unknown outcome"
    if not faulty and any(row.state == "failed" for row in rows):
        yield f"{shown}: failed although the service has no faults"
    tasks = {task["taskId"]: task for task in account.tasks.get(name, [])}
    for row in rows:
        if row.task and row.task not in tasks:
            yield f"{shown}: the journal has task {row.task}, the service has not"


def check_credits(account: Account) -> Iterator[str]:
    """What the service charged for tasks whose end we know is what the journal says."""
    charged = {
        task["taskId"]: task["charged"]
        for tasks in account.tasks.values()
        for task in tasks
        if task.get("fault") not in UNTOLD
    }
    for name, rows in account.rows.items():
        for row in rows:
            known = row.state in ENDED and row.task in charged
            if known and abs((row.credits or 0.0) - charged[row.task]) > CENT:
                said = f"{row.credits}, the service {charged[row.task]}"
                yield f"{'/'.join(name)}: the journal has {said} credits for task {row.task}"


# -- disk --------------------------------------------------------------------------------------------------


def check_disk(account: Account, root: Path) -> Iterator[str]:
    """Everything delivered, and lock, manifest, files, journal and store agree."""
    for recipe in account.project.recipes:
        yield from _check_recipe(account, recipe, root)
    yield from _check_store(root)
    yield from leftovers(root)


def _check_recipe(account: Account, recipe: str, root: Path) -> Iterator[str]:
    output = root / "output" / recipe
    lock = _assets(root / "recipes" / f"{recipe}.lock.json")
    manifest = _assets(output / "manifest.json")
    wanted = {asset for of, asset in account.project.prompts if of == recipe}
    for asset in sorted(wanted - lock.keys()):
        yield f"{recipe}/{asset}: not in the lock"
    for asset in sorted((lock.keys() | manifest.keys()) - wanted):
        yield f"{recipe}/{asset}: in lock or manifest, but nobody asked for it"
    for asset in sorted(wanted & lock.keys()):
        yield from _check_asset(account, (recipe, asset), lock[asset], manifest.get(asset), output)
    known = {name for entry in lock.values() for name in entry["files"]} | {"manifest.json"}
    for name in sorted(files(output).keys() - known):
        yield f"{recipe}: {name} belongs to no asset"


def _check_asset(
    account: Account, name: Name, entry: Mapping[str, Any], listed: Any, output: Path
) -> Iterator[str]:
    shown = "/".join(name)
    disk = {file: _digest(output / file) for file in entry["files"]}
    if disk != entry["files"]:
        yield f"{shown}: the files are not those of the lock"
    if listed is None or {file["file"]: file["sha256"] for file in listed["files"]} != entry["files"]:
        yield f"{shown}: the manifest does not agree with the lock"
    yield from _check_task(account, name, entry, output)


def _check_task(account: Account, name: Name, entry: Mapping[str, Any], output: Path) -> Iterator[str]:
    """The picture is that of the task in the lock, and the task that of the asset."""
    shown, task = "/".join(name), account.task_of(entry["task"])
    if task not in {one["taskId"] for one in account.tasks.get(name, [])}:
        yield f"{shown}: the lock names task {task}, which is not this asset's"
    if [row.state for row in account.rows.get(name, []) if row.task == task] != ["delivered"]:
        yield f"{shown}: the journal does not have task {task} as delivered"
    original = [file for file, digest in entry["files"].items() if digest == entry["original"]["sha256"]]
    if not original:
        yield f"{shown}: the original was not delivered"
    elif original[0].endswith(".png") and f"{task}/0".encode() not in _bytes(output / original[0]):
        yield f"{shown}: the delivered original is not the picture of task {task}"


def _check_store(root: Path) -> Iterator[str]:
    for name, content in files(root / ".pipeline" / "store").items():
        if Path(name).stem != sha256(content).hexdigest():
            yield f"store: {name} is not what it is called"


def leftovers(root: Path) -> Iterator[str]:
    """Files and folders that only a write under way may leave."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).as_posix()
        staged = "staging" in path.name or ("/incoming/" in inside and path.is_file())
        if path.name.endswith(LEFTOVERS) or staged or "crash" in path.name:
            yield f"left behind: {inside}"


def check_secret(key: str, *folders: Path) -> Iterator[str]:
    """The key is in no file: journal, locks, pictures, and everything that was printed."""
    for folder in folders:
        for name, content in files(folder).items():
            if key.encode() in content:
                yield f"the key is in {folder / name}"


def locked(project: Project, root: Path) -> set[Name]:
    """The assets that have an entry in their recipe's lock."""
    return {
        (recipe, asset)
        for recipe in project.recipes
        for asset in _assets(root / "recipes" / f"{recipe}.lock.json")
    }


def lost(account: Account, root: Path) -> int:
    """Tasks that were paid for, whose id we had, and that no lock names; and assets never delivered."""
    project = account.project
    locks = [_assets(root / "recipes" / f"{recipe}.lock.json") for recipe in project.recipes]
    named = {account.task_of(entry["task"]) for lock in locks for entry in lock.values()}
    paid = {row.task for name in project.prompts for row in account.good(name)}
    return len(paid - named) + len(project.prompts.keys() - locked(project, root))


def files(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``: path → content."""
    return {
        path.relative_to(folder).as_posix(): _bytes(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _assets(path: Path) -> dict[str, Any]:
    try:
        assets: dict[str, Any] = json.loads(path.read_text())["assets"]
    except (OSError, ValueError, KeyError):
        return {}
    return assets


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _digest(path: Path) -> str:
    return sha256(_bytes(path)).hexdigest()
