import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codegen.identifiers import ENDINGS
from pipeline.codegen.languages import to_code
from pipeline.codegen.pictures import Picture, pictures_of


def listed(file, purpose, px=10, **more):
    name = file.rsplit(".", 1)[1]
    return {"file": file, "purpose": purpose, "width": px, "height": px, "format": name} | {
        "dominant_color": "#112233",
        **more,
    }


def test_the_full_size_result_is_the_cut_out_where_there_is_one():
    files = [
        listed("coin.png", "original", 64),
        listed("coin-nobg.png", "cutout", 60, dominant_color="#445566"),
        listed("coin-nobg.webp", "full", 60),
    ]
    (coin,) = pictures_of({"coin": {"files": files}})
    assert coin.original == Picture("coin.png", 64, 64)
    assert coin.full == {
        "png": Picture("coin-nobg.png", 60, 60),
        "webp": Picture("coin-nobg.webp", 60, 60),
    }
    assert coin.color == "#445566"


def test_an_icon_is_found_by_its_label_and_format():
    files = [
        listed("coin.png", "original"),
        listed("coin@2x.png", "icon", 48, label="@2x"),
        listed("coin@2x.webp", "icon", 48, label="@2x"),
    ]
    (coin,) = pictures_of({"coin": {"files": files}})
    assert coin.icons == {
        "@2x": {"png": Picture("coin@2x.png", 48, 48), "webp": Picture("coin@2x.webp", 48, 48)}
    }


def test_assets_come_by_name_and_platform_sets_are_left_to_their_platforms():
    files = [listed("a.png", "original"), listed("a/ios/x.png", "set", label="ios")]
    found = list(pictures_of({"b": {"files": files}, "a": {"files": files}, "none": {"files": []}}))
    assert [one.name for one in found] == ["a", "b"]
    assert list(found[0].full) == ["png"]
    assert found[0].icons == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "png: {}}; evil(); ({x"),
        ("file", "$" + "{evil()}.png"),
        ("file", "\\(evil).png"),
        ("dominant_color", '"red"'),
        ("width", "1 + evil()"),
        ("height", -1),
        ("height", True),
        ("label", 'a"b'),
        ("format", None),
    ],
)
def test_an_entry_that_no_run_wrote_does_not_become_code(key, value):
    good = listed("a.png", "original")
    found = pictures_of({"a": {"files": [good]}, "b": {"files": [good | {key: value}]}})
    assert [one.name for one in found] == ["a"]


def test_neither_does_a_name_that_no_recipe_can_have():
    assert list(pictures_of({'a"; evil()': {"files": [listed("a.png", "original")]}})) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FILES = st.fixed_dictionaries(
    {"purpose": st.sampled_from(["original", "icon", "full"]) | JSON, "file": JSON, "width": JSON}
)


@given(st.dictionaries(st.sampled_from(["a", "b"]), JSON | st.fixed_dictionaries({"files": st.lists(FILES)})))
def test_whatever_a_manifest_holds_something_is_written(assets):
    for language in ENDINGS:
        assert to_code(language, "icons", tuple(pictures_of(assets))).endswith("\n")
