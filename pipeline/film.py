"""What a video file says of itself: MP4 (ISO/IEC 14496-12) and WebM (RFC 9559), by structure alone.

Nothing is decoded, so this needs no library, and every machine says the same of the same file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from pipeline.errors import DownloadFailed, clean

MAX_PARTS: Final = 20_000
"""Boxes or elements of one file that are looked at; a minute of video has some hundred."""

_BOX_HEADER = 8
_MOST_READ = 1_000_000  # bytes of one table
_LARGEST = 1 << 16  # px of a side, seconds, or frames a second: more is nonsense
_CODECS = {
    b"avc1": "h264", b"avc3": "h264", b"hvc1": "hevc", b"hev1": "hevc", b"av01": "av1", b"vp09": "vp9",
    b"vp08": "vp8", b"mp4v": "mpeg4", b"V_VP9": "vp9", b"V_VP8": "vp8", b"V_AV1": "av1",
    b"V_MPEG4/ISO/AVC": "h264",
}  # fmt: skip
# Elements of WebM, https://www.rfc-editor.org/rfc/rfc9559#section-5
_EBML, _DOCTYPE, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x4282, 0x18538067, 0x1F43B675
_INFO, _TIMESCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _TRACK_TYPE, _CODEC, _FRAME_NS = 0x1654AE6B, 0xAE, 0x83, 0x86, 0x23E383
_VIDEO, _WIDTH, _HEIGHT = 0xE0, 0xB0, 0xBA
_IS_VIDEO, _IS_SOUND = 1, 2


@dataclass(frozen=True, slots=True)
class Film:
    """Width and height in px of the largest track, as shown. 0 and empty where the file does not say."""

    width: int = 0
    height: int = 0
    duration_s: float = 0.0
    fps: float = 0.0
    codec: str = ""  # "h264", "vp9", "av1"
    has_audio: bool = False


def read(stream: BinaryIO, size: int, extension: str) -> Film:
    """The film in a file of ``size`` bytes, mp4 or webm. Raises ``DownloadFailed`` unless it is whole."""
    return _webm(stream, size) if extension == "webm" else _mp4(stream, size)


# --- MP4 ---------------------------------------------------------------------------------------------


def _mp4(stream: BinaryIO, size: int) -> Film:
    """An mp4 is whole when its boxes fill the file exactly and both index and media are among them."""
    kinds: set[bytes] = set()
    film = Film()
    for kind, start, end in _boxes(stream, 0, size):
        kinds.add(kind)
        if kind == b"moov":
            film = _movie(stream, start, end)
    missing = [name.decode() for name in (b"moov", b"mdat") if name not in kinds]
    if missing:
        raise DownloadFailed(f"the mp4 video is cut short: no {' and no '.join(missing)} box")
    return film


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, first byte of content, byte after the end) of each box in a range of the file."""
    for _ in range(MAX_PARTS):
        if start >= end:
            return
        stream.seek(start)
        header = stream.read(16)
        if len(header) < _BOX_HEADER:
            raise DownloadFailed("the mp4 video is cut short: a box without its header")
        length, kind = struct.unpack(">I4s", header[:_BOX_HEADER])
        content = start + _BOX_HEADER
        if length == 1 and len(header) == 16:  # noqa: PLR2004  (a 64-bit size follows)
            length, content = int.from_bytes(header[8:], "big"), start + 16
        elif length == 0:  # up to the end of the file
            length = end - start
        if start + length < content or start + length > end:
            raise DownloadFailed(f"the mp4 video is cut short in its {clean(kind.decode('latin-1'))} box")
        yield kind, content, start + length
        start += length
    raise DownloadFailed(f"the mp4 video has more than {MAX_PARTS:,} boxes")


def _movie(stream: BinaryIO, start: int, end: int) -> Film:
    """What ``moov`` says: the largest track, and whether one of them is sound."""
    largest, sound, duration_s = Film(), False, 0.0
    for kind, first, last in _boxes(stream, start, end):
        if kind == b"trak":
            track, handler = _track(stream, first, last)
            sound = sound or handler == b"soun"
            largest = max(largest, track, key=lambda one: (one.width, one.height))
        elif kind == b"mvhd":
            duration_s = _clock(_content(stream, first, last))[1]
    return replace(largest, has_audio=sound, duration_s=_sensible(largest.duration_s or duration_s, 3))


def _track(stream: BinaryIO, start: int, end: int) -> tuple[Film, bytes]:
    """A track and its handler, ``vide`` or ``soun``."""
    film, handler = Film(), b""
    for kind, first, last in _boxes(stream, start, end):
        if kind == b"tkhd" and last - first >= _BOX_HEADER:
            # ends with both sizes as 16.16 fixed point
            wide, high = struct.unpack(">II", _content(stream, last - _BOX_HEADER, last))
            film = replace(film, width=wide >> 16, height=high >> 16)
        elif kind == b"mdia":
            with suppress(DownloadFailed, struct.error):  # facts that are nice to have
                film, handler = _tracked(stream, first, last, film)
    return film, handler


def _tracked(stream: BinaryIO, start: int, end: int, film: Film) -> tuple[Film, bytes]:
    parts = {kind: (first, last) for kind, first, last in _boxes(stream, start, end)}
    scale, duration_s = _clock(_content(stream, *parts.get(b"mdhd", (0, 0))))
    handler = _content(stream, *parts.get(b"hdlr", (0, 0)))[8:12]
    film = replace(film, duration_s=duration_s)
    if handler != b"vide":
        return film, handler
    for kind in (b"minf", b"stbl"):
        parts = {name: place for name, *place in _boxes(stream, *parts.get(kind, (0, 0)))}  # type: ignore[misc]
    codec = _content(stream, *parts.get(b"stsd", (0, 0)))[12:16]
    ticks, frames = _times(_content(stream, *parts.get(b"stts", (0, 0))))
    fps = frames * scale / ticks if ticks else 0.0
    return replace(film, codec=_codec(codec), fps=_sensible(fps, 3)), handler


