from __future__ import annotations

import re
from typing import ClassVar

import pytest

from pipeline.recipe import catalogue
from pipeline.recipe.catalogue import Mistake, Model


def model(model_id: str) -> Model:
    found = catalogue.load().get(model_id)
    assert found is not None
    return found


PICTURE = "https://example.org/a.png"


@pytest.mark.parametrize("model_id", catalogue.load().ids())
class TestEveryModel:
    def test_has_a_price_and_says_when_it_was_so_and_where_that_is_from(self, model_id):
        entry = model(model_id)
        assert entry.cost is not None
        assert re.fullmatch(r"2026-\d\d-\d\d", entry.price_date)
        service = {"kie": "kie.ai", "openai": "developers.openai.com"}[entry.provider]
        assert service in entry.price_source

    def test_accepts_its_own_defaults(self, model_id):
        entry = model(model_id)
        for parameter in entry.inputs.values():
            assert parameter.default is None or parameter.mistake(parameter.default) is None

    def test_has_wire_values_for_all_recipe_values(self, model_id):
        entry = model(model_id)
        for key, route in entry.keys.items():
            for value in entry.allowed(key):
                assert not isinstance(entry.wire(key, value), Mistake), (key, value)
            assert route.target in entry.inputs

    def test_is_reasonable_about_pictures(self, model_id):
        picture = model(model_id).picture
        if picture is not None:
            assert picture.minimum <= picture.maximum
            assert picture.list or picture.maximum == 1
            assert picture.name in model(model_id).inputs

    def test_prices_every_row_it_lists(self, model_id):
        entry = model(model_id)
        if entry.cost is not None and entry.cost.by and not entry.cost.by_size:
            for row, credits in entry.cost.rows.items():
                chosen = {
                    name: {"true": True, "false": False}.get(word, word)
                    for name, word in zip(entry.cost.by, row, strict=True)
                }
                factor = 5 if entry.cost.each == "duration" else 1
                assert entry.price(chosen) == pytest.approx(credits * factor)


@pytest.mark.parametrize(
    ("model_id", "inputs", "credits"),
    [
        ("nano-banana-pro", {}, 18),
        ("nano-banana-pro", {"resolution": "4K"}, 24),
        ("nano-banana-2", {"resolution": "2K"}, 12),
        ("seedream/4.5-edit", {}, 6.5),
        ("gpt-image/1.5-text-to-image", {"quality": "high"}, 22),
        ("gpt-image/1.5-text-to-image", {}, None),
        ("gpt-image-2-text-to-image", {}, 6),
        ("qwen/text-to-image", {}, 4.19),  # 1024 × 1024 px at 4 credits a megapixel
        ("qwen/image-edit", {"num_images": "2"}, 7.86),
        ("qwen/image-edit", {"num_images": "many"}, None),
        ("qwen/text-to-image", {"image_size": "unheard"}, None),
        ("bytedance/seedream-v4-text-to-image", {}, 5),
        ("bytedance/seedream-v4-edit", {"max_images": 3}, 15),
        ("seedream/5-pro-text-to-image", {"quality": "high"}, 14),
        ("qwen3/text-to-image", {"resolution": "2K"}, 4.8),
        ("qwen3/pro-text-to-image", {}, 6.4),
        ("ideogram/character", {"num_images": "2"}, 36),
        ("ideogram/v3-text-to-image", {}, 7),
        ("bytedance/v1-pro-fast-image-to-video", {"duration": "10"}, 36),
        ("bytedance/v1-lite-image-to-video", {}, 22.5),
        ("topaz/image-upscale", {"upscale_factor": "2"}, None),
        ("bytedance/v1-pro-image-to-video", {"resolution": "1080p"}, 70),
        ("kling-2.6/image-to-video", {"duration": "10", "sound": True}, 220),
        ("openai/gpt-image-1.5", {}, 6.8),  # 0.034 USD
        ("openai/gpt-image-1.5", {"quality": "high", "size": "1536x1024"}, 40),
        ("openai/gpt-image-2.5-flare", {"quality": "max"}, 42.14),  # 7024 tokens at 30 USD a million
        ("openai/gpt-image-2", {"size": "3840x2160"}, None),
        ("openai/gpt-image-1.5", {"size": "auto"}, None),
    ],
)
def test_price_in_credits(model_id, inputs, credits):
    assert model(model_id).price(inputs) == credits


