from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pictures import photo
from PIL import Image

LISTED = {
    "version": 1,
    "recipe": "recipes/icons.yaml",
    "assets": {
        "coin": {
            "files": [{"file": "coin.png", "purpose": "original", "width": 32, "height": 32}],
            "cutout": {"method": "key", "confidence": 0.3},
        },
        "gift": {"files": []},
    },
}


@pytest.fixture
def delivered(project) -> Path:
    """The project with a coin delivered, whose cut-out is doubtful."""
    for folder in (project / "output/icons", project / "output/sandbox/icons"):
        folder.mkdir(parents=True)
        photo(32).save(folder / "coin.png")
    (project / "output/icons/manifest.json").write_text(json.dumps(LISTED))
    return project


def test_every_recipe_is_checked_and_a_doubt_is_no_failure(pipeline, delivered):
    ended = pipeline("check")
    assert ended.out.splitlines() == [
        "warning  coin: cut-out only 30 % sure (key): look at it before you use it",
        "         Other methods under removeBg cost nothing; --regenerate buys another picture.",
        "1 file of 2 assets checked: 1 warning",
    ]
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("named", ["recipes/icons.yaml", "recipes", "output/icons"])
def test_a_recipe_a_folder_of_recipes_and_what_was_delivered_say_the_same(pipeline, delivered, named):
    (delivered / "recipes/icons.lock.json").write_text("{}")
    assert "warning  coin: cut-out only 30 % sure" in pipeline("check", named).out


def test_warnings_are_failures_where_that_is_asked_for(pipeline, delivered):
    assert pipeline("check", "--strict").code == 1
    assert pipeline("check", "--strict", "--json").code == 1
    assert pipeline("check", "--strict", "output/icons/coin.png").code == 0


def test_an_error_exits_1(pipeline, delivered):
    (delivered / "output/icons/coin.png").unlink()
    ended = pipeline("check", "recipes/icons.yaml")
    assert ended.code == 1
    assert "error    output/icons/coin.png: is missing" in ended.out


def test_what_the_sandbox_delivered(pipeline, delivered):
    ended = pipeline("check", "--sandbox")
    assert "output/sandbox/icons/manifest.json: is not there: nothing is delivered yet" in ended.out
    assert ended.code == 0


def test_one_json_document(pipeline, delivered):
    Image.new("RGB", (16, 16)).save(delivered / "blank.png")
    (delivered / "page.png").write_text("<html>")
    ended = pipeline("check", "--json", "blank.png", "page.png", "output/icons")
    document = json.loads(ended.out)
    assert (ended.code, document["files"], document["assets"]) == (1, 3, 2)
    assert (document["errors"], document["warnings"]) == (1, 2)
    assert [(one["rule"], one["file"] or one["asset"]) for one in document["findings"]] == [
        ("cutout-doubtful", "coin"),
        ("blank", "blank.png"),
        ("readable", "page.png"),
    ]


def test_a_folder_needs_no_project(pipeline, tmp_path):
    (tmp_path / "pictures").mkdir()
    photo(32).save(tmp_path / "pictures/coin.png")
    (tmp_path / "pictures/pubspec.yaml").write_text("not: a recipe")
    ended = pipeline("check", "pictures")
    assert (ended.code, ended.out.endswith("checked: nothing found\n")) == (0, True)


@pytest.mark.parametrize("files", [(), ("README.md", "pom.xml", ".hidden.png", "a/b/tsconfig.json")])
def test_a_folder_with_nothing_to_check_is_most_likely_the_wrong_one(pipeline, tmp_path, files):
    for name in ("pictures/readme.txt", *(f"empty/{name}" for name in files)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "empty").mkdir(exist_ok=True)
    photo(32).save(tmp_path / "pictures/coin.png")
    ended = pipeline("check", "pictures", "empty")
    assert (ended.code, ended.out) == (2, "")
    assert "The folder empty holds nothing to check" in ended.err
    assert pipeline("check", "pictures").code == 0


@pytest.mark.parametrize(
    "part", ["AppIcon.appiconset/x", "res/drawable/ink.xml", "a.webmanifest", "manifest.json", "A.iconset/x"]
)
def test_part_of_a_set_is_something_to_check(pipeline, tmp_path, part):
    (tmp_path / "app" / part).parent.mkdir(parents=True)
    (tmp_path / "app" / part).write_text('{"name": "somebody\'s own"}')
    ended = pipeline("check", "app")
    assert ended.code in (0, 1)
    assert "0 files checked" in ended.out


def test_an_export_that_lost_a_file(pipeline, tmp_path):
    photo(64).save(tmp_path / "coin.png")
    assert pipeline("export", "coin.png", "-o", "out", "--targets", "web").code == 0
    assert pipeline("check", "out").code == 0
    (tmp_path / "out/web/favicon.ico").unlink()
    ended = pipeline("check", "out")
    assert (ended.code, "error    out/web/favicon.ico: is missing" in ended.out) == (1, True)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("lost.png", "There is no recipe, folder or file lost.png."),
        ("lost.yaml", "lost.yaml does not exist"),
    ],
)
def test_what_is_not_there_exits_2(pipeline, delivered, named, said):
    ended = pipeline("check", named)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name")
def test_what_may_never_end_is_not_read(pipeline, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "manifest.json")
    ended = pipeline("check", "pipe.png")
    assert (ended.code, "pipe.png is neither a plain file nor a folder." in ended.err) == (2, True)
    assert "manifest.json: is not a manifest as a run writes it" in pipeline("check", ".").out
    ended = pipeline("check", "/dev/zero")
    assert (ended.code, "/dev/zero is neither" in ended.err) == (2, True)


def test_a_folder_that_cannot_be_looked_into_is_named(pipeline, delivered, monkeypatch):
    def refuse(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr("os.scandir", refuse)
    ended = pipeline("check", "output")
    assert (ended.code, "output cannot be listed: Permission denied" in ended.err) == (2, True)


def test_notes_are_counted_and_shown_to_who_asks(pipeline, tmp_path):
    photo(32).save(tmp_path / "coin.jpg", comment=b"made by hand")
    ended = pipeline("check", "coin.jpg", "--strict")
    assert (ended.code, ended.out) == (0, "1 file checked: 1 note (--notes shows them)\n")
    ended = pipeline("check", "coin.jpg", "--notes")
    assert ended.out.splitlines()[0] == "note     coin.jpg: carries a comment beside its pixels"
    assert ended.out.splitlines()[-1] == "1 file checked: 1 note"
    document = json.loads(pipeline("check", "coin.jpg", "--json").out)
    assert (document["notes"], document["findings"][0]["severity"]) == (1, "note")


def test_what_names_a_set_is_looked_at_with_it(pipeline, tmp_path):
    (tmp_path / "site.webmanifest").write_text("{}")
    ended = pipeline("check", "site.webmanifest")
    assert (ended.code, "Name the folder it is in" in ended.out) == (1, True)


def test_a_platform_set_of_anybody_s(pipeline, tmp_path):
    (tmp_path / "AppIcon.appiconset").mkdir()
    listed = {"images": [{"filename": "a.png", "idiom": "ios-marketing", "size": "1024x1024", "scale": "1x"}]}
    (tmp_path / "AppIcon.appiconset/Contents.json").write_text(json.dumps(listed))
    photo(1024).convert("RGBA").save(tmp_path / "AppIcon.appiconset/a.png")
    ended = pipeline("check", "AppIcon.appiconset")
    assert ended.code == 1
    assert (
        "error    AppIcon.appiconset/a.png: has an alpha channel: App Store Connect refuses it" in ended.out
    )
