"""Which assets are videos, what of a recipe goes with them, and what is to be made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.recipe.catalogue import Catalogue, Mistake, Model
from pipeline.recipe.entries import Draft
from pipeline.recipe.model import ModelChoice
from pipeline.recipe.spec import Kind
from pipeline.recipe.video import MAX_S, POSTERS, Encoding, Video
from pipeline.recipe.video_keys import VideoKeys
from pipeline.recipe.wording import show, suggest

PICTURE_KEYS = {
    "remove_bg": "removeBg",
    "icons": "icons",
    "targets": "targets",
    "art": "art",
    "contact_sheet": "contact_sheet",
    "checks": "checks",
    "attempts": "attempts",
}
"""Keys about pictures that say nothing of a video, as drafts hold them and as recipes write them."""
SENT_KEYS = ("aspect_ratio", "resolution", "output_format", "duration")
_LOOPED: tuple[Encoding, ...] = ("mp4",)


def kind_of(draft: Draft, catalogue: Catalogue) -> Kind:
    """What the asset's model makes; of a model that is not listed a video where ``video:`` says so."""
    choice = draft.get("model")
    model = catalogue.get(choice.id) if isinstance(choice, ModelChoice) else None
    if model is not None:
        return model.kind
    return "video" if draft.get("video") is not None and not _is_default(draft, "video") else "image"


def settle(draft: Draft, catalogue: Catalogue) -> None:
    """Leave out what ``defaults`` say of the other kind of asset; report what the asset itself says of it."""
    video = kind_of(draft, catalogue) == "video"
    for key, written in PICTURE_KEYS.items() if video else [("video", "video")]:
        if _is_default(draft, key):
            del draft.values[key]
        elif draft.get(key):
            what = "does not go with a video" if video else "is for videos, and the model makes pictures"
            draft.fault(f"{written} {what}", draft.where(key), hint=_elsewhere(key) if video else "")
            del draft.values[key]
    _drop_strange(draft, catalogue)


def video(draft: Draft) -> Video | None:
    """What is made of the asset's video; None when nothing is. Faults go to the draft."""
    said = draft.get("video")
    if not isinstance(said, VideoKeys):
        return None
    formats = tuple(dict.fromkeys(said.formats))
    found = Video(
        poster=_poster(draft, said.poster),
        formats=formats or (_LOOPED if said.loop else ()),
        preview=said.preview,
        loop=said.loop,
        mute=said.mute or said.loop,
        max_kb=said.max_kb,
    )
    if found.suffixes:
        return found
    if said.mute or said.max_kb is not None:
        hint = "add formats: [mp4], loop: true or preview: webp; the delivered video is kept as it came"
        draft.fault("video says how, but not what is to be made", draft.where("video"), hint=hint)
    return None


def check_sources(drafts: Iterable[Draft], catalogue: Catalogue) -> None:
    """Report each asset that is made from a video as if that were a picture."""
    drafts = list(drafts)
    films = {draft.name for draft in drafts if kind_of(draft, catalogue) == "video"}
    for draft in drafts if films else ():
        for name, place in draft.edges:
            if name in films:
                hint = "work from the picture the video is made from"
                draft.fault(f"{show(name)} is a video, and a picture is needed here", place, hint=hint)


def _is_default(draft: Draft, key: str) -> bool:
    return draft.where(key)[:1] == ("defaults",)


def _drop_strange(draft: Draft, catalogue: Catalogue) -> None:
    """Leave out defaults that mean other models: of another kind, or with inputs this one does not have.

    With a model that is a default itself they are meant, but for those of the other kind.
    """
    choice = draft.get("model")
    model = catalogue.get(choice.id) if isinstance(choice, ModelChoice) else None
    if model is None:
        return
    strange = ["duration"] if model.kind == "image" else []
    if not _is_default(draft, "model"):
        strange += [key for key in SENT_KEYS if _is_strange(model, key, draft.get(key))]
        strange += _unused(model, draft)
    for key in dict.fromkeys(strange):
        if _is_default(draft, key):
            del draft.values[key]


def _is_strange(model: Model, key: str, value: Any) -> bool:
    """Whether a default is not for this model; of a value it lacks that is certain only for a video."""
    return not _takes(model, key, value) if model.kind == "video" else key not in model.recipe_keys


def _unused(model: Model, draft: Draft) -> list[str]:
    """Keys of the words and pictures that the model has no use for, or no room beside the asset's own."""
    unused = [] if "prompt" in model.inputs else ["prompt"]
    pictures = ("image", "references")
    if model.picture is None:
        return [*unused, *pictures]
    own = any(draft.get(key) and not _is_default(draft, key) for key in pictures)
    return [*unused, *pictures] if own and model.picture.maximum == 1 else unused


def _takes(model: Model, key: str, value: Any) -> bool:
    wired = model.wire(key, value)
    return not isinstance(wired, Mistake) and model.inputs[wired[0]].mistake(wired[1]) is None


def _elsewhere(key: str) -> str:
    if key in ("checks", "attempts"):
        return "they look at pictures; leave it out"
    return "give it to the asset whose picture the video is made from"


def _poster(draft: Draft, said: str | float) -> str | float | None:
    place = (*draft.where("video"), "poster")
    if isinstance(said, str):
        if said not in POSTERS:
            draft.fault(f"poster does not take {show(said)}", place, hint=suggest(said, POSTERS))
        return None if said == "none" else said
    if isinstance(said, bool) or not 0 <= said <= MAX_S:
        draft.fault(f"poster must be from 0 to {MAX_S:g} seconds, not {said}", place)
    return float(said)
