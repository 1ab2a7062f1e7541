"""From a rendered draft to the request that will be sent: prompt, wire inputs, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import header
from pipeline.errors import clean
from pipeline.header import Header, Unreadable
from pipeline.recipe import backdrop, colours, conversion, parts, urls
from pipeline.recipe.brand import Brand
from pipeline.recipe.catalogue import RECIPE_KEYS, Catalogue, Mistake, Model, PictureField, adapt
from pipeline.recipe.entries import Draft, PartUse
from pipeline.recipe.load import Place
from pipeline.recipe.model import ModelChoice, RemoveBg
from pipeline.recipe.paths import PathFault, resolve_file
from pipeline.recipe.spec import Picture, PictureLimits, Request
from pipeline.recipe.wording import show, suggest

_LISTED_HINT = "for a model that is not in the catalogue write model: {id: …, input: {…}}"
_URL = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]+:(?!$)|\s*//")  # any scheme, or none; one letter is a drive
STAND_IN_URL = "https://picture"  # checks how many pictures there are before any of them has a URL


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a request depends on besides its own asset."""

    catalogue: Catalogue
    brand: Brand
    folder: Path  # of the recipe file
    root: Path
    private_urls: bool = False  # whether pictures may lie on a private network
    provider: str = "kie"  # who generates, as pipeline.yaml says
    headers: dict[Path, Header | Unreadable] = field(
        default_factory=dict
    )  # of local pictures, once looked at

    def header(self, path: Path) -> Header:
        """What a local picture says of itself, read once for all assets. Raises ``Unreadable``."""
        if path not in self.headers:
            try:
                self.headers[path] = header.read(path)
            except Unreadable as error:
                self.headers[path] = error
        found = self.headers[path]
        if isinstance(found, Unreadable):
            raise found
        return found


def build(draft: Draft, around: Surroundings) -> tuple[Request, Model | None] | None:
    """The request and its catalogue entry (None for an unlisted model); None when there is no telling."""
    choice = draft.get("model")
    if not isinstance(choice, ModelChoice):
        draft.lacks("model", "model is required", hint="name one here or in defaults (see: pipeline models)")
        return None
    model = around.catalogue.get(choice.id)
    if model is not None and model.provider != around.provider:
        hint = f"provider: {model.provider} in pipeline.yaml, or a model of {around.provider} here"
        draft.fault(f"{model.id} is a model of {model.provider}", draft.where("model"), hint=hint)
        return None
    pictures = tuple(_pictures(draft, around))
    if model is not None:
        return _listed(draft, choice, model, pictures, around), model
    if not choice.input:
        near = around.catalogue.nearest(choice.id)
        hint = f"did you mean {near}? " if near else ""
        draft.fault(f"unknown model {show(choice.id)}", draft.where("model"), hint=hint + _LISTED_HINT)
        return None
    return _unlisted(draft, choice, pictures, around), None


def compose_prompt(draft: Draft, around: Surroundings) -> str:
    """The prompt in one line, then the backdrop the cut-out needs, then what must not be in the picture."""
    text = " ".join(str(draft.get("prompt") or "").split())
    added = [part for part in (_backdrop(draft, text), _exclusion(draft, around.brand)) if part]
    if added and text and text[-1] not in ".!?…:;,":
        text += "."
    return " ".join(filter(None, [text, *added]))


def _listed(
    draft: Draft, choice: ModelChoice, model: Model, pictures: tuple[Picture, ...], around: Surroundings
) -> Request:
    inputs, places = _inputs(draft, choice, model)
    if model.transparent is not None:
        name, value = model.transparent
        draft.transparent = inputs.get(name) == value
    _add_prompt(draft, model, inputs, places, around)
    written = frozenset(inputs)
    _add_transparency(draft, model, inputs)
    if "output_format" in model.inputs:
        inputs.setdefault("output_format", "png")  # lossless, whatever the model's own default
    complete = model.complete(inputs)
    _check(draft, model, complete, pictures, places)
    field = model.picture
    limits = limits_of(field) if field else None
    return Request(
        model=model.id,
        inputs=complete,
        pictures=pictures,
        picture_field=field.name if field else "",
        picture_list=field.list if field else True,
        defaulted=frozenset(complete) - written,
        limits=limits,
        converted=tuple(_check_pictures(draft, model, pictures, limits, around)),
    )


