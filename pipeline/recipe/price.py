"""What one create costs, as far as the request and the pictures it works on decide it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

Size = tuple[int, int]  # width and height of a picture, px

RESULT = "result"
"""Stands in ``by`` and ``of`` for the size of what is made; no input has that name."""

MOST_WITHOUT_ROW = 6

# Nominal sizes of the named image sizes in px (fal.ai's ``ImageSize``, whose names these models use).
SIZES_PX = {
    "square": (512, 512),
    "square_hd": (1024, 1024),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}


@dataclass(frozen=True, slots=True)
class Price:
    """Credits by the values of ``by``, times the number in ``each``, per megapixel when ``area`` is named.

    With ``by`` of ``RESULT`` a row is the longest side, in px, up to which its credits are due. Each picture
    sent along costs ``picture`` credits more, but for the first ``free`` of them.
    """

    rows: Mapping[tuple[str, ...], float]
    by: tuple[str, ...] = ()
    each: str = ""
    area: str = ""
    picture: float = 0
    free: int = 0

    @property
    def by_size(self) -> bool:
        """Whether it depends on the size of what is made."""
        return self.by == (RESULT,) or self.area == RESULT

    @property
    def largest_px(self) -> int:
        """The longest side of the largest result that has a price, px; 0 where rows are not by result."""
        return max(int(px) for (px,) in self.rows) if self.by == (RESULT,) and self.rows else 0

    @property
    def by_pictures(self) -> bool:
        """Whether it depends on the pictures sent along: how many there are, or how large."""
        return self.by_size or self.picture > 0

    def credits(
        self, inputs: Mapping[str, Any], pictures: int = 0, result: Size | None = None
    ) -> float | None:
        """Credits for one create with complete ``inputs`` and that many pictures; None when undecided.

        ``result`` is the size of what is made, where that is known.
        """
        row, area = self._row(inputs, result), self._megapixels(inputs, result)
        count = self._count(inputs)
        if row is None or count is None or area is None:
            return None
        total = row * count * area + self.picture * max(0, pictures - self.free)
        return round(total, 2) if 0 <= total < math.inf else None

    def _row(self, inputs: Mapping[str, Any], result: Size | None) -> float | None:
        if self.by != (RESULT,):
            return self.rows.get(tuple(word(inputs.get(name)) for name in self.by))
        if result is None:
            return None
        fitting = (px for (px,) in self.rows if int(px) >= max(result))
        nearest = min(fitting, key=int, default=None)
        return None if nearest is None else self.rows[nearest,]

    def _count(self, inputs: Mapping[str, Any]) -> float | None:
        if not self.each:
            return 1
        try:
            count = float(inputs.get(self.each, 1))
        except (TypeError, ValueError, OverflowError):
            return None
        return count if 0 < count < math.inf else None

    def _megapixels(self, inputs: Mapping[str, Any], result: Size | None) -> float | None:
        if not self.area:
            return 1
        size = result if self.area == RESULT else SIZES_PX.get(word(inputs.get(self.area)))
        return None if size is None else size[0] * size[1] / 1e6


def without_row(price: Price | None, values: Mapping[str, Sequence[str]]) -> list[str]:
    """What no row is for: ``["resolution 2K", "resolution 4K"]``, of ``values`` (input → the words it takes).

    Nothing where an input of ``by`` takes any words, or where the price has no such rows.
    """
    by = price.by if price is not None else ()
    if price is None or by == (RESULT,) or not all(values.get(name) for name in by):
        return []
    lacking = (row for row in product(*(values[name] for name in by)) if row not in price.rows)
    return [
        " ".join(f"{name} {word}" for name, word in zip(by, row, strict=True))
        for row in islice(lacking, MOST_WITHOUT_ROW)
    ]


def describe(price: Price | None) -> str:
    """``18–24 credits``, ``5 credits/MP × num_images``, ``10–40 credits by result size``, ``unknown``."""
    if price is None or not price.rows:
        return "unknown"
    low, high = min(price.rows.values()), max(price.rows.values())
    amount = f"{low:g}" if low == high else f"{low:g}–{high:g}"
    said = f"{amount} {'credit' if amount == '1' else 'credits'}"
    if price.area:
        said += "/MP"
    elif price.by_size:
        said += " by result size"
    if price.each:
        said += f" × {price.each}"
    return f"{said} + {price.picture:g} a picture" if price.picture else said


def word(value: Any) -> str:
    """A value as price rows spell it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
