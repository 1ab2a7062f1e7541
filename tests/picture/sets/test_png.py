from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from pictures import photo, subject
from PIL import Image

from pipeline.picture.sets import png

COLOR_TYPE = 25  # its place in the file: signature, length and type of IHDR, width, height, depth


@pytest.fixture(params=["oxipng", "zlib"])
def packer(request, monkeypatch):
    if request.param == "zlib":
        monkeypatch.setitem(sys.modules, "oxipng", None)
    else:
        pytest.importorskip("oxipng")
    return request.param


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as read:
        return read.convert("RGBA").tobytes()


@pytest.mark.parametrize("picture", [subject(64), photo(64), subject(300)], ids=["RGBA", "RGB", "large"])
@pytest.mark.parametrize("palette", [False, True])
def test_no_pixel_changes_and_the_bytes_repeat(packer, picture, palette):
    data = png.encode(picture, palette=palette)
    assert pixels(data) == picture.convert("RGBA").tobytes()
    assert data == png.encode(picture.copy(), palette=palette)


@pytest.mark.parametrize(("mode", "kind"), [("RGB", 2), ("RGBA", 6)])
def test_channels_stay_unless_a_palette_will_do(packer, mode, kind):
    flat = Image.new(mode, (64, 64), "#EC4899")
    flat.paste("#3B82F6", (0, 0, 20, 30))
    assert png.encode(flat)[COLOR_TYPE] == kind
    small = png.encode(flat, palette=True)
    assert small[COLOR_TYPE] == 3
    assert pixels(small) == flat.convert("RGBA").tobytes()


def test_a_palette_keeps_every_alpha(packer):
    silhouette = Image.new("RGBA", (256, 4), "white")
    silhouette.putalpha(Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize((256, 4)))
    assert pixels(png.encode(silhouette, palette=True)) == silhouette.tobytes()


def test_files_carry_nothing_but_pixels(packer):
    data = png.encode(subject(64))
    for chunk in (b"tIME", b"tEXt", b"iTXt", b"pHYs", b"eXIf", b"iCCP", b"gAMA"):
        assert chunk not in data


def test_oxipng_writes_fewer_bytes_than_zlib(monkeypatch):
    pytest.importorskip("oxipng")
    rng = np.random.default_rng(5)
    noisy = np.asarray(subject(200)).astype(int)
    noisy[..., :3] += rng.integers(-3, 4, noisy[..., :3].shape)
    picture = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
    small = len(png.encode(picture))
    monkeypatch.setitem(sys.modules, "oxipng", None)
    large = len(png.encode(picture))
    print(f"{small} bytes by oxipng, {large} by zlib")  # noqa: T201
    assert small < large


def test_patience_saves_bytes_and_changes_no_pixel(packer):
    picture = subject(300)
    patient = png.encode(picture, patient=True)
    assert pixels(patient) == picture.tobytes()
    assert len(patient) <= len(png.encode(picture))
