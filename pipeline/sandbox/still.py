"""A video that stands still, written without any encoder: one picture in H.264, then "as before".

Every player shows it. The picture is stored sample by sample (I_PCM macroblocks), so a frame of 1280 × 720 px
has 1.4 MB; each further frame says in some bytes that nothing has changed. Formats: ITU-T H.264 (7.3), and
ISO/IEC 14496-12 and -15 for the file around it.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

BLOCK: Final = 16
"""Sides are multiples of this many px: those of a macroblock."""
FPS: Final = 24
_TINY_S = 1

_PROFILE, _COMPATIBLE, _LEVEL = 66, 0xC0, 40  # constrained baseline; level 4.0 takes 2048 × 1024 px
_SPS, _PPS, _IDR, _NEXT = 0x67, 0x68, 0x65, 0x61  # kinds of units, each of use to later ones
_SLICE_I, _SLICE_P, _PCM = 7, 5, 25  # tables 7-6 and 7-11
_FRAME_NUMBERS = 16
_BT709, _BT601 = 1, 6  # ITU-T H.273: primaries and transfer, matrix coefficients
# Samples of video range (16 to 235 or 240) never look like the start of a unit, so none are escaped.
_RANGE: Final = (16, 240)
_UNITY: Final = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def film(picture: Image, seconds: int) -> bytes:
    """``picture`` (RGB, sides multiples of ``BLOCK``) shown for so many seconds, as an MP4 file."""
    width, height = picture.size
    frames = seconds * FPS
    blocks = (width // BLOCK) * (height // BLOCK)
    samples = [_intra(picture), *(_unchanged(number % _FRAME_NUMBERS, blocks) for number in range(1, frames))]
    return _file(width, height, [struct.pack(">I", len(sample)) + sample for sample in samples])


@lru_cache(maxsize=1)
def tiny() -> bytes:
    """One second of a grey square of 16 px."""
    from PIL import Image

    return film(Image.new("RGB", (BLOCK, BLOCK), "#808080"), _TINY_S)


# --- H.264 -------------------------------------------------------------------------------------------


class _Bits:
    """Bits in the order they are written."""

    def __init__(self) -> None:
        self._text = ""

    def fixed(self, value: int, bits: int) -> _Bits:
        self._text += f"{value:0{bits}b}"
        return self

    def golomb(self, *values: int) -> _Bits:
        """Exponential-Golomb codes (9.1)."""
        for value in values:
            bits = f"{value + 1:b}"
            self._text += "0" * (len(bits) - 1) + bits
        return self

    def aligned(self) -> bytes:
        """Filled up with zeros."""
        text = self._text + "0" * (-len(self._text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")

    def ended(self) -> bytes:
        """Closed by the stop bit."""
        return self.fixed(1, 1).aligned()


def _sequence(width: int, height: int) -> bytes:
    bits = _Bits().fixed(_PROFILE, 8).fixed(_COMPATIBLE, 8).fixed(_LEVEL, 8)
    bits.golomb(0, 0, 2, 1).fixed(0, 1)  # its number, frame numbers of 4 bits, shown in order, one reference
    bits.golomb(width // BLOCK - 1, height // BLOCK - 1)
    bits.fixed(0b1101, 4)  # whole frames, 8 × 8 inference; no cropping; how colours are meant follows (E.1)
    bits.fixed(0b00, 2).fixed(0b1_101_0_1, 6).fixed(_BT709, 8).fixed(_BT709, 8).fixed(_BT601, 8)
    return bytes([_SPS]) + bits.fixed(0, 6).ended()


def _settings() -> bytes:
    bits = _Bits().golomb(0, 0).fixed(0, 2).golomb(0, 0, 0).fixed(0, 3).golomb(0, 0, 0)
    return bytes([_PPS]) + bits.fixed(0b100, 3).ended()  # slices say whether they are deblocked


def _intra(picture: Image) -> bytes:
    """The whole picture: after the slice's header every macroblock, announced by its type."""
    bits = _Bits().golomb(0, _SLICE_I, 0).fixed(0, 4).golomb(0).fixed(0, 2).golomb(0, 1)
    first = bytes([_IDR]) + bits.golomb(_PCM).aligned()
    return first + _Bits().golomb(_PCM).aligned().join(_blocks(picture)) + b"\x80"


