from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_time import EPOCH, VirtualClock

from pipeline.generate.journal import FIRST_SCHEMA, VERSION, Journal, JournalError
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
    anew = intend(journal)
    assert states(journal) == ["unknown", "intent"]  # it may yet be refused: nothing is given up for it
    journal.submitted(anew, "t2", instead_of=[lost])
    assert states(journal) == ["forgotten", "submitted"]


def test_what_was_found_meanwhile_is_not_forgotten(journal: Journal) -> None:
    lost = intend(journal)
    journal.unknown(lost, "no answer")
    anew = intend(journal)
    assert journal.found(lost, "t1")
    journal.submitted(anew, "t2", instead_of=[lost])
    assert states(journal) == ["submitted", "submitted"]


def states(journal: Journal) -> list[str]:
    return [purchase.state for purchase in journal.purchases("recipes/icons.yaml")]


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


# -- callbacks ---------------------------------------------------------------------------------------------


def tokened(journal: Journal, token: str, asset: str = "coin") -> int:
    return journal.intend("recipes/icons.yaml", asset, "f1", "kie", REQUEST, 18.0, token=token)


def test_the_token_is_kept_for_as_long_as_a_purchase_is_open(journal: Journal) -> None:
    first, second, _ = tokened(journal, "t1"), tokened(journal, "t2", "gift"), intend(journal, "plain")
    assert journal.tokens() == {first: "t1", second: "t2"}
    journal.submitted(first, "task-1")
    journal.refused(second, "422")
    assert journal.tokens() == {first: "t1"}
    journal.succeeded(first, "task-1", 18.0)
    journal.fetched(first, COIN)
    assert journal.tokens() == {}


def test_a_token_that_cannot_be_written_takes_the_intent_with_it(journal: Journal) -> None:
    tokened(journal, "same")
    with pytest.raises(JournalError):
        tokened(journal, "same", "gift")
    assert [purchase.asset for purchase in journal.open_purchases()] == ["coin"]


@pytest.mark.parametrize("state", ["intent", "unknown"])
def test_a_purchase_of_unknown_outcome_can_be_found(journal: Journal, state: str) -> None:
    number = tokened(journal, "t1")
    if state == "unknown":
        journal.unknown(number, "no answer")
    assert journal.found(number, "task-1")
    (purchase,) = journal.open_purchases()
    assert (purchase.state, purchase.task_id) == ("submitted", "task-1")
    assert journal.history(number)[-1][1:] == ("submitted", "found again")


def test_what_is_found_settles_those_it_was_to_replace_and_no_others(journal: Journal) -> None:
    earlier, twin, other = intend(journal), intend(journal, "gift"), intend(journal, fingerprint="f2")
    done, found, later = intend(journal), intend(journal), intend(journal)
    journal.submitted(done, "task-0")
    assert journal.found(found, "task-1")
    states = {purchase.id: purchase.state for purchase in journal.purchases("recipes/icons.yaml")}
    assert states == {
        earlier: "forgotten",
        **dict.fromkeys((twin, other, later), "intent"),
        **dict.fromkeys((done, found), "submitted"),
    }
    assert journal.history(earlier)[-1][1:] == ("forgotten", "bought again as asked")


@pytest.mark.parametrize("step", ["forget", "refused", "submitted"])
def test_any_other_cannot(journal: Journal, step: str) -> None:
    number = tokened(journal, "t1")
    arguments = {"forget": (), "refused": ("422",), "submitted": ("task-9",)}[step]
    getattr(journal, step)(number, *arguments)
    before = journal.history(number)
    assert not journal.found(number, "task-1")
    assert journal.history(number) == before


