"""Parts of assets to work from: the cut-out, ``asset:NAME#nobg``, or an icon, ``asset:NAME@LABEL``.

An icon is made from the full-size result, which is the cut-out where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pipeline.recipe.catalogue import Catalogue
from pipeline.recipe.entries import Draft, PartUse
from pipeline.recipe.model import ModelChoice
from pipeline.recipe.spec import Asset, Part, Picture
from pipeline.recipe.videos import kind_of
from pipeline.recipe.wording import show, suggest

ASSET: Final = "asset:"
NOBG: Final = "#nobg"
_WRITTEN: Final = re.compile(r"([^#@]*)(.*)", re.DOTALL)  # no name holds either sign


def asset_picture(draft: Draft, use: PartUse) -> Picture:
    """The picture that ``use`` names, its part still to be settled; the draft notes what has to be there."""
    draft.edges.append((use.asset, use.place))
    if not use.part:
        return Picture("asset", use.asset)
    draft.parts.append(use)
    return Picture("asset", use.asset, part=Part(use.part))


def split(written: str) -> tuple[str, str]:
    """``asset:coin#nobg`` → ``("coin", "#nobg")``; of a whole asset the part is empty."""
    found = _WRITTEN.fullmatch(written.removeprefix(ASSET).strip())
    assert found is not None  # it matches any text
    return found[1].strip(), found[2]


def check(drafts: Iterable[Draft], catalogue: Catalogue) -> None:
    """Report to each draft the parts that its sources do not have. Sources that are missing are not ours."""
    by_name = {draft.name: draft for draft in drafts}
    for draft in by_name.values():
        for use in draft.parts:
            source = by_name.get(use.asset)
            if source is not None and kind_of(source, catalogue) == "image":
                _check_part(draft, use, source)
                _check_size(draft, use, source, catalogue)


def settle(assets: Iterable[Asset]) -> Iterator[Asset]:
    """The assets, each part of another with what shapes it; one that is not there stays as it is written."""
    assets = tuple(assets)
    by_name = {asset.name: asset for asset in assets}
    for asset in assets:
        if any(picture.part for picture in asset.request.pictures):
            pictures = tuple(_settled(picture, by_name) for picture in asset.request.pictures)
            yield replace(asset, request=replace(asset.request, pictures=pictures))
        else:
            yield asset


def _settled(picture: Picture, by_name: Mapping[str, Asset]) -> Picture:
    source = by_name.get(picture.value)
    if picture.part is None or source is None:
        return picture
    written = picture.part.label
    part = Part("nobg", cutout=source.cutout, first=source.first)
    if written == NOBG:
        return replace(picture, part=part)
    icon = next((one for one in source.icons if one.label == _label(written, _labels(source))), None)
    return picture if icon is None else replace(picture, part=replace(part, label=icon.label, px=icon.px))


def _labels(source: Asset) -> tuple[str, ...]:
    return tuple(icon.label for icon in source.icons)


def _label(written: str, labels: Iterable[str]) -> str:
    """The icon's label that ``@hero`` means: ``@hero`` where there is one, else ``hero``; empty for none."""
    known = set(labels)
    return next((label for label in (written, written.removeprefix("@")) if label in known), "")


def _check_part(draft: Draft, use: PartUse, source: Draft) -> None:
    labels = tuple(source.get("icons") or ())
    removes = bool(source.get("remove_bg"))
    if (use.part == NOBG and removes) or (use.part.startswith("@") and _label(use.part, labels)):
        return
    wrong = {"removeBg", "remove_bg", "icons", use.part, use.part[1:]}
    if source.refused & wrong:  # it may be there once that is right
        return
    allowed = [NOBG] * removes + [f"@{label.removeprefix('@')}" for label in labels]
    name = source.name
    if use.part == NOBG:
        message, hint = f"{name} has no cut-out", f"give {name} removeBg: true, or write {ASSET}{name}"
    elif NOBG in use.part and "@" in use.part:
        message = f"{show(use.part)} is not one part of {name}"
        hint = "an icon is made from the cut-out where there is one: leave #nobg out"
    else:
        what = "icon" if use.part.startswith("@") else "part"
        message, hint = f"{name} has no {what} {show(use.part)}", suggest(use.part, allowed)
        hint = hint or f"it has neither a cut-out nor icons: write {ASSET}{name}"
    draft.fault(message, use.place, find=use.part, hint=hint)


def _check_size(draft: Draft, use: PartUse, source: Draft, catalogue: Catalogue) -> None:
    """An icon that a model cannot take, whatever its picture: nothing is enlarged silently."""
    choice = draft.get("model")
    model = catalogue.get(choice.id) if isinstance(choice, ModelChoice) else None
    icons = source.get("icons") or {}
    px = icons.get(_label(use.part, icons), 0)
    if px and model is not None and model.picture is not None and px < model.picture.smallest_px:
        message = (
            f"{source.name}{use.part} is {px} px; {model.id} takes none below {model.picture.smallest_px} px"
        )
        draft.fault(
            message, use.place, find=use.part, hint=f"write {ASSET}{source.name}, or name a larger icon"
        )
