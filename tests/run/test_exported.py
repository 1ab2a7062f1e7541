from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.run import exported
from pipeline.run.check import check, of_folder
from pipeline.run.export_record import NAME, Record
from pipeline.run.exported import against_record

Said = list[tuple[str, str, str, str]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with two exported files and their record."""
    made = {"web/favicon.ico": b"icon", "web/site.webmanifest": b"{}"}
    for name, data in made.items():
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_bytes(data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    Record(tmp_path / "out").settle(digests, "web")
    return tmp_path / "out"


def said(folder: Path) -> Said:
    found = against_record(folder, Path("out"))
    return [(one.severity, one.rule, one.file, one.message) for one in found]


def names(folder: Path, listed: Iterable[str]) -> None:
    """Have the record name ``listed``."""
    files = {name: ["0" * 64] for name in listed}
    (folder / NAME).write_text(json.dumps({"version": 1, "files": files}))


def test_an_export_as_it_was_left(out, tmp_path):
    assert said(out) == []
    assert said(tmp_path) == []


def test_a_file_that_is_gone_and_one_that_is_another_now(out):
    (out / "web/favicon.ico").unlink()
    (out / "web/site.webmanifest").write_text("{ }")
    assert said(out) == [
        ("error", "delivered", "out/web/favicon.ico", "is missing, and was exported"),
        ("warning", "recorded", "out/web/site.webmanifest", "is not as it was exported"),
    ]


def test_an_export_that_was_interrupted_may_have_left_either_file(out):
    Record.read(out).expect({"web/favicon.ico": "0" * 64})
    assert said(out) == []


@pytest.mark.parametrize(
    "name", ["../secret.png", "web/../../secret.png", "/etc/hostname", "./web/a", "web//a", "a\\b", "", "."]
)
def test_a_record_leads_nowhere_else(out, name, monkeypatch):
    (out.parent / "secret.png").write_text("secret")
    names(out, [name, "web/lost.png"])
    monkeypatch.setattr("pipeline.digest.of_file", lambda path: pytest.fail(f"{path} was read"))
    assert [(rule, file, message) for _, rule, file, message in said(out)] == [
        ("delivered", f"out/{NAME}", "is not a record as an export writes it"),
        ("delivered", "out/web/lost.png", "is missing, and was exported"),
    ]


def test_what_a_link_leads_out_to_is_no_file_of_the_export(out):
    (out.parent / "secret.png").write_text("secret")
    (out / "link.png").symlink_to(out.parent / "secret.png")
    names(out, ["link.png"])
    assert [(rule, file) for _, rule, file, _ in said(out)] == [("delivered", "out/link.png")]


NAMES = st.text(max_size=12) | st.lists(st.sampled_from(["..", ".", "", "a", "b\0", "C:"])).map("/".join)


@given(listed=st.lists(NAMES, max_size=4, unique=True))
def test_whatever_a_record_names_only_files_of_its_folder_are_read(listed):
    read: list[Path] = []
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.digest.of_file", lambda path: read.append(path) or "")
        (Path(place) / "secret").write_text("secret")
        (Path(place) / "out/a").mkdir(parents=True)
        (Path(place) / "out/b").write_text("b")
        names(Path(place) / "out", [*listed, "b"])
        found = said(Path(place) / "out")
    assert {path.name for path in read} == {"b"}
    assert all(severity in ("error", "warning") and "\0" not in file for severity, _, file, _ in found)


@pytest.mark.parametrize(
    "text", ["<<<<<<< HEAD", "[]", "{}", '{"version": 9, "files": {"a": []}}', "[" * 99999]
)
def test_a_record_nobody_can_read(out, text):
    (out / NAME).write_text(text)
    assert said(out) == [("error", "delivered", f"out/{NAME}", "is not a record as an export writes it")]


def test_a_record_that_is_no_file(out):
    (out / NAME).unlink()
    (out / NAME).mkdir()
    assert [rule for _, rule, _, _ in said(out)] == ["delivered"]


def test_a_record_of_an_export_that_left_nothing(out):
    names(out, [])
    assert said(out) == []


def test_a_file_nobody_may_read(out, monkeypatch):
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pipeline.digest.of_file", refuse)
    assert ("error", "readable", "out/web/favicon.ico", "cannot be read: Permission denied") in said(out)


def test_of_too_many_names_the_rest_is_not_looked_for(out, monkeypatch):
    monkeypatch.setattr(exported, "MAX_NAMES", 2)
    names(out, ["c", "a", "b"])
    assert [(severity, file) for severity, _, file, _ in said(out)] == [
        ("warning", f"out/{NAME}"),
        ("error", "out/a"),
        ("error", "out/b"),
    ]


def test_a_folder_above_the_export_is_held_to_it_too(out, tmp_path):
    (out / "web/favicon.ico").unlink()
    found = [(one.rule, one.file) for one in check(of_folder(tmp_path, Path()), 1)]
    assert ("delivered", "out/web/favicon.ico") in found
