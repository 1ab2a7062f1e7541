from __future__ import annotations

import json

import pytest


def test_the_list_names_kind_price_date_and_state(pipeline):
    ended = pipeline("models")
    assert ended.code == 0
    assert "Generation models (prices of 2026-09-09, kie.ai/pricing)" in ended.out
    [line] = [line for line in ended.out.splitlines() if line.split()[:1] == ["nano-banana-pro"]]
    assert "image" in line
    assert "credits" in line
    assert any(line.split()[:1] == ["u2netp"] and "MB" in line for line in ended.out.splitlines())


def test_json(pipeline):
    listing = json.loads(pipeline("models", "--json").out)
    assert {"nano-banana-pro", "google/nano-banana"} <= {model["name"] for model in listing["generation"]}
    assert {model["state"] for model in listing["cutout"]} <= {"present", "missing", "damaged"}


def test_one_model_with_its_inputs_and_prices(pipeline):
    ended = pipeline("models", "show", "nano-banana-pro")
    assert ended.code == 0
    assert "prompt" in ended.out
    assert "required" in ended.out
    assert "16:9" in ended.out
    described = json.loads(pipeline("models", "show", "nano-banana-pro", "--json").out)
    assert described["inputs"]["resolution"]["values"] == ["1K", "2K", "4K"]
    assert {"when": ["4K"], "credits": 24, "usd": 0.12, "unit": "resolution 4K"} in described["prices"]


def test_every_model_can_be_shown(pipeline):
    for model in json.loads(pipeline("models", "--json").out)["generation"]:
        assert pipeline("models", "show", model["name"]).code == 0


def test_an_unknown_model_gets_the_nearest(pipeline):
    ended = pipeline("models", "show", "nano-banana-por")
    assert ended.code == 2
    assert "hint: Did you mean nano-banana-pro?" in ended.err


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (
            "nano",
            (
                "nano-banana-pro, nano-banana-2, nano-banana-2-lite, google/nano-banana"
                " or google/nano-banana-edit"
            ),
        ),
        ("OWN/PAINTER", "own/Painter"),
        ("Z-IMAGE", "z-image"),
        ("topaz", "topaz/image-upscale"),
        ("U2NET", "u2net"),
    ],
)
def test_capitals_and_a_part_of_a_name_are_understood(pipeline, tree, written, meant):
    tree({"pipeline.yaml": "models: {own/Painter: {inputs: {prompt*: {}}}}"})
    assert f"hint: Did you mean {meant}?" in pipeline("models", "show", written).err


def test_the_name_of_a_model_in_place_of_a_command_is_to_be_shown(pipeline):
    ended = pipeline("models", "my/model")
    assert ended.code == 2
    assert ended.err == (
        "error: No such command 'my/model'.\nhint: To see a model: pipeline models show my/model\n"
    )


def test_what_enlarges_is_shown_enlarging(pipeline):
    assert 'params: {upscale_factor: "2"}' in pipeline("models", "show", "topaz/image-upscale").out


def test_an_editor_is_named_where_it_is_another(pipeline):
    assert "edited by" not in pipeline("models", "show", "nano-banana-pro").out
    assert "edited by google/nano-banana-edit" in pipeline("models", "show", "google/nano-banana").out


def test_how_many_pictures_one_task_makes(pipeline):
    shown = pipeline("models", "show", "qwen/image-edit").out
    assert "num_images  one task makes up to 4 pictures; candidates: uses it" in shown
    assert "several pictures" not in pipeline("models", "show", "z-image").out
    data = json.loads(pipeline("models", "show", "qwen/image-edit", "--json").out)
    assert data["several"] == {"input": "num_images", "maximum": 4}


def test_a_model_without_a_price_stands_under_nobody_s_date(pipeline, tree):
    tree({"pipeline.yaml": "models: {own/painter: {inputs: {prompt*: {}}}}"})
    listed = pipeline("models").out
    assert "Generation models (without a price)\n  own/painter" in listed
    assert "prices of" not in pipeline("models", "show", "own/painter").out


LACKING = """
models:
  nano-banana-pro: {extends: nano-banana-pro, price: {by: resolution, 1K: 1}}
  own/flag:
    inputs: {prompt*: {}, loud: {type: boolean}, size: {values: a b}}
    price: {by: size loud, a true: 1, b false: 2}
  own/copy: {extends: openai/gpt-image-2, provider: kie, inputs: {prompt*: {max: 9}}}
"""


