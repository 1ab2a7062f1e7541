from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pipeline.picture.cutout.chroma.halved import halved, is_halved
from pipeline.picture.cutout.chroma.unmix import to_ycc

HALF, WHOLE = 2, 0  # Pillow's subsampling: 4:2:0, 4:4:4


def stripes(width: int = 96, height: int = 64) -> np.ndarray:
    """Slanted stripes of two colours, some px wide, H×W×3."""
    y, x = np.mgrid[0:height, 0:width]
    return np.where(((x + y // 3) % 7 < 3)[..., None], (120, 70, 30), (0, 177, 64)).astype(np.uint8)


def chroma(pixels: np.ndarray, subsampling: int | None = None) -> np.ndarray:
    if subsampling is not None:
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "JPEG", quality=92, subsampling=subsampling)
        pixels = np.asarray(Image.open(stream))
    return to_ycc(pixels.transpose(2, 0, 1).astype(np.float32))[1:]


@pytest.mark.parametrize("size", [(96, 64), (95, 64), (96, 63), (1, 1)])
def test_flat_colour_stays_and_so_does_the_size(size):
    plane = np.full(size, 40, np.float32)
    assert np.array_equal(halved(plane), plane)


def test_it_is_what_jpeg_makes_of_chroma():
    inner = np.s_[:, 4:-4, 4:-4]
    whole, jpeg = chroma(stripes()), chroma(stripes(), HALF)
    again = np.stack([halved(plane) for plane in whole])
    off = np.abs(again - jpeg)[inner].mean()
    assert off < 3, f"{off:.1f} of 255 off"
    assert off < 0.2 * np.abs(whole - jpeg)[inner].mean()


@pytest.mark.parametrize("width", [96, 95])
@pytest.mark.parametrize(("subsampling", "told"), [(HALF, True), (WHOLE, False), (None, False)])
def test_halved_chroma_is_told_from_whole(subsampling, told, width):
    seen = chroma(stripes(width), subsampling)
    assert is_halved(seen, np.ones(seen.shape[1:], bool)) is told
