"""The rules of ``pipeline check``: each a function from what it looks at to its findings, by name.

A new rule is a function and a line in one of the tables here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final, TypeVar

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import AssetLook, Look
from pipeline.deliver.rules import assets, bundles, files, icons, listings, marks, names
from pipeline.deliver.rules.folders import adaptive, android, appicon, apple, catalog, images, layers, web
from pipeline.deliver.rules.folders.tree import MAX_SAID, Tree
from pipeline.errors import ProcessError
from pipeline.picture.containers import ContainerFault

_WHOLE: Final = "Name the folder it is in: a set is looked at as a whole."

Thing = TypeVar("Thing")
Rule = Callable[[Thing], Iterable[Finding]]

FILES: Final[Mapping[str, Rule[Look]]] = {
    "recorded": files.recorded,
    "checks": files.wished,
    "blank": files.blank,
    "painted-checkerboard": files.painted_checkerboard,
    "opaque-cutout": files.opaque_cutout,
    "backdrop-left": files.backdrop_left,
    "size-in-name": names.size_in_name,
    "store-listing": listings.store_listing,
    "play-icon": icons.play_icon,
    "apple-touch-icon": icons.apple_touch_icon,
    "notification-icon": icons.notification_icon,
    "colour-profile": marks.colour_profile,
    "metadata": marks.metadata,
}
"""Rules about one whole picture or video; the others are only asked when it can be read."""

BUNDLES: Final[Mapping[str, Rule[Look]]] = {
    "recorded": files.unchanged,
    "ico": bundles.ico_entries,
    "icns": bundles.icns_chunks,
}
"""Rules about one file that holds several sizes of an icon."""

TEXTS: Final[Mapping[str, Rule[Look]]] = {"recorded": files.unchanged}
"""Rules about one text of a platform set."""

ASSETS: Final[Mapping[str, Rule[AssetLook]]] = {
    "cutout-missing": assets.cutout_missing,
    "cutout-doubtful": assets.cutout_doubtful,
    "warned": assets.warned,
    "unpicked": assets.unpicked,
}
"""Rules about an asset, by what its run wrote down."""

FOLDERS: Final[Mapping[str, Rule[Tree]]] = {
    "asset-catalog": catalog.asset_catalog,
    "app-icon": appicon.app_icon,
    "image-set": images.image_set,
    "image-stack": layers.image_stack,
    "brand-assets": layers.brand_assets,
    "iconset": apple.iconset,
    "icon-composer": apple.icon_composer,
    "resource-name": android.resource_name,
    "density": android.density,
    "adaptive-icon": adaptive.adaptive_icon,
    "web-manifest": web.web_manifest,
    "scales": images.scales,
}
"""Rules about a folder: sets whose files only make sense together."""


def examine(look: Look) -> Iterator[Finding]:
    """Everything there is to say of a file; when it cannot be read that and nothing else."""
    rules = TEXTS if look.is_text else BUNDLES if look.container else FILES
    try:
        if rules is FILES:
            _ = look.picture
        findings = list(_apply(rules, look))
    except ProcessError as error:
        hint = _WHOLE if look.names_a_set else error.hint
        findings = [Finding("error", error.message.rstrip("."), hint, "readable")]
    except ContainerFault as error:
        findings = [Finding("error", str(error), rule="readable")]
    for finding in findings:
        yield replace(finding, file=look.name, asset=look.asset, recipe=look.recipe)


def holds_a_set(tree: Tree) -> bool:
    """Whether a folder has any part of a set that ``FOLDERS`` know, pictures or not."""
    if any(tree.named(*catalog.ENDINGS, *apple.ENDINGS)) or any(android.resource_folders(tree)):
        return True
    return any(
        Look(tree.root / file, "").names_a_set and file.suffix.lower() != ".xml" for file in tree.files
    )


def judge(look: AssetLook) -> Iterator[Finding]:
    """Everything there is to say of an asset."""
    for finding in _apply(ASSETS, look):
        yield replace(finding, asset=look.name, recipe=look.recipe)


def survey(tree: Tree, rule: str) -> Iterator[Finding]:
    """What one of ``FOLDERS`` has to say of a folder, at most ``MAX_SAID`` things."""
    found = (replace(finding, rule=rule) for finding in FOLDERS[rule](tree))
    yield from islice(found, MAX_SAID)
    if next(found, None) is not None:
        more = tree.finding("warning", Tree.ROOT, f"has more of this kind than the {MAX_SAID} findings above")
        yield replace(more, rule=rule)


def _apply(rules: Mapping[str, Rule[Thing]], thing: Thing) -> Iterator[Finding]:
    for name, rule in rules.items():
        for finding in rule(thing):
            yield replace(finding, rule=name)
