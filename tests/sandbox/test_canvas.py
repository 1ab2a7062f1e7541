from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.catalogue import load
from pipeline.sandbox.canvas import (
    MULTIPLE,
    frame,
    is_transparent,
    picture_format,
    pictures,
    result_count,
)

MODELS = load()
PRO = "nano-banana-pro"


@pytest.mark.parametrize(
    ("model", "inputs", "size"),
    [
        (PRO, {}, (1024, 1024)),
        (PRO, {"resolution": "4K"}, (4096, 4096)),
        (PRO, {"aspect_ratio": "16:9"}, (1360, 768)),
        (PRO, {"aspect_ratio": "9:16", "resolution": "2K"}, (1536, 2736)),
        (PRO, {"aspect_ratio": "auto"}, (1024, 1024)),
        ("openai/gpt-image-1.5", {}, (1024, 1024)),
        ("openai/gpt-image-1.5", {"size": "1536x1024"}, (1536, 1024)),
        ("openai/gpt-image-1.5", {"size": "auto"}, (1024, 1024)),
        ("bytedance/seedream-v4-text-to-image", {"image_size": "portrait_4_3"}, (880, 1184)),
        ("bytedance/seedream-v4-text-to-image", {"image_resolution": "2K"}, (2048, 2048)),
        ("seedream/4.5-text-to-image", {"aspect_ratio": "1:1", "quality": "basic"}, (2048, 2048)),
        ("seedream/4.5-text-to-image", {"aspect_ratio": "1:1", "quality": "high"}, (4096, 4096)),
        ("seedream/5-pro-text-to-image", {"aspect_ratio": "1:1", "quality": "basic"}, (1024, 1024)),
        ("gpt-image/1.5-text-to-image", {"aspect_ratio": "1:1", "quality": "high"}, (1024, 1024)),
        ("qwen/text-to-image", {"image_size": "square"}, (512, 512)),
        ("z-image", {"aspect_ratio": "4:3"}, (1184, 880)),
    ],
)
def test_size_follows_ratio_and_resolution(model, inputs, size):
    assert frame(MODELS.get(model), inputs) == size


def test_auto_follows_the_reference():
    assert frame(MODELS.get(PRO), {"aspect_ratio": "auto"}, (400, 200)) == (1456, 720)


RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]


@given(ratio=st.sampled_from(RATIOS), resolution=st.sampled_from([("1K", 1024), ("2K", 2048), ("4K", 4096)]))
def test_every_ratio_keeps_about_the_area_of_the_square(ratio, resolution):
    name, side = resolution
    width, height = frame(MODELS.get(PRO), {"aspect_ratio": ratio, "resolution": name})
    across, down = map(int, ratio.split(":"))
    assert width % MULTIPLE == height % MULTIPLE == 0
    assert width * height == pytest.approx(side * side, rel=0.03)
    assert width / height == pytest.approx(across / down, rel=0.03)


def test_formats_follow_the_models_default():
    assert picture_format(MODELS.get(PRO), {}) == "png"
    assert picture_format(MODELS.get(PRO), {"output_format": "jpg"}) == "jpeg"
    assert picture_format(MODELS.get("nano-banana-2"), {}) == "jpeg"
    assert picture_format(MODELS.get("z-image"), {}) == "png"


@pytest.mark.parametrize(
    ("inputs", "count"),
    [
        ({}, 1),
        ({"num_images": "3"}, 3),
        ({"max_images": 6}, 6),
        ({"max_images": 99}, 6),
        ({"num_images": "x"}, 1),
    ],
)
def test_result_count_is_bounded(inputs, count):
    assert result_count(inputs) == count


def test_reference_urls_from_lists_and_single_fields():
    assert pictures(MODELS.get(PRO), {"image_input": ["a", "b"]}) == ["a", "b"]
    assert pictures(MODELS.get("topaz/image-upscale"), {"image_url": "a"}) == ["a"]
    assert pictures(MODELS.get(PRO), {"image_input": None}) == []
    assert pictures(MODELS.get("z-image"), {"image_url": "a"}) == []


def test_transparency_is_asked_for_by_an_input_of_models_that_offer_it():
    def asked(name: str, **inputs: str) -> bool:
        model = MODELS.get(name)
        assert model is not None
        return is_transparent(model, inputs)

    assert asked("openai/gpt-image-1.5", background="transparent")
    assert not asked("openai/gpt-image-1.5", background="auto")
    assert not asked("openai/gpt-image-1.5")
    assert not asked(PRO, background="transparent")


def test_webp_is_a_format():
    model = MODELS.get("openai/gpt-image-1.5")
    assert model is not None
    assert picture_format(model, {"output_format": "webp"}) == "webp"
