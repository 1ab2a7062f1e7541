"""What a recipe may say of videos, and what of it goes with pictures only."""

from __future__ import annotations

import pytest

from pipeline.recipe.video import Video

HEAD = "defaults: {model: nano-banana-pro}"
MODEL = "bytedance/v1-pro-image-to-video"
FILM = f"{{name: film, model: {MODEL}, image: 'https://example.com/a.png', prompt: orbit%s}}"


def film(assets, more: str = "", head: str = HEAD):
    return assets(f"- {FILM % more}", head)["film"]


class TestAVideo:
    def test_is_asked_for_in_the_service_s_spelling(self, assets):
        one = film(assets, ", resolution: 1080p, duration: 10, params: {camera_fixed: true}")
        assert one.kind == "video"
        assert one.request.inputs["duration"] == "10"
        assert one.request.inputs["resolution"] == "1080p"
        assert one.request.inputs["camera_fixed"] is True
        assert one.request.picture_field == "image_url"
        assert one.price == 140
        assert one.video is None

    @pytest.mark.parametrize(
        ("model", "more", "price"),
        [
            ("bytedance/v1-pro-image-to-video", "", 30),
            ("bytedance/v1-pro-fast-image-to-video", "", None),
            ("bytedance/v1-lite-image-to-video", "", None),
            ("kling/v2-5-turbo-image-to-video-pro", ", duration: '10'", 84),
            ("kling-2.6/image-to-video", ", duration: 5, params: {sound: true}", 110),
        ],
    )
    def test_is_made_by_every_model_of_the_catalogue(self, assets, model, more, price):
        one = assets(f"- {{name: a, model: {model}, prompt: x, image: 'https://example.com/a.png'{more}}}")[
            "a"
        ]
        assert (one.kind, one.price) == ("video", price)

    def test_of_a_model_that_is_not_listed_says_so_itself(self, assets):
        entry = "- {name: a, model: {id: new/film, input: {seconds: 5}}, prompt: x%s}"
        assert assets(entry % "")["a"].kind == "image"
        assert assets(entry % ", video: {poster: first}")["a"].kind == "video"

    def test_takes_no_picture_settings_from_defaults(self, assets):
        head = (
            "defaults: {model: nano-banana-pro, aspect_ratio: '1:1', resolution: 1K, removeBg: true,"
            " formats: [png, webp], icons: [16], targets: [web], checks: {min_px: 10}, attempts: 2}"
        )
        one = film(assets, head=head)
        assert (one.cutout, one.icons, one.targets, one.checks, one.attempts) == (None, (), (), None, 1)
        assert one.formats == ("png", "webp")
        assert one.request.inputs["resolution"] == "720p"

    def test_leaves_defaults_about_videos_to_videos(self, assets):
        head = "defaults: {model: nano-banana-pro, duration: 10, video: {poster: first}}"
        both = assets(f"- {{name: coin, prompt: coin}}\n- {FILM % ''}", head)
        assert both["coin"].video is None
        assert "duration" not in both["coin"].request.inputs
        assert both["film"].video == Video(poster="first")
        assert both["film"].request.inputs["duration"] == "10"

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("removeBg: true", "removeBg does not go with a video"),
            ("icons: [16]", "icons does not go with a video"),
            ("targets: [web]", "targets does not go with a video"),
            ("checks: {min_px: 10}", "checks does not go with a video"),
            ("aspect_ratio: '1:1'", "takes no aspect_ratio"),
            ("duration: 7", 'duration does not take "7"'),
            ("resolution: 1K", 'resolution does not take "1K"'),
        ],
    )
    def test_is_told_where_it_is_asked_for_what_goes_with_pictures(self, mistakes, key, said):
        found = mistakes(f"- {FILM % f', {key}'}", HEAD)
        assert said in found
        assert found.count("error:") == 1
        column = found.partition("error")[0].rsplit(":", 2)[1]
        assert int(column) > 100  # where the value is, not where the asset begins

    def test_switched_off_settings_are_no_mistake(self, assets):
        assert film(assets, ", removeBg: false, icons: []").cutout is None

    def test_cannot_be_the_picture_another_is_made_from(self, mistakes):
        said = mistakes(f"- {FILM % ''}\n- {{name: a, prompt: x, references: ['asset:film']}}", HEAD)
        assert '"film" is a video, and a picture is needed here' in said
        assert said.count("error:") == 1

    def test_with_a_default_model_of_its_kind_is_held_to_the_defaults(self, mistakes):
        head = "defaults: {model: bytedance/v1-pro-image-to-video, resolution: 1K}"
        said = mistakes("- {name: a, prompt: x, image: 'https://example.com/a.png'}", head)
        assert 'resolution does not take "1K"' in said


