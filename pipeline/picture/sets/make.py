"""From what a set's table asks for to the bytes of its files."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from pipeline.errors import ProcessError
from pipeline.picture.sets import icns, ico, limit, png
from pipeline.picture.sets.compose import Studio
from pipeline.targets.output import BACKGROUND, Bundle, Draw, Look, Output, Slot, Text

if TYPE_CHECKING:
    from PIL.Image import Image

_AHEAD: Final = 3  # files a thread that wait to be taken: what bounds the memory


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

    Files that are the same but for their path are drawn once. Raises ``ProcessError`` for one that does not
    fit into its limit, which names it.
    """
    shop = _Shop(Studio(art), png.Packer())
    shop.studio.prepare(_looks(outputs))
    kinds = [_kind(output) for output in outputs]
    firsts = dict(zip(reversed(kinds), reversed(outputs), strict=True))
    last = {kind: number for number, kind in enumerate(kinds)}
    drawn = _drawn(list({kind: firsts[kind] for kind in kinds}.values()), shop, threads)
    kept: dict[Output, Made] = {}
    for number, (output, kind) in enumerate(zip(outputs, kinds, strict=True)):
        if kind not in kept:
            kept[kind] = next(drawn)
        yield replace(kept[kind], path=output.path)
        if last[kind] == number:
            kept[kind] = replace(kept[kind], data=b"")  # nobody asks again


@dataclass(frozen=True, slots=True)
class _Shop:
    """What is shared by all files of one call, in all threads."""

    studio: Studio
    pack: png.Packer


def _kind(output: Output) -> Output:
    """What makes two files the same: everything but the path, and its ending."""
    return replace(output, path=output.path.rpartition(".")[2])


def _looks(outputs: Iterable[Output]) -> Iterator[tuple[Look, int]]:
    for output in outputs:
        if isinstance(output, Draw):
            yield output.look, max(output.width, output.height)
        elif isinstance(output, Bundle):
            yield from ((entry.look, entry.px) for entry in output.entries)


def _drawn(outputs: Sequence[Output], shop: _Shop, threads: int) -> Iterator[Made]:
    if threads <= 1:
        yield from (_file(output, shop) for output in outputs)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        rest = iter(outputs)
        waiting.extend(pool.submit(_file, one, shop) for one in islice(rest, threads * _AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_file, one, shop) for one in islice(rest, 1))


def _file(output: Output, shop: _Shop) -> Made:
    if isinstance(output, Text):
        return Made(output.path, output.text.encode(), 0, 0, output.path.rpartition(".")[2])
    if isinstance(output, Bundle):
        return _bundle(output, shop)
    return _picture(output, shop)


def _picture(draw: Draw, shop: _Shop) -> Made:
    studio = shop.studio
    width, height = studio.size_of(draw.look, draw.width, draw.height)
    picture = studio.compose(draw.look, width, height)
    try:
        data = _encoded(picture, draw, shop.pack)
    except ProcessError as error:
        raise ProcessError(f"{draw.path}: {error.message}", hint=error.hint) from error
    return Made(draw.path, data, width, height, draw.format, tuple(_soft(draw, studio, width, height)))


def _encoded(picture: Image, draw: Draw, pack: png.Packer) -> bytes:
    if draw.format == "png" and not draw.max_bytes:
        return pack(picture, palette=draw.palette)
    return limit.fit(picture, draw.format, draw.max_bytes, palette=draw.palette)


def _bundle(bundle: Bundle, shop: _Shop) -> Made:
    pictures = [shop.studio.compose(entry.look, entry.px, entry.px) for entry in bundle.entries]
    largest = max(entry.px for entry in bundle.entries)
    kind = bundle.path.rpartition(".")[2]
    if kind == "icns":
        codes = [entry.code for entry in bundle.entries]
        data = icns.encode(list(zip(codes, pictures, strict=True)), shop.pack)
    else:
        data = ico.encode(pictures, shop.pack)
    return Made(bundle.path, data, largest, largest, kind)


def _soft(draw: Draw, studio: Studio, width: int, height: int) -> Iterator[str]:
    """Rule 15: a drawing smaller than the file it fills comes out soft."""
    if BACKGROUND in (draw.look.art, draw.look.ground):
        return
    size = studio.drawing(draw.look, width, height).picture.size
    if max(size) < max(studio.drawn_size(draw.look, width, height)):
        yield f"a drawing of {size[0]}×{size[1]} px is enlarged for the largest files, which look soft"
