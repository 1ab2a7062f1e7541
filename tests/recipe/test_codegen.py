"""Which files of generated code a recipe may ask for."""

from __future__ import annotations

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.recipe.spec import CodeFile

ASSETS = "assets: [{name: a, model: nano-banana-pro, prompt: x}]\n"


def said(load, codegen: str, rest: str = ASSETS) -> str:
    with pytest.raises(RecipeError) as caught:
        load(f"codegen: {codegen}\n{rest}")
    return str(caught.value)


def test_each_language_has_a_file(load, project):
    recipe = load(
        "codegen: {typescript: src/assets.ts, swift: App/Assets.swift,"
        f" kotlin: {{path: app/Assets.kt, package: com.example.app}}}}\n{ASSETS}"
    )
    assert recipe.codegen == (
        CodeFile("typescript", project / "src/assets.ts", "src/assets.ts"),
        CodeFile("swift", project / "App/Assets.swift", "App/Assets.swift"),
        CodeFile("kotlin", project / "app/Assets.kt", "app/Assets.kt", "com.example.app"),
    )


def test_a_path_is_enough_for_kotlin_and_nothing_has_to_be_asked_for(load):
    (file,) = load(f"codegen: {{kotlin: Assets.kt}}\n{ASSETS}").codegen
    assert (file.language, file.shown, file.package) == ("kotlin", "Assets.kt", "")
    assert load(f"codegen: {{swift: null}}\n{ASSETS}").codegen == ()
    assert load(f"codegen: null\n{ASSETS}").codegen == ()
    assert load(ASSETS).codegen == ()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("../x.ts", '"../x.ts" leaves the project'),
        ("/x.ts", "is an absolute path"),
        (".git/x.ts", 'typescript: ".git/x.ts" lies in .git, which is not for code'),
        (".pipeline/x.ts", "lies in .pipeline, which is not for code"),
        ("'{{ brand.name }}.ts'", "is not rendered: no template belongs here"),
        ("src/assets.js", '"src/assets.js" is not called something.ts'),
        ("recipes/icons.yaml", '"recipes/icons.yaml" is not called something.ts'),
        ("brand/primary.yaml/x.ts", "lies below primary.yaml, which is a file"),
        ("src/assets.ts/", "is not called something.ts"),
        ("src/assets.d.ts", "can hold declarations only"),
        ("folder.ts", '"folder.ts" is a folder'),
        ("con.ts", '"con.ts" is a device name on Windows'),
        ("-x.ts", '"-x.ts" reads like an option of a command'),
        ("output/icons/assets.ts", "lies in the output folder of recipes/icons.yaml"),
        ("Output/Icons/deep/assets.ts", "lies in the output folder of recipes/icons.yaml"),
        ("linked.ts", '"linked.ts" is not called something.ts'),
        ("''", "the path is empty"),
    ],
)
def test_a_path_that_cannot_be(load, project, written, message):
    (project / "folder.ts").mkdir()
    (project / "linked.ts").symlink_to("brand/primary.yaml")
    told = said(load, f"{{typescript: {written}}}")
    assert message in told
    assert told.startswith("recipes/icons.yaml:1:23: error: ")
    assert told.count("error:") == 1


@pytest.mark.parametrize(
    ("codegen", "where", "message"),
    [
        ("{typescrpt: a.ts}", "1:11", "did you mean typescript?"),
        ("{swift: 5}", "1:18", "swift must be text, not 5"),
        ("{swift: a.kt}", "1:18", '"a.kt" is not called something.swift'),
        ("{kotlin: a.swift}", "1:19", '"a.swift" is not called something.kt'),
        ("{kotlin: {package: com.app}}", "1:19", "path is required"),
        ("{kotlin: {path: a.kt, pakage: com.app}}", "1:32", "did you mean package?"),
        ("{kotlin: [a.kt]}", "1:19", "kotlin must be a path or a mapping of path and package"),
        ("{kotlin: {path: a.kt, package: com-app}}", "1:41", '"com-app" is not a Kotlin package'),
        ("{kotlin: {path: a.kt, package: com.in.app}}", "1:41", "holds the word in"),
        ("src/assets.ts", "1:10", "codegen must be a mapping of keys and values"),
    ],
)
def test_a_mistake_is_told_where_it_is(load, codegen, where, message):
    told = said(load, codegen)
    assert f"icons.yaml:{where}: error:" in told
    assert message in told


def test_two_names_with_one_identifier_are_a_mistake_once_for_all_languages(load):
    rest = (
        "defaults: {model: nano-banana-pro, prompt: x}\n"
        "assets:\n  - {name: coin-gold}\n  - {name: Coin_gold}\n  - {name: coinGold, matrix: {t: [s, m]}}\n"
    )
    told = said(load, "{swift: a.swift, typescript: a.ts, kotlin: a.kt}", rest)
    assert told.count("error:") == 1
    assert "recipes/icons.yaml:5:12: error: Coin_gold and coin-gold would both be called CoinGold" in told
    assert "in a.ts" in told
    assert "rename one of them" in told
    assert len(load(rest).assets) == 4  # without code nobody minds


def test_in_kotlin_capitals_do_not_tell_names_apart(load):
    rest = "defaults: {model: nano-banana-pro, prompt: x}\nassets:\n  - {name: tshirt}\n  - {name: t-shirt}\n"
    assert "t-shirt and tshirt would both be called TShirt in a.kt" in said(load, "{kotlin: a.kt}", rest)
    assert load(f"codegen: {{swift: a.swift}}\n{rest}").codegen


def both(tree, one: str, other: str) -> str:
    root = tree({"recipes/a.yaml": f"{one}\n{ASSETS}", "recipes/b.yaml": f"{other}\n{ASSETS}"})
    with pytest.raises(RecipeError) as caught:
        load_recipes([], Settings(), root)
    return str(caught.value)


def test_two_recipes_do_not_write_one_file(tree):
    told = both(tree, "codegen: {swift: a.swift}", "codegen: {swift: A.swift}")
    assert 'recipes/b.yaml:1:18: error: swift: "A.swift" is already written by recipes/a.yaml' in told
    assert "give each recipe its own file" in told


def test_code_is_kept_out_of_other_recipes_output_whoever_comes_first(tree):
    told = both(tree, "output: art", "codegen: {swift: art/x/a.swift}")
    assert "b.yaml:1:18: error: swift" in told
    assert "lies in the output folder of recipes/a.yaml" in told
    told = both(tree, "codegen: {swift: art/x/a.swift}", "output: art")
    assert 'b.yaml:1:9: error: output: "art" holds a file that codegen of recipes/a.yaml writes' in told
