"""``removeBg: {method: difference}`` makes two of an asset: a render on white and its edit onto black."""

from __future__ import annotations

import pytest

from pipeline.recipe import backdrop, catalogue
from pipeline.recipe.renders import with_first
from pipeline.recipe.spec import Picture, owner

DEFAULTS = "defaults: {model: nano-banana-pro, removeBg: {method: difference}}"
COIN = "- {name: coin, prompt: A glass coin., icons: [48], formats: [png, webp]}"
EDITORS = [model.editor for name in catalogue.load().ids() if (model := catalogue.load().get(name))]


def test_the_first_is_what_was_asked_for_on_white_and_delivers_nothing(assets):
    first = assets(COIN, DEFAULTS)["coin@white"]
    assert first.request.inputs["prompt"].startswith(
        "A glass coin. On a flat, even, pure white (#FFFFFF) background."
    )
    assert (first.cutout, first.icons, first.formats) == (None, (), ())
    assert (first.is_first, first.first, first.depends, first.price) == (True, "", (), 18.0)
    assert owner(first.name) == "coin"


def test_the_second_keeps_the_name_and_edits_the_first_onto_black(assets):
    found = assets(COIN, DEFAULTS)
    assert list(found) == ["coin@white", "coin"]
    second = found["coin"]
    assert second.request.inputs["prompt"] == backdrop.ON_BLACK
    assert second.request.pictures == (Picture("asset", "coin@white"),)
    assert (second.first, second.is_first, second.depends) == ("coin@white", False, ("coin@white",))
    assert (second.price, [icon.px for icon in second.icons], second.formats) == (18.0, [48], ("png", "webp"))
    assert second.cutout is not None
    assert (second.cutout.method, second.cutout.backdrop) == ("difference", "#FFFFFF")


def test_both_have_one_shape_and_size_and_only_the_first_its_references(assets):
    found = assets(
        "- {name: a, prompt: x, aspect_ratio: '16:9', resolution: 4K, references: ../brand/logo.png}",
        DEFAULTS,
    )
    first, second = found["a@white"].request, found["a"].request
    for name in ("aspect_ratio", "resolution", "output_format"):
        assert first.inputs[name] == second.inputs[name]
    assert [picture.source for picture in first.pictures] == ["file"]
    assert [picture.value for picture in second.pictures] == ["a@white"]
    assert "resolution" not in second.defaulted
    assert "output_format" in second.defaulted


@pytest.mark.parametrize(
    ("model", "editor", "kept"),
    [
        ("google/nano-banana", "google/nano-banana-edit", {"aspect_ratio": "1:1"}),
        ("seedream/4.5-text-to-image", "seedream/4.5-edit", {"quality": "basic"}),
        ("qwen/text-to-image", "qwen/image-edit", {"image_size": "square_hd"}),
    ],
)
def test_a_model_that_edits_nothing_leaves_it_to_its_family(assets, model, editor, kept):
    keys = ", aspect_ratio: '1:1', resolution: 2K" if "seedream" in model else ""
    found = assets(f"- {{name: a, prompt: x, model: {model}{keys}}}", DEFAULTS)
    assert (found["a@white"].request.model, found["a"].request.model) == (model, editor)
    assert {name: found["a"].request.inputs[name] for name in kept} == kept
    assert found["a"].request.picture_list is (model != "qwen/text-to-image")


def test_another_editor_is_asked_in_its_own_spelling(assets):
    found = assets(
        "- {name: a, prompt: x, model: bytedance/seedream-v4-text-to-image, aspect_ratio: '3:2',"
        " resolution: 2K, removeBg: {editor: nano-banana-2}}",
        DEFAULTS,
    )
    edit = found["a"].request
    assert edit.model == "nano-banana-2"
    assert (edit.inputs["aspect_ratio"], edit.inputs["resolution"]) == ("3:2", "2K")
    assert "image_size" not in edit.inputs
    assert found["a"].price == 12.0


def test_an_editor_may_be_a_template_and_repaint_what_an_unlisted_model_made(assets):
    found = assets(
        "- {name: a, prompt: x, model: {id: lab/new, input: {size: 1024x1024}}, vars: {by: nano-banana-2},"
        " removeBg: {method: difference, editor: '{{ vars.by }}'}}"
    )
    assert (found["a"].request.model, found["a@white"].request.model) == ("nano-banana-2", "lab/new")


def test_the_second_is_lossless_whatever_the_default_of_its_model(assets):
    found = assets(
        "- {name: a, prompt: x, model: {id: lab/new, input: {size: big}}, removeBg: {editor: nano-banana-2}}",
        DEFAULTS,
    )
    assert catalogue.load().get("nano-banana-2").inputs["output_format"].default == "jpg"
    assert found["a"].request.inputs["output_format"] == "png"


@pytest.mark.parametrize(
    "model",
    [
        "bytedance/seedream-v4-text-to-image, params: {max_images: 1}",
        "{id: bytedance/seedream-v4-text-to-image, input: {max_images: 1}}",
    ],
)
def test_one_picture_may_be_asked_for_of_each(assets, model):
    found = assets(f"- {{name: a, prompt: x, aspect_ratio: '1:1', model: {model}}}", DEFAULTS)
    assert [one.request.inputs["max_images"] for one in found.values()] == [1, 1]