def test_values_that_a_price_leaves_out_are_warned_of(pipeline, tree):
    recipe = "assets: [{name: a, model: own/flag, prompt: x, params: {size: b, loud: true}}]\n"
    tree({"pipeline.yaml": LACKING, "recipes/one.yaml": recipe})
    for command in ("models", "validate"):
        ended = pipeline(command)
        assert ended.code == 0
        assert ended.err.splitlines() == [
            "pipeline.yaml: warning: nano-banana-pro: no price for resolution 2K, resolution 4K",
            "pipeline.yaml: warning: own/flag: no price for size a loud false, size b loud true",
        ]
    assert pipeline("validate").out == "ok  recipes/one.yaml: 1 asset, 1 request of unknown price\n"
    assert (
        "unknown            resolution 2K, resolution 4K" in pipeline("models", "show", "nano-banana-pro").out
    )


def test_a_model_like_no_other(pipeline):
    assert "See pipeline models" in pipeline("models", "show", "!").err


OWN = """
models:
  nano-banana-pro: {extends: nano-banana-pro, price: {flat: 20}}
  own/painter: {inputs: {prompt*: {}}, price: {flat: 3, date: 2026-11-01, source: our contract}}
"""


def test_a_project_s_own_models_are_among_them(pipeline, tree):
    tree({"pipeline.yaml": OWN})
    listed = {one["name"]: one for one in json.loads(pipeline("models", "--json").out)["generation"]}
    assert (listed["nano-banana-pro"]["price"], listed["nano-banana-pro"]["price_source"]) == (
        "20 credits",
        "pipeline.yaml",
    )
    assert "(prices of pipeline.yaml)" in pipeline("models").out
    shown = pipeline("models", "show", "own/painter").out
    assert "prices of 2026-11-01, our contract" in shown
    assert "Did you mean own/painter?" in pipeline("models", "show", "own/paintre").err


def test_a_mistake_in_a_project_s_own_model_is_shown_in_its_place(pipeline, tree):
    tree({"pipeline.yaml": "models:\n  own/painter: {inputs: {prompt*: {}}, editor: nano-banana-por}\n"})
    for arguments in (("models",), ("validate",), ("plan",)):
        ended = pipeline(*arguments)
        assert ended.code == 2
        assert "pipeline.yaml:2:48: error: own/painter: unknown model" in ended.err
        assert "did you mean nano-banana-pro?" in ended.err


def test_lines_fit_a_terminal(pipeline):
    listing = pipeline("models").out
    shown = [pipeline("models", "show", name).out for name in ("nano-banana-2", "openai/gpt-image-2")]
    for text in (listing, *shown):
        assert max(map(len, text.splitlines())) <= 80


def test_pull_says_where_the_weights_are(pipeline, monkeypatch, tmp_path):
    asked = []

    def pull(name, progress):
        asked.append(name)
        progress("downloading")
        return tmp_path / "u2netp.onnx"

    monkeypatch.setattr("pipeline.picture.cutout.weights.pull", pull)
    ended = pipeline("models", "pull", "u2netp")
    said = f"u2netp is ready: its weights are whole, in {tmp_path / 'u2netp.onnx'}\n"
    assert (ended.out, ended.err, asked) == (said, "downloading\n", ["u2netp"])


def test_a_cut_out_model_can_be_shown(pipeline, monkeypatch):
    monkeypatch.setattr("pipeline.picture.cutout.weights.state", lambda _name: "missing")
    ended = pipeline("models", "show", "u2netp")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("u2netp  cut-out, 4.6 MB")
    assert "pipeline models pull u2netp" in ended.out
    described = json.loads(pipeline("models", "show", "u2netp", "--json").out)
    assert (described["name"], described["state"]) == ("u2netp", "missing")


def test_a_cut_out_model_that_is_here_needs_no_fetching(pipeline, monkeypatch):
    monkeypatch.setattr("pipeline.picture.cutout.weights.state", lambda _name: "present")
    assert "pull" not in pipeline("models", "show", "u2netp").out


def test_an_unknown_cut_out_model_gets_the_nearest(pipeline):
    assert "Did you mean isnet-anime?" in pipeline("models", "show", "isnet-anim").err


def test_pull_of_an_unknown_model(pipeline):
    ended = pipeline("models", "pull", "u3net")
    assert ended.code == 1
    assert "u2netp" in ended.err
