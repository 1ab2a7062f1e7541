from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.deliver import files
from pipeline.deliver.files import move_in, write_text, writing
from pipeline.errors import DeliveryError


def test_a_text_is_written_only_when_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lock.json"
    assert write_text(path, "one")
    os.utime(path, (1, 1))
    assert not write_text(path, "one")
    assert path.stat().st_mtime == 1
    assert write_text(path, "two")
    assert path.read_text() == "two"


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    write_text(tmp_path / "lock.json", "one")
    assert [path.name for path in tmp_path.iterdir()] == ["lock.json"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock.json"
    write_text(path, "old")

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match=r"lock\.json cannot be written: No space left") as failure:
        write_text(path, "new")
    assert "What was paid for is in the store." in failure.value.hint
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("lock.json", "old")]


def test_a_finished_file_is_moved_over_an_older_one(tmp_path: Path) -> None:
    source, target = tmp_path / "staged", tmp_path / "out" / "coin.png"
    source.write_text("new")
    target.parent.mkdir()
    target.write_text("old")
    move_in(source, target)
    assert target.read_text() == "new"
    assert not source.exists()


def test_across_file_systems_it_is_copied_beside_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "staged", tmp_path / "coin.png"
    source.write_text("new")
    plain = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        if self == source:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return plain(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    move_in(source, target)
    assert {path.name for path in tmp_path.iterdir()} == {"coin.png"}


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="file"):
        move_in(tmp_path / "file", tmp_path / "file" / "coin.png")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_every_failure_says_what_to_do(number: int) -> None:
    with pytest.raises(DeliveryError) as failure, writing(Path("out/coin.png")):
        raise OSError(number, os.strerror(number))
    assert str(failure.value).startswith("out/coin.png cannot be written: ")
    assert len(failure.value.hint) > 20


def test_a_link_laid_beside_a_file_leads_no_write_elsewhere(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / f".a.json.{os.getpid()}.tmp").symlink_to(victim)
    assert files.write_text(tmp_path / "a.json", "new")
    assert (victim.read_text(), (tmp_path / "a.json").read_text()) == ("mine", "new")


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert files.write_text(tmp_path / "zero", "new")
    assert not (tmp_path / "zero").is_symlink()


def test_only_what_a_killed_write_left_is_swept(tmp_path: Path) -> None:
    for name in (".a.json.123.tmp", ".notes.tmp", "b.tmp"):
        (tmp_path / name).touch()
    files.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".notes.tmp", "b.tmp"]