@pytest.mark.parametrize(
    ("model_id", "inputs", "pictures", "credits"),
    [
        ("topaz/image-upscale", {"upscale_factor": "1"}, [(2048, 900)], 10),
        ("topaz/image-upscale", {"upscale_factor": "2"}, [(1025, 100)], 20),
        ("topaz/image-upscale", {"upscale_factor": "4"}, [(2048, 2048)], 40),
        ("topaz/image-upscale", {"upscale_factor": "8"}, [(1025, 10)], None),  # beyond what has a price
        ("topaz/image-upscale", {"upscale_factor": "2"}, [None], None),
        ("topaz/image-upscale", {}, [(10, 10)], None),
        ("qwen/image-to-image", {}, [(2000, 1000)], 8),
        ("qwen/image-to-image", {}, [None], None),
        ("qwen3/image-to-image", {}, [None, None], 5.8),
        ("seedream/5-pro-image-to-image", {"quality": "basic"}, [None], 7),  # the first is free
        ("seedream/5-pro-image-to-image", {"quality": "basic"}, [None] * 3, 8),
        ("nano-banana-pro", {}, [None] * 8, 18),
    ],
)
def test_price_by_the_pictures_it_works_on(model_id, inputs, pictures, credits):
    assert model(model_id).price(inputs, pictures) == credits


class TestCheck:
    def test_accepts_complete_inputs(self):
        inputs = model("nano-banana-pro").complete({"prompt": "a coin"})
        assert inputs == {
            "prompt": "a coin",
            "aspect_ratio": "1:1",
            "resolution": "1K",
            "output_format": "png",
        }
        assert model("nano-banana-pro").check(inputs) == []

    def test_takes_empty_optional_lists_for_absent(self):
        assert model("nano-banana-pro").check({"prompt": "x", "image_input": [], "output_format": None}) == []

    @pytest.mark.parametrize("prompt", [None, "", []])
    def test_wants_what_is_required(self, prompt):
        (mistake,) = model("nano-banana-pro").check({"prompt": prompt})
        assert (mistake.kind, mistake.message) == ("missing", "prompt is required")

    @pytest.mark.parametrize(
        ("model_id", "inputs", "message"),
        [
            (
                "nano-banana-pro",
                {"prompt": "x" * 20_001},
                "prompt must be at most 20000 characters, not 20001",
            ),
            ("nano-banana-pro", {"prompt": 5}, "prompt must be text, not 5"),
            ("nano-banana-pro", {"prompt": "x", "resolution": "8K"}, 'resolution does not take "8K"'),
            ("nano-banana-pro", {"prompt": "x", "size": 1}, 'nano-banana-pro has no input "size"'),
            (
                "nano-banana-pro",
                {"prompt": "x", "image_input": [PICTURE] * 9},
                "image_input must be at most 8 pictures, not 9",
            ),
            (
                "nano-banana-pro",
                {"prompt": "x", "image_input": ["data:image/png;base64,AAAA"]},
                "image_input must be a list of URLs, not ['data:image/png;base64,AAAA']",
            ),
            (
                "flux-2/pro-text-to-image",
                {"prompt": "ab", "aspect_ratio": "1:1", "resolution": "1K"},
                "prompt must be at least 3 characters, not 2",
            ),
            (
                "bytedance/seedream-v4-text-to-image",
                {"prompt": "x", "max_images": True},
                "max_images must be a whole number, not True",
            ),
            (
                "bytedance/seedream-v4-text-to-image",
                {"prompt": "x", "max_images": 7},
                "max_images must be at most 6, not 7",
            ),
            (
                "qwen/text-to-image",
                {"prompt": "x", "guidance_scale": 20.5},
                "guidance_scale must be at most 20, not 20.5",
            ),
            (
                "qwen/text-to-image",
                {"prompt": "x", "guidance_scale": "2"},
                'guidance_scale must be a number, not "2"',
            ),
            (
                "qwen/text-to-image",
                {"prompt": "x", "enable_safety_checker": "yes"},
                'enable_safety_checker must be true or false, not "yes"',
            ),
            ("recraft/remove-background", {"image": "coin.png"}, 'image must be a URL, not "coin.png"'),
            (
                "gpt-image-2-text-to-image",
                {"prompt": "x", "resolution": "2K"},
                'resolution "2K" does not go with aspect_ratio "auto"',
            ),
            (
                "gpt-image-2-text-to-image",
                {"prompt": "x", "resolution": "4K", "aspect_ratio": "1:1"},
                'resolution "4K" does not go with aspect_ratio "1:1"',
            ),
        ],
    )
    def test_names_the_one_mistake(self, model_id, inputs, message):
        assert [mistake.message for mistake in model(model_id).check(inputs)] == [message]

    def test_lists_what_would_do(self):
        (mistake,) = model("nano-banana-pro").check({"prompt": "x", "resolution": "8K"})
        assert mistake.allowed == ("1K", "2K", "4K")

    def test_image_to_image_of_gpt_image_2_is_freer(self):
        inputs = {"prompt": "x", "input_urls": [PICTURE], "aspect_ratio": "3:1", "resolution": "2K"}
        assert model("gpt-image-2-image-to-image").check(inputs) == []
        assert model("gpt-image-2-text-to-image").check({**inputs, "input_urls": None})


