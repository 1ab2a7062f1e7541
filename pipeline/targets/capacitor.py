"""Capacitor: the sources its tool reads, and what it would make of them for the native projects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.targets.android_res import Launcher, foreground
from pipeline.targets.apple import app_icon
from pipeline.targets.brief import BLACK, Brief
from pipeline.targets.catalog_json import appearing, contents
from pipeline.targets.in_app import app_icons
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output, square
from pipeline.targets.scenes import scene
from pipeline.targets.target import Choices, Target

PARTS: Final = ("sources", "icons", "splash")
SOURCE_PX: Final = 1024
SPLASH_PX: Final = 2732
SPLASH_ART: Final = 0.25  # of the square that a tall screen shows less than half of; a convention
DRAWABLE_ART: Final = 0.4  # of both sides of a drawable that has the screen's proportions
CATALOG: Final = "ios/App/App/Assets.xcassets"
RES: Final = "android/app/src/main/res"
PORTRAIT: Final = {
    "mdpi": (320, 480),
    "hdpi": (480, 800),
    "xhdpi": (720, 1280),
    "xxhdpi": (960, 1600),
    "xxxhdpi": (1280, 1920),
}


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The parts asked for; with ``icons`` and ``splash`` nothing is left for Capacitor's own tool to do."""
    if "sources" in choices["parts"]:
        yield from _sources(brief, choices)
    if "icons" in choices["parts"]:
        yield from app_icons(brief, choices, CATALOG, Launcher(RES))
    if "splash" in choices["parts"]:
        yield from _ios_splash(brief, choices)
        yield from _android_splash(brief, choices)


def _splash(brief: Brief, choices: Choices, path: str, size: tuple[int, int], *, dark: bool) -> Draw:
    share = choices.share(SPLASH_ART if size[0] == size[1] else DRAWABLE_ART)
    ground = choices["dark_background"] if dark else ""
    return Draw(path, *size, scene(brief, size, share, ground=ground, art="dark" if dark else "master"))


def _sources(brief: Brief, choices: Choices) -> Iterator[Output]:
    yield square("assets/icon-only.png", SOURCE_PX, app_icon(brief, choices))
    yield square("assets/icon-foreground.png", SOURCE_PX, foreground(choices))
    yield square("assets/icon-background.png", SOURCE_PX, brief.backdrop)
    for mark in ("", "-dark"):
        size = (SPLASH_PX, SPLASH_PX)
        yield _splash(brief, choices, f"assets/splash{mark}.png", size, dark=bool(mark))


def _ios_splash(brief: Brief, choices: Choices) -> Iterator[Output]:
    folder, size = f"{CATALOG}/Splash.imageset", (SPLASH_PX, SPLASH_PX)
    images: list[dict[str, Any]] = []
    for mark in ("", "dark"):
        for scale in ("1x", "2x", "3x"):
            name = f"Default@{scale}~universal~anyany{'-dark' if mark else ''}.png"
            yield _splash(brief, choices, f"{folder}/{name}", size, dark=bool(mark))
            images.append({**appearing(mark), "filename": name, "idiom": "universal", "scale": scale})
    yield contents(folder, images=images)


def _android_splash(brief: Brief, choices: Choices) -> Iterator[Output]:
    """Every density in both orientations, by day and by night, and what is taken where none of them fits."""
    for night in ("", "-night"):
        yield _drawable(brief, choices, night, PORTRAIT["mdpi"])
        for density, (short, tall) in PORTRAIT.items():
            yield _drawable(brief, choices, f"-port{night}-{density}", (short, tall))
            yield _drawable(brief, choices, f"-land{night}-{density}", (tall, short))


def _drawable(brief: Brief, choices: Choices, qualifiers: str, size: tuple[int, int]) -> Draw:
    path = f"{RES}/drawable{qualifiers}/splash.png"
    return _splash(brief, choices, path, size, dark="-night" in qualifiers)


TARGET: Final = Target(
    "capacitor",
    "Capacitor",
    "Copy into the project's root, after npx cap add ios and android.",
    table,
    (
        Option("parts", "choices", PARTS, "Sources for its tool; native icons; native splash.", PARTS),
        Option("dark_background", "color", BLACK, "Behind the drawing of dark splash screens."),
    ),
)
