"""iOS and iPadOS: ``AppIcon.appiconset``, as one size (Xcode 14 and later) or as the lists before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pipeline.targets.apple import app_icon, pixels
from pipeline.targets.brief import Brief
from pipeline.targets.catalog_json import appearing, contents
from pipeline.targets.options import Option
from pipeline.targets.output import Output, square
from pipeline.targets.target import Choices, Target

CLASSIC: Final = (
    ("iphone", "20", (2, 3)),
    ("iphone", "29", (2, 3)),
    ("iphone", "40", (2, 3)),
    ("iphone", "60", (2, 3)),
    ("ipad", "20", (1, 2)),
    ("ipad", "29", (1, 2)),
    ("ipad", "40", (1, 2)),
    ("ipad", "76", (1, 2)),
    ("ipad", "83.5", (2,)),
    ("ios-marketing", "1024", (1,)),
)
ALL: Final = (
    *((points, (2, 3)) for points in ("20", "29", "38", "40", "60", "64")),
    *((points, (2,)) for points in ("68", "76", "83.5")),
    ("1024", (1,)),
)
MARKS: Final = {"": "", "dark": "-Dark", "tinted": "-Tinted"}


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The appiconset of the chosen style; appearances belong to the universal styles alone."""
    folder = f"{choices['name']}.appiconset"
    variants = appearances(brief, choices["variants"])
    if choices["style"] == "classic":
        yield from appiconset(brief, choices, folder, classic())
    elif choices["style"] == "all":
        yield from appiconset(brief, choices, folder, universal(variants))
    else:
        yield from appiconset(brief, choices, folder, single(variants))


def appearances(brief: Brief, wanted: Iterable[str] = ("dark", "tinted")) -> tuple[str, ...]:
    """The usual one, "", and those wanted.

    No dark one that would be the usual one again, which an opaque drawing's is: the system's own is better.
    """
    has_dark = "dark" in brief.slots or not brief.opaque
    return ("", *(one for one in wanted if one != "dark" or has_dark))


def appiconset(
    brief: Brief, choices: Choices, folder: str, entries: Iterable[dict[str, Any]]
) -> Iterator[Output]:
    """Every picture the entries name, once, and their ``Contents.json``."""
    listed = list(entries)
    for one in {one["filename"]: one for one in listed}.values():
        points, scale = one["size"].partition("x")[0], int(one.get("scale", "1x")[0])
        variant = one["appearances"][0]["value"] if "appearances" in one else ""
        yield square(f"{folder}/{one['filename']}", pixels(points, scale), app_icon(brief, choices, variant))
    yield contents(folder, images=listed)


def single(variants: Iterable[str] = ("",)) -> Iterator[dict[str, Any]]:
    """One 1024 for each appearance, "" being the usual one. Names as Expo writes them."""
    for variant in variants:
        name = f"App-Icon{MARKS[variant].lower()}-1024x1024@1x.png"
        common = {"filename": name, "idiom": "universal", "platform": "ios", "size": "1024x1024"}
        yield {**appearing(variant), **common}


def universal(variants: Iterable[str] = ("",)) -> Iterator[dict[str, Any]]:
    """Every size for each appearance. Names as Flutter's tools write them."""
    for variant in variants:
        for points, scales in ALL:
            for scale in scales:
                yield {
                    **appearing(variant),
                    "filename": f"Icon-App{MARKS[variant]}-{points}x{points}@{scale}x.png",
                    "idiom": "universal",
                    "platform": "ios",
                    "scale": f"{scale}x",
                    "size": f"{points}x{points}",
                }


def classic() -> Iterator[dict[str, Any]]:
    """The list before Xcode 14; iPhone and iPad share a file of the same size. Names as Flutter's."""
    for idiom, points, scales in CLASSIC:
        for scale in scales:
            yield {
                "filename": f"Icon-App-{points}x{points}@{scale}x.png",
                "idiom": idiom,
                "scale": f"{scale}x",
                "size": f"{points}x{points}",
            }


STYLE: Final = Option(
    "style",
    "choice",
    "single",
    "One 1024 for the system to scale, the classic list, or every size.",
    ("single", "classic", "all"),
)
VARIANTS: Final = Option(
    "variants",
    "choices",
    ("dark", "tinted"),
    "Appearances besides the usual one, for the styles single and all. No dark one of an opaque drawing.",
    ("dark", "tinted"),
)
NAME: Final = Option("name", "name", "AppIcon", "Of the icon in the asset catalog.")

TARGET: Final = Target(
    "ios", "iOS and iPadOS app icon", "Into Assets.xcassets.", table, (STYLE, VARIANTS, NAME)
)
