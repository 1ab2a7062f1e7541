"""What a set is to be made of, as far as its tables have to know."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.targets.output import BACKGROUND, Look, Slot

WHITE = "#FFFFFF"
BLACK = "#000000"


@dataclass(frozen=True, slots=True)
class Brief:
    """The drawing at hand. ``size`` is the master's in px, ``slots`` what there is besides it."""

    name: str  # the stem of file names: letters, digits, dots, dashes, underscores
    title: str = ""  # what people read; the name unless given
    size: tuple[int, int] = (1024, 1024)
    opaque: bool = False  # the master has no transparency
    background: str = WHITE  # "#RRGGBB" behind transparency wherever a platform wants none
    slots: frozenset[Slot] = frozenset()

    @property
    def ground(self) -> str:
        """What stands behind the drawing: the picture for it where there is one, else the colour."""
        return BACKGROUND if "background" in self.slots else self.background

    @property
    def backdrop(self) -> Look:
        """The ground alone, for a layer that lies behind the drawing. Opaque."""
        return Look(art="background", fit="cover", ground=self.background, opaque=True)

    @property
    def shown(self) -> str:
        """The title, or the name."""
        return self.title or self.name
