"""The two fingerprints of an asset: what is paid for, and what is made of it for free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline import digest
from pipeline.recipe.spec import Asset, Picture, Request

# Raised when a step of ours changes its output for the same input: results are then made again, for free.
STEP_VERSIONS: Mapping[str, int] = {"cutout": 2, "export": 1}


def describe_request(request: Request, digests: Mapping[Picture, str]) -> dict[str, Any]:
    """What is sent, with local pictures and other assets named by content digest instead of URL.

    Raises ``KeyError`` when a picture's digest is not in ``digests``.
    """
    described: dict[str, Any] = {"model": request.model, "inputs": dict(request.inputs)}
    if request.pictures:
        described["pictures"] = {request.picture_field: [identify(p, digests) for p in request.pictures]}
    return described


def identify(picture: Picture, digests: Mapping[Picture, str]) -> str:
    """``sha256:…`` for content we hold, the address itself for a URL."""
    return picture.value if picture.source == "url" else f"sha256:{digests[picture]}"


def paid(request: Request, digests: Mapping[Picture, str]) -> str:
    """Digest of exactly what is sent: the same digest never needs to be bought twice."""
    return digest.of_data(describe_request(request, digests))


def describe_post(asset: Asset) -> dict[str, Any]:
    """Everything that shapes the delivered files once the original is here; nothing of a first render."""
    if asset.is_first:
        return {}
    described: dict[str, Any] = {
        "formats": list(asset.formats),
        "icons": {icon.label: icon.px for icon in asset.icons},
        "filename": asset.filename,
        "directory": asset.directory,
        "steps": {"export": STEP_VERSIONS["export"]},
    }
    if asset.cutout is not None:
        cutout = asset.cutout
        described["cutout"] = {name: getattr(cutout, name) for name in cutout.__dataclass_fields__}
        described["steps"]["cutout"] = STEP_VERSIONS["cutout"]
    return described


def free(original_sha256: str, asset: Asset) -> str:
    """Digest of the original and of everything done to it locally.

    A second render is cut out together with the first, whose digest is part of what was paid for.
    """
    return digest.of_data({"original": original_sha256, "post": describe_post(asset)})
