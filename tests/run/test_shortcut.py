from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.run.places import Places
from pipeline.run.shortcut import FILE, Unchanged, remember, remembered


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.state.mkdir()
    return places


def known(places: Places, name: str = "icons") -> Path:
    """A remembered recipe that stands on one file."""
    recipe = places.root / f"{name}.yaml"
    recipe.write_text("assets: []")
    entry = Unchanged(recipe.name, 3, "output/icons")
    remember(places, {recipe: entry}, {recipe: [recipe]})
    return recipe


def test_what_was_remembered_holds_while_nothing_changes(places: Places) -> None:
    recipe = known(places)
    assert remembered(places, [recipe]) == [Unchanged("icons.yaml", 3, "output/icons")]


def test_a_changed_a_missing_and_a_new_file_each_end_it(places: Places) -> None:
    recipe = known(places)
    (places.root / "pipeline.yaml").write_text("")  # was not there before
    assert remembered(places, [recipe]) is None
    recipe = known(places)
    recipe.write_text("assets: [1]")
    assert remembered(places, [recipe]) is None
    recipe = known(places)
    recipe.unlink()
    assert remembered(places, [recipe]) is None


def test_what_a_killed_run_journalled_is_not_overlooked(places: Places) -> None:
    recipe = known(places)
    (places.state / "journal.db-wal").write_bytes(b"an intent that was never checkpointed")
    assert remembered(places, [recipe]) is None


def test_every_recipe_asked_for_has_to_be_known(places: Places) -> None:
    one, other = known(places, "one"), known(places, "other")
    assert remembered(places, [one, other]) is not None
    assert remembered(places, [one, places.root / "third.yaml"]) is None


def test_the_sandbox_remembers_for_itself(places: Places) -> None:
    recipe = known(places)
    assert remembered(Places(places.root, sandbox=True), [recipe]) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 99}', '{"version": 1, "program": "0", "recipes": {}}']
)
def test_anything_unreadable_counts_as_nothing(places: Places, text: str) -> None:
    recipe = known(places)
    (places.state / FILE).write_text(text)
    assert remembered(places, [recipe]) is None


def test_what_cannot_be_written_is_let_be(tmp_path: Path) -> None:
    places = Places(tmp_path)  # no state folder
    recipe = known(places)
    assert remembered(places, [recipe]) is None
    assert list(tmp_path.iterdir()) == [recipe]
