"""Linux: an icon in the hicolor theme (freedesktop icon theme specification), and a launcher for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.desktop import free_icon
from pipeline.targets.markup import lines
from pipeline.targets.options import Option
from pipeline.targets.output import Output, Text, square
from pipeline.targets.target import Choices, Target

SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """One picture per size, each in the folder that says it."""
    app, look = choices["id"] or brief.name, replace(free_icon(choices), ground=choices["background"])
    for px in choices["sizes"]:
        yield square(f"share/icons/hicolor/{px}x{px}/apps/{app}.png", px, look)
    if choices["desktop"]:
        yield _launcher(app, brief.shown)


def _launcher(app: str, title: str) -> Text:
    """The least a launcher says; backslashes are escaped as the desktop entry specification asks."""
    escaped = title.replace("\\", "\\\\")
    return lines(
        f"share/applications/{app}.desktop",
        (
            "[Desktop Entry]",
            "Type=Application",
            f"Name={escaped}",
            f"Exec={app}",
            f"Icon={app}",
            "Terminal=false",
            "Categories=Utility;",
        ),
    )


TARGET: Final = Target(
    "linux",
    "Linux hicolor icons",
    "Below /usr, ~/.local or the prefix of the package.",
    table,
    (
        Option("id", "name", "", "The application's, such as org.example.App; else the asset's name."),
        Option("sizes", "sizes", SIZES, "In px; 48 is the one that has to be there."),
        Option("desktop", "flag", False, "A .desktop file to start from, too."),
    ),
)
