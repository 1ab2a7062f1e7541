"""The backdrop a cut-out is painted on: chosen far from the subject's colours, asked for in one sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from pipeline.recipe import colours

# Name → what a generator understands, and the colour. Green and blue are those of studio screens (Pantone
# 354 C and 2728 C); in order of preference: of ten hard subjects cut out on all three, magenta is worst for
# eight, most of all for near-white ones, and the network that stands in where a key fails collapses on it.
CHROMA: Mapping[str, tuple[str, str]] = {
    "green": ("chroma key green", "#00B140"),
    "blue": ("chroma key blue", "#0047BB"),
    "magenta": ("pure magenta", "#FF00FF"),
}
WHITE = "#FFFFFF"
BLACK = "#000000"

ON_BLACK = (
    f"Change only the background of this picture to a flat, even, pure black ({BLACK}) background, also where"
    " it is seen through holes and transparent parts, and keep the subject, its position, size, shape,"
    " lighting, colours and transparency exactly as they are."
)
"""Makes the second of two renders out of the first; the whole prompt of that edit."""

AMPLE = 0.37
"""A distance in OKLab at which a colour is far enough, and farther would gain nothing. Whatever
``colours.NAMES`` calls green lies nearer to the green backdrop; white, black, rose pink and violet do not."""

LEAST_CHROMA = 0.1  # in OKLab; what is paler is no colour to be keyed, and metal may well have it

_MENTION = re.compile(
    r"\b(?:back-?grounds?|backdrops?|isolated on|(?:green|blue)[ -]?screen)\b", re.IGNORECASE
)
_SHADOW = re.compile(r"\bshadows?\b", re.IGNORECASE)
_SENTENCE = re.compile(
    r" ?\b(?:On|Change only the background of this picture to) a (?:flat, even,|solid)"
    r" [^.()]{1,60} \((#[0-9A-F]{6})\) background[^.]{0,200}\."
)


def mention(prompt: str) -> str:
    """The words with which a prompt speaks of its background itself; empty when it does not."""
    found = _MENTION.search(prompt)
    return found[0] if found else ""


def choose(subject: Iterable[str]) -> str:
    """The colour of ``CHROMA`` to paint a subject of these colours (``#RRGGBB``) on.

    The first whose distance in OKLab to every one of them is ample; if none is, the one whose smallest
    distance is largest.
    """
    labs = [_lab(colour) for colour in subject]
    distances = {
        colour: min((math.dist(_lab(colour), lab) for lab in labs), default=math.inf)
        for _, colour in CHROMA.values()
    }
    ample = (colour for colour, distance in distances.items() if distance >= AMPLE)
    return next(ample, max(distances, key=lambda colour: distances[colour]))


def decisive(subject: Collection[str]) -> frozenset[str]:
    """Those of the colours that ``choose`` goes by, also among others: the nearest to each of ``CHROMA``."""
    nearest = (
        min(subject, key=lambda other: (math.dist(_lab(colour), _lab(other)), other), default="")
        for _, colour in CHROMA.values()
    )
    return frozenset(colour for colour in nearest if colour)


def sentence(colour: str, prompt: str) -> str:
    """What asks for a backdrop of ``#RRGGBB`` behind what ``prompt`` describes.

    A cast shadow is ruled out unless the prompt speaks of shadows: one that was not asked for only blurs the
    edge, one that was is part of the picture, to be kept or dropped by the cut-out.
    """
    if colour == WHITE:
        return f"On a flat, even, pure white ({WHITE}) background."
    words = next((words for words, known in CHROMA.values() if known == colour), colours.nearest_name(colour))
    if math.hypot(*colours.oklab(colour)[1:]) < LEAST_CHROMA:
        return f"On a flat, even, {words} ({colour}) background."
    shadow = "" if _SHADOW.search(prompt) else "no cast shadow on it and "
    return (
        f"On a solid {words} ({colour}) background, perfectly flat, uniform and evenly lit,"
        f" with {shadow}no {name(colour)} part, reflection or spill on the subject."
    )


def asked(prompt: str) -> str:
    """The colour that a sentence of ours in a prompt asks for; empty when there is none."""
    found = _SENTENCE.findall(prompt)
    return str(found[-1]) if found else ""


def without_sentence(prompt: str) -> str:
    """The prompt without what asks for its backdrop."""
    return _SENTENCE.sub("", prompt)


def name(colour: str) -> str:
    """``green``, ``magenta``, ``blue``; of any other colour what designers call it."""
    chosen = (name for name, (_, known) in CHROMA.items() if known == colour)
    return next(chosen, colours.nearest_name(colour))


def shown(colour: str) -> str:
    """``green #00B140``."""
    return f"{name(colour)} {colour}"


@lru_cache(maxsize=4096)
def _lab(colour: str) -> colours.Lab:
    return colours.oklab(colour)
