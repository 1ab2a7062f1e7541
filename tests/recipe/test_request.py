"""What is sent: prompts, wire inputs, pictures."""

from __future__ import annotations

import pytest

from pipeline.recipe import backdrop
from pipeline.recipe.settings import Settings
from pipeline.recipe.spec import Picture

WHITE = "On a flat, even, pure white (#FFFFFF) background. "
GREEN = backdrop.sentence("#00B140", "") + " "


def prompt(assets, text: str, **kwargs) -> str:
    (asset,) = assets(text, **kwargs).values()
    return asset.request.inputs["prompt"]


class TestPrompt:
    def test_lines_are_joined_and_white_space_folded(self, assets):
        text = "- {name: a, prompt: [' one  ', \"two\\n three\"], exclude: []}"
        assert prompt(assets, text) == "one two three. No text, no typography."

    def test_what_must_not_be_in_it_comes_last_and_once(self, assets):
        text = "- {name: a, prompt: x, exclude: [Shadows, TEXT, 'hard  edges']}"
        head = "defaults: {model: nano-banana-pro, exclude: [people]}"
        assert (
            prompt(assets, text, head=head)
            == "x. No text, no typography, no people, no Shadows, no hard edges."
        )

    def test_an_exclusion_may_be_a_template(self, assets):
        text = "- {name: a, prompt: x, exclude: '{{ vars.ban }}'}"
        head = "vars: {ban: cats}\ndefaults: {model: nano-banana-pro}"
        assert prompt(assets, text, head=head).endswith("no cats.")

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ("removeBg: true", GREEN),
            ("removeBg: {backdrop: auto}", GREEN),
            ("removeBg: {method: key}", GREEN),
            ('removeBg: {backdrop: "#00b140"}', GREEN),
            ('removeBg: {method: rembg, backdrop: "#00b140"}', GREEN),
            ("removeBg: {method: rembg}", WHITE),
            ("removeBg: {method: native}", ""),
            ("removeBg: {backdrop: white}", WHITE),
            ("removeBg: {backdrop: '#FFFFFF80'}", WHITE),
            ('removeBg: {backdrop: "#22c55e"}', backdrop.sentence("#22C55E", "") + " "),
            ('removeBg: {backdrop: "#808080"}', "On a flat, even, mid grey (#808080) background. "),
            (
                "removeBg: {backdrop: '{{ brand.colors.accent.blue }}'}",
                backdrop.sentence("#3B82F6", "") + " ",
            ),
            ("removeBg: {backdrop: none}", ""),
            ("removeBg: false", ""),
            ("icons: [5]", ""),
        ],
    )
    def test_a_cut_out_asks_for_its_backdrop(self, assets, settings, sentence):
        assert (
            prompt(assets, f"- {{name: a, prompt: x, {settings}}}") == f"x. {sentence}No text, no typography."
        )

    @pytest.mark.parametrize(
        "mention",
        [
            "on a white background",
            "before a red Backdrop.",
            "backgrounds: none",
            "isolated on white",
            "green screen",
        ],
    )
    def test_a_prompt_that_speaks_of_a_background_is_left_alone(self, assets, mention):
        text = f"- {{name: a, prompt: 'x {mention}', removeBg: true}}"
        assert prompt(assets, text).startswith(f"x {mention}")
        assert backdrop.asked(prompt(assets, text)) == ""
        assert assets(text)["a"].cutout.backdrop == "auto"

    def test_but_not_when_a_backdrop_is_named(self, assets):
        text = "- {name: a, prompt: 'x, no background', removeBg: {backdrop: white}}"
        assert "pure white" in prompt(assets, text)

    def test_names_of_the_asset_itself_may_be_used(self, assets):
        names = "{{ asset.name }} {{ asset.model }} {{ asset.aspect_ratio }}"
        text = f"- {{name: a, prompt: '{names}', aspect_ratio: 1:1}}"
        assert prompt(assets, text).startswith("a nano-banana-pro 1:1")

    def test_a_prompt_near_the_limit_is_warned_about(self, load):
        recipe = load(f"assets: [{{name: a, model: nano-banana-pro, prompt: '{'x' * 10_001}'}}]")
        (warning,) = recipe.warnings
        assert warning.severity == "warning"
        assert "10,001 characters; nano-banana-pro may refuse more than 10,000" in warning.message

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("{name: a}", "nano-banana-pro needs prompt"),
            ("{name: a, prompt: '  '}", "nano-banana-pro needs prompt"),
            (f"{{name: a, prompt: '{'x' * 20_001}'}}", "the prompt has 20,001 characters, more than 20,000"),
            (
                "{name: a, prompt: x, model: recraft/crisp-upscale, image: ../brand/logo.png}",
                "recraft/crisp-upscale takes no prompt",
            ),
            (
                "{name: a, prompt: '{{ brand.nope }}'}",
                "recipes/icons.yaml:4:27: error: brand.nope is not defined",
            ),
            ("{name: a, prompt: x, removeBg: {backdrop: pinkish}}", 'backdrop does not take "pinkish"'),
        ],
    )
    def test_mistakes(self, mistakes, entry, expected):
        said = mistakes(f"- {entry}")
        assert expected in said
        assert said.count("error:") == 1

    def test_without_a_brand_there_is_no_exclusion(self, load):
        (asset,) = load("assets: [{name: a, model: nano-banana-pro, prompt: x}]").assets
        assert asset.request.inputs["prompt"] == "x"


