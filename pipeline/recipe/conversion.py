"""What is done to a picture that a model does not take as it is: another type, fewer pixels. Decided here, in
words as well; done in ``pipeline.deliver.prepare``, right before the picture is sent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.header import Header
from pipeline.recipe.spec import PictureLimits

MB = 1_000_000
_SPELLED = {"jpeg": "jpg"}
_WORDS = {"jpg": "jpeg"}
_LOSSLESS = ("png", "webp", "jpg")  # in the order they are tried
_LOSSY = ("jpg", "webp", "png")
_SMALLEST = {True: ("webp", "png", "jpg"), False: _LOSSY}  # by whether there is transparency


@dataclass(frozen=True, slots=True)
class Conversion:
    """``size``: width and height in px to come to. ``formats``: to be tried in turn for the size in MB.

    After the last of them the picture is scaled down until it fits.
    """

    formats: tuple[str, ...]
    size: tuple[int, int]
    said: str  # "9000 × 6000 px scaled to 4096 × 2731, sent as png"


def conversion(header: Header, limits: PictureLimits) -> Conversion | None:
    """What has to be done for ``limits``; None when the picture is sent as it is."""
    size = scaled((header.width, header.height), limits)
    accepted = accepts(limits)
    own = not accepted or header.extension in accepted
    heavy = bool(limits.megabytes) and header.size_bytes > limits.megabytes * MB
    if own and not heavy and size == (header.width, header.height):
        return None
    formats = order(limits, alpha=header.alpha, lossless=header.lossless, heavy=heavy and own)
    if own and not heavy and header.extension in formats:
        formats = tuple(dict.fromkeys([header.extension, *formats]))
    return Conversion(formats, size, ", ".join(_said(header, size, formats, limits, heavy=heavy and own)))


def order(
    limits: PictureLimits, *, alpha: bool, lossless: bool = True, heavy: bool = False
) -> tuple[str, ...]:
    """The types the model takes, the one to try first at the front; never empty.

    JPEG has no transparency: with ``alpha`` it is left for models that take nothing else.
    """
    usual = _LOSSLESS if alpha or lossless else _LOSSY
    wanted = _SMALLEST[alpha] if heavy else usual
    accepted = accepts(limits)
    found = tuple(name for name in wanted if not accepted or name in accepted) or ("png",)
    opaque_only = tuple(name for name in found if name != "jpg")
    return opaque_only if alpha and opaque_only else found


def accepts(limits: PictureLimits) -> tuple[str, ...]:
    """The types a model takes by the extension ``media.sniff`` gives; empty: nobody says."""
    return tuple(dict.fromkeys(_SPELLED.get(name, name) for name in limits.formats))


def scaled(size: tuple[int, int], limits: PictureLimits) -> tuple[int, int]:
    """Width and height in px within the model's largest side and megapixels, in the same proportions."""
    width, height = size
    longer = max(size)
    if limits.largest_px:
        longer = min(longer, limits.largest_px)
    if limits.megapixels and width * height > limits.megapixels * MB:
        longer = min(longer, math.floor(max(size) * math.sqrt(limits.megapixels * MB / (width * height))))
        while longer > 1 and math.prod(at(size, longer)) > limits.megapixels * MB:
            longer -= 1
    return at(size, longer)


def at(size: tuple[int, int], longer: int) -> tuple[int, int]:
    """``size`` with that longer side, as ``pipeline.picture.export.fit`` has it."""
    width, height = size
    return max(1, round(width * longer / max(size))), max(1, round(height * longer / max(size)))


def too_small(size: tuple[int, int], limits: PictureLimits) -> str:
    """Why the model takes no picture of that size, scaled down where it has to be; empty when it does."""
    if not limits.smallest_px or min(scaled(size, limits)) >= limits.smallest_px:
        return ""
    least = f"{limits.smallest_px} px a side"
    if min(size) >= limits.smallest_px:
        return f"is {_px(size)} px, too long and narrow: the model takes {least} and {_most(limits)} at most"
    return f"is {_px(size)} px; the model takes none below {least}, and nothing is enlarged unasked"


def _most(limits: PictureLimits) -> str:
    return f"{limits.largest_px} px" if limits.largest_px else f"{limits.megapixels:g} megapixels"


def _said(
    header: Header, size: tuple[int, int], formats: tuple[str, ...], limits: PictureLimits, *, heavy: bool
) -> Iterator[str]:
    if header.moves:
        yield "its first frame"
    if size != (header.width, header.height):
        yield f"{_px((header.width, header.height))} px scaled to {_px(size)}"
    if heavy:
        most = f"{word(formats[0])} of at most {limits.megabytes:g} MB"
        yield f"{header.size_bytes / MB:.1f} MB sent as {most}"
    elif formats[0] != header.extension:
        yield f"sent as {word(formats[0])}{_or_smaller(header, size, formats, limits)}"


def _or_smaller(
    header: Header, size: tuple[int, int], formats: tuple[str, ...], limits: PictureLimits
) -> str:
    """What becomes of it where the first type turns out too large, which is known once it is made."""
    largest = math.prod(size) * (4 if header.alpha else 3)
    if not limits.megabytes or largest <= limits.megabytes * MB:
        return ""
    other = f"as {word(formats[1])}" if len(formats) > 1 else "smaller"
    return f" ({other} if that has more than {limits.megabytes:g} MB)"


def word(extension: str) -> str:
    """A type as services call it: ``jpeg``."""
    return _WORDS.get(extension, extension)


def _px(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
