from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.crash import mask, versions, write_report

KEY = "kie-0123456789abcdef"


@pytest.fixture
def error():
    def fail():
        raise RuntimeError(f"sent Authorization: Bearer {KEY} to https://me:pw@host/x")

    with pytest.raises(RuntimeError) as caught:
        fail()
    return caught.value


def test_the_report_holds_what_a_reader_needs_and_no_secret(context, tmp_path, error):
    (tmp_path / "pipeline.yaml").touch()
    context.keep_secret(KEY)
    summary, path = write_report(context, ["sandbox", "--key", "s3cret-word", "--key=other-word"], error)
    text = path.read_text()
    assert path.parent == tmp_path / ".pipeline/logs"
    assert "Traceback" in text
    assert "test_crash.py" in text
    assert "pillow " in text
    assert "command   pipeline sandbox --key **** --key=****" in text
    for secret in (KEY, "s3cret-word", "other-word", "me:pw"):
        assert secret not in text + summary


def test_keys_in_the_environment_are_secret_even_before_they_were_read(context, error):
    context.environ = {"SOME_API_TOKEN": "RuntimeError", "PATH": "x"}
    summary, _ = write_report(context, [], error)
    assert "RuntimeError" not in summary


def test_outside_a_project_it_goes_to_the_temporary_folder(context, tmp_path, error, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    _, path = write_report(context, [], error)
    assert path.parent == tmp_path / "elsewhere"


def test_a_project_that_cannot_be_written_falls_back(context, tmp_path, error, monkeypatch):
    (tmp_path / ".pipeline").write_text("a file in the way")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    _, path = write_report(context, [], error)
    assert path.parent == tmp_path / "elsewhere"


def test_when_nothing_can_be_written_the_error_is_told_all_the_same(context, tmp_path, error, monkeypatch):
    (tmp_path / "in-the-way").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "in-the-way"))
    summary, path = write_report(context, [], error)
    assert summary.startswith("RuntimeError")
    assert path == Path(os.devnull)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr("pipeline.cli.crash.PACKAGES", ("click", "no-such-package"))
    found = list(versions())
    assert found[0].startswith("click 8")
    assert found[1] == "no-such-package missing"


@given(st.text(), st.text(min_size=4), st.text())
def test_no_secret_survives(before, secret, after):
    masked = mask(before + secret + after, [secret])
    assert secret not in masked or secret in "****"


def test_words_too_short_to_be_secret_stay():
    assert mask("a key in a sentence", ["a"]) == "a key in a sentence"
