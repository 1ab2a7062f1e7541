import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.codegen.identifiers import clashes, lower_camel, type_name, upper_camel

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True)


def test_the_words_of_a_name_are_joined():
    assert upper_camel("credit-coin.v2") == "CreditCoinV2"
    assert lower_camel("credit_coin") == "creditCoin"


def test_no_identifier_begins_with_a_digit():
    assert upper_camel("3d-ring") == "_3dRing"
    assert lower_camel("3d-ring") == "_3dRing"


def test_a_name_that_the_language_needs_gets_an_underscore():
    assert type_name("string", "kotlin") == "String_"
    assert type_name("string", "swift") == "String"
    assert type_name("self", "swift") == "Self_"


@given(NAMES)
def test_every_name_becomes_an_identifier(name):
    for found in (upper_camel(name), lower_camel(name), type_name(name, "kotlin"), type_name(name, "swift")):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", found)


@given(st.lists(NAMES, unique=True))
def test_whatever_does_not_clash_stays_apart(names):
    found = clashes(names)
    left = [upper_camel(name) for name in names if name not in found]
    assert len(left) == len(set(left))
    assert all(upper_camel(one) == upper_camel(other) for one, other in found.items())
