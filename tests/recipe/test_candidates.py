"""``candidates``: what one asset becomes, what does not go with it, and who picks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.renders import with_first
from pipeline.recipe.settings import load_settings
from pipeline.recipe.spec import Asset, Recipe, candidate_number, owner

HERO = "{name: hero, prompt: A hero., candidates: 3%s}"
NAMES = ["hero@1", "hero@2", "hero@3", "hero"]


@pytest.fixture
def load(tmp_path: Path):
    def load(*entries: str, defaults: str = "") -> Recipe:
        path = tmp_path / "recipes" / "r.yaml"
        path.parent.mkdir(exist_ok=True)
        lines = "".join(f"  - {entry}\n" for entry in entries)
        path.write_text(f"defaults: {{model: nano-banana-pro{defaults}}}\nassets:\n{lines}")
        (recipe,) = load_recipes([path], load_settings(tmp_path), tmp_path)
        return recipe

    return load


def faults(load, *entries: str, defaults: str = "") -> str:
    with pytest.raises(RecipeError) as caught:
        load(*entries, defaults=defaults)
    return str(caught.value)


def by_name(recipe: Recipe) -> dict[str, Asset]:
    return {asset.name: asset for asset in recipe.assets}


def test_one_asset_becomes_its_candidates_and_the_one_that_takes_one(load):
    recipe = load(HERO % ", icons: [24], formats: [png, webp], targets: [web], removeBg: true, dir: art")
    assets = by_name(recipe)
    assert (list(assets), [one.name for one in recipe.named]) == (NAMES, ["hero"])
    hero, second = assets["hero"], assets["hero@2"]
    assert hero.depends == hero.candidates == ("hero@1", "hero@2", "hero@3")
    assert (hero.price, second.price, second.request) == (0.0, 18.0, hero.request)
    assert (second.directory, second.filename) == ("art/hero-candidates", "hero-2")
    assert (second.icons, second.formats, second.targets, second.cutout) == ((), (), (), hero.cutout)
    assert (hero.is_candidate, second.is_candidate, second.candidates) == (False, True, ())


@pytest.mark.parametrize("count", ["1", "null"])
def test_one_is_none(load, count):
    (asset,) = load(f"{{name: hero, prompt: A hero., candidates: {count}}}").assets
    assert (asset.candidates, asset.price) == ((), 18.0)


@pytest.mark.parametrize(
    ("more", "pick"),
    [
        ("", "person"),
        (", checks: {not_blank: true}", "checks"),
        (", checks: {not_blank: true}, pick: person", "person"),
        (", checks: {not_blank: true}, pick: checks", "checks"),
    ],
)
def test_the_checks_pick_where_there_are_any_unless_a_person_is_to(load, more, pick):
    assets = by_name(load(HERO % more))
    assert assets["hero"].pick == pick
    assert assets["hero@1"].checks == assets["hero"].checks


def test_a_video_has_candidates_too(load):
    film = "{name: film, prompt: An orbit., model: bytedance/v1-pro-image-to-video, candidates: 2"
    film += ", image: 'https://pictures.example/a.png'}"
    assets = by_name(load(film, defaults=", pick: checks"))
    assert [asset.kind for asset in assets.values()] == ["video"] * 3
    assert (assets["film"].pick, assets["film@1"].video) == ("person", None)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (", attempts: 2, checks: {not_blank: true}", "candidates are attempts that are made at once"),
        (", removeBg: {method: difference}", "whose picture is two renders"),
        (", pick: checks", "pick: checks goes by checks, and there are none"),
        (", params: {max_images: 2}", "max_images says it again"),
    ],
)
def test_what_does_not_go_with_candidates(load, more, said):
    assert said in faults(load, HERO % more)


@pytest.mark.parametrize("count", [0, 9, '"4"', "true"])
def test_what_is_no_number_of_candidates(load, count):
    assert "candidates" in faults(load, f"{{name: hero, prompt: A hero., candidates: {count}}}")


def test_a_pick_without_candidates_is_a_mistake_unless_it_is_a_default(load):
    assert "pick chooses between candidates" in faults(load, "{name: a, prompt: A., pick: person}")
    (asset,) = load("{name: a, prompt: A.}", defaults=", pick: person").assets
    assert asset.candidates == ()


def test_of_attempts_and_candidates_the_one_the_asset_says_itself_holds(load):
    checks = ", checks: {not_blank: true}"
    tried = by_name(load("{name: a, prompt: A., attempts: 2}", defaults=f"{checks}, candidates: 3"))
    assert (list(tried), tried["a"].attempts) == (["a"], 2)
    made = by_name(load("{name: a, prompt: A., candidates: 2}", defaults=f"{checks}, attempts: 3"))
    assert (list(made), made["a"].attempts) == (["a@1", "a@2", "a"], 1)
    both = f"{checks}, candidates: 2, attempts: 2"
    assert "made at once" in faults(load, "{name: a, prompt: A.}", defaults=both)


def test_a_default_leaves_out_what_is_rendered_twice(load):
    recipe = load("{name: a, prompt: A., removeBg: {method: difference}}", defaults=", candidates: 2")
    assert [asset.name for asset in recipe.assets] == ["a@white", "a"]


def test_the_files_of_candidates_are_in_nobodys_way(load):
    other = "{name: other, prompt: B., dir: hero-candidates, filename: hero-2}"
    said = faults(load, HERO % "", other)
    assert "hero-candidates/hero-2" in said
    assert "candidate 2" in said


def test_a_rename_is_one_of_all_that_lies_beside(load):
    assets = load(HERO % "", "{name: coin, prompt: C., removeBg: {method: difference}}").assets
    renames = with_first({"old": "hero", "cent": "coin", "gone": "away"}, assets)
    assert renames == {
        "old": "hero",
        **{f"old@{number}": f"hero@{number}" for number in (1, 2, 3)},
        "cent": "coin",
        "cent@white": "coin@white",
        "gone": "away",
    }


@pytest.mark.parametrize(
    ("name", "asset", "number"),
    [("hero", "hero", 0), ("hero@12", "hero", 12), ("coin@white", "coin", 0), ("hero@²", "hero", 0)],
)
def test_a_name_says_whose_it_is_and_which(name, asset, number):
    assert (owner(name), candidate_number(name)) == (asset, number)


SEEDREAM = "{name: hero, prompt: A hero., model: bytedance/seedream-v4-text-to-image, candidates: %d}"
REMIX = (
    "{name: hero, prompt: A hero., model: ideogram/v3-remix, image: 'https://pictures.example/a.png',"
    " params: {rendering_speed: BALANCED}, candidates: %d}"
)


def test_a_model_that_makes_several_at_once_is_asked_once(load):
    assets = by_name(load(SEEDREAM % 4, defaults=", aspect_ratio: '1:1'"))
    first, third, hero = assets["hero@1"], assets["hero@3"], assets["hero"]
    assert first.request.inputs["max_images"] == 4
    assert first.request.inputs["prompt"] == "A hero. Make 4 pictures."
    assert "max_images" not in first.request.defaulted
    assert first.request == third.request == hero.request
    assert (first.results, first.further_of) == (4, "")
    assert (third.price, third.results, third.further_of) == (0.0, 1, "hero@1")
    assert third.depends == ("hero@1",)


def test_the_number_is_written_as_the_model_wants_it_and_priced(load):
    assets = by_name(load(REMIX % 3))
    first = assets["hero@1"]
    assert (first.request.inputs["num_images"], first.request.inputs["prompt"]) == ("3", "A hero.")
    assert (first.price, assets["hero@2"].price, assets["hero"].price) == (21.0, 0.0, 0.0)


@pytest.mark.parametrize(("entry", "most"), [(SEEDREAM % 7, 6), (REMIX % 5, 4)])
def test_no_more_are_asked_for_than_a_model_makes_at_once(load, entry, most):
    assert f"makes at most {most} pictures at once, and candidates asks for" in faults(load, entry)


OWN = """\
models:
  own/model:
    inputs: {prompt*: {}, n: %s}
    several: {field: n}
    price: {flat: 5, each: n}
