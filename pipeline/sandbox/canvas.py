"""What a request's inputs say about the picture: size, format, number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.recipe.catalogue import SAME, Model

SIDE_PX = {"0.5K": 512, "1K": 1024, "2K": 2048, "3K": 3072, "4K": 4096}  # of the square
MULTIPLE = 16  # sides are multiples of this many px
MOST_RESULTS = 6

_PIXELS = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")
_SQUARES = ("square", "square_hd")
_RATIO = re.compile(r"(\d+):(\d+)")
_NAMED = re.compile(r"(portrait|landscape)_(\d+)_(\d+)")


def frame(
    model: Model, inputs: Mapping[str, Any], reference: tuple[int, int] | None = None
) -> tuple[int, int]:
    """Width and height in px. ``auto`` follows the first reference picture (its size in px), else 1:1."""
    complete = model.complete(inputs)
    if model.size == SAME and reference is not None:
        return reference
    if asked := _PIXELS.fullmatch(str(complete.get("size", ""))):
        return int(asked[1]), int(asked[2])
    ratio = _ratio(model, complete, reference)
    side = _side(model, complete)
    return _snap(side * ratio**0.5), _snap(side / ratio**0.5)


def picture_format(model: Model, inputs: Mapping[str, Any]) -> str:
    """``png``, ``jpeg`` or ``webp``."""
    asked = str(model.complete(inputs).get("output_format", ""))
    return {"jpg": "jpeg", "jpeg": "jpeg", "webp": "webp"}.get(asked, "png")


def is_transparent(model: Model, inputs: Mapping[str, Any]) -> bool:
    """Whether a picture with alpha is asked for, of a model that makes such pictures."""
    return model.transparent is not None and inputs.get(model.transparent[0]) == model.transparent[1]


def result_count(inputs: Mapping[str, Any]) -> int:
    """How many pictures one task returns."""
    asked = inputs.get("num_images") or inputs.get("max_images") or 1
    try:
        return min(max(int(asked), 1), MOST_RESULTS)
    except (TypeError, ValueError):
        return 1


def pictures(model: Model, inputs: Mapping[str, Any]) -> list[str]:
    """URLs of the reference pictures."""
    if model.picture is None:
        return []
    value = inputs.get(model.picture.name) or []
    return [value] if isinstance(value, str) else [str(url) for url in value]


def _ratio(model: Model, inputs: Mapping[str, Any], reference: tuple[int, int] | None) -> float:
    for asked in (
        model.written("aspect_ratio", inputs),
        inputs.get("aspect_ratio"),
        inputs.get("image_size"),
    ):
        text = str(asked)
        if text in _SQUARES:
            return 1.0
        if match := _RATIO.fullmatch(text):
            return int(match[1]) / int(match[2])
        if match := _NAMED.fullmatch(text):
            long, short = sorted((int(match[2]), int(match[3])), reverse=True)
            return long / short if match[1] == "landscape" else short / long
    return reference[0] / reference[1] if reference else 1.0


def _side(model: Model, inputs: Mapping[str, Any]) -> float:
    route = model.keys.get("resolution")
    written = inputs.get(route.target) if route else None
    spelled = {wire: word for word, wire in route.values.items()} if route else {}
    if inputs.get("image_size") == "square" and written is None:
        return SIDE_PX["0.5K"]
    return SIDE_PX.get(spelled.get(str(written), str(written)), SIDE_PX["1K"])


def _snap(px: float) -> int:
    return max(MULTIPLE, round(px / MULTIPLE) * MULTIPLE)
