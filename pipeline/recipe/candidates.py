"""Several pictures of one request to choose from: what ``candidates: 4`` makes of an asset.

The asset becomes five. ``NAME@1`` to ``NAME@4`` are bought each on its own and delivered into a folder
beside the asset's files; the asset itself keeps the name, buys nothing, and is made of the one that is
picked. So all of them are planned, priced, journalled and resumed as any asset. Where a model makes several
pictures in one task only ``NAME@1`` is bought, and the others are its further results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.recipe.catalogue import Model, adapt
from pipeline.recipe.entries import Draft
from pipeline.recipe.renders import COUNTS
from pipeline.recipe.request import removal
from pipeline.recipe.spec import CANDIDATE, Asset, PickBy, Request

FOLDER = "-candidates"  # after the stem of the asset's files
_NOT_DELIVERED: Mapping[str, Any] = {
    "icons": (),
    "formats": (),
    "targets": (),
    "art": (),
    "contact_sheet": False,
    "video": None,
}


def settle(draft: Draft) -> None:
    """Report what does not go with candidates; what ``defaults`` say gives way to what the asset says."""
    if (draft.get("candidates") or 1) == 1:
        _check_pick(draft)
        return
    _settle_difference(draft)
    _settle_attempts(draft)
    if draft.get("candidates"):
        _check_pick(draft)
        _check_counts(draft)


def spread(asset: Asset, draft: Draft, model: Model | None) -> Iterator[Asset]:
    """The candidates of an asset, then the asset that takes one of them; itself where there are none."""
    count = int(draft.get("candidates") or 1)
    if count == 1:
        if model is not None and model.several:
            _check_further(draft, model.several, asset.request.inputs.get(model.several))
        yield asset
        return
    made = [_candidate(asset, number) for number in range(1, count + 1)]
    if model is not None and model.several:
        made = list(_of_one_task(made, draft, model))
    yield from made
    names = tuple(one.name for one in made)
    pick = _pick(draft, asset)
    yield replace(asset, request=made[0].request, candidates=names, pick=pick, price=0.0)


def _of_one_task(made: list[Asset], draft: Draft, model: Model) -> Iterator[Asset]:
    """The candidates where the first one's request asks for all of them."""
    parameter, count = model.inputs[model.several], len(made)
    numbers = [float(value) for value in parameter.values]
    most = max(numbers) if numbers else parameter.maximum or count
    first, *others = made
    request = _asking(first.request, model, count)
    if count > most:
        message = f"{model.id} makes at most {most:g} pictures at once, and candidates asks for {count}"
        draft.fault(message, draft.where("candidates"), hint=f"write candidates: {most:g}, or fewer")
    elif mistake := parameter.mistake(request.inputs[model.several]):
        hint = f"{model.several} takes {', '.join(parameter.values)}" if parameter.values else ""
        draft.fault(
            f"{model.id} does not make {count} pictures at once: {mistake.message}",
            draft.where("candidates"),
            hint=hint,
        )
    prompt = request.inputs.get("prompt")
    if model.several_told and prompt and (mistake := model.inputs["prompt"].mistake(prompt)):
        draft.fault(mistake.message, draft.where("prompt"))
    yield replace(first, request=request, price=model.price(request.inputs), results=count)
    for other in others:
        yield replace(other, request=request, price=0.0, further_of=first.name)


def _asking(request: Request, model: Model, count: int) -> Request:
    """The request for so many pictures of one task."""
    inputs = {**request.inputs, model.several: adapt(model.inputs[model.several], count)}
    if model.several_told and "prompt" in inputs:
        inputs["prompt"] = f"{inputs['prompt']} Make {count} pictures."
    return replace(request, inputs=inputs, defaulted=request.defaulted - {model.several})


def stem_of(stem: str, number: int) -> str:
    """Folder and file name without extension of a candidate, by those of its asset."""
    return f"{stem}{FOLDER}/{stem.rpartition('/')[2]}-{number}"


def _candidate(asset: Asset, number: int) -> Asset:
    stem = f"{asset.directory}/{asset.filename}".lstrip("/")
    directory, _, filename = stem_of(stem, number).rpartition("/")
    name = f"{asset.name}{CANDIDATE}{number}"
    return replace(asset, name=name, directory=directory, filename=filename, **_NOT_DELIVERED)


def _pick(draft: Draft, asset: Asset) -> PickBy:
    """Who picks: the checks, where there are any and nothing else is said."""
    written: PickBy | None = draft.get("pick")
    if asset.checks is None:
        return "person"
    return written or "checks"


def _check_pick(draft: Draft) -> None:
    if not draft.get("pick") or _is_default(draft, "pick"):
        return
    if (draft.get("candidates") or 1) == 1:
        hint = "say how many to make with candidates:, or leave pick out"
        draft.fault("pick chooses between candidates, and there are none", draft.where("pick"), hint=hint)
    elif draft.get("pick") == "checks" and not draft.get("checks"):
        hint = "say what it has to be like with checks:, or write pick: person"
        draft.fault("pick: checks goes by checks, and there are none", draft.where("pick"), hint=hint)


def _settle_difference(draft: Draft) -> None:
    settings = removal(draft)
    if settings is None or settings.method != "difference":
        return
    if not _is_default(draft, "candidates"):
        draft.fault(
            "candidates do not go with removeBg method difference, whose picture is two renders",
            draft.where("candidates"),
            hint="leave candidates out, or cut out with another method",
        )
    del draft.values["candidates"]


def _settle_attempts(draft: Draft) -> None:
    """Candidates are attempts made at once: of the two the one that the asset itself says."""
    if "candidates" not in draft.values or (draft.get("attempts") or 1) == 1:
        return
    if _is_default(draft, "candidates") == _is_default(draft, "attempts"):
        draft.fault(
            "candidates do not go with attempts: candidates are attempts that are made at once",
            draft.where("candidates"),
            hint="leave one of them out",
        )
    del draft.values["candidates" if _is_default(draft, "candidates") else "attempts"]


def _check_counts(draft: Draft) -> None:
    """Of each create one picture is used; more would be paid for and never looked at."""
    params = draft.get("params") or {}
    choice = draft.get("model")
    for inputs, place in (
        (params, draft.where("params")),
        (getattr(choice, "input", None) or {}, (*draft.where("model"), "input")),
    ):
        for name in COUNTS:
            if str(inputs.get(name, 1)) != "1":
                message = f"candidates say how many pictures there are, and {name} says it again"
                draft.fault(message, (*place, name), hint=f"leave {name} out")


def _check_further(draft: Draft, name: str, asked: object) -> None:
    """Of one task one picture is delivered; the others are paid for, and nothing is done with them."""
    if not str(asked).isdecimal() or int(str(asked)) <= 1:
        return
    params = draft.get("params") or {}
    place = draft.where("params") if name in params else (*draft.where("model"), "input")
    draft.fault(
        f"{name} asks for {asked} pictures, all of them paid for, and one is delivered",
        (*place, name),
        hint=f"write candidates: {asked} in its place to have them delivered",
        severity="warning",
    )


def _is_default(draft: Draft, key: str) -> bool:
    return draft.where(key)[:1] == ("defaults",)