class TestWhatIsMadeOfIt:
    @pytest.mark.parametrize(
        ("written", "video"),
        [
            ("{poster: middle}", Video(poster="middle")),
            ("{poster: 1.5}", Video(poster=1.5)),
            ("{poster: 2}", Video(poster=2.0)),
            ("{formats: webm}", Video(formats=("webm",))),
            ("{formats: [av1, webm, av1], mute: true}", Video(formats=("av1", "webm"), mute=True)),
            ("{loop: true}", Video(formats=("mp4",), loop=True, mute=True)),
            ("{loop: true, formats: webm}", Video(formats=("webm",), loop=True, mute=True)),
            ("{preview: gif, max_kb: 500}", Video(preview="gif", max_kb=500)),
            ("{poster: none}", None),
            ("{}", None),
            ("null", None),
        ],
    )
    def test_is_what_is_asked_for(self, assets, written, video):
        assert film(assets, f", video: {written}").video == video

    def test_adds_to_the_defaults(self, assets):
        head = "defaults: {model: nano-banana-pro, video: {poster: first, max_kb: 100}}"
        assert film(assets, ", video: {preview: webp}", head).video == Video("first", (), "webp", max_kb=100)

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("{poster: frist}", "did you mean first?"),
            ("{poster: -1}", "poster must be from 0 to 60 seconds, not -1"),
            ("{poster: true}", "poster"),
            ("{poster: 61}", "poster must be from 0 to 60 seconds, not 61"),
            ("{formats: [ogg]}", "ogg"),
            ("{preview: png}", "preview does not take"),
            ("{max_kb: 0}", "max_kb must be greater than or equal to 1"),
            ("{mute: true}", "video says how, but not what is to be made"),
            ("{lop: true}", "did you mean loop?"),
            ("true", "video must be a mapping"),
        ],
    )
    def test_mistakes(self, mistakes, written, said):
        found = mistakes(f"- {FILM % f', video: {written}'}", HEAD)
        assert said in found

    def test_is_nothing_of_a_picture(self, mistakes):
        said = mistakes("- {name: a, prompt: x, video: {poster: first}}", HEAD)
        assert "video is for videos, and the model makes pictures" in said

    def test_has_names_nobody_else_may_take(self, mistakes):
        said = mistakes(f"- {FILM % ', video: {loop: true}'}\n- {{name: film-loop, prompt: x}}", HEAD)
        assert "would both be delivered as film-loop" in said


PICTURE = "image: 'https://example.com/logo.png'"
MANY = (
    "defaults: {model: nano-banana-pro, prompt: a coin, exclude: [shadows], aspect_ratio: '1:1',"
    " resolution: 2K, output_format: png, references: [../brand/logo.png], removeBg: true, icons: [2000]}"
)


class TestAModelWithLittleToSay:
    """Defaults are for the models that take them; what an asset says itself is meant."""

    @pytest.mark.parametrize(
        ("model", "more", "inputs"),
        [
            ("recraft/remove-background", "", {}),
            ("recraft/crisp-upscale", "", {}),
            ("topaz/image-upscale", ", params: {upscale_factor: 2}", {"upscale_factor": "2"}),
        ],
    )
    def test_leaves_defaults_it_has_no_use_for(self, assets, model, more, inputs):
        one = assets(f"- {{name: a, model: {model}, {PICTURE}{more}}}", MANY)["a"]
        assert dict(one.request.inputs) == inputs
        assert [picture.source for picture in one.request.pictures] == ["url"]
        assert one.cutout is not None  # what is done here is done to any picture
        assert one.cutout.backdrop == "auto"  # nobody was asked for one

    def test_leaves_references_to_models_that_take_pictures(self, assets):
        one = assets("- {name: a, model: z-image}", MANY)["a"]
        assert one.request.pictures == ()
        assert "resolution" not in one.request.inputs
        assert one.request.inputs["aspect_ratio"] == "1:1"

    def test_takes_a_default_picture_where_it_has_none_of_its_own(self, assets):
        one = assets("- {name: a, model: recraft/crisp-upscale}", MANY)["a"]
        assert [picture.value for picture in one.request.pictures] == ["brand/logo.png"]

    def test_has_room_for_both_where_it_takes_several(self, assets):
        one = assets(f"- {{name: a, model: google/nano-banana-edit, {PICTURE}}}", MANY)["a"]
        assert len(one.request.pictures) == 2

    @pytest.mark.parametrize(
        "key", ["prompt: x", "resolution: 1K", "aspect_ratio: '1:1'", "output_format: png"]
    )
    def test_refuses_what_the_asset_says_itself(self, mistakes, key):
        said = mistakes(f"- {{name: a, model: recraft/crisp-upscale, {PICTURE}, {key}}}", MANY)
        assert "recraft/crisp-upscale takes no" in said
        assert said.count("error:") == 1

    def test_refuses_defaults_where_it_is_one_itself(self, mistakes):
        head = "defaults: {model: recraft/crisp-upscale, resolution: 1K}"
        said = mistakes(f"- {{name: a, {PICTURE}}}", head)
        assert "recraft/crisp-upscale takes no resolution" in said

    def test_refuses_a_value_it_could_take_another_of(self, mistakes):
        head = "defaults: {model: nano-banana-pro, aspect_ratio: '7:1'}"
        said = mistakes("- {name: a, model: z-image, prompt: x}", head)
        assert "aspect_ratio" in said

    def test_gives_no_warning_of_sizes_nobody_knows(self, load):
        entry = f"{{name: a, model: recraft/crisp-upscale, icons: [4000], {PICTURE}}}"
        assert load(f"assets:\n  - {entry}\n").warnings == ()