def _unchanged(number: int, blocks: int) -> bytes:
    """The frame before once more: every macroblock skipped."""
    bits = _Bits().golomb(0, _SLICE_P, 0).fixed(number, 4).fixed(0, 3).golomb(0, 1)
    return bytes([_NEXT]) + bits.golomb(blocks).ended()


def _blocks(picture: Image) -> list[bytes]:
    """Samples of each macroblock, rows first: 256 of luma, 64 of each chroma (BT.601, video range)."""
    import numpy as np

    planes = np.asarray(picture.convert("YCbCr"), np.float32)
    luma = 16 + planes[..., 0] * (219 / 255)
    chroma = 128 + (planes[..., 1:] - 128) * (224 / 255)
    half = chroma.reshape(picture.height // 2, 2, picture.width // 2, 2, 2).mean(axis=(1, 3))
    tiles = [_tiles(luma, BLOCK), *(_tiles(half[..., plane], BLOCK // 2) for plane in range(2))]
    joined = np.concatenate(tiles, axis=1)
    return [row.tobytes() for row in np.clip(np.rint(joined), *_RANGE).astype(np.uint8)]


def _tiles(plane: np.ndarray, side: int) -> np.ndarray:
    """H×W samples → one row for every tile of side × side px."""
    height, width = plane.shape
    tiles = plane.reshape(height // side, side, width // side, side).swapaxes(1, 2)
    return tiles.reshape(-1, side * side)


# --- MP4 ---------------------------------------------------------------------------------------------


def _file(width: int, height: int, samples: list[bytes]) -> bytes:
    head = _box("ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    start = len(head) + len(_index(width, height, samples, 0)) + 8
    return head + _index(width, height, samples, start) + _box("mdat", *samples)


def _index(width: int, height: int, samples: list[bytes], start: int) -> bytes:
    """``moov``; ``start`` is the offset of the first sample."""
    frames = len(samples)
    movie = struct.pack(">5I", 0, 0, 0, FPS, frames) + struct.pack(">IH10x", 0x10000, 0x100) + _UNITY
    track = struct.pack(">IIIIII8xHHHH", 3, 0, 0, 1, 0, frames, 0, 0, 0, 0) + _UNITY
    track += struct.pack(">II", width << 16, height << 16)
    media = struct.pack(">5IHH", 0, 0, 0, FPS, frames, 0x55C4, 0)  # of no language
    return _box(
        "moov",
        _box("mvhd", movie, bytes(24), struct.pack(">I", 2)),
        _box(
            "trak",
            _box("tkhd", track),
            _box(
                "mdia",
                _box("mdhd", media),
                _box("hdlr", struct.pack(">II4s12x", 0, 0, b"vide"), b"VideoHandler\0"),
                _box(
                    "minf",
                    _box("vmhd", struct.pack(">I8x", 1)),
                    _references(),
                    _table(width, height, samples, start),
                ),
            ),
        ),
    )


def _references() -> bytes:
    """``dinf``: the media are in this file."""
    return _box("dinf", _box("dref", struct.pack(">II", 0, 1), _box("url ", struct.pack(">I", 1))))


def _table(width: int, height: int, samples: list[bytes], start: int) -> bytes:
    """``stbl``: what the samples are, when they are shown and where they lie."""
    frames = len(samples)
    return _box(
        "stbl",
        _box("stsd", struct.pack(">II", 0, 1), _entry(width, height)),
        _box("stts", struct.pack(">4I", 0, 1, frames, 1)),
        _box("stss", struct.pack(">3I", 0, 1, 1)),
        _box("stsc", struct.pack(">5I", 0, 1, 1, frames, 1)),
        _box("stsz", struct.pack(f">3I{frames}I", 0, 0, frames, *map(len, samples))),
        _box("stco", struct.pack(">3I", 0, 1, start)),
    )


def _entry(width: int, height: int) -> bytes:
    sequence, settings = _sequence(width, height), _settings()
    config = (
        bytes([1, _PROFILE, _COMPATIBLE, _LEVEL, 0xFF, 0xE1]) + struct.pack(">H", len(sequence)) + sequence
    )
    config += b"\1" + struct.pack(">H", len(settings)) + settings
    shape = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1)
    return _box("avc1", shape, _box("avcC", config))


def _box(kind: str, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", 8 + len(inside)) + kind.encode() + inside
