"""Prices that depend on the pictures an asset is made from: how many there are, and how large."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import header
from pipeline.recipe.catalogue import Catalogue, Model
from pipeline.recipe.price import SIZES_PX, Size, describe
from pipeline.recipe.spec import Asset, Picture

_WHOLE = re.compile(r"[1-9][0-9]{0,3}")  # str.isdigit() takes "²" as well
_PIXELS = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")


def with_prices(assets: Iterable[Asset], catalogue: Catalogue) -> tuple[Asset, ...]:
    """The assets, each priced by the pictures it is made from where its model's price depends on them."""
    assets = tuple(assets)
    known = _Sizes({asset.name: asset for asset in assets}, catalogue)
    return tuple(_priced(asset, catalogue.get(asset.request.model), known) for asset in assets)


def _priced(asset: Asset, model: Model | None, known: _Sizes) -> Asset:
    buys_nothing = asset.candidates or asset.further_of  # what others bought is taken
    if buys_nothing or model is None or model.cost is None or not model.cost.by_pictures:
        return asset
    sizes = known.of_pictures(asset)
    price = model.price(asset.request.inputs, sizes)
    if px := _unpublished_px(model, asset.request.inputs, sizes):
        return replace(asset, price=price, price_range="", unpublished_px=px)
    return replace(asset, price=price, price_range=describe(model.cost) if price is None else "")


def _unpublished_px(model: Model, inputs: Mapping[str, object], sizes: Sequence[Size | None]) -> int:
    """The longest side of a result past every row of its price, px; 0 where it is not, or nobody knows."""
    longest = max(model.result_px(inputs, sizes) or (0,))
    return longest if model.cost is not None and 0 < model.cost.largest_px < longest else 0


class _Sizes:
    """Sizes of pictures, worked out when first asked for; None where there is no telling before a run."""

    def __init__(self, assets: Mapping[str, Asset], catalogue: Catalogue) -> None:
        self._assets, self._catalogue = assets, catalogue
        self._known: dict[str, Size | None] = {}

    def of_pictures(self, asset: Asset) -> list[Size | None]:
        return [self._of(picture) for picture in asset.request.pictures]

    def _of(self, picture: Picture) -> Size | None:
        if picture.path is not None:
            return _size_of(picture.path)
        if picture.part is not None and picture.part.px:  # of its longer side: at most so much
            return picture.part.px, picture.part.px
        size = self._of_asset(picture.value) if picture.source == "asset" else None
        cutout = picture.part.cutout if picture.part is not None else None
        return _padded(size, cutout.padding) if size and cutout is not None and cutout.crop else size

    def _of_asset(self, name: str) -> Size | None:
        if name not in self._known:
            self._known[name] = None  # also while it is being worked out: assets may be made from each other
            asset = self._assets.get(name)
            model = self._catalogue.get(asset.request.model) if asset else None
            if asset and model and model.size:
                self._known[name] = model.result_px(asset.request.inputs, self.of_pictures(asset))
            elif asset and model:
                self._known[name] = nominal_px(model, asset.request.inputs)
        return self._known[name]


def _padded(size: Size, padding: float) -> Size:
    """The most that ``pipeline.picture.cutout.trim`` makes of a picture whose subject fills it."""
    width, height = size
    border = round(padding * max(size))
    wide, high = width + 2 * border, height + 2 * border
    return max(wide, round(high * width / height)), max(high, round(wide * height / width))


def nominal_px(model: Model, inputs: Mapping[str, object]) -> Size | None:
    """The size a model delivers by its ratio and resolution; None where the ratio is left to the model.

    nK is n × 1024 px on the square, other ratios have its area.
    """
    complete = model.complete(inputs)
    if model.kind != "image":
        return None
    if pixels := _PIXELS.fullmatch(str(complete.get("size", ""))):
        return int(pixels[1]), int(pixels[2])
    if "resolution" not in model.keys and (size := SIZES_PX.get(str(complete.get("image_size")))):
        return size
    side = _square_px(model, complete)
    width, _, height = model.written("aspect_ratio", complete).partition(":")
    if not (_WHOLE.fullmatch(width) and _WHOLE.fullmatch(height)):
        return None
    share = math.sqrt(int(width) / int(height))
    return round(side * share), round(side / share)


def longest_px(model: Model, inputs: Mapping[str, object]) -> int:
    """The longer side a model delivers, px, on the square where the ratio is left to it.

    0 where that depends on the picture it works on.
    """
    if model.picture is not None and "prompt" not in model.inputs:
        return 0
    complete = model.complete(inputs)
    return max(nominal_px(model, complete) or (_square_px(model, complete),))


def _square_px(model: Model, complete: Mapping[str, object]) -> int:
    resolution = model.written("resolution", complete)
    return 1024 * int(resolution[:-1]) if _WHOLE.fullmatch(resolution.removesuffix("K")) else 1024


def _size_of(path: Path) -> Size | None:
    """Width and height of a picture as its header says, px; None for what is none."""
    try:
        found = header.read(path)
    except header.Unreadable:
        return None
    return found.width, found.height
