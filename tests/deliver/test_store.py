from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import digest
from pipeline.deliver.store import LocalStore
from pipeline.errors import ProcessError
from pipeline.plan.purchase import Original

DATA = b"a picture"
COIN = Original(digest.of_bytes(DATA), "png")


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def arrive(store: LocalStore, data: bytes = DATA) -> Path:
    file = store.scratch("1-0")
    file.write_bytes(data)
    return file


def test_an_original_is_kept_under_its_content(store: LocalStore, tmp_path: Path) -> None:
    assert not store.holds(COIN)
    store.adopt(arrive(store), COIN)
    assert store.holds(COIN)
    assert store.path(COIN) == tmp_path / "store" / COIN.sha256[:2] / f"{COIN.sha256}.png"
    assert store.path(COIN).read_bytes() == DATA


def test_the_same_content_twice_is_kept_once(store: LocalStore) -> None:
    store.adopt(arrive(store), COIN)
    again = arrive(store)
    store.adopt(again, COIN)
    assert not again.exists()


def test_what_is_not_here_is_said_with_the_way_out(store: LocalStore) -> None:
    with pytest.raises(ProcessError, match="is not in the store") as failure:
        store.path(COIN)
    assert "--regenerate" in failure.value.hint


def test_a_delivered_copy_is_taken_back_in_while_it_is_unchanged(tmp_path: Path) -> None:
    copy = tmp_path / "coin.png"
    store = LocalStore(tmp_path / "store", {COIN.sha256: copy})
    for spoilt in (None, b"edited by hand"):
        if spoilt is not None:
            copy.write_bytes(spoilt)
        with pytest.raises(ProcessError):
            store.path(COIN)
    copy.write_bytes(DATA)
    assert store.path(COIN).read_bytes() == DATA
    assert store.holds(COIN)
    assert copy.exists()


def test_half_fetched_files_of_a_killed_run_are_cleared(store: LocalStore) -> None:
    half = arrive(store)
    store.clear_incoming()
    assert not half.exists()
    store.clear_incoming()
