from __future__ import annotations

import io

import pytest
from PIL import Image

from pipeline.recipe import catalogue
from pipeline.recipe.sizes import longest_px, nominal_px


def picture(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, "PNG")
    return stream.getvalue()


UPSCALE = "- {name: big, model: topaz/image-upscale, image: %s, params: {upscale_factor: 2}}"


def test_a_local_picture_s_own_size_decides(project, assets):
    (project / "brand" / "small.png").write_bytes(picture(1024, 100))
    (project / "brand" / "large.png").write_bytes(picture(100, 1025))
    assert assets(UPSCALE % "../brand/small.png", head="")["big"].price == 10
    assert assets(UPSCALE % "../brand/large.png", head="")["big"].price == 20


@pytest.mark.parametrize(
    ("ratio", "resolution", "credits"),
    [("1:1", "1K", 10), ("16:9", "1K", 20), ("1:1", "2K", 20), ("1:1", "4K", 40), ("16:9", "4K", None)],
)
def test_an_asset_s_ratio_and_resolution_decide(assets, ratio, resolution, credits):
    text = f"- {{name: coin, prompt: A coin, aspect_ratio: '{ratio}', resolution: {resolution}}}\n"
    found = assets(text + (UPSCALE % '"asset:coin"'))
    assert found["big"].price == credits
    assert (found["big"].price_range, found["big"].unpublished_px) == ("", 0 if credits else 10922)


def test_a_result_past_the_table_is_said_to_have_no_published_price(project, assets):
    (project / "brand" / "large.png").write_bytes(picture(5000, 30))
    big = assets(UPSCALE % "../brand/large.png", head="")["big"]
    assert (big.price, big.price_range, big.unpublished_px) == (None, "", 10_000)


def test_each_candidate_is_priced_and_the_asset_that_takes_one_costs_nothing(project, assets):
    (project / "brand" / "small.png").write_bytes(picture(100, 100))
    found = assets(UPSCALE.replace("}}", "}, candidates: 2}") % "../brand/small.png", head="")
    assert [found[name].price for name in ("big@1", "big@2", "big")] == [10, 10, 0]


def test_an_icon_is_as_large_as_its_label_says(assets):
    text = "- {name: coin, prompt: A coin, resolution: 4K, aspect_ratio: '1:1', icons: {hero: 512}}\n"
    assert assets(text + (UPSCALE % '"asset:coin@hero"'))["big"].price == 10


@pytest.mark.parametrize(
    ("cutout", "credits"),
    [("", 10), (", crop: true", 10), (", padding: 8%", 10), (", crop: true, padding: 8%", 20)],
)
def test_padding_makes_a_cropped_cut_out_larger_than_its_picture(assets, cutout, credits):
    """A subject that fills the picture stays as it is, and the padding is added to it."""
    cut = f"removeBg: {{method: key{cutout}}}"
    text = f"- {{name: coin, prompt: A coin, resolution: 1K, aspect_ratio: '1:1', {cut}}}\n"
    assert assets(text + (UPSCALE % '"asset:coin#nobg"'))["big"].price == credits


@pytest.mark.parametrize(("padding", "credits"), [(14, 20), (15, 40)])
def test_a_padded_cut_out_keeps_the_shape_of_its_picture(assets, padding, credits):
    """16:9 of 1K is 1365 × 768 px: padding of 15 % of 1365 makes it 1178 high, and so 2094 wide."""
    cut = f"removeBg: {{method: key, crop: true, padding: {padding}%}}"
    text = f"- {{name: coin, prompt: A coin, resolution: 1K, aspect_ratio: '16:9', {cut}}}\n"
    assert assets(text + (UPSCALE % '"asset:coin#nobg"'))["big"].price == credits


def test_sizes_are_handed_on_from_step_to_step_whatever_their_order(assets):
    text = """\
- {name: big, model: topaz/image-upscale, image: "asset:cut", params: {upscale_factor: 4}}
- {name: cut, model: recraft/remove-background, image: "asset:coin"}
- {name: coin, prompt: A coin, aspect_ratio: "1:1", resolution: 2K}
"""
    head = "defaults: {}"
    text = text.replace("prompt: A coin", "model: nano-banana-pro, prompt: A coin")
    assert assets(text, head)["big"].price == 40


@pytest.mark.parametrize(
    "source",
    [
        '"https://example.org/a.png"',  # elsewhere
        '"asset:auto"',  # as the model likes
        '"asset:crisp"',  # enlarged by nobody knows how much
    ],
)
def test_what_nobody_can_tell_has_a_range_instead_of_a_price(assets, source):
    text = f"""\
- {{name: auto, model: nano-banana-pro, prompt: A coin, aspect_ratio: auto}}
- {{name: crisp, model: recraft/crisp-upscale, image: "asset:auto"}}
{UPSCALE % source}
"""
    big = assets(text, "defaults: {}")["big"]
    assert (big.price, big.price_range) == (None, "10–40 credits by result size")


def test_assets_made_from_each_other_are_reported_and_not_followed_for_ever(mistakes):
    one = '- {name: a, model: topaz/image-upscale, image: "asset:b", params: {upscale_factor: 2}}'
    other = '- {name: b, model: topaz/image-upscale, image: "asset:a", params: {upscale_factor: 2}}'
    told = mistakes(f"{one}\n{other}", "defaults: {}")
    assert "a → b → a" in told or "b → a → b" in told


def test_pictures_sent_along_are_counted(assets):
    text = """\
- name: mix
  model: qwen3/image-to-image
  prompt: Mix them
  references: ["https://example.org/a.png", "https://example.org/b.png"]
"""
    assert assets(text, "defaults: {}")["mix"].price == 5.8


@pytest.mark.parametrize(
    ("model_id", "inputs", "size"),
    [
        ("nano-banana-pro", {"aspect_ratio": "16:9", "resolution": "2K"}, (2731, 1536)),
        ("nano-banana-2", {}, None),
        ("seedream/4.5-text-to-image", {"aspect_ratio": "1:1", "quality": "high"}, (4096, 4096)),
        ("bytedance/seedream-v4-edit", {"image_size": "portrait_4_3"}, (887, 1182)),
        ("qwen/text-to-image", {"image_size": "square"}, (512, 512)),
        ("openai/gpt-image-1.5", {"size": "1536x1024"}, (1536, 1024)),
        ("openai/gpt-image-1.5", {"size": "auto"}, None),
        ("z-image", {"aspect_ratio": "1:1"}, (1024, 1024)),
        ("kling-2.6/image-to-video", {}, None),
    ],
)
def test_nominal_sizes(model_id, inputs, size):
    assert nominal_px(catalogue.load().get(model_id), inputs) == size


def test_a_file_that_is_no_picture_is_reported_once_and_not_measured(project, mistakes):
    (project / "brand" / "bad.png").write_bytes(b"PNG")
    assert mistakes(UPSCALE % "../brand/bad.png", head="").count("error:") == 1


@pytest.mark.parametrize(
    ("model_id", "inputs", "px"),
    [
        ("nano-banana-pro", {"aspect_ratio": "16:9", "resolution": "1K"}, 1365),
        ("nano-banana-pro", {"aspect_ratio": "auto", "resolution": "2K"}, 2048),
        ("qwen/text-to-image", {"image_size": "portrait_4_3"}, 1024),
        ("recraft/crisp-upscale", {}, 0),
    ],
)
def test_the_longer_side_is_that_of_the_square_where_the_ratio_is_left_to_the_model(model_id, inputs, px):
    assert longest_px(catalogue.load().get(model_id), inputs) == px
