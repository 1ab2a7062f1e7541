"""The two fingerprints of an asset: what is paid for, and what is made of it for free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline import digest
from pipeline.plan.reason import CUTOUT, ORIGINALS
from pipeline.recipe.expectations import Expectations
from pipeline.recipe.spec import Art, Asset, Cutout, Part, Picture, Request
from pipeline.recipe.video import Video

# Raised when a step of ours changes its output for the same input: results are then made again, for free.
STEP_VERSIONS: Mapping[str, int] = {"cutout": 4, "export": 2, "sets": 1, "video": 1}


def describe_request(request: Request, digests: Mapping[Picture, str]) -> dict[str, Any]:
    """What is sent, with local pictures and other assets named by content digest instead of URL.

    Raises ``KeyError`` when a picture's digest is not in ``digests``.
    """
    described: dict[str, Any] = {"model": request.model, "inputs": dict(request.inputs)}
    if request.pictures:
        described["pictures"] = {request.picture_field: [identify(p, digests) for p in request.pictures]}
    return described


def identify(picture: Picture, digests: Mapping[Picture, str]) -> str | dict[str, Any]:
    """``sha256:…`` for content we hold, the address itself for a URL, of a part how it is made.

    A part is known by what it is made of and the recipe's settings, not by its bytes: those may change with a
    release of ours or with the machine, and neither is a reason to pay again. Nor does it matter what its
    asset or its icon is called. ``digests`` are those of its ``originals``.
    """
    if picture.source == "url":
        return picture.value
    found = [f"sha256:{digests[one]}" for one in picture.originals]
    return _describe_part(picture.part, found) if picture.part else found[0]


def _describe_part(part: Part, originals: list[str]) -> dict[str, Any]:
    described: dict[str, Any] = dict(zip(ORIGINALS, originals, strict=False))
    if part.cutout is not None:
        described[CUTOUT] = _chosen(part.cutout)
    if part.px:
        described["px"] = part.px
    return described


def _chosen(cutout: Cutout) -> dict[str, Any]:
    """The settings that are not the usual ones: a setting we add one day leaves what was bought alone."""
    usual, chosen = asdict(Cutout()), asdict(cutout)
    if not cutout.crop:
        chosen["padding"] = usual["padding"]  # it is added to what was cropped
    return {name: value for name, value in chosen.items() if value != usual[name]}


def paid(request: Request, digests: Mapping[Picture, str]) -> str:
    """Digest of exactly what is sent: the same digest never needs to be bought twice."""
    return digest.of_data(describe_request(request, digests))


def describe_post(asset: Asset) -> dict[str, Any]:
    """Everything that shapes the delivered files once the original is here; nothing of a first render.

    What an asset does not ask for is left out, so that its fingerprint knows nothing of it.
    """
    if asset.is_first:
        return {}
    described: dict[str, Any] = {
        "formats": list(asset.formats),
        "icons": {icon.label: icon.px for icon in asset.icons},
        "filename": asset.filename,
        "directory": asset.directory,
        "steps": {"export": STEP_VERSIONS["export"]},
    }
    if asset.max_kb is not None:
        described["max_kb"] = asset.max_kb
    if asset.checks is not None:
        described["checks"] = _describe_checks(asset.checks)
    if asset.cutout is not None:
        described["cutout"] = _describe_cutout(asset.cutout)
        described["steps"]["cutout"] = STEP_VERSIONS["cutout"]
    if asset.targets:
        _describe_sets(asset, described)
    if asset.video is not None:
        described["video"] = _describe_video(asset.video)
        described["steps"]["video"] = STEP_VERSIONS["video"]
    return described


def _describe_sets(asset: Asset, described: dict[str, Any]) -> None:
    described["targets"] = {use.name: _plain(use.options) for use in asset.targets}
    described["steps"]["sets"] = STEP_VERSIONS["sets"]
    if asset.contact_sheet:
        described["contact_sheet"] = True
    if asset.art:
        described["art"] = {art.slot: _describe_art(art) for art in asset.art}
    if any(art.cutout is not None for art in asset.art):
        described["steps"]["cutout"] = STEP_VERSIONS["cutout"]


def _describe_art(art: Art) -> dict[str, Any]:
    described: dict[str, Any] = {"pictures": [f"sha256:{sha256}" for sha256 in art.sha256]}
    if art.cutout is not None:
        described["cutout"] = _describe_cutout(art.cutout)
    return described


def _describe_checks(checks: Expectations) -> dict[str, Any]:
    """What is asked for, without what is not."""
    return {key: value for key, value in asdict(checks).items() if value not in (None, False)}


def _describe_video(video: Video) -> dict[str, Any]:
    """What is to be made, without what is not."""
    asked = {key: value for key, value in asdict(video).items() if value not in (None, False, "none", ())}
    return _plain(asked)


def _describe_cutout(cutout: Cutout) -> dict[str, Any]:
    return {name: getattr(cutout, name) for name in cutout.__dataclass_fields__}


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """As the lock gives it back: a tuple is a list there."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}


def free(original_sha256: str, asset: Asset) -> str:
    """Digest of the original and of everything done to it locally, other drawings of its sets included.

    A second render is cut out together with the first, whose digest is part of what was paid for.
    """
    return digest.of_data({"original": original_sha256, "post": describe_post(asset)})
