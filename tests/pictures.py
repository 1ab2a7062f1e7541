"""Pictures to test with, how to compare them, and methods of background removal that misbehave."""

from __future__ import annotations

import os
import struct
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from pipeline.picture.cutout import weights
from pipeline.picture.cutout.method import Found


@pytest.fixture(scope="session")
def u2netp(request) -> Iterator[None]:
    """The real weights: the user's own, or a copy kept in pytest's cache."""
    with pytest.MonkeyPatch.context() as patch:
        if weights.state("u2netp") != "present":
            patch.setenv("REMBG_HOME", str(request.config.cache.mkdir("rembg")))
            patch.delenv("U2NET_HOME", raising=False)
            weights.pull("u2netp")
        yield


def mask(px: int) -> Image.Image:
    """A disc with a handle, as mode L."""
    shape = Image.new("L", (px * 4, px * 4), 0)
    draw = ImageDraw.Draw(shape)
    draw.ellipse([px * 0.8, px * 0.8, px * 3.2, px * 3.2], fill=255)
    draw.rectangle([px * 1.9, px * 0.3, px * 2.1, px * 1], fill=255)
    return shape.resize((px, px), Image.Resampling.LANCZOS)


def subject(px: int) -> Image.Image:
    """A shaded disc with a handle on nothing: RGBA."""
    y, x = np.mgrid[0:px, 0:px] / px
    light = 0.7 + 0.3 * np.cos(6 * np.hypot(x - 0.4, y - 0.35))
    colors = np.stack([230 - 60 * x, 72 + 90 * y, 153 + 50 * np.sin(8 * x)], -1) * light[..., None]
    picture = Image.fromarray(np.clip(colors, 0, 255).astype(np.uint8)).convert("RGBA")
    picture.putalpha(mask(px))
    return Image.composite(picture, Image.new("RGBA", picture.size), picture.getchannel("A").point(bool, "1"))


def photo(px: int, background: str = "white") -> Image.Image:
    """The same subject on a plain background: RGB."""
    canvas = Image.new("RGBA", (px, px), background)
    return Image.alpha_composite(canvas, subject(px)).convert("RGB")


def assert_similar(got: Image.Image, want: Image.Image, tolerance: float) -> None:
    """Same mode and size, and on average no more than ``tolerance`` (of 255) apart in any channel."""
    assert (got.mode, got.size) == (want.mode, want.size)
    apart = max(ImageStat.Stat(ImageChops.difference(got, want)).mean)
    assert apart <= tolerance, f"average difference {apart:.2f} of 255, allowed {tolerance}"


def icc_profile(name: str, red, green, blue, gamma: float) -> bytes:
    """A display profile (ICC v2, D50) from the XYZ of its primaries and one gamma."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = name.encode() + b"\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {
        b"desc": described + bytes(-len(described) % 4),
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(red),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(blue),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = b"", b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(content))
        body += content
    header = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ") + bytes(12)
    header += b"acsp" + bytes(28) + number(0.9642) + number(1.0) + number(0.8249) + bytes(48)
    whole = header + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def remove_everything(pixels, settings, *, on_black=None, threads=0):
    return Found(np.zeros((*pixels.shape[:2], 4), np.uint8), settings.method, 1.0)


def remove_nothing(pixels, settings, *, on_black=None, threads=0):
    full = np.full(pixels.shape[:2], 255, np.uint8)
    return Found(np.dstack([pixels[..., :3], full]), settings.method, 1.0)


def opened(path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
    return picture


class Endless:
    """Whoever unpickles this is busy for good; ``sent`` is set when that is about to begin."""

    asset = "endless"
    kept = ""

    def __init__(self) -> None:
        self.sent = threading.Event()

    def __reduce__(self):
        self.sent.set()
        return time.sleep, (600,)


class Deadly:
    """Whoever unpickles this dies; ``marker``, once it exists, makes it a job instead."""

    def __init__(self, job, marker=None) -> None:
        self.asset, self.kept = job.asset, job.kept
        self._job, self._marker = job, marker

    def __reduce__(self):
        return die, (self._job, self._marker)


def die(job, marker):
    if marker is None or not marker.exists():
        if marker is not None:
            marker.touch()
        os._exit(7)
    return job
