"""Two renders of one subject: what ``removeBg: {method: difference}`` makes of an asset.

The asset becomes two. The first, named with ``ON_WHITE``, is the picture as it was asked for, on white; it
is bought for the other and delivers nothing. The second keeps the name: it is an edit of the first onto
black. So both are planned, priced, journalled and resumed as any asset made from another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.recipe import backdrop, colours
from pipeline.recipe.catalogue import RECIPE_KEYS, Catalogue, Mistake, Model
from pipeline.recipe.entries import Draft
from pipeline.recipe.load import Place
from pipeline.recipe.request import STAND_IN_URL, Surroundings, limits_of, removal
from pipeline.recipe.spec import Asset, Picture, Request, owner
from pipeline.recipe.wording import show

COUNTS = ("max_images", "num_images")  # inputs that ask for several pictures of one request
_OTHER_HINT = "name one that does: removeBg: {editor: nano-banana-2}"
_UNDELIVERED: Mapping[str, Any] = {
    "icons": (),
    "formats": (),
    "targets": (),
    "art": (),
    "contact_sheet": False,
    "max_kb": None,
}


def pair(asset: Asset, draft: Draft, model: Model | None, around: Surroundings) -> Iterator[Asset]:
    """Both renders of an asset whose request is that of the first; nothing where there is no telling."""
    _check_backdrop(draft)
    _check_counts(draft, asset.request)
    editor = _editor(draft, model, around)
    if editor is None:
        return
    first = replace(asset, name=asset.first, cutout=None, filename="", directory="", **_UNDELIVERED)
    edit = _edit(Picture("asset", first.name), asset.request, model, editor)
    for mistake in _mistakes(edit, editor):
        message = f"{editor.id}, which repaints it on black: {mistake.message}"
        draft.fault(message, _place(draft, "editor"), hint=_OTHER_HINT)
    yield first
    yield replace(asset, request=edit, price=editor.price(edit.inputs))


def redirect(assets: Iterable[Asset]) -> Iterator[Asset]:
    """The assets, those made from one that is rendered twice made from its first render."""
    assets = tuple(assets)
    first = {asset.name: asset.first for asset in assets if asset.first}
    for asset in assets:
        pictures = tuple(_redirected(picture, first) for picture in asset.request.pictures)
        unchanged = pictures == asset.request.pictures
        yield asset if unchanged else replace(asset, request=replace(asset.request, pictures=pictures))


def with_first(renames: Mapping[str, str], assets: Iterable[Asset]) -> dict[str, str]:
    """The renames (former name → name now), and those of first renders and candidates with them."""
    beside = {asset.name for asset in assets if owner(asset.name) != asset.name}
    endings = sorted({name.removeprefix(owner(name)) for name in beside})
    pairs = ((f"{old}{ending}", f"{new}{ending}") for old, new in renames.items() for ending in endings)
    return {**renames, **{old: new for old, new in pairs if new in beside}}


def is_repainted(asset: Asset, catalogue: Catalogue) -> bool:
    """Whether some model repaints on black what the asset's own makes, without being named."""
    return _of_family(asset, catalogue) is not None


def second_price(asset: Asset, catalogue: Catalogue) -> float | None:
    """Credits for the second render of an asset that has one so far; None where there is no telling."""
    model, editor = catalogue.get(asset.request.model), _of_family(asset, catalogue)
    if editor is None:
        return None
    return editor.price(_edit(Picture("asset", asset.name), asset.request, model, editor).inputs)


def _of_family(asset: Asset, catalogue: Catalogue) -> Model | None:
    model = catalogue.get(asset.request.model)
    return catalogue.get(model.editor) if model and model.editor else None


def _redirected(picture: Picture, first: Mapping[str, str]) -> Picture:
    if picture.source != "asset" or picture.part is not None or picture.value not in first:
        return picture
    return replace(picture, value=first[picture.value])


