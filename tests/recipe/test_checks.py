"""What a recipe says its pictures have to be like, and how often they may be made."""

from __future__ import annotations

import pytest

from pipeline.recipe.expectations import BrandColor, Contrast, Coverage, Expectations


def test_nothing_is_checked_unless_asked(assets):
    assert (assets("- {name: a, prompt: x}")["a"].checks, assets("- {name: a, prompt: x}")["a"].attempts) == (
        None,
        1,
    )
    assert assets("- {name: a, prompt: x, checks: {}}")["a"].checks is None


def test_everything_that_can_be_asked(assets):
    found = assets(
        """
        - name: a
          prompt: x
          attempts: 4
          checks:
            brand_color: {color: "{{ brand.colors.primary }}", min_share: 10%, max_delta_e: 12}
            max_kb: 300
            min_px: 512
            alpha: required
            contrast: {on: dark, min: 4.5}
            coverage: {min: 0.2, max: 90%}
            no_checkerboard: true
            not_blank: true
    """
    )["a"]
    assert found.attempts == 4
    assert found.checks == Expectations(
        brand_color=BrandColor("#EC4899", 0.1, 12),
        max_kb=300,
        min_px=512,
        alpha="required",
        contrast=Contrast("dark", 4.5),
        coverage=Coverage(0.2, 0.9),
        no_checkerboard=True,
        not_blank=True,
    )


def test_what_a_colour_is_checked_for_is_no_reason_to_pay(assets):
    """The colour is a value the checks use, and nothing of them is sent."""
    said = "- {name: a, prompt: x, removeBg: true, checks: {brand_color: {color: '%s', min_share: 5%%}}}"
    plain = assets("- {name: a, prompt: x, removeBg: true}")["a"]
    green = assets(said % "{{ brand.colors.accent.blue }}")["a"]
    assert green.checks is not None
    assert (green.request, green.values) == (plain.request, plain.values)
    gold = assets(said % "gold")["a"]
    assert gold.checks == Expectations(brand_color=BrandColor("#FFD700", 0.05))


def test_an_assets_checks_are_merged_with_those_of_defaults(assets):
    head = "defaults: {model: nano-banana-pro, attempts: 2, checks: {not_blank: true, max_kb: 300}}"
    found = assets(
        "- {name: a, prompt: x, checks: {max_kb: 100}}\n- {name: b, prompt: x, checks: null}", head
    )
    assert found["a"].checks == Expectations(not_blank=True, max_kb=100)
    assert (found["a"].attempts, found["b"].checks, found["b"].attempts) == (2, None, 1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("checks: {brand: 1}", 'unknown key "brand"'),
        ("checks: {brand_color: {color: '#12', min_share: 5%}}", '"#12" is no colour'),
        ("checks: {brand_color: {color: red}}", "min_share is required"),
        ("checks: {brand_color: {color: red, min_share: 500%}}", "min_share must be less than or equal to 1"),
        ("checks: {brand_color: {color: '{{ vars.nil }}', min_share: 5%}}", "vars.nil is not defined"),
        ("checks: {alpha: maybe}", 'alpha does not take "maybe"'),
        ("checks: {contrast: {on: grey}}", 'on does not take "grey"'),
        ("checks: {coverage: {min: 0.8, max: 0.2}}", "coverage: min is larger than max"),
        ("checks: {max_kb: 0}", "max_kb must be greater than or equal to 1"),
        ("checks: true", "checks must be a mapping"),
        ("checks: {alpha: forbidden}, removeBg: true", "alpha: forbidden and removeBg contradict each other"),
        ("attempts: 3", "attempts are made while checks fail, and there are none"),
        ("checks: {not_blank: true}, attempts: 11", "attempts must be less than or equal to 10"),
        (
            "checks: {not_blank: true}, attempts: 2, removeBg: {method: difference}",
            "attempts do not go with removeBg method difference",
        ),
    ],
)  # fmt: skip
def test_mistakes(mistakes, said, expected):
    found = mistakes(f"- {{name: a, prompt: x, {said}}}")
    assert expected in found
    assert found.count("error:") == 1