def _add_transparency(draft: Draft, model: Model, inputs: dict[str, Any]) -> None:
    """Ask for real alpha where the cut-out is to be the model's own."""
    settings = removal(draft)
    if settings is None or settings.method != "native":
        return
    if model.transparent is not None:
        inputs.setdefault(*model.transparent)
    elif "prompt" in model.inputs:  # without one it may well be a model that cuts out
        message = f"{model.id} is not known to make pictures with transparency, which method native relies on"
        place = (*draft.where("remove_bg"), "method")
        draft.fault(message, place, hint="method: auto cuts its pictures out", severity="warning")


def _unlisted(
    draft: Draft, choice: ModelChoice, pictures: tuple[Picture, ...], around: Surroundings
) -> Request:
    inputs: dict[str, Any] = {}
    if draft.get("prompt") is not None:
        inputs["prompt"] = compose_prompt(draft, around)
    inputs |= {key: draft.get(key) for key in RECIPE_KEYS if draft.get(key) is not None}
    inputs |= {**(draft.get("params") or {}), **choice.input}
    if pictures:
        key = "image" if draft.get("image") else "references"
        hint = "put the URLs into model: {input: {…}} under the name the model gives them"
        draft.fault(f"where {choice.id} takes pictures is not known", draft.where(key), hint=hint)
    return Request(model=choice.id, inputs=inputs)


def _inputs(draft: Draft, choice: ModelChoice, model: Model) -> tuple[dict[str, Any], dict[str, Place]]:
    """Wire inputs but for the prompt and pictures, and where each of them was written."""
    inputs: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for key in RECIPE_KEYS:
        if draft.get(key) is not None:
            _add_key(draft, model, key, inputs, places)
    for source, place in (
        (draft.get("params"), draft.where("params")),
        (choice.input, (*draft.where("model"), "input")),
    ):
        for name, value in (source or {}).items():
            _add_param(draft, model, name, value, (*place, name), inputs, places)
    return inputs, places


def _add_key(draft: Draft, model: Model, key: str, inputs: dict[str, Any], places: dict[str, Place]) -> None:
    place = draft.where(key)
    wired = model.wire(key, draft.get(key))
    if not isinstance(wired, Mistake):
        inputs[wired[0]], places[wired[0]] = wired[1], place
    elif wired.kind == "value":
        draft.fault(wired.message, place, hint=suggest(str(draft.get(key)), wired.allowed))
    else:
        hint = f"it takes {', '.join(wired.allowed) or 'none of ' + ', '.join(RECIPE_KEYS)}"
        if place[0] == "defaults":
            hint += f"; write {key}: null in the asset to leave the default out"
        draft.fault(wired.message, place, hint=hint)


def _add_param(
    draft: Draft,
    model: Model,
    name: str,
    value: Any,
    place: Place,
    inputs: dict[str, Any],
    places: dict[str, Place],
) -> None:
    if name == "prompt":
        draft.fault("the prompt is a key of the asset itself", place)
    elif model.picture and name == model.picture.name:
        draft.fault(f"pictures of {model.id} are named by references: or image:", place)
    elif (
        name in places and places[name][0] != "defaults" and inputs[name] != adapt(model.inputs[name], value)
    ):
        key = str(places[name][-1])
        hint = f"leave one of them out: {key} is written as {name} for {model.id}"
        draft.fault(f"{name} is said twice, as {key} and in params", place, hint=hint)
    elif name not in model.inputs:
        hint = suggest(name, [known for known in model.inputs if known != "prompt"])
        draft.fault(f"{model.id} has no input {show(name)}", place, hint=hint)
    else:
        inputs[name], places[name] = adapt(model.inputs[name], value), place


