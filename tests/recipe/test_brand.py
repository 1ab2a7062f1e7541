from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.brand import load_brand, merge


def brand(root, name="primary"):
    problems: list = []
    return load_brand(root / f"brand/{name}.yaml", root, problems), "\n".join(map(str, problems))


class TestExtends:
    def test_this_file_wins_mappings_merge_and_lists_are_replaced(self, tree):
        root = tree(
            {
                "brand/primary.yaml": """
                    extends: base.yaml
                    colors: {primary: "#ec4899", accent: {blue: blue}}
                    exclude: [logos]
                """,
                "brand/base.yaml": """
                    aesthetic: Clean
                    colors: {primary: red, secondary: "#8B5CF6", accent: {green: "#0f0"}}
                    exclude: [text, people]
                """,
            }
        )
        found, _ = brand(root)
        assert found.values["colors"] == {
            "primary": "#EC4899",
            "secondary": "#8B5CF6",
            "accent": {"green": "#00FF00", "blue": "#0000FF"},
        }
        assert found.values["aesthetic"] == "Clean"
        assert found.exclude == ("logos",)

    def test_a_logo_is_found_beside_the_file_that_names_it(self, tree):
        root = tree(
            {
                "brand/sub/leaf.yaml": "extends: ../base.yaml",
                "brand/base.yaml": "logo: logo.png",
                "brand/logo.png": b"PNG",
            }
        )
        found, _ = brand(root, "sub/leaf")
        assert found.logo == root / "brand/logo.png"

    def test_a_circle_is_named(self, tree):
        root = tree(
            {
                "brand/primary.yaml": "extends: b.yaml",
                "brand/b.yaml": "extends: c.yaml",
                "brand/c.yaml": "extends: b.yaml",
            }
        )
        found, said = brand(root)
        assert found is None
        assert said.startswith(
            "brand/c.yaml:1:10: error: extends goes in a circle: brand/b.yaml → brand/c.yaml → brand/b.yaml\n"
        )

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("../../outside.yaml", 'extends: "../../outside.yaml" leaves the project'),
            ("/etc/passwd", 'extends: "/etc/passwd" is an absolute path'),
            ("bsae.yaml", 'extends: "bsae.yaml" does not exist'),
            ("../brand", 'extends: "../brand" is a folder'),
        ],
    )
    def test_wants_a_brand_file_of_the_project(self, tree, written, expected):
        root = tree({"brand/primary.yaml": f"extends: {written}", "brand/base.yaml": "name: Base"})
        found, said = brand(root)
        assert found is None
        assert expected in said

    def test_mistakes_of_the_whole_chain_are_found(self, tree):
        root = tree({"brand/primary.yaml": "extends: b.yaml\ncolours: {}", "brand/b.yaml": "nmae: B"})
        _, said = brand(root)
        assert 'unknown key "colours"\n' in said
        root = tree({"brand/primary.yaml": "extends: b.yaml\ncolors: {a: nope}", "brand/b.yaml": "nmae: B"})
        _, said = brand(root)
        assert 'a: "nope" is not a colour' in said
        assert "did you mean name?" in said

    def test_a_parent_that_is_not_yaml_is_reported_there(self, tree):
        root = tree({"brand/primary.yaml": "extends: b.yaml", "brand/b.yaml": "- a"})
        _, said = brand(root)
        assert said.startswith("brand/b.yaml:1:1: error: the file must be a mapping")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colors: {primary: pinkish}", 'brand/primary.yaml:1:19: error: primary: "pinkish" is not a colour'),
        ("colors:\n  primary: #EC4899", "# begins a comment in YAML"),
        ("colors: {accent: {blue: 5}}", "blue: 5 is not a colour"),
        ("colors: {accent: [red]}", "accent: a list is not a colour"),
        ("gradients: {hero: [red, rde]}", 'brand/primary.yaml:1:25: error: hero: "rde" is not a colour'),
        ("colors: red", "colors must be a mapping of keys and values"),
        ("voice: '{{ brand.name }}'", "a brand holds plain values"),
        ("extra: {deep: [{a: '{% x %}'}]}", "brand/primary.yaml:1:20: error: a brand holds plain values"),
        ("logo: nope.png", 'logo: "nope.png" does not exist'),
        ("logo: primary.yaml", 'logo: "primary.yaml" is not one of png, jpg, jpeg, webp'),
        ("exclude: 5", "exclude must be text, not 5"),
    ],
)
def test_mistakes(tree, text, expected):
    found, said = brand(tree({"brand/primary.yaml": text}))
    assert found is None
    assert expected in said


VALUES = st.recursive(
    st.integers(0, 3), lambda below: st.dictionaries(st.sampled_from("abc"), below), max_leaves=8
)
MAPPINGS = st.dictionaries(st.sampled_from("abc"), VALUES)


class TestMerge:
    @given(MAPPINGS)
    def test_with_nothing_changes_nothing(self, values):
        assert merge(values, {}) == values == merge({}, values)

    @given(MAPPINGS, MAPPINGS)
    def test_keeps_everything_of_the_winner(self, base, over):
        assert merge(merge(base, over), over) == merge(base, over)

    @given(MAPPINGS, MAPPINGS, MAPPINGS)
    def test_leaves_its_arguments_alone(self, base, over, other):
        before = repr((base, over, other))
        merge(merge(base, over), other)
        assert repr((base, over, other)) == before
