"""Pictures for sharing and for profiles: previews of links, covers, store pages, the body of an e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.markup import address, element, lines, meta
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Output, Text
from pipeline.targets.scenes import scene, whole
from pipeline.targets.target import Choices, Target

MB: Final = 1_000_000

KINDS: Final[Mapping[str, tuple[int, int, int]]] = {
    "open-graph": (1200, 630, 1 * MB),  # 5 MB allowed; scrapers in a hurry give up earlier
    "x": (1200, 600, 5 * MB),
    "x-summary": (400, 400, 5 * MB),
    "x-header": (1500, 500, 0),
    "x-avatar": (400, 400, 0),
    "linkedin": (1200, 627, 0),
    "linkedin-cover": (1584, 396, 0),
    "facebook-cover": (851, 315, 0),
    "instagram": (1080, 1080, 0),
    "instagram-portrait": (1080, 1350, 0),
    "instagram-story": (1080, 1920, 0),
    "youtube-thumbnail": (1280, 720, 0),
    "youtube-banner": (2560, 1440, 0),
    "github": (1280, 640, 1 * MB),
    "steam-header": (920, 430, 0),
    "steam-main": (1232, 706, 0),
    "steam-small": (462, 174, 0),
    "steam-vertical": (748, 896, 0),
    "steam-library": (600, 900, 0),
    "steam-hero": (3840, 1240, 0),
    "product-hunt": (240, 240, 0),
    "product-hunt-gallery": (1270, 760, 0),
    "email": (1200, 0, 0),  # twice the 600 px of a usual layout, in the drawing's own proportions
}
"""Width and height in px and the most bytes, 0 for no limit."""

USUAL: Final = ("open-graph", "x", "linkedin", "github")
ART: Final = 0.6  # of both sides; a convention


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """One opaque picture a kind; for previews of links the lines of a page's head, for e-mail its element.

    The picture for e-mail is never wider than the master and keeps its transparency.
    """
    written = {kind: _picture(brief, choices, kind) for kind in choices["kinds"]}
    yield from written.values()
    if {"open-graph", "x", "x-summary"} & set(written):
        yield _head(brief, choices, written)
    if "email" in written:
        yield _email(brief, choices, written["email"])


def _picture(brief: Brief, choices: Choices, kind: str) -> Draw:
    form, (width, height, limit) = choices["format"], KINDS[kind]
    if not height:
        look = whole(brief, choices, flat=form == "jpg")
        return Draw(f"{kind}.{form}", min(width, brief.size[0]), 0, look, form, limit)
    look = scene(brief, (width, height), choices.share(ART))
    return Draw(f"{kind}-{width}x{height}.{form}", width, height, look, form, limit)


def _head(brief: Brief, choices: Choices, written: Mapping[str, Draw]) -> Text:
    said = []
    if shared := written.get("open-graph"):
        said += [
            meta("og:title", brief.shown, key="property"),
            meta("og:image", address(choices["base"], shared.path), key="property"),
            meta("og:image:type", "image/png" if shared.format == "png" else "image/jpeg", key="property"),
            meta("og:image:width", shared.width, key="property"),
            meta("og:image:height", shared.height, key="property"),
            meta("og:image:alt", brief.shown, key="property"),
        ]
    card = written.get("x") or written.get("x-summary") or written["open-graph"]
    large = card.width > card.height
    said += [
        meta("twitter:card", "summary_large_image" if large else "summary"),
        meta("twitter:image", address(choices["base"], card.path)),
        meta("twitter:image:alt", brief.shown),
    ]
    return lines("head.html", said)


def _email(brief: Brief, choices: Choices, picture: Draw) -> Text:
    """Half the px in each direction, said in attributes: Outlook reads nothing else."""
    width = picture.width
    said: dict[str, str | int] = {
        "src": address(choices["base"], picture.path),
        "width": max(1, round(width / 2)),
        "height": max(1, round(width * brief.size[1] / brief.size[0] / 2)),
        "alt": brief.shown,
    }
    return lines("email.html", [element("img", said)])


TARGET: Final = Target(
    "social",
    "Social media, link previews, store pages, e-mail",
    "Upload where each is meant to be seen; paste head.html into the page's head.",
    table,
    (
        Option("kinds", "choices", USUAL, "Which pictures.", tuple(KINDS)),
        Option("format", "choice", "png", "png or jpg.", ("png", "jpg")),
        Option("base", "text", "https://example.com/", "Absolute address the files are served from."),
    ),
    palette=True,
)
