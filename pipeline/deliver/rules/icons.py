"""Rules about single icons that a system draws in its own way, by the names they have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look
from pipeline.picture import flaws, masks

_TOUCH: Final = re.compile(r"apple-touch-icon(?:-precomposed|-\d+x\d+)*")
_STATUS: Final = re.compile(r"ic_stat_[a-z0-9_]+")
_PLAY: Final = re.compile(r"(?:ic_launcher|play-?store)[-_](?:playstore|web|icon)|icon-512")


def apple_touch_icon(look: Look) -> Iterator[Finding]:
    """An ``apple-touch-icon`` is an opaque square: iOS rounds it and shows black behind it."""
    if look.picture is None or not _TOUCH.fullmatch(look.path.stem):
        return
    if masks.has_baked_corners(look.picture):
        yield Finding("warning", "has rounded corners of its own", "Draw a full square: iOS rounds it.")
    elif masks.has_alpha_below(look.picture):
        said = "is transparent in places, which show black on iOS"
        yield Finding("warning", said, "Flatten it onto a colour.")


def notification_icon(look: Look) -> Iterator[Finding]:
    """Android shows nothing but the alpha of a notification icon (``ic_stat_…``), in a colour of its own."""
    if look.picture is None or not _STATUS.fullmatch(look.path.stem):
        return
    if not masks.has_alpha_below(look.picture):
        said = "is a notification icon without transparency: Android shows a filled square"
        yield Finding("error", said, "Draw a silhouette: white, and transparent around it.")
    elif not flaws.is_white(look.picture):
        said = "is a notification icon with colours, of which Android shows none"
        yield Finding("warning", said, "Draw a silhouette in white: only its transparency counts.")


def play_icon(look: Look) -> Iterator[Finding]:
    """Google Play rounds its icon and adds a shadow: both are not to be drawn."""
    is_play = look.path.absolute().parent.name == "play" or not look.path.stem.startswith("icon")
    if look.picture is None or not is_play or not _PLAY.fullmatch(look.path.stem):
        return
    if masks.has_baked_corners(look.picture):
        yield Finding(
            "warning", "has rounded corners of its own", "Draw a full square: Google Play rounds it."
        )
    elif masks.has_alpha_below(look.picture):
        yield Finding("note", "is transparent in places", "Google Play asks for a full square.")