class TestInputs:
    def test_are_complete_and_explicit(self, assets):
        request = assets("- {name: a, prompt: x}")["a"].request
        assert request.inputs == {
            "prompt": "x. No text, no typography.",
            "aspect_ratio": "1:1",
            "resolution": "1K",
            "output_format": "png",
        }
        assert (request.model, request.picture_field, request.picture_list) == (
            "nano-banana-pro",
            "image_input",
            True,
        )

    def test_use_the_service_s_spelling(self, assets):
        model = "bytedance/seedream-v4-text-to-image"
        text = f"- {{name: a, prompt: x, model: {model}, aspect_ratio: 16:9, resolution: 2K}}"
        inputs = assets(text)["a"].request.inputs
        assert (inputs["image_size"], inputs["image_resolution"], inputs["max_images"]) == (
            "landscape_16_9",
            "2K",
            1,
        )
        assert "aspect_ratio" not in inputs

    def test_ask_for_png_even_where_the_model_s_default_is_jpg(self, assets):
        assert (
            assets("- {name: a, prompt: x, model: nano-banana-2}")["a"].request.inputs["output_format"]
            == "png"
        )

    def test_take_more_from_params_in_the_type_the_service_wants(self, assets):
        text = (
            "- {name: a, image: ../brand/logo.png, model: topaz/image-upscale, params: {upscale_factor: 2}}"
        )
        request = assets(text)["a"].request
        assert request.inputs == {"upscale_factor": "2"}
        assert (request.picture_field, request.picture_list) == ("image_url", False)

    def test_take_more_from_the_model_s_own_input(self, assets):
        model = "{id: qwen/text-to-image, input: {seed: 5}}"
        text = f"- {{name: a, prompt: x, model: {model}, params: {{guidance_scale: 3}}}}"
        inputs = assets(text)["a"].request.inputs
        assert (inputs["seed"], inputs["guidance_scale"]) == (5, 3)

    def test_of_an_unlisted_model_pass_as_they_are(self, assets):
        text = """
            - name: a
              matrix: {size: [1, 2]}
              prompt: x
              aspect_ratio: 1:1
              model: {id: new/model, input: {size: "{{ matrix.size }}"}}
        """
        first = assets(text)["a-1"]
        assert first.request.inputs == {
            "prompt": "x. No text, no typography.",
            "aspect_ratio": "1:1",
            "size": "1",
        }
        assert first.price is None

    def test_a_default_can_be_taken_back(self, assets):
        head = "defaults: {model: nano-banana-pro, resolution: 2K}"
        text = "- {name: a, prompt: x, model: google/nano-banana, resolution: null}"
        assert "resolution" not in assets(text, head=head)["a"].request.inputs

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("aspect_ratio: 7:1", "did you mean 1:1? allowed: 1:1, 2:3"),
            ("resolution: 2k", "did you mean 2K? allowed: 1K, 2K, 4K"),
            ("resolution: 1K, model: z-image, aspect_ratio: 1:1", "it takes aspect_ratio"),
            (
                "resolution: 1K, model: recraft/crisp-upscale, image: ../brand/logo.png, prompt: null",
                "it takes none of aspect_ratio, resolution, output_format",
            ),
            ("resolution: 1K, model: seedream/4.5-text-to-image, aspect_ratio: 1:1", "allowed: 2K, 4K"),
            (
                "model: seedream/4.5-text-to-image, aspect_ratio: 1:1",
                "seedream/4.5-text-to-image needs resolution",
            ),
            (
                "model: gpt-image-2-text-to-image, aspect_ratio: 1:1, resolution: 4K",
                'resolution "4K" does not go with aspect_ratio "1:1"',
            ),
            (
                "model: bytedance/seedream-v4-text-to-image, params: {max_images: 9}",
                "max_images must be at most 6, not 9",
            ),
            ("model: bytedance/seedream-v4-text-to-image, params: {sead: 9}", "did you mean seed?"),
            (
                "resolution: 1K, params: {resolution: 4K}",
                "resolution is said twice, as resolution and in params",
            ),
            (
                "model: bytedance/seedream-v4-text-to-image, resolution: 1K, params: {image_resolution: 4K}",
                "leave one of them out: resolution is written as image_resolution for bytedance/seedream-v4",
            ),
            ("prompt: x, params: {prompt: y}", "the prompt is a key of the asset itself"),
            ("params: {image_input: []}", "pictures of nano-banana-pro are named by references: or image:"),
            ("model: google/nano-banana-pro", "did you mean nano-banana-pro?"),
            ("model: zzz", "for a model that is not in the catalogue write model: {id: …, input: {…}}"),
            ("model: z-image, aspect_ratio: 1:1, duration: 5", "z-image takes no duration"),
            ("model: null", "model is required"),
        ],
    )
    def test_mistakes(self, mistakes, entry, expected):
        said = mistakes(f"- {{name: a, {'' if 'prompt' in entry else 'prompt: x, '}{entry}}}")
        assert expected in said
        assert said.count("error:") == 1

    def test_a_default_the_model_cannot_take_says_how_to_drop_it(self, mistakes):
        said = mistakes(
            "- {name: a, prompt: x, aspect_ratio: 1:1}", head="defaults: {model: z-image, resolution: 1K}"
        )
        assert said.startswith("recipes/icons.yaml:2:40: error: z-image takes no resolution\n")
        assert "write resolution: null in the asset to leave the default out" in said

    def test_a_mistake_in_defaults_is_reported_once(self, mistakes):
        said = mistakes(
            "- {name: a, prompt: x}\n- {name: b, prompt: x}",
            head="defaults: {model: nano-banana-pro, resolution: 8K}",
        )
        assert said.count("error:") == 1


