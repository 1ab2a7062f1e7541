"""From what a recipe says of its pictures to what is checked: colours rendered and normalised."""

from __future__ import annotations

from pipeline.recipe import colours
from pipeline.recipe.check_keys import ChecksKeys
from pipeline.recipe.entries import Draft
from pipeline.recipe.expectations import BrandColor, Contrast, Coverage, Expectations
from pipeline.recipe.wording import show


def checks(draft: Draft) -> Expectations | None:
    """What the asset's result is held against; None when nothing is asked. Faults go to the draft."""
    said = draft.get("checks")
    if not isinstance(said, ChecksKeys):
        return None
    contrast, coverage = said.contrast, said.coverage
    if coverage is not None and coverage.min > coverage.max:
        draft.fault("coverage: min is larger than max", (*draft.where("checks"), "coverage", "min"))
    expected = Expectations(
        brand_color=_brand_color(draft, said),
        max_kb=said.max_kb,
        min_px=said.min_px,
        alpha=said.alpha,
        contrast=None if contrast is None else Contrast(contrast.on, contrast.min),
        coverage=None if coverage is None else Coverage(coverage.min, coverage.max),
        no_checkerboard=said.no_checkerboard,
        not_blank=said.not_blank,
    )
    if expected.alpha == "forbidden" and draft.get("remove_bg"):
        hint = "leave one of them out"
        draft.fault("alpha: forbidden and removeBg contradict each other", draft.where("checks"), hint=hint)
    return None if expected == Expectations() else expected


def attempts(draft: Draft, expected: Expectations | None, *, paired: bool) -> int:
    """How often the asset may be made while its checks are unmet; 1 unless said."""
    said = int(draft.get("attempts") or 1)
    if said == 1 or draft.where("attempts")[0] == "defaults":
        return 1 if expected is None or paired else said
    if expected is None:
        hint = "say what it has to be like with checks:, or leave attempts out"
        draft.fault(
            "attempts are made while checks fail, and there are none", draft.where("attempts"), hint=hint
        )
    if paired:
        hint = "leave attempts out, or cut out with another method"
        draft.fault(
            "attempts do not go with removeBg method difference, whose picture is two renders",
            draft.where("attempts"),
            hint=hint,
        )
    return said


def _brand_color(draft: Draft, said: ChecksKeys) -> BrandColor | None:
    wish = said.brand_color
    if wish is None or not wish.color:  # a broken template has been reported
        return None
    color = colours.normalise(wish.color)
    if color is None:
        place = (*draft.where("checks"), "brand_color", "color")
        draft.fault(f"{show(wish.color)} is no colour", place, hint='write it as "#EC4899"')
        return None
    return BrandColor(color[:7], wish.min_share, wish.max_delta_e)
