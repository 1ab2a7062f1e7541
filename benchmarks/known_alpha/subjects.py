"""Icons with real alpha, 1,024 px unless told otherwise: drawn ones, Fluent Emoji, and 3D renders of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from known_alpha import icons
from known_alpha.art import Art, Render, Vector, draw, file_of
from known_alpha.drawn import DRAWN
from known_alpha.kinds import Kind
from known_alpha.packages import Unavailable, say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PX = 1024


@dataclass(frozen=True, slots=True)
class Subject:
    """An icon; ``file`` is its RGBA picture in the cache."""

    name: str
    kind: Kind
    art: Art
    file: Path

    @property
    def solid(self) -> bool:
        """Whether it is a 3D render: pictures that nobody drew for this benchmark's sake."""
        return isinstance(self.art, Render)

    def pixels(self) -> NDArray[np.uint8]:
        """H×W×4 uint8 sRGB, straight alpha."""
        import numpy as np
        from PIL import Image

        with Image.open(self.file) as picture:
            return np.asarray(picture.convert("RGBA"))

    def sized(self, px: int) -> Subject:
        """The same icon, ``px`` wide and high. Raises ``Unavailable``."""
        return Subject(self.name, self.kind, self.art, draw(self.art, px))


def subjects(kinds: Collection[str], names: Collection[str] = (), every: int = 1) -> list[Subject]:
    """Subjects of those kinds (and names, if any are given), each ``every``-th of its kind, in a fixed order.

    Flat and solid ones are counted apart, so that every part holds both. What cannot be fetched is left
    out with a word on stderr. Raises ``Unavailable`` when a picture has yet to be drawn and resvg is missing.
    """
    found = [
        Subject(name, kind, art, file_of(art, PX))
        for kind, name, art in described()
        if kind in kinds and (not names or name in names)
    ]
    counted: dict[tuple[Kind, bool], int] = {}
    chosen = []
    for subject in found:
        place = counted[subject.kind, subject.solid] = counted.get((subject.kind, subject.solid), -1) + 1
        if place % every == 0:
            chosen.append(subject)
    for subject in chosen:
        draw(subject.art, PX)
    return chosen


def described() -> Iterator[tuple[Kind, str, Art]]:
    """Kind, name and art of everything there is; names of 3D renders end in ``-3d``."""
    try:
        fetched, folder = icons.flat(), icons.solid()
    except Unavailable as problem:
        say(f"{problem} Only drawn subjects are measured.")
    else:
        for kind, names in icons.FLAT.items():
            yield from ((kind, name, Vector(fetched[name])) for name in names)
        for kind, codes in icons.SOLID.items():
            yield from ((kind, f"{name}-3d", Render(folder / f"{code}.webp")) for name, code in codes.items())
    for kind, drawings in DRAWN.items():
        yield from ((kind, name, Vector(body)) for name, body in drawings.items())
