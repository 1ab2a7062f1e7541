from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.picture.sets.sharpen import OVER, error, sharpen


def pair(picture: Image.Image, px: int) -> tuple[Image.Image, Image.Image]:
    ready = picture.convert("RGBa")
    return tuple(ready.resize((side, side), Image.Resampling.LANCZOS) for side in (px, px * OVER))


def drawing(*, soft: float = 0) -> Image.Image:
    picture = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((16, 16, 496, 496), fill="#3B82F6")
    pen.polygon([(256, 90), (400, 400), (112, 400)], fill="white")
    return picture.filter(ImageFilter.GaussianBlur(soft)) if soft else picture


def test_sharpening_a_crisp_drawing_measurably_helps():
    for px in (16, 32, 48):
        small, reference = pair(drawing(), px)
        sharp = sharpen(small, reference)
        before, after = error(small, reference), error(sharp, reference)
        print(f"{px} px: squared error {before:.1f} → {after:.1f} levels²")  # noqa: T201
        assert after <= 0.98 * before
        pixels = np.asarray(sharp.split()[0]), np.asarray(sharp.split()[3])
        assert (pixels[0] <= pixels[1]).all()  # no colour above its alpha: nothing glows


def test_a_soft_drawing_is_left_alone():
    small, reference = pair(Image.new("RGBA", (256, 256), "#808080"), 16)
    assert sharpen(small, reference) is small


def test_an_opaque_picture_may_be_sharpened_too():
    flat = Image.new("RGB", (256, 256), "white")
    flat.paste("black", (90, 0, 166, 256))
    small, reference = (flat.resize((side, side), Image.Resampling.LANCZOS) for side in (16, 16 * OVER))
    got = sharpen(small, reference)
    assert got.mode == "RGB"
    assert error(got, reference) <= error(small, reference)
