from __future__ import annotations

import contextlib
import io
import struct

import pytest
from films import film as made
from hypothesis import given
from hypothesis import strategies as st

from pipeline import film
from pipeline.errors import DownloadFailed
from pipeline.film import Film


def read(data: bytes, extension: str = "mp4") -> Film:
    return film.read(io.BytesIO(data), len(data), extension)


@pytest.mark.parametrize(
    ("options", "extension", "expected"),
    [
        ({}, "mp4", Film(64, 48, 2.0, 12.0, "h264")),
        ({"codec": "libsvtav1", "size": (128, 64)}, "mp4", Film(128, 64, 2.0, 12.0, "av1")),
        ({"codec": "libvpx-vp9", "container": "webm"}, "webm", Film(64, 48, 2.0, 12.0, "vp9")),
    ],
)
def test_what_an_encoder_wrote_is_read_back(options, extension, expected):
    assert read(made(**options), extension) == expected


@pytest.mark.parametrize(
    ("options", "extension"),
    [({}, "mp4"), ({"codec": "libvpx-vp9", "container": "webm"}, "webm")],
)
def test_sound_is_heard_of(options, extension):
    found = read(made(sound=True, **options), extension)
    assert found.has_audio
    assert found.duration_s == pytest.approx(2, abs=0.1)
    assert (found.width, found.height) == (64, 48)


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def movie(*tracks: bytes, header: bytes = b"") -> bytes:
    return box(b"ftyp", b"isom\0\0\2\0") + box(b"moov", box(b"mvhd", header), *tracks) + box(b"mdat", b"x")


def track(*media: bytes, size: tuple[int, int] = (64, 48)) -> bytes:
    sides = struct.pack(">II", size[0] << 16, size[1] << 16)
    return box(b"trak", box(b"tkhd", bytes(76) + sides), box(b"mdia", *media))


CLOCK = box(b"mdhd", struct.pack(">5I", 0, 0, 0, 10, 30))
LONG_CLOCK = box(b"mdhd", struct.pack(">IQQIQ", 1 << 24, 0, 0, 10, 30))
SEEN, HEARD = (box(b"hdlr", bytes(8), kind) for kind in (b"vide", b"soun"))


def index(*tables: bytes) -> bytes:
    return box(b"minf", box(b"stbl", *tables))


def test_the_largest_track_speaks_for_the_film_and_any_sound_counts():
    small, large = track(CLOCK, SEEN, size=(16, 16)), track(LONG_CLOCK, SEEN, size=(64, 48))
    found = read(movie(small, track(CLOCK, HEARD, size=(0, 0)), large))
    assert found == Film(64, 48, 3.0, has_audio=True)


def test_a_film_that_says_little_has_gaps():
    assert read(movie(track())) == Film(64, 48)
    assert read(movie(track(CLOCK, SEEN))) == Film(64, 48, 3.0)
    assert read(movie(track(SEEN), header=struct.pack(">5I", 0, 0, 0, 10, 25))).duration_s == 2.5


def test_frame_times_may_differ():
    times = box(b"stts", struct.pack(">6I", 0, 2, 3, 1, 1, 3))
    found = read(movie(track(CLOCK, SEEN, index(box(b"stsd", bytes(12), b"hvc1"), times))))
    assert (found.fps, found.codec) == (6.667, "hevc")


@pytest.mark.parametrize(
    "table",
    [
        box(b"stts", b"\0"),
        box(b"stts", struct.pack(">4I", 0, 1, 0, 0)),
        box(b"stts", struct.pack(">4I", 0, 1, 2**32 - 1, 0)),
        b"\0\0\0\x04stts",
    ],
)
def test_impossible_times_are_no_times(table):
    found = read(movie(track(CLOCK, SEEN, index(table))))
    assert (found.width, found.fps) == (64, 0.0)


def test_an_unknown_codec_is_named_as_written_and_safely():
    entry = box(b"stsd", bytes(12), b"a\x1b[z")
    assert "\x1b" not in read(movie(track(CLOCK, SEEN, index(entry)))).codec


def test_a_flood_of_boxes_is_refused():
    flood = box(b"free") * (film.MAX_PARTS + 1)
    with pytest.raises(DownloadFailed, match="more than"):
        read(movie() + flood)


def test_boxes_in_boxes_without_end_are_no_matter():
    deep = b""
    for _ in range(3_000):
        deep = box(b"trak", deep)
    with contextlib.suppress(DownloadFailed):
        assert read(movie(deep)).width == 0


# --- WebM


def element(kind: int, content: bytes) -> bytes:
    number = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return number + (len(content) | 1 << 56).to_bytes(8, "big") + content


def webm(*parts: bytes, doctype: bytes = b"webm", end: bytes = b"") -> bytes:
    return element(0x1A45DFA3, element(0x4282, doctype)) + element(0x18538067, b"".join(parts)) + end


CLUSTER = element(0x1F43B675, b"x")
SHOWN = element(0xE0, element(0xB0, b"\1\0") + element(0xBA, b"\x90"))
TRACKS = element(0x1654AE6B, element(0xAE, element(0x83, b"\1") + element(0x86, b"V_AV1") + SHOWN))


def test_a_webm_without_times_is_a_film_all_the_same():
    assert read(webm(TRACKS, CLUSTER), "webm") == Film(256, 144, codec="av1")


@pytest.mark.parametrize(
    ("written", "seconds"), [(b"\x45\x7a\0\0", 4.0), (bytes(3), 0.0), (b"\x7f\x80\0\0", 0.0)]
)
def test_a_duration_is_a_float_of_ticks(written, seconds):
    info = element(0x1549A966, element(0x4489, written))
    assert read(webm(info, TRACKS, CLUSTER), "webm").duration_s == seconds


def test_a_length_that_is_not_said_reaches_to_the_end():
    live = webm(TRACKS)[: -len(TRACKS) - 8] + b"\1" + b"\xff" * 7 + TRACKS + CLUSTER
    assert read(live, "webm").codec == "av1"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (webm(TRACKS), "no tracks or no media"),
        (webm(CLUSTER), "no tracks or no media"),
        (webm(TRACKS, CLUSTER, doctype=b"matroska"), "matroska, not webm"),
        (webm(TRACKS, CLUSTER, end=b"\0"), "cut short"),
        (webm(TRACKS, CLUSTER)[:-1], "cut short"),
        (webm(TRACKS, CLUSTER, end=element(0xEC, b"") * film.MAX_PARTS), "more than"),
    ],
)
def test_a_webm_that_is_not_whole_is_refused(data, said):
    with pytest.raises(DownloadFailed, match=said):
        read(data, "webm")


@given(st.sampled_from(["mp4", "webm"]), st.binary(max_size=200), st.integers(0, 400))
def test_anything_is_read_to_an_end(extension, noise, at):
    whole = movie(track(CLOCK, SEEN, index())) if extension == "mp4" else webm(TRACKS, CLUSTER)
    for data in (noise, whole[:at] + noise + whole[at:], whole[:at] + noise):
        with contextlib.suppress(DownloadFailed):
            found = read(data, extension)
            assert found.duration_s >= 0
            assert found.fps >= 0
