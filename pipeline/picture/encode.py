"""Pixels to file bytes: same pixels, same bytes. No metadata; sRGB untagged, which every reader assumes.

Settings come from measurement, on a painted cut-out at 1024² with grain:

    png    level 6
    webp   up to 256 px lossless: a few kB more, and no 4:2:0 colour bleeding where it would show;
           larger at quality 90: 53 dB, a sixth of the lossless bytes in a third of the time; lossless
           where that is the smaller file, as of flat drawings
    jpg    quality 90, 4:4:4, flattened on white
    avif   quality 80, 4:4:4, speed 8: a third of the time of speed 6 for 0.3 dB
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeline.errors import ProcessError, clean

if TYPE_CHECKING:
    from PIL.Image import Image

LOSSLESS_WEBP_PX = 256
_SAMPLE = (16, 128)  # rows of so many
_WORTH_TRYING = 3  # an estimate made in a hurry is 1.2 to 5 times too high; painted drawings are at 7 or more


def encode(picture: Image, format_name: str) -> bytes:
    """``picture`` (RGB or RGBA, uint8, sRGB) as a file in ``format_name``: png, webp, jpg or avif.

    Raises ``ProcessError`` when the format is unknown, this Pillow cannot write it, or the picture
    does not fit into it (WebP ends at 16,383 px a side).
    """
    encoder = ENCODERS.get(format_name)
    if encoder is None:
        raise ProcessError(
            f"No such picture format: {clean(format_name)}.", hint=f"Known: {', '.join(ENCODERS)}."
        )
    if not can_write(format_name):
        raise ProcessError(
            f"This installation of Pillow cannot write {format_name}.",
            hint="Install Pillow's own wheel again: pip install --force-reinstall pillow.",
        )
    try:
        return encoder(picture)
    except (OSError, ValueError) as error:
        size = f"{picture.width}×{picture.height}"
        raise ProcessError(f"A {size} picture cannot be written as {format_name}: {clean(error)}") from error


def can_write(format_name: str) -> bool:
    """Whether this installation has the encoder; webp and avif depend on how Pillow was built."""
    from PIL import features

    return format_name not in ("webp", "avif") or bool(features.check(format_name))


def flatten(picture: Image, background: str = "#FFFFFF") -> Image:
    """``picture`` on an opaque background, as RGB."""
    if picture.mode == "RGB":
        return picture
    from PIL import Image

    canvas = Image.new("RGBA", picture.size, background)
    return Image.alpha_composite(canvas, picture).convert("RGB")


def _png(picture: Image) -> bytes:
    return _save(picture, "PNG", compress_level=6)


def _webp(picture: Image) -> bytes:
    """Large ones lossless only where that is the smaller file: flat drawings."""
    if max(picture.size) <= LOSSLESS_WEBP_PX:
        return _lossless(picture)
    lossy = _save(picture, "WEBP", quality=90, method=4)
    if _lossless_estimate(picture) > len(lossy) * _WORTH_TRYING:
        return lossy
    return min(_lossless(picture), lossy, key=len)


def _lossless(picture: Image) -> bytes:
    return _save(picture, "WEBP", lossless=True, quality=80, method=4)


def _lossless_estimate(picture: Image) -> float:
    """Bytes of the lossless file, from an eighth of the rows in bands over the whole height."""
    from PIL import Image

    rows, every = _SAMPLE
    tops = range((every - rows) // 2, picture.height - rows + 1, every)
    if not tops:  # hardly any height: all of it is the sample
        return len(_save(picture, "WEBP", lossless=True, quality=0, method=0))
    sample = Image.new(picture.mode, (picture.width, rows * len(tops)))
    for number, top in enumerate(tops):
        sample.paste(picture.crop((0, top, picture.width, top + rows)), (0, number * rows))
    size = len(_save(sample, "WEBP", lossless=True, quality=0, method=0))
    return size * picture.height / sample.height


def _jpg(picture: Image) -> bytes:
    """With tables fitted to the picture where Pillow has room for that: noise would break off midway."""
    from PIL import ImageFile

    flat = flatten(picture)
    plain = _save(flat, "JPEG", quality=90, subsampling="4:4:4")
    # JpegImagePlugin._save: a byte a pixel. Fitted tables never make the file larger.
    if len(plain) > max(ImageFile.MAXBLOCK, flat.width * flat.height):
        return plain
    return _save(flat, "JPEG", quality=90, subsampling="4:4:4", optimize=True)


def _avif(picture: Image) -> bytes:
    # One thread: pictures are worked on side by side, and the bytes must not depend on the machine.
    return _save(picture, "AVIF", quality=80, speed=8, subsampling="4:4:4", max_threads=1)


def _save(picture: Image, pillow_name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, pillow_name, **options)
    return stream.getvalue()


ENCODERS: dict[str, Callable[[Image], bytes]] = {"png": _png, "webp": _webp, "jpg": _jpg, "avif": _avif}
