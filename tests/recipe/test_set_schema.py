from __future__ import annotations

import pytest

from pipeline.recipe.set_schema import definitions
from pipeline.targets import catalogue

TARGETS = definitions()["Targets"]


def test_a_name_a_list_and_a_mapping_are_offered():
    alone, listed, mapping, nothing = TARGETS["anyOf"]
    assert alone["enum"] == listed["items"]["enum"] == list(mapping["properties"]) == list(catalogue.NAMES)
    assert nothing == {"type": "null"}


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_every_option_of_a_target_is_offered_and_explained(name):
    switch, options, _ = TARGETS["anyOf"][2]["properties"][name]["anyOf"]
    assert switch == {"type": "boolean"}
    assert list(options["properties"]) == [option.name for option in catalogue.target(name).options]
    own = {option.name for option in catalogue.target(name).own}
    assert all(options["properties"][key]["description"] for key in own)


def test_an_option_says_its_values_and_what_is_usual():
    options = TARGETS["anyOf"][2]["properties"]["ios"]["anyOf"][1]["properties"]
    assert options["style"]["anyOf"][0] == {"enum": ["single", "classic", "all"]}
    assert options["style"]["description"].endswith(
        "It takes one of single, classic, all; single unless said."
    )
    assert options["padding"] == {"$ref": "#/$defs/TargetPadding"}
