"""The platform sets of one asset, file by file as they are drawn. Runs inside a worker.

A set lies in ``STEM/TARGET/…`` beside the asset's other files. All sets of an asset are drawn in one go, so
that what they share (a trimmed drawing, its scaled copies) is made once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import ProcessError
from pipeline.recipe.spec import Cutout, TargetUse
from pipeline.targets import catalogue
from pipeline.targets.brief import Brief
from pipeline.targets.output import BACKGROUND, SLOTS, Draw, Output, Slot

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.picture.sets.make import Made

SHEET: Final = "contact-sheet.png"
MASTER: Final[Slot] = "master"
_INKS: Final = {"white": "#FFFFFF", "black": "#000000"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Another drawing for the sets. ``files`` are two where it is rendered twice: on white, and on black."""

    slot: Slot
    files: tuple[Path, ...]
    cutout: Cutout | None = None  # how its background is removed; None: it is used as it is

    def load(self, threads: int) -> Image:
        """RGB or RGBA, uint8, sRGB, upright; without its background where it is to be cut out.

        Raises ``ProcessError``, which names the drawing.
        """
        from pipeline.picture import normalize
        from pipeline.picture.cutout import cut_out

        try:
            picture, *second = (normalize.load(file) for file in self.files)
            if self.cutout is None:
                return picture
            on_black = second[0] if second else None
            return cut_out(picture, self.cutout, on_black=on_black, threads=threads).picture
        except ProcessError as error:
            raise ProcessError(
                f"The {self.slot} drawing of its sets: {error.message}", hint=error.hint
            ) from error


@dataclass(frozen=True, slots=True)
class SetFile:
    """One file of a set, or without a target the contact sheet of all of them."""

    target: str
    made: Made  # its path is below the folder of the set
    color: str  # "#RRGGBB" of the drawing; empty for texts, bundles, and drawings without an opaque pixel

    @property
    def path(self) -> str:
        """Below the folder of the asset's sets."""
        return f"{self.target}/{self.made.path}" if self.target else self.made.path

    @property
    def purpose(self) -> Literal["set", "contact-sheet"]:
        """What the manifest calls it."""
        return "set" if self.target else "contact-sheet"


@dataclass(frozen=True, slots=True)
class SetOrder:
    """What a recipe asks for; no picture of more than ``max_bytes`` (0: any)."""

    targets: tuple[TargetUse, ...]
    name: str
    max_bytes: int = 0
    sheet: bool = False

    def files(self, art: Mapping[Slot, Image], *, threads: int = 1) -> Iterator[SetFile]:
        """Every file, in order. Raises ``ProcessError``."""
        brief = brief_of(art, self.name)
        yield from draw(outputs_of(self.targets, brief, max_bytes=self.max_bytes), art, threads=threads)
        if self.sheet:
            yield contact_sheet(art, replace(brief, background=self._ground or brief.background))

    @property
    def _ground(self) -> str:
        """The first colour that was chosen for a target, as that of all on one sheet; empty when none was."""
        chosen = (use.options.get("background", "") for use in self.targets)
        return next(filter(None, chosen), "")


def contact_sheet(art: Mapping[Slot, Image], brief: Brief) -> SetFile:
    """How the drawings look under masks, on light and dark, and small. Raises ``ProcessError``."""
    from pipeline.picture.encode import encode
    from pipeline.picture.sets import contact
    from pipeline.picture.sets.make import Made

    sheet = contact.draw(art, background=brief.background, title=brief.shown)
    return SetFile("", Made(SHEET, encode(sheet, "png"), sheet.width, sheet.height, "png"), "")


def outputs_of(uses: Iterable[TargetUse], brief: Brief, *, max_bytes: int = 0) -> list[tuple[str, Output]]:
    """Every file of every set with the name of its target; no picture of more than ``max_bytes`` (0: any)."""
    return [
        (use.name, _bounded(output, max_bytes))
        for use in uses
        for output in catalogue.target(use.name).outputs(brief, use.options)
    ]


def brief_of(art: Mapping[Slot, Image], name: str, title: str = "", background: str = "") -> Brief:
    """What the tables have to know of the drawings in ``art``; ``background``: "#RRGGBB", or as usual."""
    brief = Brief(
        name=name,
        title=title,
        size=art[MASTER].size,
        opaque=is_opaque(art[MASTER]),
        slots=frozenset(slot for slot in SLOTS if slot in art),
    )
    return replace(brief, background=background) if background else brief


def draw(
    listed: Sequence[tuple[str, Output]], art: Mapping[Slot, Image], *, threads: int = 1
) -> Iterator[SetFile]:
    """Each of ``listed`` (target, output) drawn from ``art``, in order. Raises ``ProcessError``."""
    from pipeline.picture.sets.make import make

    colors = _Colors(art)
    placed = [replace(output, path=f"{target}/{output.path}") for target, output in listed]
    for (target, output), made in zip(listed, make(placed, art, threads=threads), strict=True):
        yield SetFile(target, replace(made, path=output.path), colors.of(output))


def is_opaque(picture: Image) -> bool:
    """Whether ``picture`` (RGB or RGBA) hides whatever is behind it."""
    return "A" not in picture.getbands() or picture.getchannel("A").getextrema() == (255, 255)


def _bounded(output: Output, max_bytes: int) -> Output:
    if not isinstance(output, Draw) or not max_bytes:
        return output
    return replace(output, max_bytes=min(output.max_bytes or max_bytes, max_bytes))


class _Colors:
    """The dominant colour of each drawing, looked for when it is first asked for."""

    def __init__(self, art: Mapping[Slot, Image]) -> None:
        self._art = art
        self._known: dict[Slot, str] = {}

    def of(self, output: Output) -> str:
        if not isinstance(output, Draw):
            return ""
        look = output.look
        if look.ink in _INKS:
            return _INKS[look.ink]
        if look.art == BACKGROUND and BACKGROUND not in self._art:
            return look.ground if look.ground.startswith("#") else ""
        slot = look.art if look.art in self._art else MASTER
        if slot not in self._known:
            from pipeline.picture.color import dominant

            self._known[slot] = dominant(self._art[slot])
        return self._known[slot]
