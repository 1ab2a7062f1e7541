"""What a picture file carries beside its pixels: times, texts, EXIF, colour profiles. Nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pipeline import media
from pipeline.picture.containers import PNG_MAGIC

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_CHUNKS: Final = 100_000
_HEAD: Final = 8
_CRC: Final = 4
_PNG_MARKS: Final = {
    b"tIME": "a time",
    b"tEXt": "text",
    b"zTXt": "text",
    b"iTXt": "text",
    b"eXIf": "EXIF",
}
_OTHER_MARKS: Final = {"exif": "EXIF", "xmp": "XMP", "comment": "a comment"}
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")


@dataclass(frozen=True, slots=True)
class Head:
    """A picture by its header: its kind, px, and whether its colour type has an alpha channel."""

    extension: str  # as ``media.sniff`` names it
    width: int
    height: int
    alpha: bool  # also for a palette with transparent entries, and when every pixel is opaque
    marks: tuple[str, ...] = ()  # "a time", "text", "EXIF" …
    profile: bytes = b""  # the embedded ICC profile


def read(path: Path) -> Head | None:
    """The head of the picture in ``path``; None when it is none, or a damaged one. Reads no pixels."""
    from PIL import Image

    try:
        with path.open("rb") as stream:
            extension = media.sniff(stream.read(media.HEAD_BYTES))
            if extension not in media.IMAGES:
                return None
            stream.seek(0)
            chunks = frozenset(_png_chunks(stream)) if extension == "png" else frozenset()
            stream.seek(0)
            Image.init()
            factory = Image.OPEN[_FORMATS[media.IMAGES.index(extension)]][0]
            return _head(extension, factory(stream, ""), chunks)
    except Exception:  # noqa: BLE001  (openers raise nearly anything; whether it is whole is asked elsewhere)
        return None


def _head(extension: str, image: Image, chunks: frozenset[bytes]) -> Head:
    info: dict[Any, Any] = image.info
    found = {said for code, said in _PNG_MARKS.items() if code in chunks}
    if extension != "png":
        found |= {said for key, said in _OTHER_MARKS.items() if info.get(key)}
    profile = info.get("icc_profile")
    return Head(
        extension,
        image.width,
        image.height,
        image.has_transparency_data,
        tuple(sorted(found)),
        profile if isinstance(profile, bytes) else b"",
    )


def _png_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The types of a PNG's chunks, walked without reading them."""
    stream.seek(len(PNG_MAGIC))
    for _ in range(MAX_CHUNKS):
        header = stream.read(_HEAD)
        if len(header) < _HEAD:
            return
        length, code = struct.unpack(">I4s", header)
        yield code
        stream.seek(length + _CRC, 1)


def describes_srgb(profile: bytes) -> bool:
    """Whether an ICC profile is sRGB by its description; a broken one is taken as sRGB, as browsers do."""
    import io

    from PIL import ImageCms

    try:
        name = ImageCms.getProfileDescription(ImageCms.getOpenProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return True
    return "srgb" in name.lower()