def _add_prompt(
    draft: Draft, model: Model, inputs: dict[str, Any], places: dict[str, Place], around: Surroundings
) -> None:
    parameter = model.inputs.get("prompt")
    places["prompt"] = draft.where("prompt")
    if parameter is None:
        if draft.get("prompt") is not None:
            draft.fault(f"{model.id} takes no prompt", draft.where("prompt"))
        return
    if "prompt" in draft.values and draft.get("prompt") is None:
        inputs["prompt"] = "(broken template, reported already)"
        return
    if str(draft.get("prompt") or "").strip():
        inputs["prompt"] = compose_prompt(draft, around)
    length = len(inputs.get("prompt", ""))
    if parameter.advised and length > parameter.advised:
        message = (
            f"the prompt has {length:,} characters; {model.id} may refuse more than {parameter.advised:,}"
        )
        draft.fault(message, places["prompt"], severity="warning")


def _check(
    draft: Draft,
    model: Model,
    inputs: Mapping[str, Any],
    pictures: tuple[Picture, ...],
    places: Mapping[str, Place],
) -> None:
    field = model.picture
    sent = dict(inputs)
    if field and pictures:
        sent[field.name] = [STAND_IN_URL] * len(pictures) if field.list else STAND_IN_URL
    for mistake in model.check(sent):
        if field is None or mistake.field != field.name:
            _report(draft, model, mistake, inputs, places)


def _report(
    draft: Draft, model: Model, mistake: Mistake, inputs: Mapping[str, Any], places: Mapping[str, Place]
) -> None:
    key = _recipe_key(model, mistake.field)
    allowed = model.allowed(key) if key in model.keys else mistake.allowed
    if mistake.kind == "missing":
        if key not in RECIPE_KEYS or draft.get(key) is None:  # else it was written, and refused already
            param = key in model.inputs and key not in (*RECIPE_KEYS, "prompt")
            hints = [f"write params: {{{key}: …}}"] * param + [f"allowed: {', '.join(allowed)}"] * bool(
                allowed
            )
            hint = "; ".join(hints)
            draft.lacks(key, f"{model.id} needs {key}", hint=hint)
        return
    hint = suggest(str(inputs.get(mistake.field)), mistake.allowed)
    draft.fault(mistake.message, places.get(mistake.field, draft.place), hint=hint)


def _recipe_key(model: Model, name: str) -> str:
    return next((key for key, route in model.keys.items() if route.target == name), name)


def _pictures(draft: Draft, around: Surroundings) -> Iterator[Picture]:
    image = draft.get("image")
    if image is not None:
        yield from _picture(draft, image, draft.where("image"), around)
    for number, reference in enumerate(draft.get("references") or ()):
        if reference is not None:
            yield from _picture(draft, reference, (*draft.where("references"), number), around)


def _picture(draft: Draft, written: str, place: Place, around: Surroundings) -> Iterator[Picture]:
    if written.startswith(parts.ASSET):
        yield parts.asset_picture(draft, PartUse(*parts.split(written), place))
    elif _URL.match(written):
        _check_url(draft, written, place, around)
        yield Picture("url", written)
    else:
        try:
            path = resolve_file(written, around.folder, around.root)
        except PathFault as fault:
            draft.fault(fault.message, place, hint=fault.hint)
            return
        yield Picture("file", path.relative_to(around.root).as_posix(), path)


def _check_url(draft: Draft, written: str, place: Place, around: Surroundings) -> None:
    """A URL is fetched by the service, and some day by us: it must lead to the internet, and only there."""
    if said := urls.fault(written):
        shown = "the URL" if "@" in written else show(written)  # a password is not to be repeated
        draft.fault(f"{shown} {said}", place)
        return
    parts = urls.split(written)
    host = urls.host_of(parts) if parts else ""
    if urls.is_private(host) and not around.private_urls:
        hint = "put the picture into the project, or set allow_private_urls: true in pipeline.yaml"
        draft.fault(f"{show(written)} is on a private network", place, hint=hint)
    elif (looked_up := urls.shown_host(host)) != host or "xn--" in host:
        message = f"the host of {show(written)} has letters that may look like others: it is {looked_up}"
        draft.fault(message, place, severity="warning")


def limits_of(field: PictureField) -> PictureLimits:
    """What the model takes as a picture, as a run needs it."""
    return PictureLimits(
        formats=field.formats,
        megabytes=field.megabytes,
        megapixels=field.megapixels,
        smallest_px=field.smallest_px,
        largest_px=field.largest_px,
    )


