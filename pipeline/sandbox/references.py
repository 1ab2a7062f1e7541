"""The pictures a request names: how large they are, and what the service would find wrong with them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline import media
from pipeline.recipe.catalogue import Model, PictureField
from pipeline.recipe.price import Size
from pipeline.sandbox import canvas
from pipeline.sandbox.answers import REFUSED
from pipeline.sandbox.faults import Failure
from pipeline.sandbox.results import Results


class References:
    """Looks at pictures that are here; one that is elsewhere is never fetched."""

    def __init__(self, results: Results) -> None:
        self._results = results

    async def sizes(self, model: Model, inputs: Mapping[str, Any]) -> list[Size | None]:
        """The size of each picture; None for all of them where nothing depends on it."""
        urls = canvas.pictures(model, inputs)
        if not model.most_px and (model.cost is None or not model.cost.by_size):
            return [None] * len(urls)
        return [_size(await self._results.source(url)) for url in urls]

    def failure(self, model: Model, inputs: Mapping[str, Any]) -> Failure | None:
        """How the task ends because of its pictures; None when nothing is wrong with them.

        Only what was handed over is looked at: a result of another task is painted when it is needed.
        """
        for url in canvas.pictures(model, inputs):
            data = self._results.upload(url)
            if data is not None and model.picture is not None:
                for complaint in _complaints(model.picture, data):
                    return Failure(str(REFUSED), f"{model.picture.name}: {complaint}")
        return None


def charge(model: Model, inputs: Mapping[str, Any], sizes: Sequence[Size | None]) -> float | None:
    """Credits for one create that works on pictures of those sizes; None where nothing is published.

    A result past the largest that has a price costs as much as that one: hardly less, whatever it is.
    """
    price, result = model.price(inputs, sizes), model.result_px(inputs, sizes)
    if price is not None or model.cost is None or result is None or max(result) <= model.cost.largest_px:
        return price
    largest = (model.cost.largest_px, model.cost.largest_px)
    return model.cost.credits(model.complete(inputs), len(sizes), largest) if model.cost.by_size else None


def too_large(model: Model, inputs: Mapping[str, Any], sizes: Sequence[Size | None]) -> str:
    """What the service says of a result larger than it makes; empty where it makes it, or nobody knows."""
    longest = max(model.result_px(inputs, sizes) or (0,))
    if not 0 < model.most_px < longest:
        return ""
    return f"the longest side of the result must be at most {model.most_px} px, not {longest}"


def _complaints(field: PictureField, data: bytes) -> Iterator[str]:
    found = media.sniff(data[: media.HEAD_BYTES])
    kind = "jpeg" if found == "jpg" else found
    if kind is not None and kind not in field.formats:
        yield f"the type {kind} is not supported"
    if len(data) > field.megabytes * 1e6:
        yield f"the file must be at most {field.megabytes:g} MB"
    size = _size(data) if field.megapixels or field.smallest_px or field.largest_px else None
    if size is not None:
        yield from _dimensions(field, size)


def _dimensions(field: PictureField, size: Size) -> Iterator[str]:
    if min(size) < field.smallest_px:
        yield f"each side must be at least {field.smallest_px} px, not {min(size)}"
    if field.largest_px and max(size) > field.largest_px:
        yield f"each side must be at most {field.largest_px} px, not {max(size)}"
    if field.megapixels and size[0] * size[1] > field.megapixels * 1e6:
        yield f"the picture must have at most {field.megapixels:g} megapixels"


def _size(data: bytes) -> Size | None:
    """Width and height of a picture as its header says, px; None for what is none."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # nothing is decoded here
            with Image.open(io.BytesIO(data)) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