def _clock(header: bytes) -> tuple[int, float]:
    """Ticks a second and duration in s of ``mvhd`` or ``mdhd``, whose first byte is the version."""
    form, at = (">IQ", 20) if header[:1] == b"\1" else (">II", 12)
    if len(header) < at + struct.calcsize(form):
        return 0, 0.0
    scale, duration = struct.unpack_from(form, header, at)
    return scale, duration / scale if scale else 0.0


def _times(table: bytes) -> tuple[int, int]:
    """Ticks and frames that the time table ``stts`` adds up to."""
    pairs = struct.iter_unpack(">II", table[8 : 8 + (len(table) - 8) // 8 * 8]) if len(table) > 8 else ()  # noqa: PLR2004
    counted = [(count * delta, count) for count, delta in pairs]
    return sum(ticks for ticks, _ in counted), sum(frames for _, frames in counted)


def _content(stream: BinaryIO, first: int, last: int) -> bytes:
    stream.seek(first)
    return stream.read(min(last - first, _MOST_READ))


# --- WebM --------------------------------------------------------------------------------------------


def _webm(stream: BinaryIO, size: int) -> Film:
    """A webm is whole when its segment fills the file, with an index of tracks and media in it."""
    top = {kind: (start, end) for kind, start, end in _elements(stream, 0, size)}
    doctype = _child(stream, top.get(_EBML, (0, 0)), _DOCTYPE)
    if doctype != b"webm":
        raise DownloadFailed(f"the video is {clean(doctype.decode('latin-1')) or 'damaged'}, not webm")
    parts: dict[int, tuple[int, int]] = {}
    for kind, start, end in _elements(stream, *top.get(_SEGMENT, (0, 0))):
        parts.setdefault(kind, (start, end))
    if _TRACKS not in parts or _CLUSTER not in parts:
        raise DownloadFailed("the webm video is cut short: no tracks or no media")
    scale_ns = int.from_bytes(_child(stream, parts.get(_INFO, (0, 0)), _TIMESCALE), "big") or 1_000_000
    ticks = _float(_child(stream, parts.get(_INFO, (0, 0)), _DURATION))
    film = _tracks(stream, parts[_TRACKS])
    return replace(film, duration_s=_sensible(ticks * scale_ns / 1e9, 3))


def _elements(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(id, first byte of content, byte after the end) of each element in a range of the file."""
    for _ in range(MAX_PARTS):
        if start >= end:
            return
        stream.seek(start)
        header = stream.read(12)
        wide = _octets(header, 0)
        long = _octets(header, wide)
        kind = int.from_bytes(header[:wide], "big")
        length = int.from_bytes(header[wide : wide + long], "big") & ((1 << 7 * long) - 1)
        content = start + wide + long
        unknown = length == (1 << 7 * long) - 1  # as a live stream has it: up to the end
        last = end if unknown else content + length
        if not wide or not long or wide + long > len(header) or last > end:
            raise DownloadFailed("the webm video is cut short")
        yield kind, content, last
        start = last
    raise DownloadFailed(f"the webm video has more than {MAX_PARTS:,} elements")


def _octets(header: bytes, at: int) -> int:
    """The length in bytes of a number of variable length, by its leading zeros; 0 where there is none."""
    return 9 - header[at].bit_length() if at < len(header) and header[at] else 0


def _child(stream: BinaryIO, place: tuple[int, int], wanted: int) -> bytes:
    """The content of an element's first child of that kind; nothing where there is none."""
    found = (span for kind, *span in _elements(stream, *place) if kind == wanted)
    return _content(stream, *next(found, (0, 0)))


def _tracks(stream: BinaryIO, place: tuple[int, int]) -> Film:
    film, sound = Film(), False
    for kind, *span in _elements(stream, *place):
        if kind == _TRACK:
            entry = (span[0], span[1])
            type_ = int.from_bytes(_child(stream, entry, _TRACK_TYPE), "big")
            sound = sound or type_ == _IS_SOUND
            film = _video_track(stream, entry) if type_ == _IS_VIDEO and not film.width else film
    return replace(film, has_audio=sound)


def _video_track(stream: BinaryIO, entry: tuple[int, int]) -> Film:
    frame_ns = int.from_bytes(_child(stream, entry, _FRAME_NS), "big")
    shape = next(((first, last) for kind, first, last in _elements(stream, *entry) if kind == _VIDEO), (0, 0))
    width, height = (int.from_bytes(_child(stream, shape, side), "big") for side in (_WIDTH, _HEIGHT))
    return Film(
        width=width if width < _LARGEST else 0,
        height=height if height < _LARGEST else 0,
        fps=_sensible(1e9 / frame_ns, 3) if frame_ns else 0.0,
        codec=_codec(_child(stream, entry, _CODEC)),
    )


def _float(data: bytes) -> float:
    form = {4: ">f", 8: ">d"}.get(len(data))
    return struct.unpack(form, data)[0] if form else 0.0


def _codec(written: bytes) -> str:
    return _CODECS.get(written, clean(written.decode("latin-1").strip("\0 "), 20))


def _sensible(value: float, digits: int) -> float:
    return round(value, digits) if math.isfinite(value) and 0 < value < _LARGEST else 0.0
