from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_sets import elements

from pipeline.targets.markup import address, as_json, element, meta, relative


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_value_survives_an_attribute(value):
    assert elements(element("img", {"alt": value})) == [("img", {"alt": value})]


def test_a_meta_element_by_name_or_property():
    assert meta("theme-color", "#FFF") == '<meta name="theme-color" content="#FFF">'
    assert meta("og:image:width", 3, key="property") == '<meta property="og:image:width" content="3">'


@pytest.mark.parametrize(
    ("base", "path", "wanted"),
    [
        ("/", "a.png", "/a.png"),
        ("/app", "a.png", "/app/a.png"),
        ("https://example.com/x/", "b/a.png", "https://example.com/x/b/a.png"),
        ("/", "my icons/a, b.png", "/my%20icons/a%2C%20b.png"),
        ("/caf%C3%A9/", "a@2x.png", "/caf%C3%A9/a@2x.png"),
    ],
)
def test_an_address(base, path, wanted):
    assert address(base, path) == wanted


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_address_breaks_a_list_of_them(path):
    made = address("/", path)
    assert not set(made) & set(' ,"<>\n\t')


def test_a_relative_address():
    assert unquote(relative("my icons/a.png")) == "my icons/a.png"
    assert " " not in relative("my icons/a.png")


def test_json_keeps_letters_and_order():
    assert as_json("a.json", {"b": "é", "a": [1]}).text == '{\n  "b": "é",\n  "a": [\n    1\n  ]\n}\n'
