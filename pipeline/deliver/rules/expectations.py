"""One picture against what its recipe expects (``checks:``). What is missed is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.deliver.finding import Finding
from pipeline.picture import flaws, measures
from pipeline.recipe.expectations import Expectations

if TYPE_CHECKING:
    from PIL.Image import Image

GROUNDS: Final = {"light": "#FFFFFF", "dark": "#000000"}

_BUY: Final = "pipeline run --regenerate buys another picture; checks in the recipe says what is asked for."
_LOCAL: Final = "Local settings of the recipe change it at no cost; checks says what is asked for."
_SHARE_DIGITS: Final = 0.0005  # half of what is shown: a share that reads as the one asked for passes


def against(picture: Image, file_bytes: int, expected: Expectations) -> Iterator[Finding]:
    """Everything expected that the picture (RGB or RGBA, uint8, sRGB) or its file's size does not fulfil.

    ``rule`` of a finding is the expectation's key, ``checks.max_kb``; which file it is, the caller fills in.
    """
    for name, wanted in EXPECTATIONS.items():
        for finding in wanted(picture, file_bytes, expected):
            yield replace(finding, rule=f"checks.{name}")


def _brand_color(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if (wanted := expected.brand_color) is None:
        return
    share = measures.brand_share(picture, wanted.color, wanted.max_delta_e)
    if share < wanted.min_share - _SHARE_DIGITS:
        said = f"{share:.1%} of it is within ΔE {wanted.max_delta_e:g} of {wanted.color}"
        yield Finding("error", f"{said}, and at least {wanted.min_share:.1%} is asked for", _BUY)


def _max_kb(_picture: Image, size: int, expected: Expectations) -> Iterator[Finding]:
    if expected.max_kb is not None and size > expected.max_kb * 1000:
        said = f"has {size / 1000:,.1f} kB, and at most {expected.max_kb:g} kB are asked for"
        yield Finding("error", said, _LOCAL)


def _min_px(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if expected.min_px is not None and min(picture.size) < expected.min_px:
        asked = f"at least {expected.min_px} px a side are asked for"
        said = f"is {picture.width} × {picture.height} px, and {asked}"
        yield Finding("error", said, "A larger resolution in the recipe buys a larger picture.")


def _alpha(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if expected.alpha == "required" and picture.mode != "RGBA":
        yield Finding(
            "error", "has no transparency, which is asked for", "Cut it out: removeBg in its recipe."
        )
    elif expected.alpha == "forbidden" and picture.mode == "RGBA":
        yield Finding("error", "has transparency, which must not be", _LOCAL)


def _contrast(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if (wanted := expected.contrast) is None:
        return
    for name, ground in GROUNDS.items():
        if wanted.on in (name, "both"):
            ratio = measures.edge_contrast(picture, ground)
            if ratio < wanted.min:
                said = f"its edge has a contrast of {ratio:.1f} on a {name} ground ({ground})"
                yield Finding("error", f"{said}, and at least {wanted.min:g} is asked for", _BUY)


def _coverage(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if (wanted := expected.coverage) is None:
        return
    share = measures.coverage(picture)
    if share < wanted.min - _SHARE_DIGITS:
        yield Finding(
            "error", f"fills {share:.1%} of its canvas, and at least {wanted.min:.1%} is asked for", _BUY
        )
    elif share > wanted.max + _SHARE_DIGITS:
        yield Finding(
            "error", f"fills {share:.1%} of its canvas, and at most {wanted.max:.1%} is asked for", _BUY
        )


def _no_checkerboard(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if expected.no_checkerboard and flaws.has_painted_checkerboard(picture):
        yield Finding("error", "its background is a painted checkerboard, not transparency", _BUY)


def _not_blank(picture: Image, _size: int, expected: Expectations) -> Iterator[Finding]:
    if expected.not_blank and flaws.is_blank(picture):
        yield Finding("error", "is blank: nothing to see, or one colour all over", _BUY)


EXPECTATIONS: Final[Mapping[str, Callable[[Image, int, Expectations], Iterator[Finding]]]] = {
    "brand_color": _brand_color,
    "max_kb": _max_kb,
    "min_px": _min_px,
    "alpha": _alpha,
    "contrast": _contrast,
    "coverage": _coverage,
    "no_checkerboard": _no_checkerboard,
    "not_blank": _not_blank,
}
"""Each wanted of ``Expectations`` by its key."""
