"""An export that meets trouble: what is kept, what is told, and what the next one makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pictures import subject

from pipeline.deliver import sets
from pipeline.errors import ProcessError, UsageError
from pipeline.recipe.spec import TargetUse
from pipeline.run import export as module
from pipeline.run.export import Export, export

IMAGES, IOS = TargetUse("imageset", {"px": 20}), TargetUse("ios")


@pytest.fixture
def what(tmp_path):
    subject(64).save(tmp_path / "icon.png")

    def make(*uses: TargetUse, **changes) -> Export:
        output = tmp_path / "out"
        return Export(tmp_path / "icon.png", "icon.png", output, "out", uses, "icon", **changes)

    return make


def told(events) -> list[tuple[str, str]]:
    return [(event.type, event.asset) for event in events]


def failing_at(name: str, when=None):
    """The real drawing, but for one file that cannot be drawn."""

    def draw(listed, art, *, threads=1):
        for target, output in listed:
            if output.path.endswith(name):
                if when is not None:
                    when()
                    when_done.append(True)
                else:
                    raise ProcessError("It is too thin.", hint="Draw it thicker.")
            yield from sets.draw([(target, output)], art, threads=threads)

    when_done: list[bool] = []
    return draw


def test_a_target_that_cannot_be_drawn_stops_no_other_and_leaves_nothing(what, monkeypatch):
    monkeypatch.setattr(module, "draw", failing_at("icon@2x.png"))
    events = []
    assert not export(what(IMAGES, IOS), events.append)
    assert told(events)[1:-1] == [("export-failed", "imageset"), ("export-done", "ios")]
    assert events[1].data == {"message": "It is too thin.", "hint": "Draw it thicker."}
    assert (events[-1].data["done"], events[-1].data["failed"]) == (1, 1)
    assert {path.name for path in what().output.iterdir()} == {"ios", ".pipeline-export.json"}


def test_a_file_that_turns_up_meanwhile_is_not_replaced(what, monkeypatch):
    theirs = what().output / "imageset/icon.imageset/icon.png"

    def turn_up():
        theirs.parent.mkdir(parents=True, exist_ok=True)
        theirs.write_bytes(b"mine")

    monkeypatch.setattr(module, "draw", failing_at("icon@2x.png", turn_up))
    events = []
    assert not export(what(IMAGES, IOS), events.append)
    assert told(events)[1:-1] == [("export-failed", "imageset"), ("export-done", "ios")]
    assert "turned up meanwhile: imageset/icon.imageset/icon.png" in events[1].data["message"]
    assert theirs.read_bytes() == b"mine"
    with pytest.raises(UsageError, match="not as we left them"):
        export(what(IMAGES), events.append)


def test_an_export_killed_between_two_files_is_carried_on_by_the_next(what, monkeypatch):
    class Killed(BaseException):
        pass

    moved: list[Path] = []

    def move_in(source, target, kept):
        if len(moved) == 2:
            raise Killed
        moved.append(target)
        move(source, target, kept)

    move = module.move_in
    monkeypatch.setattr(module, "move_in", move_in)
    with pytest.raises(Killed):
        export(what(IMAGES), lambda _: None)
    monkeypatch.setattr(module, "move_in", move)
    assert all(path.exists() for path in moved)
    assert export(what(IMAGES), lambda _: None)
    left = [path for path in what().output.iterdir() if path.name.startswith(".")]
    assert [path.name for path in left] == [".pipeline-export.json"]


def test_a_contact_sheet_that_cannot_be_drawn_is_told_and_stops_nothing(what, monkeypatch):
    from pipeline.picture.sets import contact

    def draw(*_, **__):
        raise ProcessError("It has no shape.")

    monkeypatch.setattr(contact, "draw", draw)
    events = []
    assert not export(what(IMAGES, sheet=True), events.append)
    assert told(events)[1:-1] == [("export-done", "imageset"), ("export-failed", "contact-sheet.png")]


def test_a_name_that_is_no_utf_8_can_still_be_told(what):
    from dataclasses import replace

    events = []
    export(replace(what(IMAGES), shown_output="out\udcff"), events.append)
    assert events[0].data["output"] == "out?"
