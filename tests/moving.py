"""``recipes/hero-and-video.yaml`` in a project of its own, and what follows from the recipe as it stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from quick import know_quick

from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.recipe.spec import Asset

REPOSITORY = Path(__file__).parents[1]
RECIPE = "recipes/hero-and-video.yaml"
STEM = "hero-and-video"


def copy_to(root: Path) -> Path:
    """The recipe and its brand below ``root``, with a journal that knows the service to be quick."""
    shutil.copytree(REPOSITORY / "brand", root / "brand")
    (root / "recipes").mkdir()
    shutil.copy(REPOSITORY / RECIPE, root / RECIPE)
    (root / "pipeline.yaml").write_text("provider: kie\nworkers: local:1\n")
    know_quick(root / ".pipeline" / "journal.db", {_latency_class(asset) for asset in assets(root)})
    return root


def assets(root: Path) -> list[Asset]:
    """What the recipe asks for, those first that others are made from."""
    (recipe,) = load_recipes([root / RECIPE], Settings(), root)
    return in_order(recipe.assets)


def in_order(found: Iterable[Asset]) -> list[Asset]:
    """Each after those it is made from."""
    waiting, ordered = list(found), list[Asset]()
    while waiting:
        there = {asset.name for asset in ordered}
        ready = [asset for asset in waiting if there.issuperset(asset.depends)]
        ordered += ready
        waiting = [asset for asset in waiting if asset not in ready]
    return ordered


def film(root: Path) -> Asset:
    """The one video."""
    (only,) = [asset for asset in assets(root) if asset.kind == "video"]
    return only


def chain(root: Path) -> list[str]:
    """Names of what the video is made from, in order, and its own."""
    known = {asset.name: asset for asset in assets(root)}
    links = [film(root)]
    while links[0].depends:
        (before,) = links[0].depends
        links.insert(0, known[before])
    return [asset.name for asset in links]


def _latency_class(asset: Asset) -> str:
    inputs = asset.request.inputs
    return f"{asset.request.model} {inputs.get('resolution', '')}".strip()
