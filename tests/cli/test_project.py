from __future__ import annotations

import pytest

from pipeline.cli.project import open_project
from pipeline.errors import RecipeError, UsageError


def names(project):
    return [recipe.key for recipe in project.recipes]


def test_a_project_opens_with_its_settings_and_recipes(project, context):
    opened = open_project(context, [])
    assert opened.root == project
    assert opened.settings.provider == "kie"
    assert [[asset.name for asset in recipe.assets] for recipe in opened.recipes] == [["coin", "gift"]]


def test_the_recipes_of_the_project_from_a_folder_inside_it(project, context):
    context.folder = project / "brand"
    assert names(open_project(context, [])) == ["recipes/icons.yaml"]


def test_a_path_counts_from_the_current_folder(project, context):
    context.folder = project / "recipes"
    assert names(open_project(context, ["icons.yaml"])) == ["recipes/icons.yaml"]


def test_without_a_mark_the_root_is_the_current_folder(project, context):
    (project / "pipeline.yaml").unlink()
    opened = open_project(context, ["recipes/icons.yaml"])
    assert (opened.root, names(opened)) == (project, ["recipes/icons.yaml"])


def test_a_path_that_is_not_there(project, context):
    with pytest.raises(UsageError, match=r"icon\.yaml"):
        open_project(context, ["recipes/icon.yaml"])


def test_recipes_of_two_projects_do_not_mix(tree, context):
    files = {f"{name}/{file}": "" for name in "ab" for file in ("pipeline.yaml", "r.yaml")}
    root = tree(files)
    with pytest.raises(UsageError, match="different projects"):
        open_project(context, [root / "a/r.yaml", root / "b/r.yaml"])


def test_a_broken_recipe(project, context):
    (project / "recipes/icons.yaml").write_text("assets: [{nam: x}]\n")
    with pytest.raises(RecipeError):
        open_project(context, [])


def test_warnings_are_written_out_and_stop_nothing(project, context):
    recipe = project / "recipes/icons.yaml"
    recipe.write_text(recipe.read_text() + f"  - name: long\n    prompt: {'word ' * 2500}\n")
    assert len(open_project(context, []).recipes) == 1
    assert "recipes/icons.yaml:9:" in context.output.stderr.getvalue()
    assert "warning: " in context.output.stderr.getvalue()
