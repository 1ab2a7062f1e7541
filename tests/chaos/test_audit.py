"""The audit itself: a project that is right passes, and each way of being wrong is called by its name."""

from __future__ import annotations

import copy
import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chaos import audit
from chaos.audit import Account
from chaos.project import Project, small, with_openai
from chaos.service import KEY, Service
from chaos.trial import Trial

PROJECT = small()
BY_OPENAI = with_openai(PROJECT)


@dataclass(frozen=True)
class Case:
    """A delivered project and what the service says of it, both free to be spoiled."""

    root: Path
    ledger: dict[str, Any]
    project: Project = PROJECT

    @property
    def output(self) -> Path:
        return self.root / "output" / "icons"

    def journal(self, statement: str) -> None:
        with closing(sqlite3.connect(self.root / ".pipeline" / "journal.db")) as database:
            database.execute(statement)
            database.commit()

    def rewrite(self, name: str, change: Callable[[dict[str, Any]], object]) -> None:
        data = json.loads((self.root / name).read_text())
        change(data)
        (self.root / name).write_text(json.dumps(data))

    def problems(self) -> list[str]:
        account = Account.read(self.project, self.root, self.ledger)
        return [
            *audit.check_money(account, Counter(), faulty=False),
            *audit.check_credits(account),
            *audit.check_disk(account, self.root),
            *audit.check_secret(KEY, self.root),
        ]


Delivered = tuple[Path, Mapping[str, Any]]


def deliver(project: Project, folder: Path) -> Iterator[Delivered]:
    with Service(folder / "service") as service:
        trial = Trial(folder, project, service, random.Random(0))
        project.write(trial.root)
        assert trial.run() == 0
        yield trial.root, service.ledger()


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    yield from deliver(PROJECT, tmp_path_factory.mktemp("audit"))


@pytest.fixture(scope="module")
def delivered_by_openai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    yield from deliver(BY_OPENAI, tmp_path_factory.mktemp("audit"))


@pytest.fixture
def case(delivered: Delivered, tmp_path: Path) -> Case:
    root, ledger = delivered
    return Case(shutil.copytree(root, tmp_path / "project"), copy.deepcopy(dict(ledger)))


@pytest.fixture
def openai_case(delivered_by_openai: Delivered, tmp_path: Path) -> Case:
    root, ledger = delivered_by_openai
    return Case(shutil.copytree(root, tmp_path / "project"), copy.deepcopy(dict(ledger)), BY_OPENAI)


def bought_again(case: Case) -> None:
    case.ledger["creates"].append({**case.ledger["creates"][0], "taskId": "another"})


def journalled_again(case: Case) -> None:
    columns = "recipe, asset, fingerprint, account, model, request, state, credits, created_at, updated_at"
    case.journal(
        f"INSERT INTO purchase ({columns}, task_id) SELECT {columns}, 'another' FROM purchase LIMIT 1"
    )


def sent_beside_an_unknown(case: Case) -> None:
    journalled_again(case)
    case.journal("UPDATE purchase SET state = 'unknown', task_id = '' WHERE id = 1")


def spoil_store(case: Case) -> None:
    next((case.root / ".pipeline" / "store").rglob("*.png")).write_bytes(b"other")


def leave_staging(case: Case) -> None:
    (case.output / ".pipeline-staging" / "coin.1").mkdir(parents=True)


def leave_part(case: Case) -> None:
    folder = case.root / ".pipeline" / "store" / "incoming" / "abc"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1-0.abc.part").touch()


def swap_pictures(case: Case) -> None:
    """Two assets with each other's pictures, and a lock that says that is right."""

    def swap(data: dict[str, Any]) -> None:
        coin, mood = data["assets"]["coin"], data["assets"]["mood"]
        coin["task"], mood["task"] = mood["task"], coin["task"]

    case.rewrite("recipes/icons.lock.json", swap)