class TestPictures:
    def test_are_files_urls_and_assets(self, assets, project):
        text = """
            - {name: coin, prompt: x}
            - name: a
              prompt: x
              references: [../brand/logo.png, "https://example.org/m.jpg?x=1", "asset:coin"]
        """
        asset = assets(text)["a"]
        assert asset.request.pictures == (
            Picture("file", "brand/logo.png", project / "brand/logo.png"),
            Picture("url", "https://example.org/m.jpg?x=1"),
            Picture("asset", "coin"),
        )
        assert asset.depends == ("coin",)

    def test_the_image_comes_before_the_references(self, assets):
        text = "- {name: a, prompt: x, image: https://x.org/1.png, references: https://x.org/2.png}"
        assert [p.value for p in assets(text)["a"].request.pictures] == [
            "https://x.org/1.png",
            "https://x.org/2.png",
        ]

    def test_the_logo_is_named_as_the_recipe_would(self, assets):
        asset = assets("- {name: a, prompt: x, references: '{{ brand.logo }}'}")["a"]
        assert asset.request.pictures[0].value == "brand/logo.png"
        assert asset.values["brand.logo"] == "../brand/logo.png"

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("references: [../../x.png]", '"../../x.png" leaves the project'),
            ("references: [nope.png]", '"nope.png" does not exist'),
            ("references: ['']", "the path is empty"),
            (
                "references: [../brand/primary.yaml]",
                '"primary.yaml" is no picture: it is an unknown kind of file',
            ),
            ("references: ['ftp://x.org/a.png']", "is not an http or https URL"),
            ("references: ['data:image/png;base64,AA']", "is not an http or https URL"),
            ("references: ['https://']", "is not an http or https URL"),
            ("references: ['https://[x/a.png']", "is not an http or https URL"),
            ("references: ['https://me:secret@x.org/a.png']", "carries a user name or password"),
            ("references: ['asset:b']", 'there is no asset "b"'),
            ("references: ['{{ nope }}']", "nope is not defined"),
            ("model: z-image, aspect_ratio: 1:1, image: ../brand/logo.png", "z-image takes no pictures"),
            ("model: google/nano-banana-edit", "google/nano-banana-edit needs a picture to work on"),
            (
                "model: {id: new/model, input: {a: 1}}, image: ../brand/logo.png",
                "where new/model takes pictures is not known",
            ),
            (
                "model: qwen2/image-edit, references: ['https://x.org/a', 'https://x.org/b']",
                "takes at most 1 picture, not 2",
            ),
            (f"references: [{', '.join(['https://x.org/a'] * 9)}]", "takes at most 8 pictures, not 9"),
        ],
    )
    def test_mistakes(self, mistakes, entry, expected):
        said = mistakes(f"- {{name: a, prompt: x, {entry}}}")
        assert expected in said
        assert said.count("error:") == 1
        assert "secret" not in said.splitlines()[0]

    @pytest.mark.parametrize(
        ("name", "content", "expected"),
        [
            ("mark.svg", b"<svg/>", '"mark.svg" is no picture: it is an XML or SVG document'),
            ("cut.png", b"\x89PNG\r\n\x1a\n", "the png picture is damaged or cut short"),
            ("photo.heic", b"\0\0\0\x18ftypheic" + bytes(12), "it is a heic file"),
            ("empty.webp", b"", "it is an empty file"),
        ],
    )
    def test_a_file_that_no_picture_can_be_read_from_is_refused_here(
        self, mistakes, project, name, content, expected
    ):
        (project / "brand" / name).write_bytes(content)
        said = mistakes(f"- {{name: a, prompt: x, references: [../brand/{name}]}}")
        assert expected in said
        assert "save it" in said


