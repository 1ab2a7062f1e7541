"""From what a recipe says of platform sets to what is to be made: targets, options, other drawings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline import media
from pipeline.recipe.entries import Draft, repeated
from pipeline.recipe.load import Place, value_at
from pipeline.recipe.paths import PathFault, picture_fault, resolve_file
from pipeline.recipe.spec import Art, Asset, Picture, TargetUse
from pipeline.recipe.target_options import mistakes, settled
from pipeline.recipe.wording import show, suggest
from pipeline.targets import catalogue
from pipeline.targets.output import SLOTS

_ASSET: Final = "asset:"
_ART_HINT: Final = "write asset:NAME, or a file below the project"


def targets(draft: Draft) -> tuple[TargetUse, ...]:
    """The sets an asset asks for, every option settled; what is wrong is reported to the draft."""
    _check_repeated(draft)
    found = (_use(draft, name, said) for name, said in (draft.get("targets") or {}).items())
    uses = tuple(use for use in found if use is not None)
    _check_unused(draft, uses)
    return uses


def art(draft: Draft, folder: Path, root: Path) -> tuple[Art, ...]:
    """The other drawings for an asset's sets, in the order of ``SLOTS``; none without any set.

    ``folder`` is the recipe file's, ``root`` the project's. Cut-outs are not known yet: ``with_cutouts``.
    """
    said: Mapping[str, Any] = draft.get("art") or {}
    pictures = {slot: _picture(draft, said[slot], slot, folder, root) for slot in SLOTS if said.get(slot)}
    if not draft.get("targets"):
        return ()
    return tuple(Art(slot, (picture,)) for slot, picture in pictures.items() if picture is not None)


def with_cutouts(assets: Iterable[Asset]) -> Iterator[Asset]:
    """The assets, the drawings of their sets with how those are cut out.

    A drawing without its background is what a set is for, but a background is taken as it was painted: of
    two renders the one on white.
    """
    assets = tuple(assets)
    by_name = {asset.name: asset for asset in assets}
    for asset in assets:
        yield replace(asset, art=tuple(_cut(one, by_name) for one in asset.art)) if asset.art else asset


def _cut(one: Art, by_name: Mapping[str, Asset]) -> Art:
    (picture,) = one.pictures
    source = by_name.get(picture.value) if picture.source == "asset" else None
    if source is None:
        return one
    first = (replace(picture, value=source.first),) if source.first else ()
    if one.slot == "background":
        return replace(one, pictures=first or (picture,))
    return replace(one, pictures=(*first, picture), cutout=source.cutout)


def _use(draft: Draft, name: str, said: Mapping[str, Any]) -> TargetUse | None:
    place = _place_of(draft, name)
    if name not in catalogue.NAMES:
        is_key = place != draft.where("targets")
        draft.fault(f"unknown target {show(name)}", place, key=is_key, hint=suggest(name, catalogue.NAMES))
        return None
    target = catalogue.target(name)
    written = {option: value for option, value in said.items() if value is not None}  # None: as usual
    found = list(mistakes(target, written))
    for one in found:
        draft.fault(one.message, (*place, one.option), key=one.unknown, hint=one.hint)
    return None if found else settled(target, written)


def _place_of(draft: Draft, name: str) -> Place:
    """Where a target is named: in a list, as a key, or alone."""
    place = draft.where("targets")
    written = value_at(draft.document.data, place)
    if isinstance(written, list):
        return (*place, written.index(name))
    return (*place, name) if isinstance(written, dict) else place


def _check_repeated(draft: Draft) -> None:
    place = draft.where("targets")
    written = value_at(draft.document.data, place) if draft.get("targets") else None
    for number, name in repeated(written) if isinstance(written, list) else ():
        draft.fault(f"targets holds {show(name)} twice", (*place, number))


def _check_unused(draft: Draft, uses: tuple[TargetUse, ...]) -> None:
    """What an asset itself says about sets without asking for one; a default may serve other assets."""
    if uses or draft.get("targets"):
        return
    for key in ("art", "contact_sheet"):
        if draft.get(key) and draft.where(key)[0] != "defaults":
            hint = "add targets: [ios, android, web], or leave it out"
            draft.fault(f"{key} is for platform sets, and there are none", draft.where(key), hint=hint,
                        severity="warning")  # fmt: skip


def _picture(draft: Draft, written: str, slot: str, folder: Path, root: Path) -> Picture | None:
    place = (*draft.where("art"), slot)
    if written.startswith(_ASSET):
        name = written.removeprefix(_ASSET).strip()
        draft.edges.append((name, place))
        return Picture("asset", name)
    if "://" in written:
        draft.fault(f"art takes no URL such as {show(written)}", place, hint=_ART_HINT)
        return None
    try:
        path = resolve_file(written, folder, root)
    except PathFault as fault:
        draft.fault(fault.message, place, hint=fault.hint or _ART_HINT)
        return None
    if said := picture_fault(path, media.IMAGES):
        draft.fault(said, place)
        return None
    return Picture("file", path.relative_to(root).as_posix(), path)
