from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import dedent, indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Problem, RecipeError
from pipeline.recipe import catalogue
from pipeline.recipe.catalogue import Model
from pipeline.recipe.load import parse
from pipeline.recipe.models_check import Fault
from pipeline.recipe.overrides import LONGEST_CHAIN, MOST_FAULTS, own_models
from pipeline.recipe.project_file import ProjectFile
from pipeline.recipe.settings import load_settings
from pipeline.recipe.shape import check
from pipeline.report.models import described


@pytest.fixture
def own(tree):
    """The models of a ``pipeline.yaml`` with these ``models``, over the package's."""

    def read(text: str) -> catalogue.Catalogue:
        root = tree({"pipeline.yaml": f"models:\n{indent(dedent(text), '  ')}"})
        return catalogue.load(load_settings(root).models)

    return read


@pytest.fixture
def mistakes(own):
    def read(text: str) -> str:
        with pytest.raises(RecipeError) as caught:
            own(text)
        return str(caught.value)

    return read


def built_in(name: str) -> Model:
    found = catalogue.load().get(name)
    assert found is not None
    return found


def test_a_price_is_changed_in_two_lines(own):
    model = own("  nano-banana-pro: {extends: nano-banana-pro, price: {flat: 20}}").get("nano-banana-pro")
    assert (model.price({}), model.price_source, model.price_date) == (20, "pipeline.yaml", "")
    assert model.inputs == built_in("nano-banana-pro").inputs
    assert model.picture == built_in("nano-banana-pro").picture


def test_a_price_can_say_when_and_who(own):
    model = own(
        "  z-image: {extends: z-image, price: {flat: 1, date: 2026-11-01, source: our contract}}"
    ).get("z-image")
    assert (model.price_date, model.price_source) == ("2026-11-01", "our contract")


def test_a_price_alone_without_extends_is_told_once_and_not_again_by_what_extends_it(mistakes):
    told = mistakes("""\
          nano-banana-pro: {price: {by: resolution, 1K: 1}}
          own/copy: {extends: nano-banana-pro, price: {by: resolution, 2K: 3}}
          own/further: {extends: own/copy, editor: nano-banana-pro}
        """)
    assert told.count("error:") == 1
    assert "pipeline.yaml:2:" in told
    assert "nano-banana-pro: this replaces nano-banana-pro, which then takes nothing" in told
    assert "write extends: nano-banana-pro to change only" in told


def test_an_entry_without_extends_replaces_all_of_it(own):
    model = own("  z-image: {inputs: {words*: {max: 5}}}").get("z-image")
    assert list(model.inputs) == ["words", "nsfw_checker"]
    assert (model.cost, model.picture) == (None, None)


def test_a_new_model_takes_over_another_s_entry_and_its_price_with_its_date(own):
    model = own("  own/copy: {extends: seedream/4.5-edit}").get("own/copy")
    assert model.price({"quality": "basic"}) == 6.5
    assert (model.price_date, model.price_source) == ("2026-09-09", "kie.ai/pricing")


def test_inputs_are_taken_over_by_name_and_stars_can_be_given_and_taken(own):
    models = own("""\
          own/base: {inputs: {prompt*: {max: 5}, seed: {type: integer}}}
          own/copy: {extends: own/base, inputs: {prompt: {max: 9}, seed*: {type: integer}, style: [a, b]}}
        """)
    inputs = models.get("own/copy").inputs
    assert not inputs["prompt"].required
    assert inputs["prompt"].maximum == 9
    assert inputs["seed"].required
    assert inputs["style"].values == ("a", "b")
    assert models.get("own/base").inputs["prompt"].required


def test_keys_are_taken_over_by_name(own):
    text = "  own/copy: {extends: qwen2/image-edit, keys: {resolution: {field: seed}}}"
    assert set(own(text).get("own/copy").keys) == {"aspect_ratio", "output_format", "resolution"}


def test_a_chain_through_a_model_s_own_former_entry(own):
    models = own("""\
          z-image: {extends: z-image, price: {flat: 2}}
          own/copy: {extends: z-image}
        """)
    assert models.get("own/copy").price({}) == 2


def test_an_input_without_a_word_about_it_is_text(own):
    assert (
        own("  own/model:\n    inputs:\n      prompt*:\n      style:").get("own/model").inputs["style"].type
        == "string"
    )


def test_numbers_and_switches_are_what_they_are(own):
    text = """\
      own/model:
        inputs:
          steps: {type: integer, default: 5, min: 1}
          strength: {type: number, default: 0.5}
          sound: {type: boolean, default: true}
          duration: [5, 10]
        picture: {field: image, list: false, max: 1, mb: 2.5}
        price: {by: duration sound, 5 true: 1.5, 10 false: 3}
    """
    model = own(text).get("own/model")
    defaults = {name: model.inputs[name].default for name in ("steps", "strength", "sound")}
    assert defaults == {"steps": 5, "strength": 0.5, "sound": True}
    assert model.inputs["duration"].values == ("5", "10")
    assert (model.picture.list, model.picture.megabytes) == (False, 2.5)
    assert model.price({"duration": "5"}) == 1.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "  a: {extends: b}\n  b: {extends: a}",
            'pipeline.yaml:2:16: error: a: it extends itself, by way of "b"',
        ),
        ("  a: {extends: nano-banana}", 'a: unknown model "nano-banana"'),
        ("  a: {extends: nano-banana}", "did you mean google/nano-banana?"),
        ("  a: {extends: zzzz}", "see: pipeline models"),
        (
            "  a: {extends: z-image, picture: {field: prompt, max: 1}}",
            "pipeline.yaml:2:42: error: a: prompt takes the",
        ),
        (
            "  a: {extends: z-image, price: {by: quality, high: 1}}",
            'pipeline.yaml:2:37: error: a: there is no input "quality"',
        ),
        (
            "  a: {extends: z-image, price: {by: aspect_ratio, 2:1: 1}}",
            "pipeline.yaml:2:51: error: a: aspect_ratio does",
        ),
        ("  a b: {extends: z-image}", 'models does not take "a b"'),
        ("  - z-image", "models must be a mapping of keys and values"),
        ("  a: z-image", "a must be a mapping of keys and values"),
    ],
)
def test_mistakes_are_told_in_their_place(mistakes, text, expected):
    assert expected in mistakes(text)


