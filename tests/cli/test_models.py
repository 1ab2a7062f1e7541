from __future__ import annotations

import json


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