WRONG: dict[str, Callable[[Case], object]] = {
    "the service has 1 tasks the journal cannot explain": bought_again,
    "paid for 2 times": journalled_again,
    "the journal has task another, the service has not": journalled_again,
    "bought again beside an unknown outcome": sent_beside_an_unknown,
    "a purchase was given up without being asked": lambda case: case.journal(
        "UPDATE purchase SET state = 'forgotten' WHERE id = 1"
    ),
    "failed although the service has no faults": lambda case: case.journal(
        "UPDATE purchase SET state = 'failed' WHERE id = 1"
    ),
    "a create nobody asked for: 'a surprise'": lambda case: case.ledger["creates"][0]["request"][
        "input"
    ].update(prompt="a surprise"),
    "the journal has 1.0, the service 18.0 credits": lambda case: case.journal(
        "UPDATE purchase SET credits = 1"
    ),
    "icons/coin: not in the lock": lambda case: case.rewrite(
        "recipes/icons.lock.json", lambda data: data["assets"].pop("coin")
    ),
    "icons/coin: the files are not those of the lock": lambda case: (case.output / "coin@1x.png").unlink(),
    "icons/mood: the files are not those of the lock": lambda case: (case.output / "mood.webp").write_bytes(
        b""
    ),
    "icons/coin: the manifest does not agree": lambda case: (case.output / "manifest.json").unlink(),
    "which is not this asset's": swap_pictures,
    "the delivered original is not the picture of task": swap_pictures,
    "icons/coin: the journal does not have task": lambda case: case.journal(
        "UPDATE purchase SET state = 'fetched'"
    ),
    "icons: stray.png belongs to no asset": lambda case: (case.output / "stray.png").touch(),
    "is not what it is called": spoil_store,
    "left behind: output/icons/.coin.png.7.tmp": lambda case: (case.output / ".coin.png.7.tmp").touch(),
    "left behind: output/icons/.pipeline-staging": leave_staging,
    "left behind: .pipeline/store/incoming/abc/1-0.abc.part": leave_part,
    "the key is in": lambda case: (case.root / "notes.txt").write_text(f"key: {KEY}"),
}


def test_a_project_that_is_right_passes(case: Case) -> None:
    assert case.problems() == []
    account = Account.read(PROJECT, case.root, case.ledger)
    assert (account.duplicates({}), audit.lost(account, case.root)) == (0, 0)


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_is_said(case: Case, said: str) -> None:
    WRONG[said](case)
    assert any(said in problem for problem in case.problems())


def forget_answers(case: Case) -> None:
    """An id in the journal, and neither an answer of that name nor its picture."""
    shutil.rmtree(case.root / ".pipeline" / "spool")
    shutil.rmtree(case.root / ".pipeline" / "store")


def lose_the_id(case: Case) -> None:
    case.journal("UPDATE purchase SET task_id = 'f' || substr(task_id, 2), sha256 = '' WHERE asset = 'coin'")


WRONG_BY_OPENAI: dict[str, Callable[[Case], object]] = {
    "the service has 1 tasks the journal cannot explain": bought_again,
    "which is not this asset's": swap_pictures,
    "the service has not": lose_the_id,
    "icons/coin: the lock names task": forget_answers,
}


def test_saved_answers_are_known_by_the_pictures_in_them(openai_case: Case) -> None:
    assert openai_case.problems() == []
    account = Account.read(BY_OPENAI, openai_case.root, openai_case.ledger)
    assert (account.duplicates({}), audit.lost(account, openai_case.root)) == (0, 0)
    assert len(account.answers) == len(BY_OPENAI.prompts)


@pytest.mark.parametrize("said", WRONG_BY_OPENAI)
def test_what_is_wrong_with_saved_answers_is_said(openai_case: Case, said: str) -> None:
    WRONG_BY_OPENAI[said](openai_case)
    assert any(said in problem for problem in openai_case.problems())


def test_an_answer_that_refuses_is_no_purchase(openai_case: Case) -> None:
    bought_again(openai_case)
    openai_case.ledger["creates"][-1]["fault"] = "fail"
    assert openai_case.problems() == []


def test_an_outcome_stays_unknown_while_its_repetition_is_refused(case: Case) -> None:
    sent_beside_an_unknown(case)
    case.journal("UPDATE purchase SET state = 'refused', task_id = '' WHERE task_id = 'another'")
    unknown = Account.read(PROJECT, case.root, case.ledger).unknown()
    assert [asset for _, asset in unknown] == ["coin"]


def test_a_second_create_counts_as_a_duplicate(case: Case) -> None:
    bought_again(case)
    assert Account.read(PROJECT, case.root, case.ledger).duplicates({}) == 1


def test_a_paid_task_that_no_lock_names_counts_as_lost(case: Case) -> None:
    case.rewrite("recipes/icons.lock.json", lambda data: data["assets"]["coin"].update(task="other"))
    account = Account.read(PROJECT, case.root, case.ledger)
    assert audit.lost(account, case.root) == 1
