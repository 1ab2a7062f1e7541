"""What is done to pictures for a model's sake, and how a plan says it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.header import Header
from pipeline.picture.export import fit
from pipeline.recipe.conversion import Conversion, at, conversion, order, scaled, too_small
from pipeline.recipe.spec import PictureLimits

ANY = PictureLimits(("jpeg", "png", "webp"), megabytes=10)
RECRAFT = PictureLimits(("jpeg", "png", "webp"), megabytes=5, megapixels=16, smallest_px=256, largest_px=4096)


def of(extension: str, width: int = 1000, height: int = 500, mb: float = 1, **more: bool) -> Header:
    more.setdefault("lossless", extension not in ("jpg", "webp", "avif"))
    return Header(extension, width, height, round(mb * 1e6), **more)


def done(header: Header, limits: PictureLimits = ANY) -> Conversion:
    found = conversion(header, limits)
    assert found is not None
    return found


@pytest.mark.parametrize("extension", ["png", "jpg", "webp"])
def test_what_the_model_takes_is_sent_as_it_is(extension):
    assert conversion(of(extension), ANY) is None
    assert conversion(of(extension, alpha=True, moves=True), ANY) is None


def test_without_known_limits_everything_is_sent_as_it_is():
    assert conversion(of("tiff", 9000, 6000, 90), PictureLimits()) is None


@pytest.mark.parametrize(
    ("header", "formats", "said"),
    [
        (of("tiff"), ("png", "webp", "jpg"), "sent as png"),
        (of("bmp"), ("png", "webp", "jpg"), "sent as png"),
        (of("gif", moves=True), ("png", "webp", "jpg"), "its first frame, sent as png"),
        (of("avif"), ("jpg", "webp", "png"), "sent as jpeg"),
        (of("avif", alpha=True), ("png", "webp"), "sent as png"),
        (
            of("tiff", 4000, 3000, 36),
            ("png", "webp", "jpg"),
            "sent as png (as webp if that has more than 10 MB)",
        ),
    ],
)
def test_another_type_keeps_what_the_picture_has(header, formats, said):
    assert done(header) == Conversion(formats, (header.width, header.height), said)


def test_a_model_that_takes_one_type_gets_that():
    only = PictureLimits(("jpeg",), megabytes=10)
    assert done(of("png", alpha=True), only).formats == ("jpg",)
    assert done(of("tiff", 4000, 3000), only).said == "sent as jpeg (smaller if that has more than 10 MB)"


def test_a_type_nobody_here_writes_falls_back_on_png():
    assert order(PictureLimits(("heic",)), alpha=False) == ("png",)


def test_too_long_a_side_is_scaled_and_keeps_its_type():
    found = done(of("jpg", 9000, 6000, 3), RECRAFT)
    assert found.size == (4096, 2731)
    assert found.formats[0] == "jpg"
    assert found.said == "9000 × 6000 px scaled to 4096 × 2731"


def test_too_many_megapixels_are_scaled_below_the_bound():
    found = done(of("png", 8000, 3000), PictureLimits(("png",), megapixels=16))
    assert found.size == (6531, 2449)
    assert math.prod(found.size) <= 16_000_000 < math.prod(at((8000, 3000), 6533))


def test_too_many_megabytes_are_sent_in_a_type_that_compresses_better():
    found = done(of("png", mb=42))
    assert (found.formats, found.said) == (("jpg", "webp", "png"), "42.0 MB sent as jpeg of at most 10 MB")
    assert done(of("png", mb=42, alpha=True)).formats == ("webp", "png")


def test_both_are_told():
    said = done(of("png", 9000, 6000, 85.7), RECRAFT).said
    assert said == "9000 × 6000 px scaled to 4096 × 2731, 85.7 MB sent as jpeg of at most 5 MB"


def test_nothing_is_enlarged():
    assert too_small((256, 300), RECRAFT) == ""
    assert "is 255 × 300 px; the model takes none below 256 px a side" in too_small((255, 300), RECRAFT)
    assert too_small((1, 1), ANY) == ""


def test_a_ribbon_that_cannot_be_both_short_and_wide_enough_is_refused():
    said = too_small((20_000, 300), RECRAFT)
    assert said == "is 20000 × 300 px, too long and narrow: the model takes 256 px a side and 4096 px at most"
    assert "and 1 megapixels at most" in too_small(
        (20_000, 300), PictureLimits(smallest_px=256, megapixels=1)
    )


@given(
    st.tuples(st.integers(1, 30_000), st.integers(1, 30_000)),
    st.integers(0, 5_000),
    st.sampled_from([0, 0.5, 4, 16]),
)
def test_a_scaled_picture_is_within_bounds_and_as_large_as_it_may_be(size, largest_px, megapixels):
    limits = PictureLimits(largest_px=largest_px, megapixels=megapixels)
    found = scaled(size, limits)
    assert found == fit(size, max(found))  # what a worker comes to
    if largest_px:
        assert max(found) <= largest_px
    if megapixels:
        assert math.prod(found) <= megapixels * 1e6 or max(found) == 1
    step = max(found) / min(found)  # px of the longer side to one of the shorter, which is rounded
    larger = fit(size, math.ceil(max(found) + step + 2))
    beyond = (largest_px and max(larger) > largest_px) or (
        megapixels and math.prod(larger) > megapixels * 1e6
    )
    assert found == size or beyond


@given(
    st.sampled_from(["png", "jpg", "webp", "gif", "bmp", "tiff", "avif"]),
    st.integers(1, 9_000),
    st.integers(1, 9_000),
    st.floats(0, 100),
    st.booleans(),
    st.sampled_from([ANY, RECRAFT, PictureLimits(("jpeg", "png")), PictureLimits(("webp",))]),
)
def test_a_conversion_comes_to_what_the_model_takes(extension, width, height, mb, alpha, limits):
    found = conversion(of(extension, width, height, mb, alpha=alpha), limits)
    spelled = {"jpeg" if name == "jpg" else name for name in (found.formats if found else (extension,))}
    assert spelled <= {*limits.formats}
    if found is not None:
        assert found.said
        assert found.size == scaled((width, height), limits)
