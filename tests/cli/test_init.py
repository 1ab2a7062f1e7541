from __future__ import annotations

import json

import pytest


def test_a_new_project_validates_at_once(pipeline, tmp_path):
    ended = pipeline("init")
    assert (ended.code, ended.err) == (0, "")
    checked = pipeline("validate")
    assert (checked.code, checked.err) == (0, "")
    assert "recipes/app-icons.yaml: 4 assets" in checked.out


def test_it_says_what_it_made_and_what_comes_next(pipeline, tmp_path):
    said = pipeline("init", "art/work").out
    for name in ("brand/primary.yaml", "recipes/app-icons.yaml", ".env.example", ".gitignore"):
        assert name in said
        assert (tmp_path / "art/work" / name).is_file()
    assert said.endswith(
        "\nNext:\n  cd art/work\n  pipeline validate\n  pipeline run recipes/app-icons.yaml --sandbox\n"
    )


def test_nothing_that_exists_is_overwritten(pipeline, tree):
    root = tree({"brand/primary.yaml": "mine", ".env.example": "mine"})
    ended = pipeline("init")
    assert (root / "brand/primary.yaml").read_text() == "mine"
    assert (root / ".env.example").read_text() == "mine"
    assert "brand/primary.yaml          kept" in ended.out


def test_a_second_time_changes_nothing(pipeline, tmp_path):
    pipeline("init")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert "created" not in pipeline("init").out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_gitignore_gets_only_the_lines_it_lacks(pipeline, tree):
    root = tree({".gitignore": ".env\nnode_modules/"})
    assert ".gitignore                  extended" in pipeline("init").out
    assert (root / ".gitignore").read_text() == (
        ".env\nnode_modules/\n.pipeline/\noutput/sandbox/\n.env.local\n"
    )


def test_gitignore_in_another_encoding_is_kept_byte_for_byte(pipeline, tree):
    root = tree({".gitignore": b"caf\xe9/\n"})
    assert pipeline("init").code == 0
    assert (root / ".gitignore").read_bytes().startswith(b"caf\xe9/\n.pipeline/\n")


def test_editors_get_schemas_that_the_files_name(pipeline, tmp_path):
    pipeline("init")
    for folder, kind in (("recipes/app-icons.yaml", "recipe"), ("brand/primary.yaml", "brand")):
        first = (tmp_path / folder).read_text().splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../schemas/{kind}.schema.json"
        assert json.loads((tmp_path / f"schemas/{kind}.schema.json").read_text())["type"] == "object"


def test_a_file_in_the_way(pipeline, tree):
    tree({"brand": "a file"})
    ended = pipeline("init")
    assert ended.code == 2
    assert "in the way" in ended.err


def test_a_folder_that_cannot_be_written(pipeline, tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", str(tmp_path / "brand"))

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    ended = pipeline("init")
    assert ended.code == 1
    assert "cannot be written: Permission denied" in ended.err


@pytest.mark.parametrize("kind", ["recipe", "brand"])
def test_schema_prints_what_init_writes(pipeline, tmp_path, kind):
    pipeline("init")
    assert pipeline("schema", kind).out == (tmp_path / f"schemas/{kind}.schema.json").read_text()


def test_schema_of_nothing_else(pipeline):
    assert pipeline("schema", "lock").code == 2
