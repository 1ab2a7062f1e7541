"""App icons in asset catalogs: what App Store Connect refuses and what looks wrong when masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.catalog import CONTENTS, Entry, entries
from pipeline.deliver.rules.folders.tree import Rel, Tree
from pipeline.errors import clean
from pipeline.picture import flaws, masks

if TYPE_CHECKING:
    from PIL.Image import Image

MAC_BODY: Final = 0.81
"""Share of a side that a macOS icon's body fills at most: 824 of 1024 px in Apple's grid, rounded up."""

_STORE_PX: Final = 1024
_PLATFORMS: Final = ("ios", "watchos", "macos", "tvos", "visionos")
_MASKED: Final = ("iphone", "ipad", "ios-marketing", "watch", "watch-marketing", "universal")
_FLATTEN: Final = "Flatten it onto a colour and save it without an alpha channel (RGB)."


def app_icon(tree: Tree) -> Iterator[Finding]:
    """The icons of every ``.appiconset``."""
    for folder in tree.named(".appiconset"):
        listed = entries(tree, folder)
        yield from _platforms(tree, folder, listed)
        yield from _marketing(tree, folder, listed)
        yield from _masked(tree, [one for one in listed if one.idiom in _MASKED])
        yield from _mac(tree, [one for one in listed if one.idiom == "mac"])


def _platforms(tree: Tree, folder: Rel, listed: list[Entry]) -> Iterator[Finding]:
    """Of entries for every device; those of one device have an idiom of their own instead."""
    said = sorted({one.platform for one in listed if one.idiom == "universal"})
    for platform in said:
        if platform and platform not in _PLATFORMS:
            right = platform.lower() if platform.lower() in _PLATFORMS else "one of " + ", ".join(_PLATFORMS)
            wrong = f'has the platform "{clean(platform)}"'
            yield tree.finding(
                "error", folder / CONTENTS, wrong, f"Write {right}: the compiler drops the icon."
            )
    if "" in said:
        is_watch = "watch" in f"{tree.shown}/{folder}".lower()
        yield tree.finding(
            "error" if is_watch else "warning",
            folder / CONTENTS,
            "has an entry for every device without a platform",
            'Say "platform": "ios" or "watchos": for a watch the compiler drops the icon otherwise.',
        )


def _marketing(tree: Tree, folder: Rel, listed: list[Entry]) -> Iterator[Finding]:
    if any(one.idiom == "ios-marketing" and one.appearance for one in listed):
        yield tree.finding(
            "warning",
            folder / CONTENTS,
            "has a dark or tinted icon for the App Store (ios-marketing), which knows none",
            "Leave the appearance out of that entry.",
        )


def _masked(tree: Tree, listed: list[Entry]) -> Iterator[Finding]:
    """Icons the system gives their shape: full squares, opaque but for the dark one."""
    for file, entry in sorted(_once(listed).items()):
        head = tree.head(file)
        if head is None:
            continue
        if head.alpha and entry.appearance != "dark" and _is_for_store(entry):
            refused = "has an alpha channel: App Store Connect refuses it (ITMS-90717), opaque or not"
            yield tree.finding("error", file, refused, _FLATTEN)
        picture = tree.picture(file) if _is_worth_a_look(entry, has_alpha=head.alpha) else None
        if picture is not None:
            yield from _drawn(tree, file, entry, picture)


def _drawn(tree: Tree, file: Rel, entry: Entry, picture: Image) -> Iterator[Finding]:
    if entry.appearance == "tinted" and not flaws.is_grey(picture):
        wrong = "is the tinted icon and not in greys"
        yield tree.finding("warning", file, wrong, "The system lays its own colour over its lightness.")
    if masks.has_baked_corners(picture):
        wrong = "has rounded corners of its own"
        yield tree.finding("warning", file, wrong, "Draw a full square: the system rounds it.")
    elif entry.appearance != "dark" and masks.has_alpha_below(picture):
        yield tree.finding("warning", file, "is transparent in places, which show black", _FLATTEN)


def _mac(tree: Tree, listed: list[Entry]) -> Iterator[Finding]:
    """Nothing masks these: their body and its margin are drawn."""
    largest = max(listed, key=lambda one: one.px or (0, 0), default=None)
    picture = tree.picture(largest.file) if largest and largest.file else None
    if largest is not None and largest.file and picture is not None:
        yield from (tree.finding("warning", largest.file, *said) for said in mac_body(picture))


def mac_body(picture: Image) -> Iterator[tuple[str, str]]:
    """What is wrong with the body of a macOS icon, and what to do."""
    share = max(masks.extent(picture))
    if share > MAC_BODY + 1 / max(picture.size):
        wrong = f"fills {share:.0%} of its canvas: it looks larger than every other icon in the Dock"
        yield wrong, "macOS masks nothing: draw a rounded body of 824 in 1024 px with its margin."


def _once(listed: list[Entry]) -> dict[Rel, Entry]:
    """One entry a file, that with the most to ask: for the store before others."""
    found: dict[Rel, Entry] = {}
    for one in sorted(listed, key=_is_for_store):
        if one.file:
            found[one.file] = one
    return found


def _is_for_store(entry: Entry) -> bool:
    return entry.idiom.endswith("-marketing") or entry.px == (_STORE_PX, _STORE_PX)


def _is_worth_a_look(entry: Entry, *, has_alpha: bool) -> bool:
    """Decoding takes time: of opaque icons the large ones say it for all."""
    return has_alpha or _is_for_store(entry) or entry.appearance == "tinted"