def _check_backdrop(draft: Draft) -> None:
    """The first render must be on white; ``backdrop: none`` leaves it to the words of the prompt."""
    settings = removal(draft)
    written = settings.backdrop if settings else "auto"
    if written not in ("auto", "none") and (colours.normalise(written) or "")[:7] != backdrop.WHITE:
        hint = "leave backdrop out, or write backdrop: white"
        message = f"method difference needs a first render on white, not on {show(written)}"
        draft.fault(message, _place(draft, "backdrop"), hint=hint)
    said = backdrop.mention(str(draft.get("prompt") or ""))
    if said and written != "none":
        draft.fault(
            "method difference renders on white and on black, and the prompt names a background of its own",
            draft.where("prompt"),
            find=said,
            hint="leave the background out of the prompt, or if it asks for white write backdrop: none",
        )


def _check_counts(draft: Draft, sent: Request) -> None:
    """Of each render one picture is used; more would be paid for twice over."""
    params = draft.get("params") or {}
    for name in COUNTS:
        if str(sent.inputs.get(name, 1)) != "1":
            place = draft.where("params") if name in params else (*draft.where("model"), "input")
            message = f"method difference takes one picture of each render, and {name} asks for more"
            draft.fault(message, (*place, name), hint=f"leave {name} out")


def _editor(draft: Draft, model: Model | None, around: Surroundings) -> Model | None:
    """The model that repaints the first render on black; None, with a problem, where there is none."""
    settings = removal(draft)
    written = (settings and settings.editor) or (model.editor if model else "")
    place = _place(draft, "editor")
    found = around.catalogue.get(written) if written else None
    if found is not None and found.picture is not None and "prompt" in found.inputs and found.kind == "image":
        return found
    if found is not None:
        draft.fault(f"{found.id} changes no picture as a prompt says", place, hint=_OTHER_HINT)
    elif written:
        near = around.catalogue.nearest(written)
        hint = f"did you mean {near}?" if near else "see: pipeline models"
        draft.fault(f"unknown model {show(written)}", place, find=written, hint=hint)
    else:
        whose = "its model" if model is None else model.id
        message = f"method difference has {whose} repaint its picture on black, which it cannot"
        draft.fault(message, _place(draft, "method"), hint=_OTHER_HINT)
    return None


def _edit(picture: Picture, sent: Request, model: Model | None, editor: Model) -> Request:
    """The request that repaints ``picture``, the result of ``sent``, on black."""
    assert editor.picture is not None
    inputs = {**_carried(sent, model, editor), "prompt": backdrop.ON_BLACK}
    if "output_format" in editor.inputs:
        inputs.setdefault("output_format", "png")
    complete = editor.complete(inputs)
    return Request(
        model=editor.id,
        inputs=complete,
        pictures=(picture,),
        picture_field=editor.picture.name,
        picture_list=editor.picture.list,
        defaulted=frozenset(complete) - (inputs.keys() - sent.defaulted),
        limits=limits_of(editor.picture),
    )


def _carried(sent: Request, model: Model | None, editor: Model) -> dict[str, Any]:
    """What ``sent`` says of shape, size and the rest, as far as ``editor`` takes it, in its spelling."""
    found = {name: value for name, value in sent.inputs.items() if _takes(editor, name, value)}
    for key in RECIPE_KEYS:
        wired = editor.wire(key, model.written(key, sent.inputs)) if model else None
        if wired and not isinstance(wired, Mistake) and _takes(editor, *wired):
            found[wired[0]] = wired[1]
    return found


def _takes(editor: Model, name: str, value: Any) -> bool:
    own = name in editor.inputs and not (editor.picture and name == editor.picture.name)
    return own and editor.inputs[name].mistake(value) is None


def _mistakes(edit: Request, editor: Model) -> list[Mistake]:
    pictures = [STAND_IN_URL] if edit.picture_list else STAND_IN_URL
    return editor.check({**edit.inputs, edit.picture_field: pictures})


def _place(draft: Draft, key: str) -> Place:
    return (*draft.where("remove_bg"), key)