class TestWire:
    @pytest.mark.parametrize(
        ("model_id", "key", "value", "expected"),
        [
            ("nano-banana-pro", "aspect_ratio", "16:9", ("aspect_ratio", "16:9")),
            ("bytedance/seedream-v4-edit", "aspect_ratio", "1:1", ("image_size", "square_hd")),
            ("bytedance/seedream-v4-edit", "resolution", "2K", ("image_resolution", "2K")),
            ("seedream/4.5-text-to-image", "resolution", "4K", ("quality", "high")),
            ("seedream/5-lite-text-to-image", "resolution", "3K", ("quality", "high")),
            ("google/nano-banana", "output_format", "jpg", ("output_format", "jpeg")),
            ("google/nano-banana", "output_format", "jpeg", ("output_format", "jpeg")),
            ("qwen2/text-to-image", "aspect_ratio", "16:9", ("image_size", "16:9")),
        ],
    )
    def test_spells_recipe_keys_for_the_service(self, model_id, key, value, expected):
        assert model(model_id).wire(key, value) == expected

    def test_refuses_a_value_the_model_cannot_express(self):
        mistake = model("seedream/4.5-text-to-image").wire("resolution", "1K")
        assert isinstance(mistake, Mistake)
        assert (mistake.kind, mistake.allowed) == ("value", ("2K", "4K"))

    def test_refuses_a_key_the_model_has_no_input_for(self):
        mistake = model("z-image").wire("resolution", "1K")
        assert isinstance(mistake, Mistake)
        assert (mistake.kind, mistake.allowed) == ("unknown", ("aspect_ratio",))
        assert model("z-image").allowed("resolution") == ()

    @pytest.mark.parametrize(
        ("model_id", "name", "value", "adapted"),
        [
            ("topaz/image-upscale", "upscale_factor", 2, "2"),
            ("qwen/text-to-image", "seed", "7", 7),
            ("qwen/text-to-image", "guidance_scale", "2.5", 2.5),
            ("qwen/text-to-image", "seed", "seven", "seven"),
            ("qwen/text-to-image", "enable_safety_checker", True, True),
        ],
    )
    def test_numbers_and_text_change_where_the_meaning_is_plain(self, model_id, name, value, adapted):
        assert catalogue.adapt(model(model_id).inputs[name], value) == adapted


