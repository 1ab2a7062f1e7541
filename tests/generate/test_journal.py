from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_time import EPOCH, VirtualClock

from pipeline.generate.journal import Journal, JournalError
from pipeline.plan.purchase import Original

REQUEST = {"model": "nano-banana-pro", "inputs": {"prompt": "a coin"}}
COIN = Original("a" * 64, "png", 1024, 1024)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def journal(tmp_path: Path, clock: VirtualClock) -> Iterator[Journal]:
    journal = Journal(tmp_path / ".pipeline" / "journal.db", clock)
    yield journal
    journal.close()


def intend(journal: Journal, asset: str = "coin", fingerprint: str = "f1") -> int:
    return journal.intend("recipes/icons.yaml", asset, fingerprint, "kie", REQUEST, 18.0)


def test_a_purchase_goes_from_intent_to_the_store_and_every_step_is_kept(journal: Journal) -> None:
    number = intend(journal)
    journal.submitted(number, "task-1")
    journal.succeeded(number, "task-1", 17.5)
    journal.fetched(number, COIN)
    journal.delivered(number)
    (purchase,) = journal.purchases("recipes/icons.yaml")
    assert (purchase.state, purchase.task_id, purchase.credits) == ("delivered", "task-1", 17.5)
    assert purchase.original == COIN
    assert [state for _, state, _ in journal.history(number)] == [
        "intent",
        "submitted",
        "succeeded",
        "fetched",
        "delivered",
    ]


def test_what_is_open_is_found_by_the_next_process(
    journal: Journal, tmp_path: Path, clock: VirtualClock
) -> None:
    intend(journal, "lost")
    journal.submitted(intend(journal, "running"), "task-2")
    journal.unknown(intend(journal, "unclear"), "no answer")
    journal.refused(intend(journal, "refused"), "422")
    journal.failed(intend(journal, "failed"), "policy", 0.0)
    journal.forget(intend(journal, "forgotten"))
    other = Journal(tmp_path / ".pipeline" / "journal.db", clock)
    assert [(p.asset, p.state) for p in other.open_purchases()] == [
        ("lost", "intent"),
        ("running", "submitted"),
        ("unclear", "unknown"),
    ]
    other.close()


def test_buying_again_forgets_what_it_replaces_in_the_same_breath(journal: Journal) -> None:
    lost = intend(journal)
    journal.unknown(lost, "no answer")
    journal.intend("recipes/icons.yaml", "coin", "f1", "kie", REQUEST, 18.0, instead_of=[lost])
    assert [purchase.state for purchase in journal.purchases("recipes/icons.yaml")] == ["forgotten", "intent"]


def test_recipes_are_kept_apart(journal: Journal) -> None:
    intend(journal)
    assert journal.purchases("recipes/other.yaml") == []


def test_an_upload_is_remembered_for_less_than_a_day(journal: Journal, clock: VirtualClock) -> None:
    journal.uploaded("kie", "d1", "https://uploads/d1")
    assert journal.upload_url("kie", "d1") == "https://uploads/d1"
    assert journal.upload_url("other", "d1") is None
    clock.skip(19 * 3600)
    assert journal.upload_url("kie", "d1") == "https://uploads/d1"
    clock.skip(2 * 3600)
    assert journal.upload_url("kie", "d1") is None


def test_recent_creates_count_for_the_rate_limit(journal: Journal, clock: VirtualClock) -> None:
    intend(journal)
    clock.skip(6.0)
    intend(journal)
    assert journal.recent_creates("kie", 10.0) == [EPOCH, EPOCH + 6.0]
    assert journal.recent_creates("kie", 5.0) == [EPOCH + 6.0]
    assert journal.recent_creates("other", 10.0) == []


def test_latencies_are_kept_by_class_newest_last(journal: Journal) -> None:
    for seconds in (20.0, 21.0, 22.0):
        journal.learned("nano 1K", seconds)
    journal.learned("nano 4K", 90.0)
    assert journal.latencies("nano 1K", 2) == [21.0, 22.0]


def test_content_we_wrote_is_known_as_ours(journal: Journal) -> None:
    journal.wrote({"output/coin.png": "d1"})
    journal.wrote({"output/coin.png": "d1"})
    assert journal.is_ours("output/coin.png", "d1")
    assert not journal.is_ours("output/coin.png", "d2")
    assert not journal.is_ours("output/other.png", "d1")


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path, clock: VirtualClock) -> None:
    path = tmp_path / "journal.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalError, match="newer version of pipeline"):
        Journal(path, clock)


def test_a_damaged_journal_says_what_to_do(tmp_path: Path, clock: VirtualClock) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is no database, and long enough to be read as one" * 40)
    with pytest.raises(JournalError, match=r"journal\.db cannot be used") as refusal:
        Journal(path, clock)
    assert "Nothing is bought without it" in refusal.value.hint


def test_a_write_that_fails_leaves_the_journal_as_it_was(journal: Journal, tmp_path: Path) -> None:
    number = intend(journal)
    blocker = sqlite3.connect(tmp_path / ".pipeline" / "journal.db")
    blocker.execute("DROP TABLE change")
    blocker.commit()
    blocker.close()
    with pytest.raises(JournalError):
        journal.submitted(number, "task-1")
    (purchase,) = journal.open_purchases()
    assert (purchase.state, purchase.task_id) == ("intent", "")
