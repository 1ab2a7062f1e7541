from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.rules.folders.tree import Unreadable
from pipeline.deliver.rules.folders.xml import ANDROID, elements


def test_elements_in_order_with_their_depth_and_text():
    text = '<a xmlns:android="http://schemas.android.com/apk/res/android"><b android:x="1">é&amp;</b><c/></a>'
    assert [(one.depth, one.tag, one.attributes, one.text) for one in elements(text)] == [
        (0, "a", {}, ""),
        (1, "b", {f"{ANDROID}x": "1"}, "é&"),
        (1, "c", {}, ""),
    ]


@pytest.mark.parametrize("text", ["", "text", "<a/><b/>", "<a>&lol;</a>", "<a", "<a xmlns:b=''/>", "\0"])
def test_what_is_not_xml(text):
    with pytest.raises(Unreadable, match="is not XML"):
        elements(text)


def test_entities_are_refused_before_they_grow():
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    with pytest.raises(Unreadable, match="declares a document type"):
        elements(f'<!DOCTYPE x [<!ENTITY a0 "lol">{bomb}]><x>&a9;</x>')


@given(st.text("<>/&!=\"'ab[] \n\0é", max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(Unreadable):
        assert elements(text)
