"""The wishes of a recipe (``checks:``) against one picture. What is wished for and missed is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.deliver.finding import Finding
from pipeline.picture import flaws, measures
from pipeline.recipe.wishes import Wishes

if TYPE_CHECKING:
    from PIL.Image import Image

GROUNDS: Final = {"light": "#FFFFFF", "dark": "#000000"}

_BUY: Final = "pipeline run --regenerate buys another picture; checks in the recipe says what is asked for."
_LOCAL: Final = "Local settings of the recipe change it at no cost; checks says what is asked for."
_SHARE_DIGITS: Final = 0.0005  # half of what is shown: a share that reads as the one asked for passes


def against(picture: Image, file_bytes: int, wishes: Wishes) -> Iterator[Finding]:
    """Every wish the picture (RGB or RGBA, uint8, sRGB, in a file of so many bytes) does not fulfil.

    ``rule`` of a finding is the wish's key, ``checks.max_kb``; which file it is, the caller fills in.
    """
    for name, wish in WISHES.items():
        for finding in wish(picture, file_bytes, wishes):
            yield replace(finding, rule=f"checks.{name}")


def _brand_color(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if (wish := wishes.brand_color) is None:
        return
    share = measures.brand_share(picture, wish.color, wish.max_delta_e)
    if share < wish.min_share - _SHARE_DIGITS:
        said = f"{share:.1%} of it is within ΔE {wish.max_delta_e:g} of {wish.color}"
        yield Finding("error", f"{said}, and at least {wish.min_share:.1%} is asked for", _BUY)


def _max_kb(_picture: Image, size: int, wishes: Wishes) -> Iterator[Finding]:
    if wishes.max_kb is not None and size > wishes.max_kb * 1000:
        said = f"has {size / 1000:,.1f} kB, and at most {wishes.max_kb:g} kB are asked for"
        yield Finding("error", said, _LOCAL)


def _min_px(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if wishes.min_px is not None and min(picture.size) < wishes.min_px:
        said = (
            f"is {picture.width} × {picture.height} px, and at least {wishes.min_px} px a side are asked for"
        )
        yield Finding("error", said, "A larger resolution in the recipe buys a larger picture.")


def _alpha(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if wishes.alpha == "required" and picture.mode != "RGBA":
        yield Finding(
            "error", "has no transparency, which is asked for", "Cut it out: removeBg in its recipe."
        )
    elif wishes.alpha == "forbidden" and picture.mode == "RGBA":
        yield Finding("error", "has transparency, which must not be", _LOCAL)


def _contrast(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if (wish := wishes.contrast) is None:
        return
    for name, ground in GROUNDS.items():
        if wish.on in (name, "both"):
            ratio = measures.edge_contrast(picture, ground)
            if ratio < wish.min:
                said = f"its edge has a contrast of {ratio:.1f} on a {name} ground ({ground})"
                yield Finding("error", f"{said}, and at least {wish.min:g} is asked for", _BUY)


def _coverage(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if (wish := wishes.coverage) is None:
        return
    share = measures.coverage(picture)
    if share < wish.min - _SHARE_DIGITS:
        yield Finding(
            "error", f"fills {share:.1%} of its canvas, and at least {wish.min:.1%} is asked for", _BUY
        )
    elif share > wish.max + _SHARE_DIGITS:
        yield Finding(
            "error", f"fills {share:.1%} of its canvas, and at most {wish.max:.1%} is asked for", _BUY
        )


def _no_checkerboard(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if wishes.no_checkerboard and flaws.has_painted_checkerboard(picture):
        yield Finding("error", "its background is a painted checkerboard, not transparency", _BUY)


def _not_blank(picture: Image, _size: int, wishes: Wishes) -> Iterator[Finding]:
    if wishes.not_blank and flaws.is_blank(picture):
        yield Finding("error", "is blank: nothing to see, or one colour all over", _BUY)


WISHES: Final[Mapping[str, Callable[[Image, int, Wishes], Iterator[Finding]]]] = {
    "brand_color": _brand_color,
    "max_kb": _max_kb,
    "min_px": _min_px,
    "alpha": _alpha,
    "contrast": _contrast,
    "coverage": _coverage,
    "no_checkerboard": _no_checkerboard,
    "not_blank": _not_blank,
}
"""Each wish of ``Wishes`` by its key."""