def _check_pictures(
    draft: Draft,
    model: Model,
    pictures: tuple[Picture, ...],
    limits: PictureLimits | None,
    around: Surroundings,
) -> Iterator[str]:
    """What is done to local files before they are sent, in words; what is wrong goes to the draft."""
    field, place = model.picture, draft.where("image" if draft.get("image") else "references")
    if field is None or limits is None:
        if pictures:
            draft.fault(f"{model.id} takes no pictures", place)
        return
    if len(pictures) > field.maximum:
        most = f"{field.maximum} picture{'s' * (field.maximum > 1)}"
        draft.fault(f"{model.id} takes at most {most}, not {len(pictures)}", place)
    wanted = any(draft.get(key) for key in ("image", "references"))
    if len(pictures) < field.minimum and not wanted and "references" not in draft.refused:
        draft.lacks("image", f"{model.id} needs a picture to work on", hint="add image: or references:")
    for picture in dict.fromkeys(pictures):
        if picture.path is not None:
            yield from _check_file(draft, picture.path, limits, place, around)


def _check_file(
    draft: Draft, path: Path, limits: PictureLimits, place: Place, around: Surroundings
) -> Iterator[str]:
    try:
        found = around.header(path)
    except Unreadable as error:
        draft.fault(
            f"{show(path.name)} is no picture: {error.message}", place, find=path.name, hint=error.hint
        )
        return
    if said := conversion.too_small((found.width, found.height), limits):
        draft.fault(f"{show(path.name)} {said}", place, find=path.name, hint="name a larger picture")
    elif done := conversion.conversion(found, limits):
        yield f"{clean(path.name)}: {done.said}"


def backdrop_of(draft: Draft) -> str:
    """The backdrop the prompt asks for, ``#RRGGBB``; ``none``, or ``auto`` where nothing of ours does."""
    settings, prompt = removal(draft), str(draft.get("prompt") or "")
    if settings is None or settings.backdrop == "none":
        return "none"
    if not prompt.strip():
        return "auto"
    if settings.backdrop != "auto":
        return (colours.normalise(settings.backdrop) or "none")[:7]
    if settings.method == "native" or draft.transparent or backdrop.mention(prompt):
        return "auto"
    white = settings.method in ("rembg", "difference")
    return backdrop.WHITE if white else backdrop.choose(draft.palette)


def own_backdrop(draft: Draft) -> str:
    """The words of the prompt that keep a cut-out from choosing its backdrop; empty when none do."""
    settings = removal(draft)
    if settings is None or settings.backdrop != "auto" or settings.method not in ("auto", "key"):
        return ""
    return backdrop.mention(str(draft.get("prompt") or ""))


def removal(draft: Draft) -> RemoveBg | None:
    """The settings of the cut-out; None where there is none."""
    remove = draft.get("remove_bg")
    return remove if isinstance(remove, RemoveBg) else RemoveBg() if remove else None


def _backdrop(draft: Draft, prompt: str) -> str:
    settings = removal(draft)
    written = settings.backdrop if settings else "none"
    if written not in ("auto", "none") and colours.normalise(written) is None:
        hint = 'auto, none, white, or a colour such as "#00FF00"'
        place = (*draft.where("remove_bg"), "backdrop")
        draft.fault(f"backdrop does not take {show(written)}", place, hint=hint)
    chosen = backdrop_of(draft)
    return backdrop.sentence(chosen, prompt) if chosen.startswith("#") else ""


def _exclusion(draft: Draft, brand: Brand) -> str:
    """``No text, no typography, no shadows.``: the brand's words, the defaults', the asset's, each once."""
    words = [" ".join(str(word).split()) for word in (*brand.exclude, *(draft.get("exclude") or ())) if word]
    unique: dict[str, str] = {}
    for word in words:
        unique.setdefault(word.casefold(), word)
    if brand.exclude:
        draft.used["brand.exclude"] = ", ".join(brand.exclude)
    sentence = ", ".join(f"no {word}" for word in unique.values())
    return f"N{sentence[1:]}." if unique else ""