# -- older files -------------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A journal as version 1 left it, with a task under way."""
    path = tmp_path / "old.db"
    db = sqlite3.connect(path)
    db.executescript(f"PRAGMA journal_mode = WAL; {FIRST_SCHEMA} PRAGMA user_version = 1;")
    db.execute(
        "INSERT INTO purchase (recipe, asset, fingerprint, account, model, request, state, task_id, credits,"
        " created_at, updated_at) VALUES ('recipes/icons.yaml', 'coin', 'f1', 'kie', 'nano', '{}',"
        " 'submitted', 'task-1', 18, 1, 1)"
    )
    db.commit()
    db.close()
    return path


def version(path: Path) -> int:
    db = sqlite3.connect(path)
    found = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return int(found)


def test_a_journal_of_an_older_version_goes_on_working(old: Path, clock: VirtualClock) -> None:
    for _ in range(2):  # brought up to date once, and left alone then
        journal = Journal(old, clock)
        assert [(p.asset, p.state, p.task_id) for p in journal.open_purchases()] == [
            ("coin", "submitted", "task-1")
        ]
        assert journal.tokens() == {}
        journal.close()
        assert version(old) == VERSION
    journal = Journal(old, clock)
    number = tokened(journal, "t1", "gift")
    assert journal.tokens() == {number: "t1"}
    journal.close()


def test_two_processes_may_meet_while_bringing_it_up_to_date(old: Path, clock: VirtualClock) -> None:
    class Late(Journal):
        """Another process is done with it after this one has looked at the version."""

        def _upgrade(self) -> None:
            Journal(old, clock).close()
            super()._upgrade()

    journal = Late(old, clock)
    assert len(journal.open_purchases()) == 1
    journal.close()


def test_an_upgrade_that_fails_half_way_leaves_the_old_file(old: Path, clock: VirtualClock) -> None:
    db = sqlite3.connect(old)
    db.execute("CREATE TABLE elsewhere (purchase INTEGER)")
    db.execute(
        "CREATE INDEX callback_purchase ON elsewhere (purchase)"
    )  # the name the second statement takes
    db.commit()
    db.close()
    with pytest.raises(JournalError):
        Journal(old, clock)
    assert version(old) == 1
    db = sqlite3.connect(old)
    assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'callback'").fetchall()
    db.close()


def test_purchases_delivered_together_are_marked_together(journal: Journal) -> None:
    first, second = intend(journal), intend(journal, "badge", "f2")
    with pytest.raises(JournalError):
        journal.delivered(first, second, 99)
    assert [one.state for one in journal.purchases("recipes/icons.yaml")] == ["intent", "intent"]
    journal.delivered(first, second)
    assert [one.state for one in journal.purchases("recipes/icons.yaml")] == ["delivered", "delivered"]


FIRST, *MORE = (Original(f"{number:064x}", "png", 8, 8) for number in range(1, 4))


def test_further_results_are_written_down_with_the_first(journal: Journal) -> None:
    one, other = intend(journal), intend(journal)
    journal.fetched(one, FIRST, MORE)
    journal.fetched(other, FIRST)
    found = journal.purchases("recipes/icons.yaml")
    assert [(purchase.state, purchase.extras) for purchase in found] == [
        ("fetched", tuple(MORE)),
        ("fetched", ()),
    ]
    assert found[0].originals == (FIRST, *MORE)
    journal.fetched(one, FIRST, MORE)  # brought home again
    assert journal.purchases("recipes/icons.yaml")[0].extras == tuple(MORE)


@pytest.mark.parametrize(
    "row", ["(1, 3, 'a', 'png', 8, 8)", "(1, 2, 'a', 'png', 'wide', 8)", "(1, 2, x'00', 'png', 8, 8)"]
)
def test_a_damaged_further_result_is_no_result(journal: Journal, tmp_path: Path, row: str) -> None:
    intend(journal)
    db = sqlite3.connect(tmp_path / ".pipeline" / "journal.db")
    db.execute(f"INSERT INTO extra VALUES {row}")
    db.commit()
    db.close()
    with pytest.raises(JournalError, match="unusable further result"):
        journal.purchases("recipes/icons.yaml")
