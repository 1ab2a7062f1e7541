"""Start-up pictures of a web app on an iPhone or iPad, with the media queries that choose among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.brief import BLACK, Brief
from pipeline.targets.markup import address, element, lines, meta
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output, Slot
from pipeline.targets.scenes import scene
from pipeline.targets.target import Choices, Target

SCREENS: Final = (
    (2048, 2732, 2),
    (1668, 2388, 2),
    (1668, 2224, 2),
    (1640, 2360, 2),
    (1620, 2160, 2),
    (1536, 2048, 2),
    (1488, 2266, 2),
    (1320, 2868, 3),
    (1290, 2796, 3),
    (1284, 2778, 3),
    (1242, 2688, 3),
    (1242, 2208, 3),
    (1206, 2622, 3),
    (1179, 2556, 3),
    (1170, 2532, 3),
    (1125, 2436, 3),
    (828, 1792, 2),
    (750, 1334, 2),
    (640, 1136, 2),
)
"""Portrait px and device pixel ratio; source: elegantapp/pwa-asset-generator."""

ART: Final = 0.4  # of both sides: on a tall screen, of its width; a convention


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """Every screen, portrait and landscape, in light and, if asked for, dark; ``head.html`` links them."""
    base, folder, form = choices["base"], choices["folder"], choices["format"]
    links = [
        meta("mobile-web-app-capable", "yes"),
        meta("apple-mobile-web-app-capable", "yes"),
    ]
    for scheme in ("light", "dark") if choices["dark"] else ("",):
        ground = choices["dark_background"] if scheme == "dark" else ""
        for short, tall, ratio in SCREENS:
            for orientation, size in (("portrait", (short, tall)), ("landscape", (tall, short))):
                stem = f"apple-splash-{size[0]}-{size[1]}{'-dark' if scheme == 'dark' else ''}.{form}"
                path = f"{folder}/{stem}" if folder else stem
                art: Slot = "dark" if scheme == "dark" else "master"
                look = scene(brief, size, choices.share(ART), ground=ground, art=art)
                yield Draw(path, *size, look, form)
                query = media(short // ratio, tall // ratio, ratio, orientation, scheme)
                link = {"rel": "apple-touch-startup-image", "media": query, "href": address(base, path)}
                links.append(element("link", link))
    yield lines("head.html", links)


def media(width: int, height: int, ratio: int, orientation: str, scheme: str = "") -> str:
    """The query for one picture; width and height are the upright device's, in points, for landscape, too."""
    said = [f"(prefers-color-scheme: {scheme})"] if scheme else []
    said += [
        f"(device-width: {width}px)",
        f"(device-height: {height}px)",
        f"(-webkit-device-pixel-ratio: {ratio})",
        f"(orientation: {orientation})",
    ]
    return " and ".join(said)


TARGET: Final = Target(
    "pwa-splash",
    "Start-up pictures of a web app on iOS",
    "Copy into the folder that is served as the site's root; paste head.html into every page's head.",
    table,
    (
        Option("base", "text", "/", "Address the files are served from."),
        Option("folder", "path", "splash", "For the pictures, below the root."),
        Option("format", "choice", "png", "png or jpg.", ("png", "jpg")),
        Option("dark", "flag", False, "A second set for the dark colour scheme."),
        Option("dark_background", "color", BLACK, "Behind the drawing in the dark set."),
    ),
    palette=True,
)
