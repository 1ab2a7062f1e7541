"""How a recipe says what its pictures have to be like: the keys of ``checks``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema

from pipeline.recipe.expectations import MAX_DELTA_E, MIN_CONTRAST
from pipeline.recipe.shape import Keys

MOST_ATTEMPTS: Final = 10
MOST_KB: Final = 100_000
LARGEST_PX: Final = 16_384
LARGEST_RATIO: Final = 21.0  # WCAG: black on white
LARGEST_DELTA_E: Final = 100.0

_PERCENT: Final = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%\s*")


def as_share(value: Any) -> Any:
    """``8%`` or ``0.08`` → 0.08; anything else as it is."""
    if isinstance(value, str) and (percent := _PERCENT.fullmatch(value)):
        return float(percent[1]) / 100
    return value


Share = Annotated[
    Annotated[float, Field(ge=0, le=1, strict=True)],
    BeforeValidator(as_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": "^[0-9.]+ ?%$"},
            ]
        }
    ),
]


class BrandColorKeys(Keys):
    """``brand_color: {color, min_share, max_delta_e}``."""

    color: StrictStr = Field(
        description='The colour that has to be seen, such as "{{ brand.colors.primary }}".'
    )
    min_share: Share = Field(description="How much of what is visible has it at least: 10% or 0.1.")
    max_delta_e: Annotated[float, Field(gt=0, le=LARGEST_DELTA_E, strict=True)] = Field(
        MAX_DELTA_E, description="How far off a pixel may be and still count, in CIEDE2000."
    )


class ContrastKeys(Keys):
    """``contrast: {on, min}``."""

    on: Literal["light", "dark", "both"] = Field("both", description="Against white, black, or both.")
    min: Annotated[float, Field(ge=1, le=LARGEST_RATIO, strict=True)] = Field(
        MIN_CONTRAST, description="The least ratio of the subject's rim to the ground, as WCAG measures it."
    )


class CoverageKeys(Keys):
    """``coverage: {min, max}``."""

    min: Share = Field(0.0, description="How much of the canvas is visible at least.")
    max: Share = Field(1.0, description="And at most.")


class ChecksKeys(Keys):
    """What the full-size result has to be like; a result that is not makes the run and `check` fail."""

    brand_color: BrandColorKeys | None = Field(None, description="A colour that has to be seen.")
    max_kb: Annotated[StrictInt, Field(ge=1, le=MOST_KB)] | None = Field(
        None, description="The largest file, in kB of 1,000 bytes."
    )
    min_px: Annotated[StrictInt, Field(ge=1, le=LARGEST_PX)] | None = Field(
        None, description="The shorter side at least, in px."
    )
    alpha: Literal["required", "forbidden"] | None = Field(None, description="Transparency.")
    contrast: ContrastKeys | None = Field(None, description="A rim that stands out on light and dark.")
    coverage: CoverageKeys | None = Field(None, description="How much of the canvas is visible.")
    no_checkerboard: StrictBool = Field(False, description="No transparency painted as a checkerboard.")
    not_blank: StrictBool = Field(False, description="Something to see.")

    children: ClassVar[Mapping[str, type[Keys]]] = {
        "brand_color": BrandColorKeys,
        "contrast": ContrastKeys,
        "coverage": CoverageKeys,
    }
