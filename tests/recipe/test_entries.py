"""Defaults, matrix, templates."""

from __future__ import annotations

from pipeline.recipe.spec import Cutout, Icon


class TestDefaults:
    def test_the_asset_wins(self, assets):
        head = "defaults: {model: nano-banana-pro, resolution: 2K, formats: [png], icons: {a: 1, b: 2}}"
        found = assets(
            "- {name: a, prompt: x, resolution: 4K, icons: {c: 3}}\n- {name: b, prompt: x}", head=head
        )
        assert found["a"].request.inputs["resolution"] == "4K"
        assert found["a"].icons == (Icon("c", 3),)
        assert found["b"].icons == (Icon("a", 1), Icon("b", 2))

    def test_settings_of_the_cut_out_merge(self, assets):
        head = "defaults: {model: nano-banana-pro, removeBg: {crop: true, padding: 8%}}"
        text = """
            - name: more
              prompt: x
              removeBg:
                {padding: 0.1, model: u2net, alpha_matting: true, decontaminate: true, backdrop: white}
            - {name: same, prompt: x, removeBg: true}
            - {name: kept, prompt: x}
            - {name: none, prompt: x, removeBg: false}
            - {name: null-too, prompt: x, remove_bg: null}
        """
        found = assets(text, head=head)
        assert found["more"].cutout == Cutout("auto", "u2net", True, 0.1, True, True, "#FFFFFF")
        assert (
            found["same"].cutout
            == found["kept"].cutout
            == Cutout(crop=True, padding=0.08, backdrop="#00B140")
        )
        assert found["none"].cutout is found["null-too"].cutout is None

    def test_remove_bg_may_be_spelled_either_way(self, assets):
        head = "defaults: {model: nano-banana-pro, remove_bg: true}"
        found = assets(
            "- {name: a, prompt: x}\n- {name: b, prompt: x, remove_bg: {method: rembg}}", head=head
        )
        assert found["a"].cutout == Cutout(backdrop="#00B140")
        assert found["b"].cutout == Cutout(method="rembg", backdrop="#FFFFFF")

    def test_both_spellings_at_once_are_one_too_many(self, mistakes):
        said = mistakes("- {name: a, prompt: x, remove_bg: true, removeBg: false}")
        assert "remove_bg and removeBg are the same key" in said

    def test_vars_and_params_merge_key_by_key(self, assets):
        head = """
            vars: {a: top, b: top, c: top}
            defaults:
              model: qwen/text-to-image
              vars: {b: default, c: default}
              params: {seed: 1, acceleration: high}
        """
        text = (
            "- {name: x, prompt: '{{ vars.a }} {{ vars.b }} {{ vars.c }}', vars: {c: own}, params: {seed: 2}}"
        )
        inputs = assets(text, head=head)["x"].request.inputs
        assert inputs["prompt"].startswith("top default own")
        assert (inputs["seed"], inputs["acceleration"]) == (2, "high")

    def test_an_asset_is_a_picture_in_png_named_by_itself(self, assets):
        asset = assets("- {name: a, prompt: x}")["a"]
        assert (asset.kind, asset.formats, asset.filename, asset.directory) == ("image", ("png",), "a", "")
        assert (asset.cutout, asset.icons, asset.deadline_s) == (None, (), None)
        assert (asset.location.line, asset.location.column) == (4, 5)

    def test_lists_of_sizes_label_themselves(self, assets):
        asset = assets("- {name: a, prompt: x, icons: [16, 32], formats: webp, deadline: 60}")["a"]
        assert asset.icons == (Icon("16", 16), Icon("32", 32))
        assert (asset.formats, asset.deadline_s) == (("webp",), 60)


class TestMatrix:
    TEXT = """
        - name: badge
          matrix: {tier: [bronze, gold], size: [1, 2]}
          filename: "{{ matrix.tier }}-{{ matrix.size }}"
          dir: "badges/{{ matrix.tier }}"
          prompt: "{{ matrix.tier }} {{ asset.name }}"
    """

    def test_makes_one_asset_for_every_combination_in_the_order_written(self, assets):
        found = assets(self.TEXT)
        assert list(found) == ["badge-bronze-1", "badge-bronze-2", "badge-gold-1", "badge-gold-2"]
        assert found["badge-gold-1"].request.inputs["prompt"].startswith("gold badge-gold-1. ")
        assert (found["badge-gold-1"].filename, found["badge-gold-1"].directory) == ("gold-1", "badges/gold")
        assert found["badge-gold-1"].values["matrix.tier"] == "gold"

    def test_values_can_be_settings(self, assets):
        text = (
            "- {name: hero, matrix: {ratio: ['16:9', '9:16']}, aspect_ratio: '{{ matrix.ratio }}', prompt: x}"
        )
        found = assets(text)
        assert [asset.request.inputs["aspect_ratio"] for asset in found.values()] == ["16:9", "9:16"]
        assert list(found) == ["hero-16-9", "hero-9-16"]

    def test_an_empty_axis_makes_nothing_and_is_reported(self, mistakes):
        assert "the axis tier has no values" in mistakes("- {name: a, prompt: x, matrix: {tier: []}}")

    def test_values_must_leave_a_name(self, mistakes):
        assert "leaves nothing for the name" in mistakes("- {name: a, prompt: x, matrix: {tier: ['金', a]}}")

    def test_values_may_not_meet_in_one_name(self, mistakes):
        assert 'the name "a-x-y" is taken' in mistakes("- {name: a, prompt: x, matrix: {t: ['x y', 'x/y']}}")

    def test_does_not_explode(self, mistakes):
        axis = ", ".join(map(str, range(30)))
        said = mistakes(f"- {{name: a, prompt: x, matrix: {{p: [{axis}], q: [{axis}], r: [{axis}]}}}}")
        assert "the recipe makes 27,000 assets, more than 500" in said


def test_broken_templates_are_reported_where_they_stand(mistakes):
    said = mistakes("""
        - name: a
          prompt:
            - fine
            - "not {{ brand.colors.prmary }}"
          dir: "{{ nope }}"
          removeBg: {backdrop: "{{ brand.name.x }}"}
          params: {seed: ["{{ neither }}"]}
          model: {id: "{{ who }}", input: {a: "{{ what }}"}}
    """)
    assert "recipes/icons.yaml:7:17: error: brand.colors.prmary is not defined" in said
    for name in ("nope", "neither", "who", "what"):
        assert f"error: {name} is not defined" in said
