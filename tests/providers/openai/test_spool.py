"""Paid answers on disk: whole or not there, found again, and never handed out twice."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import digest
from pipeline.providers.openai import spool as spools
from pipeline.providers.openai.spool import Entry, Spool

ENTRY = Entry("openai/gpt-image-1.5", 6.8, ({"b64_json": "QUJD"},))
REQUEST, OTHER = digest.of_data("one"), digest.of_data("another")


def saved(spool: Spool, request: str = REQUEST) -> str:
    spool.make_ready()
    return spool.save(request, ENTRY)


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_an_answer_is_read_as_it_was_saved(spool, tmp_path):
    task_id = saved(spool)
    assert spool.read(task_id) == ENTRY
    assert names(tmp_path) == [f"{task_id}.json"]


def test_the_same_request_may_be_answered_twice(spool):
    assert saved(spool) != saved(spool)


def test_an_answer_nobody_wrote_down_is_claimed_once_by_the_very_same_request(spool, tmp_path):
    task_id = saved(spool)
    later = Spool(tmp_path / "spool", dict)
    assert later.claim(OTHER) is None
    assert later.claim(REQUEST) == task_id
    assert later.claim(REQUEST) is None


def test_an_answer_of_this_very_run_is_not_claimed(spool):
    assert spool.claim(REQUEST) is None
    saved(spool)
    assert spool.claim(REQUEST) is None


def test_answers_the_journal_names_are_kept_while_open_and_removed_when_settled(spool, tmp_path):
    open_one, settled = saved(spool), saved(spool)
    later = Spool(tmp_path / "spool", lambda: {open_one: True, settled: False})
    assert later.claim(REQUEST) is None
    assert later.read(open_one) == ENTRY
    assert later.read(settled) is None


def test_what_a_killed_write_left_is_swept(spool, tmp_path):
    saved(spool)
    left = tmp_path / "spool" / "answers" / ".x.json.part"
    left.touch()
    Spool(tmp_path / "spool", dict).claim(REQUEST)
    assert not left.exists()


@pytest.mark.parametrize(
    "task_id",
    ["", "../journal", "x" * 33, "0123456789abcdef-0123456789ABCDEF", "a/b", "0" * 16 + "-" + "0" * 16],
)
def test_only_names_of_ours_that_are_there_are_read(spool, task_id):
    assert spool.read(task_id) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pictures": 5}', '{"pictures": [}'])
def test_a_damaged_answer_says_so(spool, tmp_path, text):
    task_id = saved(spool)
    (tmp_path / "spool" / "answers" / f"{task_id}.json").write_text(text)
    with pytest.raises(ValueError, match=r".+"):
        spool.read(task_id)


def test_odd_values_are_read_as_unknown(spool, tmp_path):
    task_id = saved(spool)
    path = tmp_path / "spool" / "answers" / f"{task_id}.json"
    path.write_text(json.dumps({"credits": "7", "pictures": [5, {"url": "https://a"}]}))
    assert spool.read(task_id) == Entry("", None, ({"url": "https://a"},))


def test_a_full_disk_is_seen_before_anything_is_sent(spool, monkeypatch):
    monkeypatch.setattr(spools.shutil, "disk_usage", lambda _folder: _Usage())
    with pytest.raises(OSError, match="No space left"):
        spool.make_ready()


def test_a_place_is_there_although_another_create_clears_up_at_this_very_moment(spool, tmp_path, monkeypatch):
    touch = Path.touch

    def touch_and_clear_up(path: Path) -> None:
        touch(path)
        Spool(tmp_path / "spool", dict).claim(OTHER)
        assert not path.exists()

    monkeypatch.setattr(Path, "touch", touch_and_clear_up)
    spool.make_ready()
    assert names(tmp_path) == []


class _Usage:
    free = spools.ROOM_BYTES - 1


def test_a_write_that_fails_leaves_nothing(spool, tmp_path, monkeypatch):
    spool.make_ready()

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spools.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        spool.save(REQUEST, ENTRY)
    assert names(tmp_path) == []


def test_a_picture_is_given_back_while_it_is_what_its_name_says(spool, tmp_path):
    name = spool.keep(b"picture", digest.of_bytes(b"picture"), "png")
    assert spool.picture(name) == b"picture"
    (tmp_path / "spool" / "pictures" / name).write_bytes(b"other")
    assert spool.picture(name) is None
    assert spool.picture("0" * 64 + ".png") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text())
def test_no_name_leads_elsewhere(spool, name):
    assert spool.picture(name) is None
    assert spool.read(name) is None


def test_old_pictures_go_and_young_ones_stay(spool, tmp_path):
    old = spool.keep(b"old", digest.of_bytes(b"old"), "png")
    young = spool.keep(b"young", digest.of_bytes(b"young"), "png")
    past = time.time() - spools.PICTURE_LIFE_S - 60
    os.utime(tmp_path / "spool" / "pictures" / old, (past, past))
    spool.claim(REQUEST)
    assert (spool.picture(old), spool.picture(young)) == (None, b"young")


def test_the_oldest_unclaimed_answer_comes_first(spool, tmp_path):
    first, second = saved(spool), saved(spool)
    folder = tmp_path / "spool" / "answers"
    os.utime(folder / f"{first}.json", (1000, 1000))
    later = Spool(tmp_path / "spool", dict)
    assert [later.claim(REQUEST), later.claim(REQUEST)] == [first, second]
