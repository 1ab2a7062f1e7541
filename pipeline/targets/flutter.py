"""Flutter: a picture with its resolution-aware variants, and on request the app's icons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.android_res import Launcher
from pipeline.targets.brief import Brief
from pipeline.targets.in_app import WIDTH, app_icons, widths
from pipeline.targets.markup import lines
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output
from pipeline.targets.scenes import whole
from pipeline.targets.target import Choices, Target

SCALES: Final = ("1.5", "2.0", "3.0", "4.0")
CATALOG: Final = "ios/Runner/Assets.xcassets"
RES: Final = "android/app/src/main/res"


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """``NAME.png`` and ``2.0x/NAME.png``, ``3.0x/NAME.png``; scales wider than the master are left out."""
    folder = choices["folder"]
    wanted = [float(scale) for scale in choices["scales"]]
    for scale, width in widths(brief, choices["width"], wanted):
        variant = "" if scale == 1 else f"{scale:.1f}x/"
        yield Draw(f"{folder}/{variant}{brief.name}.png", width, 0, whole(brief, choices))
    declared = ("flutter:", "  assets:", f'    - "{folder}/{brief.name}.png"')
    yield lines("pubspec.snippet.yaml", declared)
    if choices["launcher"]:
        yield from app_icons(brief, choices, CATALOG, Launcher(RES, layers="drawable"))


TARGET: Final = Target(
    "flutter",
    "Flutter",
    "Copy into the project's root; declare the picture as pubspec.snippet.yaml does.",
    table,
    (
        WIDTH,
        Option("folder", "path", "assets", "For the picture, below the project's root."),
        Option("scales", "choices", ("2.0", "3.0"), "Besides 1x.", SCALES),
        Option("launcher", "flag", False, "The app's icons for iOS and Android, too."),
    ),
)
