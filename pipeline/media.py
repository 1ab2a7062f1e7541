"""What a file really is: its type from the first bytes, and whether all of it is there and decodes.

Names, headers and content types of results lie (a jpg job came back as ``.jpeg``), so only bytes count.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline import film
from pipeline.errors import DownloadFailed, clean
from pipeline.extent import Extent, extent
from pipeline.film import Film

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

HEAD_BYTES = 512  # enough for ``sniff`` and ``describe``
MAX_PIXELS = 80_000_000  # in all frames; 8K has 67 million, Pillow itself warns at 89
MAX_FRAMES = 1_000
MAX_METADATA = (
    20_000_000  # bytes in a JPEG besides pixels; the largest colour profile it can hold has 17 million
)
IMAGES = ("png", "jpg", "webp", "avif", "gif")
VIDEOS = ("mp4", "webm")

_PILLOW_FORMAT = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
_MIME = {"jpg": "image/jpeg", "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm"}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL ", "jxl"),
)
# Brands of ISO base media files (ISO/IEC 14496-12, 23000-22 and the AVIF specification).
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that is whole. Width and height in px as stored (before EXIF rotation); 0 where unknown.

    ``end`` is the offset where the picture ends; None where there is no telling, as with videos. ``film`` is
    what a video says of itself.
    """

    extension: str
    width: int
    height: int
    end: int | None = field(default=None, compare=False)
    film: Film | None = field(default=None, compare=False)


def sniff(head: bytes) -> str | None:
    """The usual extension of a picture or video from its first ``HEAD_BYTES``; ``None`` for anything else."""
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((extension for magic, extension in _MAGIC if head.startswith(magic)), None)


def mime(extension: str) -> str:
    """The media type of an extension ``sniff`` gave."""
    return _MIME.get(extension, f"image/{extension}")


def describe(head: bytes) -> str:
    """What a file looks like, in words for a message."""
    found = sniff(head)
    if found:
        return f"{'an' if found[0] in 'aeio' else 'a'} {found} file"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text:
        return "an empty file"
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return "a web page (HTML)"
    if text.startswith((b"<?xml", b"<svg")):
        return "an XML or SVG document"
    if text.startswith((b"{", b"[")):
        return "a JSON document"
    return "a PDF document" if text.startswith(b"%pdf") else "an unknown kind of file"


def check(path: Path) -> Media:
    """Decode every pixel of a picture, or walk the structure of a video. Raises ``DownloadFailed``.

    Pictures: png, jpg, webp, avif, gif of at most ``MAX_PIXELS`` in all frames. Videos: mp4 and webm whose
    parts are complete. Slow (decoding): call it in a thread. Raises ``OSError`` when the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        extension = sniff(head)
        if extension in IMAGES:
            return _check_image(stream, extension)
        if extension in VIDEOS:
            found = film.read(stream, path.stat().st_size, extension)
            return Media(extension, found.width, found.height, film=found)
    expected = ", ".join(IMAGES + VIDEOS)
    raise DownloadFailed(f"the file is {describe(head)}, not one of {expected}")


def _brand(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    listed = head[8:12] + head[16 : min(size, HEAD_BYTES)]
    brands = {listed[at : at + 4] for at in range(0, len(listed), 4)}
    if brands & _AVIF_BRANDS:
        return "avif"
    if brands & _HEIC_BRANDS:
        return "heic"
    return "mov" if head[8:12] == b"qt  " else "mp4"


# --- pictures ----------------------------------------------------------------------------------------


def _check_image(stream: BinaryIO, extension: str) -> Media:
    try:
        around = _extent(stream, extension)
        stream.seek(0)
        if extension == "png":
            _open(stream, extension).verify()  # every chunk's checksum, which decoding skips
            _require_png_end(stream, around)
            stream.seek(0)
        width, height = _decode(_open(stream, extension))
    except DownloadFailed:
        raise
    except Exception as error:  # decoders raise nearly anything for damaged files
        reason = clean(error, 120) or type(error).__name__
        raise DownloadFailed(f"the {extension} picture is damaged or cut short: {reason}") from error
    return Media(extension, width, height, around.end)


def _extent(stream: BinaryIO, extension: str) -> Extent:
    """By structure, before a decoder sees it. Raises ``DownloadFailed`` for what would keep one busy."""
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = extent(data, extension, MAX_FRAMES)
    _refuse_film(found.frames)
    if found.metadata > MAX_METADATA:
        raise DownloadFailed(
            f"the picture carries {found.metadata / 1e6:,.0f} MB besides its pixels;"
            f" at most {MAX_METADATA / 1e6:,.0f} are read"
        )
    return found


def _open(stream: BinaryIO, extension: str) -> ImageFile:
    """The picture behind its header, by the one decoder its bytes name.

    ``Image.open`` would warn about large pictures through a process-wide filter; the bound here is ours.
    """
    from PIL import Image

    Image.init()
    factory = Image.OPEN[_PILLOW_FORMAT[extension]][0]
    image = factory(stream, "")
    _refuse_bomb(image.width * image.height)
    return image


def _require_png_end(stream: BinaryIO, around: Extent) -> None:
    """The one place a cut goes unnoticed is the checksum of the last, empty chunk."""
    if around.end is not None:
        stream.seek(around.end - len(_PNG_END))
        if stream.read(len(_PNG_END)) == _PNG_END:
            return
    raise DownloadFailed("the png picture is cut short: no complete IEND chunk")


def _decode(image: ImageFile) -> tuple[int, int]:
    """Load every frame; returns the size of the first."""
    size = image.size
    frames = getattr(image, "n_frames", 1)
    _refuse_film(frames)
    _refuse_bomb(size[0] * size[1] * frames)
    for frame in range(frames):
        image.seek(frame)
        image.load()
    return size


def _refuse_film(frames: int) -> None:
    if frames > MAX_FRAMES:
        raise DownloadFailed(f"the picture has more than {MAX_FRAMES:,} frames")


def _refuse_bomb(pixels: int) -> None:
    if pixels > MAX_PIXELS:
        raise DownloadFailed(
            f"the picture has {pixels / 1e6:,.0f} million pixels; at most {MAX_PIXELS / 1e6:,.0f} are read"
        )
