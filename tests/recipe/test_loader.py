"""Recipe files as a whole: which are read, where they deliver, and what may come of them."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RecipeError, UsageError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings

RECIPE = "assets: [{name: a, model: nano-banana-pro, prompt: x}]"
REPOSITORY = Path(__file__).parents[2]


class TestPaths:
    def test_a_folder_stands_for_its_recipes_in_order(self, tree):
        root = tree(
            {
                "recipes/b.yaml": RECIPE,
                "recipes/a.yml": RECIPE,
                "recipes/c.lock.json": "{}",
                "recipes/d/e.yaml": "",
            }
        )
        recipes = load_recipes([root / "recipes"], Settings(), root)
        assert [(recipe.name, recipe.key) for recipe in recipes] == [
            ("a", "recipes/a.yml"),
            ("b", "recipes/b.yaml"),
        ]
        assert load_recipes([], Settings(), root) == recipes

    def test_a_file_named_twice_is_read_once(self, tree):
        root = tree({"recipes/a.yaml": RECIPE})
        assert len(load_recipes([root / "recipes/a.yaml", root / "recipes"], Settings(), root)) == 1

    @pytest.mark.parametrize(
        ("path", "message", "hint"),
        [
            ("recipes/icosn.yaml", "icosn.yaml does not exist", "icons.yaml?"),
            ("recipes/zzz.yaml", "zzz.yaml does not exist", ""),
            ("nowhere/a.yaml", "a.yaml does not exist", "see: pipeline init"),
            ("other", "other does not exist", "pipeline init makes"),
            ("empty", "empty holds no recipe", "see: pipeline init"),
        ],
    )
    def test_what_is_not_there(self, tree, path, message, hint):
        root = tree({"recipes/icons.yaml": RECIPE, "empty/readme.md": ""})
        with pytest.raises(UsageError) as caught:
            load_recipes([root / path], Settings(), root)
        assert message in caught.value.message
        assert hint in caught.value.hint

    def test_a_recipe_outside_the_project_is_refused(self, tree):
        root = tree({"project/x": "", "a.yaml": RECIPE})
        with pytest.raises(RecipeError, match="the recipe lies outside the project"):
            load_recipes([root / "a.yaml"], Settings(), root / "project")

    def test_a_project_seen_through_a_link_is_the_same(self, tree):
        root = tree({"real/recipes/a.yaml": RECIPE})
        (root / "alias").symlink_to("real")
        (recipe,) = load_recipes([root / "alias/recipes/a.yaml"], Settings(), root / "alias")
        assert (recipe.key, recipe.output) == ("recipes/a.yaml", root / "real/output/a")


class TestOutput:
    def test_is_named_after_the_recipe_unless_it_says_otherwise(self, load, project):
        assert load(RECIPE).output == project / "output/icons"
        assert load(f"output: out/x\n{RECIPE}").output == project / "out/x"

    @pytest.mark.parametrize(
        ("head", "expected"),
        [
            ("output: ../out", 'output: "../out" leaves the project'),
            ("output: .", "output: the project root cannot be the output folder"),
            ("output: /tmp/out", 'output: "/tmp/out" is an absolute path'),
        ],
    )
    def test_stays_below_the_root(self, load, head, expected):
        with pytest.raises(RecipeError, match=expected):
            load(f"{head}\n{RECIPE}")

    @pytest.mark.parametrize(
        ("written", "message"),
        [
            (".git/x", 'output: ".git/x" lies in .git'),
            ("a/.GIT", "lies in .GIT"),
            (".pipeline/store", 'output: ".pipeline/store" lies in .pipeline'),
            ("recipes", 'output: "recipes" holds recipes or brand files'),
            ("out/../recipes", "holds recipes or brand files"),
            ("brand", 'output: "brand" holds recipes or brand files'),
            ("CON/x", '"CON" is a device name on Windows'),
            ("out/aux.d", '"aux.d" is a device name on Windows'),
            ("'a*b'", "cannot be the name of a folder on Windows"),
            ("out./x", "cannot be the name of a folder on Windows"),
            ("'{{ brand.name }}'", 'output: "{{ brand.name }}" is not rendered'),
            ("recipes/icons.yaml", "is a file, not a folder"),
        ],
    )
    def test_keeps_out_of_what_is_not_for_pictures(self, load, written, message):
        with pytest.raises(RecipeError) as caught:
            load(f"output: {written}\nbrand: ../brand/primary.yaml\n{RECIPE}")
        assert message in str(caught.value)
        assert str(caught.value).startswith("recipes/icons.yaml:1:9: error:")

    @pytest.mark.parametrize(
        "written", ["my pictures/x", "recipes/out", "brand/out", "assets/@2x", "console"]
    )
    def test_may_be_any_other_folder(self, load, project, written):
        recipe = load(f"output: {written}\nbrand: ../brand/primary.yaml\n{RECIPE}")
        assert recipe.output == project / written

    def test_cannot_be_where_recipes_are_looked_for(self, tree):
        root = tree({"more/a.yaml": f"output: recipes\n{RECIPE}", "recipes/readme.md": ""})
        with pytest.raises(RecipeError, match="holds recipes"):
            load_recipes([root / "more/a.yaml"], Settings(), root)

    def test_two_recipes_do_not_share_one(self, tree):
        root = tree(
            {"recipes/a.yaml": f"output: same\n{RECIPE}", "recipes/b.yaml": f"output: same\n{RECIPE}"}
        )
        with pytest.raises(RecipeError) as caught:
            load_recipes([], Settings(), root)
        assert 'recipes/b.yaml:1:9: error: output: "same" is already the output of recipes/a.yaml' in str(
            caught.value
        )

    def test_a_file_name_that_cannot_name_a_folder_is_refused(self, load):
        with pytest.raises(RecipeError, match='the recipe\'s file name "my icons" must begin'):
            load(RECIPE, name="my icons")


class TestBrand:
    def test_may_come_from_the_settings(self, load):
        recipe = load(
            RECIPE.replace("x}", "'{{ brand.name }}'}"), settings=Settings(brand="brand/primary.yaml")
        )
        assert recipe.assets[0].request.inputs["prompt"] == "Lumen. No text, no typography."

    def test_that_is_not_there_is_blamed_on_who_named_it(self, load):
        with pytest.raises(
            RecipeError, match=r'1:1: error: brand: "b.yaml" does not exist \(named in pipeline.yaml\)'
        ):
            load(RECIPE, settings=Settings(brand="b.yaml"))
        with pytest.raises(RecipeError, match=r'1:8: error: brand: "b\.yaml" does not exist'):
            load(f"brand: b.yaml\n{RECIPE}")

    def test_a_wrong_one_is_reported_once_for_all_its_recipes(self, tree):
        text = f"brand: ../brand.yaml\n{RECIPE}"
        root = tree({"brand.yaml": "nmae: x", "recipes/a.yaml": text, "recipes/b.yaml": text})
        with pytest.raises(RecipeError) as caught:
            load_recipes([], Settings(), root)
        assert len(caught.value.problems) == 1


def test_every_mistake_of_every_file_is_reported_at_once_in_file_order(tree):
    root = tree({"recipes/a.yaml": "assets: [{nmae: a}]", "recipes/b.yaml": "- x", "recipes/c.yaml": RECIPE})
    with pytest.raises(RecipeError) as caught:
        load_recipes([], Settings(), root)
    assert [str(problem.location) for problem in caught.value.problems] == [
        "recipes/a.yaml:1:10",  # no name
        "recipes/a.yaml:1:10",  # no model
        "recipes/a.yaml:1:11",  # an unknown key
        "recipes/b.yaml:1:1",
    ]


class TestWarnings:
    def said(self, load, entry: str) -> list[str]:
        return [str(problem) for problem in load(f"assets: [{{name: a, prompt: x, {entry}}}]").warnings]

    def test_a_cut_out_as_jpg(self, load):
        (warning,) = self.said(load, "model: nano-banana-pro, removeBg: true, formats: [png, jpg]")
        assert "recipes/icons.yaml:1:80: warning: a cut-out as jpg loses its transparency" in warning

    @pytest.mark.parametrize(
        ("entry", "px"),
        [
            ("model: nano-banana-pro, icons: [1025]", 1024),
            ("model: nano-banana-pro, resolution: 4K, icons: [4097]", 4096),
            ("model: nano-banana-pro, aspect_ratio: 16:9, icons: [2000]", 1365),
            ("model: nano-banana-pro, aspect_ratio: auto, icons: [2000]", 1024),
            ("model: seedream/4.5-text-to-image, aspect_ratio: 9:16, resolution: 2K, icons: [4000]", 2731),
            ("model: google/nano-banana, icons: [2000]", 1024),
        ],
    )
    def test_an_icon_larger_than_the_picture(self, load, entry, px):
        (warning,) = self.said(load, entry)
        assert f"larger than the picture ({px} px): it will be enlarged" in warning

    @pytest.mark.parametrize(
        "entry",
        ["model: nano-banana-pro, icons: [1024]", "model: {id: new/one, input: {a: 1}}, icons: [4096]"],
    )
    def test_nothing_where_there_is_nothing(self, load, entry):
        assert self.said(load, entry) == []


class TestNames:
    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("name: a/b", 'the name "a/b" must begin with a letter or digit'),
            ("name: nul", 'the name "nul" is a device name on Windows'),
            ("name: a, filename: ../x", 'filename: "../x" must begin'),
            ("name: a, dir: ../x", 'dir: "../x" leaves its folder'),
            ("name: a, vars: {x: '{{ y }}'}", "vars hold plain values"),
        ],
    )
    def test_mistakes(self, mistakes, entry, expected):
        said = mistakes(f"- {{{entry}, prompt: x}}")
        assert expected in said
        assert said.count("error:") == 1


SNIPPETS = st.sampled_from(
    [
        *("assets:", "- name: a", "- ", "name: b", "prompt: x", "model: nano-banana-pro", "model: {id: x}"),
        *("brand: ../brand/primary.yaml", "defaults:", "removeBg: true", "remove_bg: {crop: 5}", "output: x"),
        *("icons: [16]", "icons: {a: b}", "matrix: {a: [1, 2]}", "formats: jpg", "dir: ..", "exclude: text"),
        *("references: ['asset:a']", "vars: {a: b}", "params: {seed: 1}", "{{ brand.name }}", "'{{ x"),
        *("&a", "*a", "<<: *a", "[", "]", "{", "}", "'", '"', "|", ":", "null", "5", "\t", "é", "\0"),
        *(" ", "  ", "\n", "\n  ", "\n    "),
    ]
)
ANYTHING = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode(errors="surrogatepass")),
    st.lists(SNIPPETS, max_size=40).map(lambda parts: "".join(parts).encode()),
)


@given(ANYTHING)
def test_nothing_but_a_recipe_error_ever_comes_of_a_file(tmp_path_factory, content):
    root = tmp_path_factory.getbasetemp()
    path = root / "any.yaml"
    path.write_bytes(content)
    with contextlib.suppress(RecipeError):
        assert load_recipes([path], Settings(), root)


KEYS = st.fixed_dictionaries(
    {},
    optional={
        key: st.sampled_from(values)
        for key, values in {
            "prompt": ["x", "{{ brand.name }}", "{{ nope }}", "", 5, ["a", "b"], {"a": 1}, None],
            "model": ["nano-banana-pro", "z-image", "nope", {"id": "new", "input": {"a": 1}}, 5, [], None],
            "aspect_ratio": ["1:1", "7:1", "{{ matrix.a }}", 1, None],
            "resolution": ["1K", "2K", [], None],
            "references": ["asset:a", "asset:b", "../x", "https://x.org/a", ["asset:a", 5], {}, None],
            "image": ["asset:b", 5, None],
            "removeBg": [True, False, {"crop": True}, {"backdrop": "red"}, {"padding": "200%"}, "yes", None],
            "icons": [[16], [16, 16], {"@2x": 48}, {"nobg": 5}, "16", [0], None],
            "formats": ["png", ["jpg", "gif"], [], None],
            "matrix": [{"a": [1, 2]}, {"a": []}, {"a": ["x", "x"]}, {"a": 5}, [], None],
            "filename": ["same", "../x", "{{ matrix.a }}", None],
            "dir": ["d", "/d", "", None],
            "params": [{"seed": 1}, {"prompt": "y"}, {"image_input": []}, [], None],
            "vars": [{"a": "b"}, {"a": "{{ b }}"}, {"a": []}, None],
            "deadline": [60, 0, "soon", None],
            "exclude": ["text", ["a", None], [], None],
        }.items()
    },
)


@given(st.lists(KEYS, min_size=1, max_size=4), KEYS)
def test_any_values_under_known_keys_are_a_recipe_or_a_recipe_error(tmp_path_factory, entries, defaults):
    import json

    root = tmp_path_factory.getbasetemp()
    named = [{"name": name, **entry} for name, entry in zip("abcd", entries, strict=False)]
    (root / "known.yaml").write_text(json.dumps({"defaults": defaults, "assets": named}))
    with contextlib.suppress(RecipeError):
        assert load_recipes([root / "known.yaml"], Settings(), root)


ENTRIES = [
    "- {name: a, prompt: '{{ brand.colors.primary | describe }}', references: 'asset:c'}",
    "- {name: b, prompt: x, matrix: {t: [s, m]}, removeBg: true, icons: [16]}",
    "- {name: c, prompt: y, resolution: 2K}",
    "- {name: d, prompt: z, references: ['asset:b-s', 'asset:c']}",
]


@given(st.randoms(use_true_random=False))
def test_the_order_of_assets_does_not_matter(tmp_path_factory, chance: random.Random):
    root = tmp_path_factory.getbasetemp()
    (root / "brand.yaml").write_text("colors: {primary: red}")
    head = "brand: brand.yaml\ndefaults: {model: nano-banana-pro}\nassets:\n"

    def requests(entries: list[str]) -> dict:
        (root / "order.yaml").write_text(head + "\n".join(entries))
        (recipe,) = load_recipes([root / "order.yaml"], Settings(), root)
        return {
            asset.name: (asset.request, asset.values, asset.cutout, asset.icons) for asset in recipe.assets
        }

    assert requests(chance.sample(ENTRIES, len(ENTRIES))) == requests(ENTRIES)


def test_the_recipes_of_this_repository_are_in_order():
    recipes = {recipe.name: recipe for recipe in load_recipes([], Settings(), REPOSITORY)}
    assert set(recipes) == {"app-icons", "hero-and-video", "hero-illustrations", "sub-brand"}
    assert not any(recipe.warnings for recipe in recipes.values())
    icons = recipes["app-icons"].assets
    assert len(icons) >= 6
    assert all(asset.cutout and asset.formats == ("png", "webp") for asset in icons)
    assert any(asset.depends for asset in icons)
    heroes = recipes["hero-illustrations"].assets
    assert {asset.request.inputs["aspect_ratio"] for asset in heroes} == {"16:9", "9:16"}
    assert {asset.request.inputs["resolution"] for asset in heroes} == {"2K"}
    assert not any(asset.cutout for asset in heroes)
    leaf = recipes["sub-brand"].assets[0]
    assert leaf.values["brand.colors.primary"] == "#22C55E"
    assert leaf.values["brand.exclude"] == icons[0].values["brand.exclude"]


def test_plain_recipes_load_without_heavy_libraries(tree):
    root = tree(
        {"brand.yaml": "colors: {primary: '#EC4899'}", "recipes/a.yaml": f"brand: ../brand.yaml\n{RECIPE}"}
    )
    script = dedent("""
        import sys
        from pathlib import Path
        from pipeline.recipe.loader import load_recipes
        from pipeline.recipe.settings import Settings
        load_recipes([], Settings(), Path(sys.argv[1]))
        heavy = {"numpy", "scipy", "rembg", "onnxruntime", "PIL", "httpx", "asyncio", "coloraide", "jinja2"}
        print(*sorted(heavy & set(sys.modules)))
    """)
    ran = subprocess.run([sys.executable, "-c", script, root], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


class TestSmallMistakes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "- hello\n- {name: a, prompt: x}",
                "4:5: error: each asset must be a mapping of keys and values",
            ),
            (
                "- {name: a, prompt: x, removeBg: maybe}",
                "removeBg must be true, false or a mapping of settings",
            ),
            ("- {name: a, prompt: x, icons: [48, 32, 48]}", "4:42: error: icons holds 48 twice"),
            ("- {name: a, prompt: x, icons: {NoBg: 10}}", "the icon label NoBg is what cut-outs are called"),
            ("- {name: a, prompt: x, filename: a.png}", 'filename: "a.png" would be delivered as a.png.'),
            ("- {name: a.JPEG, prompt: x}", 'name: "a.JPEG" would be delivered as a.JPEG.'),
            ("- {name: a, prompt: x, matrix: {c: [1, 2, 1]}}", "4:45: error: the axis c holds 1 twice"),
            ("- name: a\n  prompt:\n    - x\n    - y {{ 'a' * 3 }}", "7:11: error: * works on numbers"),
        ],
    )
    def test_are_told_once_and_where_they_are(self, mistakes, text, expected):
        said = mistakes(text)
        assert expected in said
        assert said.count("error:") == 1

    def test_do_not_hide_each_other(self, mistakes):
        said = mistakes(
            "- hello\n- {name: b, prompt: x, matrix: {c: [1, 1]}}\n- {name: d, prompt: x, icons: [5, 5]}"
        )
        assert said.count("error:") == 3

    def test_values_that_only_look_alike_are_different(self, load):
        recipe = load(RECIPE.replace("x}", "x, matrix: {c: [1, true, 2.5]}}"))
        assert [asset.name for asset in recipe.assets] == ["a-1", "a-true", "a-2.5"]

    def test_dots_in_names_are_no_extensions(self, assets):
        assert list(assets("- {name: v1.2, prompt: x}\n- {name: png, prompt: x}")) == ["v1.2", "png"]

    def test_a_size_of_a_list_is_not_its_own_name(self, load):
        recipe = load(RECIPE.replace("x}", "x, icons: [4096]}"))
        assert recipe.warnings[0].message.startswith("4096 px is larger than the picture (")
