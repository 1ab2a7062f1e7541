"""Pictures and videos after some harm: told apart, checked whole, and worked on when they pass the check."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

from fuzz.campaign import Target, promise
from fuzz.mutation import mutated
from fuzz.workspace import clear, new_folder

from pipeline import media
from pipeline.deliver.measure import measure
from pipeline.deliver.process import PictureJob, process
from pipeline.errors import DeliveryError, DownloadFailed, ProcessError
from pipeline.recipe.spec import Icon

SIDE = 9  # px: small files, so that harm hits headers often


def _saved(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    colour = {"RGB": (200, 30, 90), "RGBA": (200, 30, 90, 90), "L": 90, "P": 3, "1": 1, "CMYK": (1, 2, 3, 4)}
    picture = Image.new(mode, (SIDE, SIDE - 2), colour.get(mode, 9000))
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _moving(kind: str) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    first, *rest = (Image.new("RGB", (SIDE, SIDE), (shade, 9, 9)) for shade in (0, 99, 200))
    first.save(stream, kind, save_all=True, append_images=rest, duration=50)
    return stream.getvalue()


def _turned() -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved("JPEG", exif=exif)


def _profiled(kind: str) -> bytes:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return _saved(kind, icc_profile=profile)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _video() -> bytes:
    size = struct.pack(">II", 640 << 16, 360 << 16)
    track = _box(b"trak", _box(b"tkhd", bytes(76) + size))
    return (
        _box(b"ftyp", b"isom\0\0\2\0isommp42")
        + _box(b"moov", _box(b"mvhd", bytes(100)) + track)
        + _box(b"mdat", b"x" * 64)
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _huge(width: int, height: int) -> bytes:
    """A png whose header promises far more than follows."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(3000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


CORPUS = [
    _saved("PNG"), _saved("PNG", "RGBA"), _saved("PNG", "P", transparency=3), _saved("PNG", "I;16"),
    _saved("PNG", "1"),
    _profiled("PNG"), _saved("JPEG"), _saved("JPEG", "L", progressive=True), _saved("JPEG", "CMYK"),
    _turned(),
    _profiled("JPEG"), _saved("WEBP", lossless=True), _saved("WEBP", "RGBA"), _profiled("WEBP"),
    _moving("WEBP"),
    _saved("GIF", "P", transparency=3), _moving("GIF"), _saved("AVIF"), _saved("AVIF", "RGBA"),
    _moving("PNG"), _video(),
    _saved("BMP"), _saved("TIFF"), _huge(60_000, 60_000), _huge(9_000, 9_000), _huge(1, 3_000_000),
    b"<html>", b"%PDF-1.7", b"<svg onload='x'/>", b'{"code":200}', b"",
]  # fmt: skip
WORDS = [
    b"IHDR", b"IDAT", b"IEND\xaeB`\x82", b"tRNS", b"iCCP", b"acTL", b"fdAT", b"eXIf", b"zTXt",
    b"\xff\xd8\xff", b"\xff\xda",
    b"\xff\xc0", b"\xff\xe1", b"\xff\xd9", b"VP8X", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"RIFF", b"GIF89a",
    b"\x21\xff\x0b",
    b"NETSCAPE2.0", b"ftyp", b"avif", b"moov", b"mdat", b"meta", b"iloc", b"\x00" * 8, b"\xff" * 8,
    b"\x7f\xff\xff\xff", b"\x00\x00\x00\x01", b"<script>", b"PK\x03\x04", b"II*\x00", b"Exif\x00\x00",
]  # fmt: skip
files = mutated(CORPUS, WORDS, most=5)


def check(content: bytes) -> str:
    head = content[: media.HEAD_BYTES]
    extension = media.sniff(head)
    promise(media.describe(head).isprintable(), "a file is described in letters", media.describe(head))
    folder = new_folder()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as workers do: Pillow remarks on what it mends
            return use(content, extension, folder)
    finally:
        clear(folder)


def use(content: bytes, extension: str | None, folder: Path) -> str:
    path = folder / f"picture.{extension or 'bin'}"
    path.write_bytes(content)
    try:
        found = media.check(path)
    except DownloadFailed as error:
        promise(str(error).isprintable(), "an error can be shown", ascii(str(error)))
        return "refused"
    promise(found.extension == extension, "what is checked is what it looked like", found)
    promise(found.width * found.height <= media.MAX_PIXELS, "a picture that passes is no bomb", found)
    try:
        work(path, found, folder)
    except (ProcessError, DeliveryError) as error:
        promise(
            all(line.isprintable() for line in str(error).split("\n")),
            "an error can be shown",
            ascii(str(error)),
        )
        return "unfit"
    promise(measure(path)["bytes"] == len(content), "the manifest tells its size")
    return "made"


def work(path: Path, found: media.Media, folder: Path) -> None:
    """Every file a recipe may ask for."""
    staging = folder / "staging"
    staging.mkdir()
    formats = ("png", "webp", "jpg", "avif")
    job = PictureJob(
        "coin", path, found.extension, staging, icons=(Icon("@2x", 6), Icon("big", 20)), formats=formats
    )
    for made in process(job).files:
        content = (staging / made.name).read_bytes()
        promise(len(content) == made.size_bytes, "what was made is as it is told", made)
        if made.format in media.IMAGES:
            media.check(staging / made.name)


TARGET = Target("pictures", files, check, batch=150, megabytes=600)
