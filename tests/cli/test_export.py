from __future__ import annotations

import json

import pytest
from pictures import opened, photo, subject

RECORD = ".pipeline-export.json"


@pytest.fixture
def icon(tmp_path):
    subject(96).save(tmp_path / "icon.png")


def files(folder) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_each_target_has_a_folder_and_a_line(pipeline, tmp_path, icon):
    ended = pipeline("export", "icon.png", "-o", "out", "--targets", "imageset,web")
    assert ended.code == 0
    made = files(tmp_path / "out")
    assert {name.split("/")[0] for name in made} == {"imageset", "web", RECORD}
    assert "imageset/icon.imageset/icon@2x.png" in made
    first, *others = [line for line in ended.out.splitlines() if not line.startswith(" ")]
    assert first.startswith("imageset")
    assert [line.split()[0] for line in others] == ["web"]
    assert f"2 sets, {len(made) - 1} files, " in ended.err.splitlines()[-1]


def test_a_second_export_replaces_its_own_files_and_nobody_elses(pipeline, tmp_path, icon):
    assert pipeline("export", "icon.png", "-o", "out", "--targets", "imageset").code == 0
    (tmp_path / "out/notes.txt").write_text("mine")
    again = pipeline("export", "icon.png", "-o", "out", "--targets", "imageset", "--name", "kite")
    assert again.code == 0
    assert "removed, as nothing makes it any more" in again.out
    made = files(tmp_path / "out")
    assert {name for name in made if name.startswith("imageset/icon.")} == set()
    assert "notes.txt" in made
    (tmp_path / "out/imageset/kite.imageset/kite.png").write_bytes(b"mine")
    before = files(tmp_path / "out")
    refused = pipeline("export", "icon.png", "-o", "out", "--targets", "web,imageset", "--name", "kite")
    assert refused.code == 2
    assert "not as we left them: imageset/kite.imageset/kite.png" in refused.err
    assert files(tmp_path / "out") == before
    forced = pipeline(
        "export", "icon.png", "-o", "out", "--targets", "imageset", "--name", "kite", "--overwrite"
    )
    assert forced.code == 0
    assert opened(tmp_path / "out/imageset/kite.imageset/kite.png").mode == "RGBA"


def test_events_are_lines_of_json(pipeline, tmp_path, icon):
    ended = pipeline("export", "icon.png", "-o", "out", "--targets", "imageset", "--json")
    started, done, finished = [json.loads(line) for line in ended.out.splitlines()]
    assert (started["event"], started["width"], started["transparent"]) == ("export-started", 96, True)
    assert (done["event"], done["asset"], done["output"]) == ("export-done", "imageset", "out/imageset")
    made = [path for path in (tmp_path / "out/imageset").rglob("*") if path.is_file()]
    assert (done["files"], done["bytes"]) == (len(made), sum(path.stat().st_size for path in made))
    assert (finished["done"], finished["failed"]) == (1, 0)
    assert (ended.code, ended.err) == (0, "")


def test_an_opaque_picture_is_taken_with_a_note(pipeline, tmp_path):
    photo(96).save(tmp_path / "photo.jpg")
    ended = pipeline(
        "export", "photo.jpg", "-o", "out", "--targets", "ios", "--background", "#ec4899", "--padding", "10%"
    )
    assert ended.code == 0
    assert "photo.jpg has no transparency" in ended.err
    assert "--background is what stands behind transparency" in ended.err


def test_drawings_of_their_own_are_used(pipeline, tmp_path, icon):
    photo(96, "navy").save(tmp_path / "night.png")
    plain = pipeline("export", "icon.png", "-o", "a", "--targets", "ios")
    dark = pipeline("export", "icon.png", "-o", "b", "--targets", "ios", "--dark", "night.png")
    assert (plain.code, dark.code) == (0, 0)
    (usual,) = (tmp_path / "b").rglob("App-Icon-dark*.png")
    (master,) = (tmp_path / "a").rglob("App-Icon-dark*.png")
    assert usual.read_bytes() != master.read_bytes()
    (tmp_path / "night.png").write_bytes(b"no picture")
    broken = pipeline("export", "icon.png", "-o", "c", "--targets", "ios", "--dark", "night.png")
    assert broken.code == 1
    assert "night.png, the dark drawing: " in broken.err
    assert not (tmp_path / "c").exists()


def test_a_contact_sheet_is_drawn_on_request(pipeline, tmp_path, icon):
    ended = pipeline("export", "icon.png", "-o", "out", "--targets", "imageset", "--sheet")
    assert ended.code == 0
    assert opened(tmp_path / "out/contact-sheet.png").width > 0
    assert ended.out.splitlines()[-1].startswith("contact-sheet.png")
    assert pipeline("export", "icon.png", "-o", "out", "--targets", "imageset", "--sheet").code == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "Missing IMAGE."),
        (("icon.png",), "Missing -o DIR."),
        (("icon.png", "-o", "out"), "Missing --targets LIST."),
        (("gone.png", "-o", "out", "--targets", "ios"), "There is no picture gone.png."),
        (("icon.png", "-o", "out", "--targets", "andriod"), "did you mean android?"),
        (
            ("icon.png", "-o", "out", "--targets", "ios", "--dark", "gone.png"),
            "There is no picture gone.png.",
        ),
        (
            ("icon.png", "-o", "out", "--targets", "ios", "--option", "ios.style=x"),
            "ios: style does not take x.",
        ),
        (("icon.png", "-o", "icon.png", "--targets", "ios"), "icon.png is not a folder."),
        (("icon.png", "-o", "out", "--targets", "ios", "--name", "a/b"), "must begin with a letter or digit"),
        (("icon.png", "-o", "out", "--targets", "ios", "--padding", "70%"), "ios: padding does not take 0.7"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_work(pipeline, tmp_path, icon, arguments, expected):
    ended = pipeline("export", *arguments)
    assert ended.code == 2
    assert expected in ended.err
    assert not (tmp_path / "out").exists()


def test_what_is_no_picture_is_refused(pipeline, tmp_path):
    (tmp_path / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    ended = pipeline("export", "icon.png", "-o", "out", "--targets", "ios")
    assert ended.code == 1
    assert "icon.png: The png picture is damaged" in ended.err
    assert not (tmp_path / "out").exists()


def test_targets_are_listed_without_a_picture(pipeline):
    listed = pipeline("export", "--list")
    assert listed.code == 0
    assert "ios: iOS and iPadOS app icon. Into Assets.xcassets.\n    style: one of single" in listed.out
    data = json.loads(pipeline("export", "--list", "--json").out)
    assert [option["name"] for option in data[0]["options"]][-2:] == ["background", "padding"]
