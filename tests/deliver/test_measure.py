from __future__ import annotations

import io
import re

import pytest
from films import film
from pictures import photo
from PIL import Image

from pipeline.deliver.measure import measure
from pipeline.errors import DeliveryError

UNSEEN = {"width": 0, "height": 0, "dominant_color": ""}


def saved(format_name: str, px: int = 32, **options) -> bytes:
    stream = io.BytesIO()
    photo(px).save(stream, format_name, **options)
    return stream.getvalue()


def test_a_picture_has_a_size_and_a_colour(tree):
    path = tree({"a.png": saved("PNG")}) / "a.png"
    found = measure(path)
    assert (found["width"], found["height"], found["bytes"]) == (32, 32, path.stat().st_size)
    assert re.fullmatch("#[0-9A-F]{6}", found["dominant_color"])


def test_an_icon_of_several_sizes_has_the_largest(tree):
    root = tree(
        {"a.ico": saved("ICO", 64, sizes=[(16, 16), (64, 64), (32, 32)]), "a.icns": saved("ICNS", 128)}
    )
    assert measure(root / "a.ico") == UNSEEN | {
        "bytes": (root / "a.ico").stat().st_size,
        "width": 64,
        "height": 64,
    }
    with Image.open(root / "a.icns") as icon:
        largest = max(width * scale for width, _, scale in icon.info["sizes"])
    assert measure(root / "a.icns")["width"] == largest


@pytest.mark.parametrize("name", ["Contents.json", "ic_launcher.xml", "site.webmanifest", "head.html"])
def test_a_text_has_neither(tree, name):
    assert measure(tree({name: "grüße\n"}) / name) == UNSEEN | {"bytes": 8}


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.png", b"no picture", "it is"),
        ("a.png", saved("JPEG"), "it is"),
        ("a.json", saved("PNG"), "it is"),
        ("a.json", b"\xff\xfe\x00", "it is no text"),
        ("a.ico", b"\0\0\1\0", "icon"),
        ("a.icns", b"icns", "icon"),
    ],
)
def test_what_is_not_as_its_name_says_is_refused(tree, name, content, expected):
    with pytest.raises(DeliveryError, match=f"cannot be accepted: .*{expected}"):
        measure(tree({name: content}) / name)


def test_a_damaged_picture_is_refused(tree):
    path = tree({"a.png": saved("PNG")[:-30]}) / "a.png"
    with pytest.raises(DeliveryError, match="cannot be accepted: "):
        measure(path)


def test_a_video_says_how_long_it_is_and_more(tree):
    path = tree({"a.mp4": film(sound=True), "a.webm": film(codec="libvpx-vp9", container="webm")})
    assert measure(path / "a.mp4") == {
        "bytes": (path / "a.mp4").stat().st_size,
        "width": 64,
        "height": 48,
        "dominant_color": "",
        "duration_s": pytest.approx(2, abs=0.1),
        "fps": 12.0,
        "codec": "h264",
        "has_audio": True,
    }
    assert measure(path / "a.webm")["codec"] == "vp9"
