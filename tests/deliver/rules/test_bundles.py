from __future__ import annotations

import io
import struct

import pytest
from drawn import disc, plain

from pipeline.deliver.listed import ListedFile
from pipeline.deliver.look import Look
from pipeline.deliver.rules import examine
from pipeline.picture import containers


def png(picture) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "png")
    return stream.getvalue()


def ico(*sizes: int, listed: int = 0) -> bytes:
    """An icon of PNGs; ``listed``: the size that the first claims to be."""
    head, body = struct.pack("<HHH", 0, 1, len(sizes)), b""
    for number, px in enumerate(sizes):
        data, said = png(plain(px, "RGBA")), listed if listed and not number else px
        offset = 6 + 16 * len(sizes) + len(body)
        head += struct.pack("<BBBBHHII", said % 256, said % 256, 0, 0, 1, 32, len(data), offset)
        body += data
    return head + body


def icns(**chunks: bytes) -> bytes:
    body = b"".join(code.encode() + struct.pack(">I", 8 + len(data)) + data for code, data in chunks.items())
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


SMALL = {"is32": bytes(3 * 256), "s8mk": bytes(256), "il32": bytes(3 * 1024), "l8mk": bytes(1024)}
LARGE = {"ic10": png(disc(1024, 0.8))}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("favicon.ico", ico(48, 32, 16)),
        ("icon.ico", ico(16, 24, 32, 48, 64, 256)),
        ("tray.ico", ico(16)),
        ("icon.icns", icns(**SMALL, **LARGE)),
    ],
)
def test_bundles_as_they_should_be(of_file, name, data):
    assert of_file(name, data) == []


@pytest.mark.parametrize(
    ("name", "data", "severity", "message"),
    [
        ("favicon.ico", ico(32), "note", "has no 16, 48 px"),
        ("favicon.ico", ico(16, 48), "warning", "has no 32 px"),
        (
            "favicon.ico",
            ico(16, 32, 48, 64, 256),
            "note",
            "holds 64, 256 px as well, which every visitor loads",
        ),
        ("icon.ico", ico(16, 32, 48, 256), "note", "has no 24 px: Windows scales another size"),
        ("app-icon.ico", ico(16, 24, 32, 48), "warning", "has no 256 px: Windows scales another size"),
        ("tray.ico", ico(16, listed=32), "error", "lists a picture of 32 × 32 px that is 16 × 16 px"),
    ],
)
def test_icons_of_windows_that_are_not(of_file, name, data, severity, message):
    assert of_file(name, data) == [("ico", severity, message)]


def test_256_px_as_a_bitmap(of_file):
    stream = io.BytesIO()
    plain(256, "RGBA").save(stream, "ico", sizes=[(256, 256)], bitmap_format="bmp")
    [(rule, severity, message)] = of_file("tray.ico", stream.getvalue())
    assert (rule, severity, message) == ("ico", "warning", "holds 256 × 256 px as a bitmap of 262 kB")


@pytest.mark.parametrize(
    ("chunks", "severity", "message"),
    [
        (
            SMALL | {"ic10": png(disc(512, 0.8))},
            "error",
            "its chunk ic10 stands for 1024 × 1024 px and is 512 × 512 px",
        ),
        (
            SMALL | LARGE | {"ic07": b"?"},
            "error",
            "its chunk ic07 stands for 128 × 128 px and cannot be read",
        ),
        (SMALL | LARGE | {"icp6": b""}, "warning", "uses icp6, which systems read differently"),
        (SMALL, "note", "has no 1024 px (ic10)"),
        (
            {one: data for one, data in SMALL.items() if one != "s8mk"} | LARGE,
            "error",
            "its chunk is32 has no s8mk with the transparency",
        ),
        (
            {one: SMALL[one] for one in ("il32", "l8mk")} | LARGE,
            "warning",
            "has no 16 px for plain screens: lists and menus show a scaled one",
        ),
        (
            SMALL | {"ic10": png(plain(1024))},
            "warning",
            "fills 100% of its canvas: it looks larger than every other icon in the Dock",
        ),
    ],
)
def test_icons_of_macos_that_are_not(of_file, chunks, severity, message):
    assert of_file("icon.icns", icns(**chunks)) == [("icns", severity, message)]


def test_what_pillow_writes_lacks_both_small_sizes(of_file):
    stream = io.BytesIO()
    disc(1024, 0.8).save(stream, "icns")
    assert [message.partition(":")[0] for _, _, message in of_file("icon.icns", stream.getvalue())] == [
        "has no 16 px for plain screens",
        "has no 32 px for plain screens",
    ]


def test_a_damaged_picture_in_it_is_not_drawn(of_file):
    cut = png(disc(1024, 1))[:200]
    assert of_file("icon.icns", icns(**SMALL, ic10=cut)) == []


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.ico", b"", "the file is no icon: it does not begin as one"),
        ("a.icns", b"<html>", "the file is no macOS icon: it does not begin as one"),
        ("named.png", b"\0\0\1\0\1\0", "the icon is cut short in its list of pictures"),
    ],
)
def test_what_cannot_be_read(of_file, name, data, message):
    assert of_file(name, data) == [("readable", "error", message)]


def test_an_icon_that_is_too_large_to_be_read(of_file, monkeypatch):
    monkeypatch.setattr(containers, "MAX_BYTES", 10)
    assert of_file("a.ico", ico(16)) == [
        ("readable", "error", "the icon has more than the 0 MB that are read")
    ]


def test_an_icon_nobody_may_read(tmp_path):
    [finding] = examine(Look(tmp_path / "gone.ico", "gone.ico"))
    assert (finding.rule, finding.message) == (
        "readable",
        "the file cannot be read: No such file or directory",
    )


def test_a_delivered_icon_that_was_changed(tmp_path):
    (tmp_path / "tray.ico").write_bytes(ico(16))
    [finding] = examine(
        Look(tmp_path / "tray.ico", "tray.ico", listed=ListedFile("tray.ico", "set", sha256="0" * 64))
    )
    assert (finding.rule, finding.severity) == ("recorded", "warning")
