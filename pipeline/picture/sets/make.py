"""From what a set's table asks for to the bytes of its files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ProcessError
from pipeline.picture.sets import icns, ico, limit
from pipeline.picture.sets.compose import INKED, Studio, inked
from pipeline.picture.sets.contrast import hardly_shows
from pipeline.targets.output import BACKGROUND, Bundle, Draw, Entry, Look, Output, Slot, Text

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Made:
    """One finished file. Of a text 0×0 px and its ending as the format; of a bundle its largest entry."""

    path: str
    data: bytes
    width: int
    height: int
    format: str
    warnings: tuple[str, ...] = ()


def make(outputs: Sequence[Output], art: Mapping[Slot, Image], *, threads: int = 1) -> Iterator[Made]:
    """Each of ``outputs`` as a file, in their order, drawn from ``art`` (RGB or RGBA, uint8, sRGB).

    What looks the same is drawn once, wherever it goes; with several ``threads`` the largest first, so that
    they end together. Raises ``ProcessError`` for a file that does not fit into its limit, which names it.
    """
    shop = _Shop(Studio(art))
    if threads <= 1:
        shop.studio.prepare(_looks(outputs))
        yield from map(shop.file, outputs)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        shop.studio.prepare(_looks(outputs), pool.map)
        for draw in sorted(_draws(outputs), key=_area, reverse=True):
            shop.ask(draw, pool.submit)
        yield from map(shop.file, outputs)
    finally:
        pool.shutdown(cancel_futures=True)  # of a file that failed the others are not waited for


class _Shop:
    """The files of one call, and what several of them share. Asked by one thread, whoever does the work."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._asked: dict[Hashable, Future[bytes]] = {}
        self._hidden: dict[tuple[Look, int], bool] = {}

    def ask(self, draw: Draw, begin: Callable[..., Future[bytes]]) -> Future[bytes]:
        """The bytes of a picture, which is begun if nobody asked for the same before."""
        look = self.studio.settled(draw.look, draw.width, draw.height)
        key = look, draw.width, draw.height, draw.format, draw.max_bytes, draw.palette
        if key not in self._asked:
            self._asked[key] = begin(self._draw, draw)
        return self._asked[key]

    def file(self, output: Output) -> Made:
        """One file, finished."""
        if isinstance(output, Text):
            return Made(output.path, output.text.encode(), 0, 0, output.path.rpartition(".")[2])
        if isinstance(output, Bundle):
            return self._bundle(output)
        return self._picture(output)

    def _picture(self, draw: Draw) -> Made:
        try:
            data = self.ask(draw, _at_once).result()
        except ProcessError as error:
            raise ProcessError(f"{draw.path}: {error.message}", hint=error.hint) from error
        width, height = self.studio.size_of(draw.look, draw.width, draw.height)
        warnings = (*_soft(draw, self.studio, width, height), *self._faint(draw, width, height))
        return Made(draw.path, data, width, height, draw.format, warnings)

    def _faint(self, draw: Draw, width: int, height: int) -> Iterator[str]:
        """A white drawing on white, or a silhouette in the colour of its ground."""
        look = draw.look
        drawing = self.studio.drawing(look, width, height)
        if not look.ground.startswith("#") or look.art == BACKGROUND or drawing.is_opaque:
            return
        ink = look.ink if look.ink in INKED else ""
        key = Look(ground=look.ground, ink=ink), id(drawing)
        if key not in self._hidden:
            self._hidden[key] = hardly_shows(inked(drawing.picture, ink), look.ground)
        if self._hidden[key]:
            yield f"the drawing hardly shows on {look.ground}: choose another background"

    def _draw(self, draw: Draw) -> bytes:
        width, height = self.studio.size_of(draw.look, draw.width, draw.height)
        picture = self.studio.compose(draw.look, width, height)
        return limit.fit(picture, draw.format, draw.max_bytes, palette=draw.palette)

    def _bundle(self, bundle: Bundle) -> Made:
        kind = _kind(bundle)
        entries = [(entry.code, self._entry(entry, kind)) for entry in bundle.entries]
        data = icns.encode(entries) if kind == "icns" else ico.encode([picture for _, picture in entries])
        largest = max(entry.px for entry in bundle.entries)
        return Made(bundle.path, data, largest, largest, kind)

    def _entry(self, entry: Entry, kind: str) -> Image | bytes:
        if _is_png(entry, kind):
            return self.ask(_alone(entry), _at_once).result()
        return self.studio.compose(entry.look, entry.px, entry.px)


def _at_once(work: Callable[[Draw], bytes], draw: Draw) -> Future[bytes]:
    done: Future[bytes] = Future()
    done.set_result(work(draw))
    return done


def _draws(outputs: Iterable[Output]) -> Iterator[Draw]:
    """Every picture that is encoded, those in bundles too."""
    for output in outputs:
        if isinstance(output, Draw):
            yield output
        elif isinstance(output, Bundle):
            yield from (_alone(entry) for entry in output.entries if _is_png(entry, _kind(output)))


def _area(draw: Draw) -> int:
    return draw.width * (draw.height or draw.width)


def _alone(entry: Entry) -> Draw:
    """An entry of a bundle as the file it would be."""
    return Draw("", entry.px, entry.px, entry.look)


def _is_png(entry: Entry, kind: str) -> bool:
    return icns.takes_png(entry.code) if kind == "icns" else entry.px >= ico.PNG_PX


def _kind(bundle: Bundle) -> str:
    return bundle.path.rpartition(".")[2]


def _looks(outputs: Iterable[Output]) -> Iterator[tuple[Look, int]]:
    for output in outputs:
        if isinstance(output, Draw):
            yield output.look, max(output.width, output.height)
        elif isinstance(output, Bundle):
            yield from ((entry.look, entry.px) for entry in output.entries)


def _soft(draw: Draw, studio: Studio, width: int, height: int) -> Iterator[str]:
    """Rule 15: a drawing smaller than the file it fills comes out soft."""
    if BACKGROUND in (draw.look.art, draw.look.ground):
        return
    size = studio.drawing(draw.look, width, height).picture.size
    if max(size) < max(studio.drawn_size(draw.look, width, height)):
        yield f"a drawing of {size[0]}×{size[1]} px is enlarged for the largest files, which look soft"
