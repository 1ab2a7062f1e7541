"""The web: favicon, touch icon, icons of an installable app, its manifest, the lines for the head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.targets.brief import Brief
from pipeline.targets.bundles import ico
from pipeline.targets.desktop import free_icon
from pipeline.targets.markup import address, as_json, element, lines, meta, relative
from pipeline.targets.options import Option
from pipeline.targets.output import Look, Output, Text, square
from pipeline.targets.scenes import has_silhouette
from pipeline.targets.target import Choices, Target

FAVICON_PX: Final = (48, 32, 16)  # largest first: Chrome has read the ascending order wrongly
MANIFEST_PX: Final = (192, 512)
MASKABLE_RADIUS: Final = 0.40  # w3c/manifest: what is farther from the centre may be cut off
ANY_ART: Final = 0.92
TOUCH_ART: Final = 0.80  # iOS rounds the corners itself
DISPLAYS: Final = ("standalone", "fullscreen", "minimal-ui", "browser")


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """The site's root. ``favicon.ico``, ``apple-touch-icon.png`` and the manifest always stand there."""
    bleed, radius = choices.share(1.0), choices.radius(MASKABLE_RADIUS)
    favicon = free_icon(choices)
    touch = Look(share=choices.share(TOUCH_ART), bleed=bleed, ground=brief.ground, opaque=True)
    yield ico("favicon.ico", favicon, FAVICON_PX)
    yield square(_icon(choices, "favicon-96x96"), 96, favicon)
    yield square("apple-touch-icon.png", 180, touch)
    for purpose, look in {
        "any": Look(share=choices.share(ANY_ART), bleed=bleed),
        "maskable": Look(fit="circle", share=radius, bleed=bleed, ground=brief.ground, opaque=True),
        "monochrome": Look("monochrome", "circle", radius, ink="black"),
    }.items():
        for px in _sizes(brief, choices, purpose):
            yield square(_manifest_icon(choices, purpose, px), px, look)
    yield as_json("site.webmanifest", _manifest(brief, choices))
    yield _head(brief, choices)


def _sizes(brief: Brief, choices: Choices, purpose: str) -> tuple[int, ...]:
    if purpose == "monochrome":
        return (512,) if choices["monochrome"] and has_silhouette(brief) else ()
    return MANIFEST_PX


def _icon(choices: Choices, stem: str) -> str:
    return f"{choices['folder']}/{stem}.png" if choices["folder"] else f"{stem}.png"


def _manifest_icon(choices: Choices, purpose: str, px: int) -> str:
    return _icon(choices, f"icon-{px}" if purpose == "any" else f"icon-{purpose}-{px}")


def _manifest(brief: Brief, choices: Choices) -> dict[str, Any]:
    """Addresses of icons are relative to the manifest, so that they hold wherever it is served from."""
    start = choices["start_url"] or (choices["base"] if choices["base"].startswith("/") else "/")
    return {
        "id": start,
        "name": choices["name"] or brief.shown,
        "short_name": choices["short_name"] or choices["name"] or brief.shown,
        "start_url": start,
        "display": choices["display"],
        "theme_color": choices["theme_color"] or brief.background,
        "background_color": brief.background,
        "icons": [
            {
                "src": relative(_manifest_icon(choices, purpose, px)),
                "sizes": f"{px}x{px}",
                "type": "image/png",
                "purpose": purpose,
            }
            for purpose in ("any", "maskable", "monochrome")
            for px in _sizes(brief, choices, purpose)
        ],
    }


def _head(brief: Brief, choices: Choices) -> Text:
    def link(rel: str, path: str, **more: str) -> str:
        return element("link", {"rel": rel, "href": address(choices["base"], path), **more})

    return lines(
        "head.html",
        (
            link("icon", "favicon.ico", sizes="32x32"),
            link("icon", _icon(choices, "favicon-96x96"), type="image/png", sizes="96x96"),
            link("apple-touch-icon", "apple-touch-icon.png"),
            link("manifest", "site.webmanifest"),
            meta("theme-color", choices["theme_color"] or brief.background),
            meta("apple-mobile-web-app-title", choices["short_name"] or choices["name"] or brief.shown),
        ),
    )


TARGET: Final = Target(
    "web",
    "Website and PWA",
    "Copy into the folder that is served as the site's root; paste head.html into every page's head.",
    table,
    (
        Option("name", "text", "", "Of the app; the title unless given."),
        Option("short_name", "text", "", "Below its icon; the name unless given."),
        Option("theme_color", "color", "", "Of the browser's bars; the background unless given."),
        Option("base", "text", "/", "Address the files are served from."),
        Option("folder", "path", "", "For the icons, below the root."),
        Option("display", "choice", "standalone", "How the installed app is shown.", DISPLAYS),
        Option("start_url", "text", "", "What the installed app opens; the base unless given."),
        Option("monochrome", "flag", False, "A silhouette for platforms that tint icons, too."),
    ),
)
