from __future__ import annotations

import subprocess
import sys

import pytest
from filelock import FileLock

from pipeline.errors import DeliveryError
from pipeline.run.scratch import scratch, sweep

KILLED = """
import os, pathlib, signal, sys
from pipeline.run.scratch import scratch
with scratch(pathlib.Path(sys.argv[1]), "") as place:
    (place / "half").write_text("of a picture")
    os.kill(os.getpid(), signal.SIGTERM)
"""


def test_the_folder_is_there_for_as_long_as_it_is_used(tmp_path):
    with scratch(tmp_path / "out", "Kept.") as place:
        (place / "half").write_text("of a picture")
        assert place.parent == tmp_path / "out"
        with scratch(tmp_path / "out", "Kept.") as other:
            assert other != place
        assert (place / "half").is_file()
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next(tmp_path):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert ended.returncode != 0
    [left] = tmp_path.iterdir()
    assert (left / "half").is_file()
    with scratch(tmp_path, "") as place:
        assert list(tmp_path.iterdir()) == [place]


def test_a_folder_that_cannot_be_written_is_an_error_with_its_own_hint(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DeliveryError) as caught, scratch(tmp_path / "out", "Kept."):
        pass
    assert caught.value.hint.endswith("again. Kept.")


def test_only_what_is_surely_left_behind_is_swept(tmp_path):
    prefix = ".pipeline-cutout-"
    for name in ("left", "used", "bare", "trap"):
        (tmp_path / f"{prefix}{name}").mkdir()
    for folder in (f"{prefix}left", f"{prefix}used", "photos"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "lock").touch()
    (tmp_path / "precious").write_text("text")
    (tmp_path / f"{prefix}trap" / "lock").symlink_to("../precious")
    (tmp_path / f"{prefix}link").symlink_to("photos")
    with FileLock(tmp_path / f"{prefix}used" / "lock"):
        sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "photos",
        "precious",
        *(f"{prefix}{name}" for name in ("used", "bare", "trap", "link")),
    }
    assert (tmp_path / "precious").read_text() == "text"
    assert (tmp_path / "photos/lock").exists()


def test_a_file_system_without_locks_serves_and_nothing_is_swept_there(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise NotImplementedError("no flock here")

    (tmp_path / ".pipeline-cutout-x").mkdir()
    (tmp_path / ".pipeline-cutout-x/lock").touch()
    monkeypatch.setattr(FileLock, "acquire", refuse)
    with scratch(tmp_path, "") as place:
        assert place.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == [".pipeline-cutout-x"]
