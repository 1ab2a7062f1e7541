"""Expo: the sources that its prebuild makes every native icon and splash screen from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pipeline.targets.android_res import foreground, in_circle, monochrome
from pipeline.targets.apple import app_icon
from pipeline.targets.brief import BLACK, Brief
from pipeline.targets.desktop import free_icon
from pipeline.targets.markup import as_json
from pipeline.targets.options import Option
from pipeline.targets.output import BACKGROUND, Look, Output, square
from pipeline.targets.scenes import has_silhouette
from pipeline.targets.target import Choices, Target

SOURCE_PX: Final = 1024
FAVICON_PX: Final = 48
NOTIFICATION_PX: Final = 96
NOTIFICATION_ART: Final = 22 / 24  # as in Android's own 24 dp
SPLASH_WIDTH: Final = 200  # dp; Android 12 shows a circle of 192 dp
SPLASH_RADIUS: Final = 96 / SPLASH_WIDTH


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """Every picture that ``app.snippet.json`` names. Without a silhouette (see ``has_silhouette``) there is
    neither a monochrome layer nor a notification icon.
    """
    for name, (px, look) in _pictures(brief, choices).items():
        yield square(f"{choices['folder']}/{name}.png", px, look)
    yield as_json("app.snippet.json", {"expo": _config(brief, choices)})


def _pictures(brief: Brief, choices: Choices) -> dict[str, tuple[int, Look]]:
    splash = in_circle(choices, SPLASH_RADIUS, 1.0)
    listed = {
        "icon": (SOURCE_PX, app_icon(brief, choices)),
        "ios-light": (SOURCE_PX, app_icon(brief, choices)),
        "ios-dark": (SOURCE_PX, app_icon(brief, choices, "dark")),
        "ios-tinted": (SOURCE_PX, app_icon(brief, choices, "tinted")),
        "android-icon-foreground": (SOURCE_PX, foreground(choices)),
        "favicon": (FAVICON_PX, free_icon(choices)),
        "splash-icon": (SOURCE_PX, splash),
    }
    if brief.ground == BACKGROUND:
        listed["android-icon-background"] = (SOURCE_PX, brief.backdrop)
    if "dark" in brief.slots:
        listed["splash-icon-dark"] = (SOURCE_PX, replace(splash, art="dark"))
    if has_silhouette(brief):
        glyph = Look("monochrome", share=choices.share(NOTIFICATION_ART), ink="white")
        listed["android-icon-monochrome"] = (SOURCE_PX, monochrome(choices))
        listed["notification-icon"] = (NOTIFICATION_PX, glyph)
    return listed


def _config(brief: Brief, choices: Choices) -> dict[str, Any]:
    held = _pictures(brief, choices)

    def named(**names: str) -> dict[str, str]:
        return {key: f"./{choices['folder']}/{name}.png" for key, name in names.items() if name in held}

    adaptive = named(
        foregroundImage="android-icon-foreground",
        backgroundImage="android-icon-background",
        monochromeImage="android-icon-monochrome",
    )
    splash = {
        **named(image="splash-icon"),
        "imageWidth": SPLASH_WIDTH,
        "resizeMode": "contain",
        "backgroundColor": brief.background,
        "dark": {**named(image="splash-icon-dark"), "backgroundColor": choices["dark_background"]},
    }
    plugins: list[list[Any]] = [["expo-splash-screen", splash]]
    if status := named(icon="notification-icon"):
        plugins.append(["expo-notifications", status])
    return {
        **named(icon="icon"),
        "ios": {"icon": named(light="ios-light", dark="ios-dark", tinted="ios-tinted")},
        "android": {"adaptiveIcon": {**adaptive, "backgroundColor": brief.background}},
        "web": named(favicon="favicon"),
        "plugins": plugins,
    }


TARGET: Final = Target(
    "expo",
    "Expo",
    "Copy into the project's root; take over what app.snippet.json says into app.json.",
    table,
    (
        Option("folder", "path", "assets/images", "For the pictures, below the project's root."),
        Option("dark_background", "color", BLACK, "Behind the splash icon in the dark scheme."),
    ),
)