class TestValues:
    def test_are_the_names_used_and_nothing_else(self, assets):
        prompt = "{{ brand.colors.primary | describe }} {{ vars.x }}"
        text = f"- {{name: a, prompt: '{prompt}', vars: {{x: y, z: unused}}}}"
        assert assets(text)["a"].values == {
            "brand.colors.primary": "#EC4899",
            "brand.exclude": "text, typography",
            "vars.x": "y",
        }


def test_price_follows_the_catalogue(assets):
    found = assets(
        "- {name: a, prompt: x, resolution: 4K}\n- {name: b, prompt: x, model: google/nano-banana}"
    )
    assert (found["a"].price, found["b"].price) == (24, 4)


class TestBackdrop:
    def test_keeps_away_from_the_brand_colours_the_asset_uses(self, assets):
        text = """
            - {name: pink, prompt: "A coin in {{ brand.colors.primary }}", removeBg: true}
            - {name: green, prompt: "A coin in {{ vars.tint }}", vars: {tint: "#00C853"}, removeBg: true}
        """
        found = assets(text)
        assert found["pink"].cutout.backdrop == "#00B140"
        assert found["green"].cutout.backdrop == "#0047BB"

    @pytest.mark.parametrize(
        ("words", "asked_for"),
        [
            ("emerald green (#22C55E)", "chroma key blue (#0047BB)"),
            ("#0f0", "chroma key blue (#0047BB)"),
            ("a Forest-Green crate", "pure magenta (#FF00FF)"),  # as dark as the blue
            ("a leaf", "pure magenta (#FF00FF)"),
        ],
    )
    def test_keeps_away_from_colours_the_prompt_names(self, assets, words, asked_for):
        text = f"- {{name: a, prompt: 'x {words}', removeBg: true}}"
        assert assets(text)["a"].cutout.backdrop == asked_for[-8:-1]
        assert asked_for in prompt(assets, text)

    def test_keeps_away_from_the_colours_of_what_the_asset_is_made_from(self, assets):
        text = """
            - {name: last, prompt: The same tilted, references: ["asset:middle"], removeBg: true}
            - {name: middle, prompt: The same on a coin, image: "asset:first", removeBg: true}
            - {name: first, prompt: A sea green boat}
            - {name: other, prompt: A boat, removeBg: true}
        """
        backdrops = {name: asset.cutout and asset.cutout.backdrop for name, asset in assets(text).items()}
        assert backdrops == {"last": "#FF00FF", "middle": "#FF00FF", "first": None, "other": "#00B140"}

    def test_a_circle_of_assets_is_a_mistake_and_no_endless_loop(self, mistakes):
        text = """
            - {name: a, prompt: x, image: "asset:b", removeBg: true}
            - {name: b, prompt: x, image: "asset:a", removeBg: true}
        """
        assert "in a circle" in mistakes(text)

    def test_does_not_heed_brand_colours_the_asset_does_not_use(self, assets, project):
        text = '- {name: a, prompt: "A coin in {{ brand.colors.primary }}", removeBg: true}'
        brand, found = project / "brand" / "primary.yaml", set()
        for unused in ("#00B140", "#FF00FF", "#0047BB", "#000000"):
            brand.write_text(f'colors: {{primary: "#EC4899", secondary: "{unused}", green: "{unused}"}}\n')
            found.add(prompt(assets, text))
        assert len(found) == 1

    @pytest.mark.parametrize(
        ("words", "ruled_out"), [("x", True), ("x with a soft shadow", False), ("x. No shadows", False)]
    )
    def test_a_cast_shadow_is_ruled_out_unless_the_prompt_speaks_of_one(self, assets, words, ruled_out):
        text = "- {{name: a, prompt: '{}', removeBg: {{shadow: {}}}}}"
        kept, dropped = (prompt(assets, text.format(words, shadow)) for shadow in ("keep", "drop"))
        assert ("no cast shadow" in kept) is ruled_out
        assert kept == dropped

    def test_local_settings_are_no_part_of_what_is_sent(self, assets):
        plain = prompt(assets, "- {name: a, prompt: x, removeBg: true}")
        settings = "{method: key, crop: true, translucent: true, shadow: drop, decontaminate: true}"
        assert prompt(assets, f"- {{name: a, prompt: x, removeBg: {settings}}}") == plain

    def test_is_not_asked_for_without_a_prompt(self, assets):
        text = (
            "- {name: a, image: ../brand/logo.png, model: recraft/crisp-upscale, removeBg: {backdrop: white}}"
        )
        assert assets(text)["a"].cutout.backdrop == "auto"

    def test_is_not_asked_for_where_the_parameters_ask_for_transparency(self, load):
        text = """
            defaults: {model: openai/gpt-image-1.5, prompt: x, removeBg: true}
            assets:
              - {name: clear, params: {background: transparent}}
              - {name: green}
        """
        clear, green = load(text, settings=Settings(provider="openai")).assets
        assert "background" not in str(clear.request.inputs["prompt"])
        assert clear.cutout.backdrop == "auto"
        assert "#00B140" in str(green.request.inputs["prompt"])

    @pytest.mark.parametrize(
        ("model", "warned"),
        [("openai/gpt-image-2", True), ("openai/gpt-image-1.5", False)],
    )
    def test_native_is_doubted_where_the_model_makes_no_transparency(self, load, model, warned):
        text = f"assets: [{{name: a, prompt: x, model: {model}, removeBg: {{method: native}}}}]"
        warnings = load(text, settings=Settings(provider="openai")).warnings
        said = [
            one.message for one in warnings if "not known to make pictures with transparency" in one.message
        ]
        assert bool(said) is warned

    def test_methods_that_do_not_exist_are_refused(self, mistakes):
        said = mistakes("- {name: a, prompt: x, removeBg: {method: differences}}")
        assert "did you mean difference? allowed: auto, rembg, key, difference, native" in said
        assert said.count("error:") == 1

    def test_prompts_that_name_their_own_are_noted_once_a_recipe(self, load):
        recipe = load("""
            defaults: {model: nano-banana-pro, removeBg: true}
            assets:
              - {name: free, prompt: x}
              - {name: meant, prompt: x on a background, removeBg: {backdrop: none}}
              - {name: white, prompt: x on a background, removeBg: {method: rembg}}
              - {name: one, prompt: x on a white background}
              - {name: two, prompt: isolated on white}
              - {name: three, prompt: x before a backdrop}
        """)
        (note,) = recipe.warnings
        assert (note.severity, note.location.line, note.location.column) == ("note", 7, 38)
        assert note.message.startswith("one and 2 more name their own background")

    def test_one_that_names_its_own_is_noted_by_name(self, load):
        (note,) = load(
            "assets: [{name: a, model: nano-banana-pro, prompt: isolated on white, removeBg: true}]"
        ).warnings
        assert note.message.startswith("a names its own background")
