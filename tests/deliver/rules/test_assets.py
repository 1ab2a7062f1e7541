from __future__ import annotations

from pipeline.deliver.listed import ListedCutout
from pipeline.deliver.look import AssetLook
from pipeline.deliver.rules import judge


def said(look: AssetLook) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.severity, finding.message) for finding in judge(look)]


def test_a_good_asset_leaves_nothing_to_say():
    assert said(AssetLook("coin", cutout=ListedCutout("key", 0.9), wants_cutout=True)) == []
    assert said(AssetLook("coin")) == []


def test_a_cut_out_that_was_asked_for_and_is_missing():
    [finding] = judge(AssetLook("coin", "recipes/icons.yaml", wants_cutout=True))
    assert (finding.rule, finding.severity) == ("cutout-missing", "error")
    assert (finding.asset, finding.recipe) == ("coin", "recipes/icons.yaml")


def test_a_cut_out_to_look_at():
    cutout = ListedCutout("key", 0.3, warnings=("the subject touches the border",))
    assert said(AssetLook("coin", cutout=cutout)) == [
        ("cutout-doubtful", "warning", "cut-out only 30 % sure (key): the subject touches the border")
    ]


def test_whatever_else_the_run_warned_of():
    assert said(AssetLook("coin", warnings=("icon big was enlarged",))) == [
        ("warned", "warning", "icon big was enlarged")
    ]