@pytest.mark.parametrize("factor", ["nan", "inf", "-inf", "-2", 0, 1e308, 10**400, "many", [2]])
def test_what_is_no_factor_tells_no_size_and_so_no_price(factor):
    topaz, inputs = model("topaz/image-upscale"), {"upscale_factor": factor}
    assert topaz.result_px(inputs, [(640, 480)]) is None
    assert topaz.price(inputs, [(640, 480)]) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("google/nano-banana-pro", "nano-banana-pro"),
        ("nano-banana", "google/nano-banana"),
        ("seedream/seedream-v4-edit", "bytedance/seedream-v4-edit"),
        ("nano-bananna-pro", "nano-banana-pro"),
        ("zzzzzzzz", None),
    ],
)
def test_nearest_finds_what_was_meant(written, meant):
    assert catalogue.load().nearest(written) == meant


class TestOwnModels:
    OWN: ClassVar = {"own/model": {"inputs": {"prompt*": {"max": "5"}}, "price": {"flat": "2", "date": ""}}}

    def test_are_added_and_leave_the_built_in_ones_alone(self):
        loaded = catalogue.load(self.OWN)
        assert loaded.get("own/model").price({}) == 2
        assert loaded.get("own/model").price_date == ""
        assert loaded.get("nano-banana-pro") is not None
        assert catalogue.load().get("own/model") is None

    def test_take_the_place_of_those_of_that_name(self):
        own = {"z-image": {"inputs": {"prompt*": {}}}}
        assert catalogue.load(own).get("z-image").cost is None
        assert catalogue.load().get("z-image").cost is not None

    def test_without_any_the_catalogue_is_one(self):
        assert catalogue.load({}) is catalogue.load()

    def test_what_the_file_says_can_be_read(self):
        assert catalogue.load(self.OWN).entry("own/model")["price"]["flat"] == "2"
        assert catalogue.load().entry("own/model") is None


class TestWhoOffersIt:
    def test_is_said_of_every_model(self):
        offered = {model_id: model(model_id).provider for model_id in catalogue.load().ids()}
        assert set(offered.values()) == {"kie", "openai"}
        assert all((provider == "openai") == name.startswith("openai/") for name, provider in offered.items())

    def test_decides_which_inputs_are_common(self):
        assert "nsfw_checker" in model("nano-banana-pro").inputs
        assert "nsfw_checker" not in model("openai/gpt-image-1.5").inputs


class TestTransparency:
    def test_is_an_input_where_it_is_offered(self):
        for model_id in catalogue.load().ids():
            entry = model(model_id)
            if entry.transparent is not None:
                name, value = entry.transparent
                assert entry.inputs[name].mistake(value) is None
        assert model("openai/gpt-image-1.5").transparent == ("background", "transparent")

    def test_is_not_offered_by_all(self):
        assert model("nano-banana-pro").transparent is None
        assert model("openai/gpt-image-2").transparent is None
        (mistake,) = model("openai/gpt-image-2").check({"prompt": "x", "background": "transparent"})
        assert mistake.allowed == ("auto", "opaque")

    def test_needs_a_format_that_can_hold_it(self):
        inputs = {"prompt": "x", "background": "transparent", "output_format": "jpeg"}
        (mistake,) = model("openai/gpt-image-1.5").check(inputs)
        assert (mistake.field, mistake.allowed) == ("output_format", ("png", "webp"))


@pytest.mark.parametrize(
    ("ratio", "size"), [("1:1", "1024x1024"), ("3:2", "1536x1024"), ("2:3", "1024x1536")]
)
def test_a_ratio_becomes_a_size_in_pixels(ratio, size):
    assert model("openai/gpt-image-1.5").wire("aspect_ratio", ratio) == ("size", size)


def test_a_ratio_without_a_size_is_refused_with_those_that_have_one():
    refused = model("openai/gpt-image-1.5").wire("aspect_ratio", "16:9")
    assert isinstance(refused, Mistake)
    assert refused.allowed == ("1:1", "3:2", "2:3")
