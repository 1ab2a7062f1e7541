from __future__ import annotations

import pytest

from pipeline.recipe.target_options import mistakes, settled
from pipeline.targets import catalogue


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_what_is_settled_stays_as_it_is_when_settled_again(name):
    target = catalogue.target(name)
    once = settled(target, {"padding": "8%", "background": "#ec4899"})
    assert once.options["background"] == "#EC4899"
    assert settled(target, once.options) == once


def test_every_mistake_is_told_with_what_was_meant():
    found = list(mistakes(catalogue.target("ios"), {"stile": 1, "style": "clasic", "padding": 2}))
    assert [(one.option, one.unknown) for one in found] == [
        ("stile", True),
        ("style", False),
        ("padding", False),
    ]
    assert found[0].hint.startswith("did you mean style? allowed: ")
    assert found[1].hint.startswith("did you mean classic? it takes one of ")
    assert found[2].hint.startswith("it takes a share")
