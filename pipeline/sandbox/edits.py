"""Edits that change nothing but the background: told by what a prompt means, done to any picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.sandbox.brief import colours_in

if TYPE_CHECKING:
    from PIL.Image import Image

_BACKDROP = r"\b(?:background|backdrop)\b"
_CHANGE = re.compile(
    r"\b(?:change|replace|turn|make|set|swap|recolou?r|repaint|paint|fill)\b"
    rf"(?:\W+\w+){{0,4}}?\W+{_BACKDROP}(?P<new>[^.;!?\n]+)",
    re.IGNORECASE,
)
_PUT = re.compile(
    r"\b(?:put|place|show|render|redraw|repaint|paint|set)\b[^.;!?\n]*?\b(?:this|it|the (?:\w+ )?same)\b"
    rf"[^.;!?\n]*?\b(?:on|onto|against|over)\b(?P<new>[^.;!?\n]*?){_BACKDROP}(?P<more>[^.;,!?\n]*)",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:only|nothing else|(?:everything|all) else|unchanged|identical|exactly|exact|the same"
    r"|keep (?:the |its )?(?:subject|object|everything|all))\b",
    re.IGNORECASE,
)


def new_backdrop(prompt: str) -> str:
    """The colour ("#RRGGBB") that the background is to become while all else stays; "" for any other wish.

    Meant are sentences such as "Change only the background to pure black (#000000), keep the subject as it
    is": a change of the background to a colour, and a word about the rest. A prompt that describes a picture
    and its background asks for no change.
    """
    if not _REST.search(prompt):
        return ""
    return _changed(prompt) or _put(prompt)


def _changed(prompt: str) -> str:
    """As in: change the background of this picture from white to black."""
    for match in _CHANGE.finditer(prompt):
        if colours := colours_in(re.split(r"\b(?:to|into)\b", match["new"])[-1]) or colours_in(match["new"]):
            return colours[0]
    return ""


def _put(prompt: str) -> str:
    """As in: show the same object on a black background."""
    match = _PUT.search(prompt)
    colours = colours_in(match["new"] + match["more"]) if match else []
    return colours[-1] if colours else ""


def rebacked(picture: Image, colour: str, size: tuple[int, int], seed: int) -> Image:
    """A picture that is not our own, RGB or RGBA, with its subject on a backdrop of ``#RRGGBB``.

    It is cut out as the product cuts out, fitted into ``size`` (px) and painted on: RGB.
    """
    from PIL import Image as PillowImage
    from PIL import ImageOps

    from pipeline.sandbox import retouch
    from pipeline.sandbox.ground import lit, noised

    cut = retouch.subject(picture)
    subject = ImageOps.pad(cut, size, PillowImage.Resampling.LANCZOS, (0, 0, 0, 0))
    ground = lit(colour, size, seed)
    ground.paste(subject.convert("RGB"), (0, 0), subject.getchannel("A"))
    return noised(ground, seed)