@pytest.mark.parametrize("editor", sorted(filter(None, set(EDITORS))))
def test_every_editor_of_the_catalogue_takes_one_picture_and_text(editor):
    model = catalogue.load().get(editor)
    assert model is not None
    assert model.picture is not None
    assert model.picture.minimum <= 1
    assert "prompt" in model.inputs
    assert model.inputs["prompt"].mistake(backdrop.ON_BLACK) is None
    assert not [name for name in model.inputs if "mask" in name or name == "strength"]
    assert model.editor == editor


def test_what_is_made_from_it_is_made_from_the_picture_on_white(assets):
    found = assets(
        f"- {{name: set, prompt: a set, removeBg: false, references: 'asset:coin'}}\n{COIN}", DEFAULTS
    )
    assert found["set"].depends == ("coin@white",)


def test_every_combination_of_a_matrix_has_both(assets):
    found = assets("- {name: a, prompt: 'x {{ matrix.t }}', matrix: {t: [s, m]}}", DEFAULTS)
    assert list(found) == ["a-s@white", "a-s", "a-m@white", "a-m"]


def test_only_what_was_named_counts_as_an_asset(load):
    recipe = load(f"{DEFAULTS}\nassets: [{COIN.removeprefix('- ')}]")
    assert [asset.name for asset in recipe.named] == ["coin"]


def test_a_rename_takes_the_first_render_along(load):
    recipe = load(f"{DEFAULTS}\nrename: {{cent: coin}}\nassets: [{COIN.removeprefix('- ')}]")
    assert recipe.renames == {"cent": "coin", "cent@white": "coin@white"}
    assert with_first({"a": "b"}, ()) == {"a": "b"}


@pytest.mark.parametrize("word", ["white", "'#FFFFFF'", "'#fff'"])
def test_white_may_be_said(assets, word):
    found = assets(f"- {{name: a, prompt: x, removeBg: {{backdrop: {word}}}}}", DEFAULTS)
    assert backdrop.asked(found["a@white"].request.inputs["prompt"]) == backdrop.WHITE


def test_a_prompt_that_asks_for_white_in_its_own_words_says_so_with_none(assets):
    found = assets("- {name: a, prompt: x on a white background, removeBg: {backdrop: none}}", DEFAULTS)
    assert found["a@white"].request.inputs["prompt"].startswith("x on a white background. No text")


def test_the_black_sentence_is_known_again():
    assert backdrop.asked(backdrop.ON_BLACK) == backdrop.BLACK
    assert backdrop.without_sentence(backdrop.ON_BLACK) == ""


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "{name: a, prompt: x, removeBg: {backdrop: '#00B140'}}",
            'method difference needs a first render on white, not on "#00B140"',
            "write backdrop: white",
        ),
        (
            "{name: a, prompt: isolated on a beach}",
            "the prompt names a background of its own",
            "leave the background out of the prompt",
        ),
        (
            "{name: a, prompt: x, model: z-image, aspect_ratio: '1:1'}",
            "method difference has z-image repaint its picture on black, which it cannot",
            "removeBg: {editor: nano-banana-2}",
        ),
        (
            "{name: a, prompt: x, model: {id: lab/new, input: {size: big}}}",
            "method difference has its model repaint its picture on black, which it cannot",
            "removeBg: {editor: nano-banana-2}",
        ),
        (
            "{name: a, prompt: x, removeBg: {editor: nano-bananna-2}}",
            "unknown model",
            "did you mean nano-banana-2",
        ),
        ("{name: a, prompt: x, removeBg: {editor: qqqqqqqq}}", "unknown model", "see: pipeline models"),
        (
            "{name: a, prompt: x, removeBg: {editor: z-image}}",
            "z-image changes no picture as a prompt says",
            "removeBg: {editor: nano-banana-2}",
        ),
        (
            "{name: a, prompt: x, removeBg: {editor: gpt-image/1.5-image-to-image}}",
            "gpt-image/1.5-image-to-image, which repaints it on black: quality is required",
            "removeBg: {editor: nano-banana-2}",
        ),
        (
            "{name: a, prompt: x, icons: {black: 48}}",
            "the icon black and the render on black would both be delivered as a-black",
            "",
        ),
        (
            "{name: a, prompt: x, model: {id: bytedance/seedream-v4-text-to-image, input: {max_images: 4}}}",
            "method difference takes one picture of each render, and max_images asks for more",
            "leave max_images out",
        ),
        (
            "{name: a, prompt: x, image: ../brand/logo.png, model: qwen/image-edit, params: {num_images: 2}}",
            "method difference takes one picture of each render, and num_images asks for more",
            "leave num_images out",
        ),
        ("{name: a@white, prompt: x}", "must begin with a letter or digit", ""),
    ],
)
def test_mistakes(mistakes, text, message, hint):
    said = mistakes(f"- {text}", DEFAULTS)
    assert message in said
    assert hint in said
    assert said.count("error:") == 1


def test_nobody_can_ask_for_the_first_render(mistakes):
    said = mistakes("- {name: a, prompt: x}\n- {name: b, prompt: x, references: 'asset:a@white'}", DEFAULTS)
    assert 'a has no icon "@white"' in said
    assert said.count("error:") == 1


def test_a_circle_is_told_in_the_names_people_wrote(mistakes):
    said = mistakes("- {name: a, prompt: x, image: 'asset:a'}", DEFAULTS)
    assert "in a circle: a → a" in said