"""


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ('{values: "1 2 4"}', 'own/model does not make 3 pictures at once: n does not take "3"'),
        ('{values: "1 1.5 4"}', 'own/model does not make 3 pictures at once: n does not take "3"'),
        (
            "{type: integer, min: 4}",
            "own/model does not make 3 pictures at once: n must be at least 4, not 3",
        ),
        ('{values: "1 1.5"}', "own/model makes at most 1.5 pictures at once"),
        ("{values: [1, two, 3]}", "n is no number"),
    ],
)
def test_a_number_that_the_model_does_not_take_is_a_mistake(load, tmp_path, numbers, said):
    (tmp_path / "pipeline.yaml").write_text(OWN % numbers)
    assert said in faults(load, HERO % ", model: own/model")


@pytest.mark.parametrize("numbers", ['{values: "1e3 3"}', "{values: [nan, inf, -5, 3]}", "{type: integer}"])
def test_odd_numbers_beside_the_one_asked_for_are_nothing_to_mind(load, tmp_path, numbers):
    (tmp_path / "pipeline.yaml").write_text(OWN % numbers)
    first, *_ = load(HERO % ", model: own/model").assets
    assert (first.price, first.results) == (15.0, 3)


def test_the_prompt_has_to_have_room_for_the_number(load):
    entry = (SEEDREAM % 2).replace("A hero.", "x" * 4995)
    assert "prompt must be at most 5000 characters" in faults(load, entry)


SEVERAL = "bytedance/seedream-v4-text-to-image"


@pytest.mark.parametrize(
    ("entry", "warned"),
    [
        (f"model: {SEVERAL}, params: {{max_images: 3}}", "3"),
        (f"model: {SEVERAL}, candidates: 1, params: {{max_images: 3}}", "3"),
        (f"model: {{id: {SEVERAL}, input: {{max_images: 2}}}}", "2"),
        ("model: qwen/image-edit, references: 'https://example.com/a.png', params: {num_images: '4'}", "4"),
        (f"model: {SEVERAL}, params: {{max_images: 1}}", ""),
        (f"model: {SEVERAL}", ""),
        (f"model: {SEVERAL}, candidates: 3", ""),
        ("model: nano-banana-pro", ""),
    ],
)
def test_further_pictures_that_nobody_sees_are_warned_of(load, entry, warned):
    said = [(one.severity, one.hint) for one in load(f"{{name: a, prompt: x, {entry}}}").warnings]
    hint = f"write candidates: {warned} in its place to have them delivered"
    assert said == ([("warning", hint)] if warned else [])
