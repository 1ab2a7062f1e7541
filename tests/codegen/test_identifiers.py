import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codegen.identifiers import (
    ENDINGS,
    RESERVED,
    clashes,
    lower_camel,
    package_fault,
    type_name,
    upper_camel,
)
from pipeline.codegen.languages import to_code
from pipeline.codegen.pictures import AssetPictures, Picture

ICON = Picture("coin@2x.png", 48, 47)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True)


def test_the_words_of_a_name_are_joined():
    assert upper_camel("credit-coin.v2") == "CreditCoinV2"
    assert lower_camel("credit_coin") == "creditCoin"


def test_no_identifier_begins_with_a_digit():
    assert upper_camel("3d-ring") == "_3dRing"
    assert lower_camel("3d-ring") == "_3dRing"


def test_a_name_that_the_language_needs_gets_an_underscore():
    assert type_name("string", "kotlin") == type_name("string", "swift") == "String_"
    assert type_name("hashable", "kotlin") == "Hashable"
    assert type_name("self", "swift") == "Self_"


@pytest.mark.parametrize("language", ENDINGS)
def test_no_asset_takes_the_name_of_a_type_that_is_written_beside_it(language):
    """In a nested scope the asset would be found in place of the type."""
    text = to_code(language, "icons", [AssetPictures("coin", ICON, {"png": ICON}, {"@2x": {"png": ICON}})])
    types = set(re.findall(r"\b[A-Z][a-z]+\b", re.sub(r'"[^"]*"|//.*|/\*.*?\*/', "", text)))
    assert types - {"Assets", "Coin", "AssetName"} - RESERVED[language] == (
        {"Picture"} if language == "typescript" else set()
    )


@given(NAMES)
def test_every_name_becomes_an_identifier(name):
    for found in (upper_camel(name), lower_camel(name), type_name(name, "kotlin"), type_name(name, "swift")):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", found)


@given(st.lists(NAMES, unique=True), st.sampled_from(list(ENDINGS)))
def test_whatever_does_not_clash_stays_apart(names, language):
    found = clashes(names, language)
    left = [name for name in names if name not in found]
    assert len({type_name(name, language) for name in left}) == len(left)
    assert len({lower_camel(name) for name in left}) == len(left)
    assert all(upper_camel(a).casefold() == upper_camel(b).casefold() for a, b in found.items())


def test_capitals_alone_tell_names_apart_but_where_each_becomes_a_file():
    assert clashes(["tshirt", "t-shirt"], "swift") == {}
    assert clashes(["tshirt", "t-shirt"], "kotlin") == {"t-shirt": "tshirt"}
    assert clashes(["a-b", "a_b", "a.b"], "typescript") == {"a_b": "a-b", "a.b": "a-b"}


@pytest.mark.parametrize("package", ["app", "com.example.app_2", "_x"])
def test_a_package(package):
    assert package_fault(package) == ""


@pytest.mark.parametrize(
    "package", ["", "com..app", "com.2d", "com.näher", "com.example;", "com.fun.app", "a\n"]
)
def test_what_is_no_package(package):
    assert package_fault(package)
