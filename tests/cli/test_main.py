from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from importlib import import_module
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli.group import COMMANDS
from pipeline.cli.main import run


def test_help_lists_every_command_and_shows_examples(pipeline):
    ended = pipeline("--help")
    assert ended.code == 0
    for name, said in COMMANDS.items():
        assert f"  {name} " in ended.out
        assert said in ended.out
    assert "pipeline run recipes/app-icons.yaml --sandbox" in ended.out


def test_version(pipeline):
    assert pipeline("--version").out == f"pipeline, version {__version__}\n"


def test_without_a_command_the_help_and_a_usage_error(pipeline):
    ended = pipeline()
    assert (ended.code, ended.out) == (2, "")
    assert "Examples:" in ended.err


@pytest.mark.parametrize(
    ("typed", "meant"), [("valdate", "'validate'"), ("modles", "'models'"), ("doktor", "'doctor'")]
)
def test_a_misspelt_command_gets_the_nearest(pipeline, typed, meant):
    ended = pipeline(typed)
    assert ended.code == 2
    assert f"Did you mean {meant}?" in ended.err


def test_a_recipe_where_a_command_should_stand(pipeline):
    assert "Did you mean 'run icons.yaml'?" in pipeline("icons.yaml").err


def test_a_command_like_no_other(pipeline):
    assert pipeline("zzz").err == "error: No such command 'zzz'.\nhint: See 'pipeline --help'.\n"


def test_an_unknown_option(pipeline):
    assert pipeline("--frob").code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help_of_its_own(pipeline, name):
    command = import_module(f"pipeline.cli.{name}").command
    ended = pipeline(name, "--help")
    assert ended.code == 0
    assert command.help
    assert f"Usage: pipeline {name}" in ended.out


def test_the_installed_command_survives_a_name_the_locale_cannot_write(tree):
    root = tree({"pipeline.yaml": "provider: kie\n"})
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli.main", "validate", "r\u00e9cipe\u2603.yaml"],
        capture_output=True,
        cwd=root,
        env={"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0", "LC_ALL": "C"},
        check=False,
    )
    assert done.returncode == 2
    assert b"does not exist" in done.stderr


@pytest.mark.parametrize(("typed", "offered"), [("pipeline va", "plain,validate\n"), ("pipeline zzz -", "")])
def test_a_shell_can_complete_commands(tmp_path, typed, offered):
    position = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = subprocess.run(
        [Path(sysconfig.get_path("scripts"), "pipeline")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "_PIPELINE_COMPLETE": "bash_complete", **position},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(offered)


def test_a_current_folder_that_is_gone(monkeypatch, capsys):
    def gone():
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("pathlib.Path.cwd", gone)
    assert run(["validate"], environ={}) == 2
    assert "the current folder is gone" in capsys.readouterr().err