def test_a_mistake_that_is_taken_over_is_told_once(mistakes):
    told = mistakes("""\
          own/base: {inputs: {style: {values: a b, default: c}}}
          own/copy: {extends: own/base, inputs: {seed: {}}}
        """)
    assert told.count("is none of the values") == 1


def test_a_mistake_that_a_change_brings_about_is_told_of_the_change(mistakes):
    told = mistakes("""\
          own/base:
            inputs: {style: a b, speed: c d}
            rules: [{when: style, is: a, then: speed, among: c}]
          own/copy: {extends: own/base, inputs: {style: x y}}
        """)
    assert 'own/copy: style does not take "a"' in told
    assert "own/base" not in told.replace("own/copy: {extends: own/base", "")


def test_all_mistakes_of_all_models_are_told_at_once(mistakes):
    told = mistakes("  a: {prise: 1}\n  b: {extends: nothing-like-it}\n  c: {inputs: {}}\n")
    assert 'unknown key "prise"' in told
    assert "b: unknown model" in told
    assert "c: it takes nothing" in told


def test_the_search_for_mistakes_ends_with_the_last_that_is_told(own, monkeypatch):
    """An entry of a few kilobytes may have millions of them."""
    looked = []

    def faults(*_: object) -> Iterator[Fault]:
        while True:
            looked.append(1)
            yield Fault(("inputs",), f"mistake {len(looked)}")

    monkeypatch.setattr("pipeline.recipe.overrides.faults", faults)
    with pytest.raises(RecipeError):
        own("  a: {inputs: {style: a b}}")
    assert len(looked) == MOST_FAULTS


def chain(models: int) -> str:
    parents = [*(f"own/m{number}" for number in range(1, models)), "z-image"]
    return "".join(f"  own/m{number}: {{extends: {parent}}}\n" for number, parent in enumerate(parents))


def test_a_chain_of_models_has_an_end(own, mistakes):
    longest = own(chain(LONGEST_CHAIN)).get("own/m0")
    assert longest.inputs == built_in("z-image").inputs
    told = mistakes(chain(LONGEST_CHAIN + 1))
    assert "pipeline.yaml:2:21: error: own/m0: more than 8 models extend one another" in told
    assert told.count("extend one another") == 1


def test_a_project_without_models_loads_no_catalogue_for_them(tree):
    assert load_settings(tree({"pipeline.yaml": "provider: kie"})).models == {}
    assert load_settings(tree({"pipeline.yaml": "models: {}"})).models == {}


names = st.sampled_from(["prompt", "prompt*", "size", "count", "sound", "image", "result", "same"])
words = st.sampled_from(["a", "b", "a b", "1 2", "square", "true", "5", "", "1:1=a", "a=b"])
values = st.one_of(
    words, st.integers(-3, 9), st.floats(-1, 9), st.booleans(), st.none(), st.lists(words, max_size=2)
)
inputs = st.dictionaries(
    names,
    st.one_of(
        values,
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(["string", "integer", "number", "boolean", "url", "urls"]),
                "values": values,
                "default": values,
                "min": values,
                "max": values,
                "advised": values,
            },
        ),
    ),
    max_size=4,
)
prices = st.dictionaries(
    st.sampled_from(
        ["flat", "per_megapixel", "of", "by", "each", "picture", "free", "date", "source", "a", "1", "a true"]
    ),
    st.one_of(values, names),
    max_size=4,
)
pictures = st.fixed_dictionaries(
    {"field": names, "max": st.integers(0, 3)},
    optional={
        "min": st.integers(0, 3),
        "list": st.booleans(),
        "formats": words,
        "mb": values,
        "max_px": values,
    },
)
keys = st.dictionaries(
    st.sampled_from(["aspect_ratio", "duration", "ratio"]),
    st.fixed_dictionaries({"field": names}, optional={"values": words}),
)
rules = st.lists(
    st.fixed_dictionaries({"when": names, "is": words, "then": names, "among": words}), max_size=2
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "extends": st.sampled_from(["own/a", "own/b", "z-image", "topaz/image-upscale", "nothing"]),
        "provider": st.sampled_from(["kie", "openai"]),
        "inputs": inputs,
        "picture": pictures,
        "keys": keys,
        "rules": rules,
        "price": prices,
        "size": names,
        "transparent": words,
        "editor": st.sampled_from(["own/a", "z-image", "nothing"]),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional={"own/a": entries, "own/b": entries, "z-image": entries}))
def test_whatever_is_written_is_either_told_to_be_wrong_or_works(models):
    document = parse(json.dumps({"models": models}), "pipeline.yaml")
    problems: list[Problem] = []
    parsed, _ = check(ProjectFile, document, problems)
    own = own_models(document, "pipeline.yaml", problems) if parsed is not None and parsed.models else {}
    if problems:
        assert all(str(problem).startswith("pipeline.yaml:1:") for problem in problems)
        return
    loaded = catalogue.load(own)
    for name in own:
        model = loaded.get(name)
        assert described(model)["name"] == name
        complete = model.complete({})
        assert model.price(complete, [(10, 10)]) is None or model.price(complete, [(10, 10)]) >= 0
        assert not any(mistake.kind == "unknown" for mistake in model.check(complete))
