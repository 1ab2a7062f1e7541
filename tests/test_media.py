from __future__ import annotations

import contextlib
import io
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline import media
from pipeline.errors import DownloadFailed
from pipeline.media import Media

KINDS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}


def encoded(kind: str, size: tuple[int, int] = (24, 16), **options) -> bytes:
    """A picture with detail everywhere, so that a cut anywhere is felt."""
    image = Image.frombytes(
        "RGB", size, random.Random(size[0] * 1000 + size[1]).randbytes(size[0] * size[1] * 3)
    )
    stream = io.BytesIO()
    image.save(stream, KINDS[kind], **options)
    return stream.getvalue()


def check(tmp_path, content: bytes) -> Media:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    return media.check(path)


def refused(tmp_path, content: bytes) -> str:
    with pytest.raises(DownloadFailed) as caught:
        check(tmp_path, content)
    return caught.value.message


# --- kinds


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_known_by_their_first_bytes(kind):
    assert media.sniff(encoded(kind)[: media.HEAD_BYTES]) == kind


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


@pytest.mark.parametrize(
    ("head", "extension"),
    [
        (box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41"), "mp4"),
        (box(b"ftyp", b"mp42\0\0\0\0"), "mp4"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  "), "mov"),
        (box(b"ftyp", b"avif\0\0\0\0avifmif1"), "avif"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1avif"), "avif"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "heic"),
        (b"\x1aE\xdf\xa3webm", "webm"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"BM\x00\x00", "bmp"),
        (b"II*\x00", "tiff"),
        (b"MM\x00*", "tiff"),
        (b"\xff\x0a", "jxl"),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_other_files_are_known_too(head, extension):
    assert media.sniff(head) == extension


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\xef\xbb\xbf\n <!DOCTYPE html>", "a web page (HTML)"),
        (b"<html lang=en>", "a web page (HTML)"),
        (b"<?xml version='1.0'?>", "an XML or SVG document"),
        (b"<svg/>", "an XML or SVG document"),
        (b' {"code":500}', "a JSON document"),
        (b"[1]", "a JSON document"),
        (b"%PDF-1.7", "a PDF document"),
        (b" \n", "an empty file"),
        (b"\x00\x01", "an unknown kind of file"),
        (b"BM", "a bmp file"),
        (box(b"ftyp", b"avif"), "an avif file"),
    ],
)
def test_a_message_can_say_what_a_file_looks_like(head, words):
    assert media.describe(head) == words


@given(st.binary(max_size=64))
def test_any_bytes_look_like_something(head):
    assert media.describe(head).startswith(("a ", "an "))


@pytest.mark.parametrize(
    ("extension", "name"), [("jpg", "image/jpeg"), ("png", "image/png"), ("mp4", "video/mp4")]
)
def test_media_types_follow_the_extension(extension, name):
    assert media.mime(extension) == name


# --- pictures


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_picture_has_its_size(tmp_path, kind):
    assert check(tmp_path, encoded(kind)) == Media(kind, 24, 16)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_decode(tmp_path, mode):
    stream = io.BytesIO()
    Image.new(mode, (5, 4)).save(stream, "JPEG" if mode == "CMYK" else "PNG")
    assert check(tmp_path, stream.getvalue()).width == 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_cut_anywhere_is_refused(tmp_path, kind):
    content = encoded(kind)
    cuts = {len(content) * part // 20 for part in range(1, 20)} | {len(content) - 10}
    for length in cuts:
        assert refused(tmp_path, content[: max(length, 16)])


def test_a_png_without_the_last_byte_of_its_end_is_refused(tmp_path):
    assert "cut short" in refused(tmp_path, encoded("png")[:-1])


def test_a_png_with_a_flipped_bit_is_refused(tmp_path):
    content = bytearray(encoded("png"))
    content[len(content) // 2] ^= 1
    assert "damaged" in refused(tmp_path, bytes(content))


@given(st.data())
def test_a_damaged_picture_is_refused_or_decodes_but_never_surprises(tmp_path_factory, data):
    content = bytearray(encoded(data.draw(st.sampled_from(sorted(KINDS)))))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "x"
    path.write_bytes(content)
    with contextlib.suppress(DownloadFailed):  # and nothing else
        assert media.check(path).extension in media.IMAGES


def test_every_frame_of_an_animation_counts(tmp_path):
    frames = [
        Image.open(io.BytesIO(encoded("gif", (24, 16 + extra)))).crop((0, 0, 24, 16)) for extra in range(3)
    ]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert check(tmp_path, stream.getvalue()) == Media("gif", 24, 16)
    assert "damaged" in refused(tmp_path, stream.getvalue()[:-60])


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path):
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    content = encoded("png").replace(encoded("png")[16:29], header)
    chunk = b"IHDR" + header
    content = content[:29] + struct.pack(">I", zlib.crc32(chunk)) + content[33:]
    assert "400 million pixels" in refused(tmp_path, content)


def test_an_animation_of_many_large_frames_is_a_bomb_too(tmp_path, monkeypatch):
    monkeypatch.setattr(media, "MAX_PIXELS", 24 * 16 * 2)
    frames = [Image.new("L", (24, 16), shade) for shade in (0, 90, 180)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert "pixels" in refused(tmp_path, stream.getvalue())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"<html>", "a web page"),
        (b"BM" + b"\0" * 60, "a bmp file"),
        (box(b"ftyp", b"qt  "), "a mov file"),
    ],
)
def test_what_is_no_result_is_named(tmp_path, content, words):
    message = refused(tmp_path, content)
    assert words in message
    assert "png" in message


def test_a_missing_file_is_the_callers_business(tmp_path):
    with pytest.raises(FileNotFoundError):
        media.check(tmp_path / "no.png")


# --- videos


def track(width: int, height: int) -> bytes:
    return box(b"trak", box(b"tkhd", b"\0" * 76 + struct.pack(">II", width << 16, height << 16)))


FTYP = box(b"ftyp", b"isom\0\0\2\0isom")
MOOV = box(b"moov", box(b"mvhd", b"\0" * 100) + track(0, 0) + track(1280, 720))
MDAT = box(b"mdat", b"\1" * 50)


def test_a_whole_video_has_the_size_of_its_largest_track(tmp_path):
    assert check(tmp_path, FTYP + MOOV + MDAT) == Media("mp4", 1280, 720)


def test_the_index_may_come_last_and_boxes_may_be_large(tmp_path):
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 30) + b"\1" * 30
    assert check(tmp_path, FTYP + box(b"free") + large + MOOV) == Media("mp4", 1280, 720)


def test_the_last_box_may_reach_to_the_end(tmp_path):
    assert check(tmp_path, FTYP + MOOV + struct.pack(">I4s", 0, b"mdat") + b"\1" * 9).width == 1280


@pytest.mark.parametrize("order", [FTYP + MOOV + MDAT, FTYP + MDAT + MOOV])
def test_a_video_cut_anywhere_is_refused(tmp_path, order):
    for length in range(len(FTYP), len(order)):
        assert "cut short" in refused(tmp_path, order[:length])


@pytest.mark.parametrize(
    "content",
    [
        FTYP + MOOV + struct.pack(">I4s", 4, b"mdat"),
        FTYP + MOOV + struct.pack(">I4sQ", 1, b"mdat", 8),
        FTYP + MOOV + MDAT + b"\0" * 3,
        FTYP + box(b"moov", b"\0" * 5) + MDAT,
        FTYP + MDAT,
        FTYP + MOOV,
    ],
)
def test_a_video_with_impossible_boxes_is_refused(tmp_path, content):
    assert refused(tmp_path, content)


@given(st.binary(max_size=120))
def test_any_boxes_are_read_to_an_end(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("boxes") / "x"
    path.write_bytes(FTYP + MOOV + content)
    with contextlib.suppress(DownloadFailed):
        assert media.check(path).extension == "mp4"


# --- what would keep a decoder busy


def test_a_film_of_many_frames_is_refused_before_a_decoder_sees_it(tmp_path, monkeypatch):
    monkeypatch.setattr(media, "MAX_FRAMES", 3)
    for kind in ("GIF", "WEBP", "PNG"):
        frames = [Image.new("RGB", (2, 2), (n * 9, 0, 0)) for n in range(5)]
        stream = io.BytesIO()
        frames[0].save(stream, kind, save_all=True, append_images=frames[1:])
        assert "more than 3 frames" in refused(tmp_path, stream.getvalue())


def test_a_picture_that_carries_too_much_besides_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(media, "MAX_METADATA", 100_000)
    content = encoded("jpg")
    stuffed = content[:2] + (b"\xff\xe1\xff\xff" + b"Exif\0\0" + bytes(65527)) * 2 + content[2:]
    assert "MB besides its pixels" in refused(tmp_path, stuffed)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
def test_a_bomb_in_a_chunk_of_text_is_refused(tmp_path, kind):
    head = {b"iCCP": b"x\0\0", b"zTXt": b"x\0\0", b"iTXt": b"x\0\1\0\0\0"}[kind]
    content = encoded("png")
    bomb = chunk(kind, head + zlib.compress(bytes(50_000_000), 9))
    assert "damaged" in refused(tmp_path, content[:33] + bomb + content[33:])


def test_what_follows_a_picture_is_told_apart_from_it(tmp_path):
    content = encoded("png")
    (tmp_path / "a").write_bytes(content + b"PK\x03\x04")
    assert media.check(tmp_path / "a").end == len(content)
