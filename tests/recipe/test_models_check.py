from __future__ import annotations

import pytest

from pipeline.recipe.load import parse
from pipeline.recipe.models_check import faults
from pipeline.recipe.models_file import texts

GOOD = {
    "inputs": {
        "prompt*": {"max": 10},
        "speed": {"values": "slow fast", "default": "slow"},
        "count": {"values": "1 2", "default": 1},
        "seed": {"type": "integer", "min": -1, "max": 5},
        "sound": {"type": "boolean", "default": False},
        "image_size": {"values": "square square_hd"},
        "mask": {"type": "url"},
    },
    "picture": {"field": "image", "max": 1, "list": False, "min_px": 2, "max_px": 3},
    "keys": {"aspect_ratio": {"field": "image_size", "values": "1:1=square"}},
    "rules": [{"when": "speed", "is": "slow", "then": "sound", "among": "false"}],
    "transparent": "speed=fast",
    "size": "same",
    "editor": "own/model",
    "price": {"by": "speed sound", "slow true": 1, "fast false": 2, "each": "count"},
}


def found(entry: dict, name: str = "own/model") -> list[tuple[tuple, str]]:
    return [(fault.place, fault.message) for fault in faults(name, texts(entry), ["own/model", "z-image"])]


def test_a_good_entry_has_no_fault():
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ("provider: openai", "provider", "own/model cannot be a model of openai"),
        (
            "inputs: {a: {default: x, values: y z}}",
            "inputs a default",
            'the default "x" is none of the values',
        ),
        (
            "inputs: {a: {default: x, type: integer}}",
            "inputs a default",
            'the default of a must be a whole number, not "x"',
        ),
        (
            "inputs: {a: {default: 1.5, type: integer}}",
            "inputs a default",
            'the default of a must be a whole number, not "1.5"',
        ),
        (
            "inputs: {a: {default: much, type: number}}",
            "inputs a default",
            'the default of a must be a number, not "much"',
        ),
        (
            "inputs: {a: {default: 9, type: number, max: 3}}",
            "inputs a default",
            "the default 9 is not within min and max",
        ),
        (
            "inputs: {a: {default: maybe, type: boolean}}",
            "inputs a default",
            'the default of a must be true or false, not "maybe"',
        ),
        ("inputs: {a: {default: x, type: url}}", "inputs a default", "a is url, which has no default"),
        (
            "inputs: {a: {values: x, type: integer}}",
            "inputs a values",
            "a is integer; only a string has values",
        ),
        ("inputs: {a: {min: 3, max: 2}}", "inputs a min", "min 3 is more than max 2"),
        ("inputs: {a: {min: 3, type: boolean}}", "inputs a min", "a is boolean, which has no min"),
        (
            "inputs: {a: {advised: 3, type: number}}",
            "inputs a advised",
            "a is number; advised counts characters",
        ),
        ("inputs: {a: {}, a*: {}}", "inputs a*", "a is there twice, as a and a*"),
        ("inputs: {}", "", "it takes nothing: neither inputs nor a picture"),
        (
            "picture: {field: seed, max: 1}",
            "picture field",
            "seed takes the pictures and is an input as well",
        ),
        ("picture: {field: image, max: 0}", "picture max", "max must be at least 1"),
        ("picture: {field: image, min: 3, max: 2}", "picture min", "min 3 is more than max 2"),
        ("picture: {field: image, max: 2, list: false}", "picture max", "one URL holds one picture, not 2"),
        (
            "picture: {field: image, max: 2, min_px: 9, max_px: 8}",
            "picture min_px",
            "min_px 9 is more than max_px",
        ),
        (
            "picture: {field: image, max: 2, formats: png gif}",
            "picture formats",
            'formats does not take "gif"',
        ),
        ("keys: {ratio: {field: seed}}", "keys ratio", 'a recipe has no key "ratio"'),
        ("keys: {duration: {field: time}}", "keys duration field", 'there is no input "time"'),
        ("keys: {duration: {field: speed, values: 5}}", "keys duration values", '"5" is not RECIPE=WIRE'),
        (
            "keys: {duration: {field: speed, values: 5=quick}}",
            "keys duration values",
            'speed does not take "quick"',
        ),
        ("rules: [{when: pace, is: slow, then: seed, among: 1}]", "rules 0 when", 'there is no input "pace"'),
        (
            "rules: [{when: speed, is: slwo, then: seed, among: 1}]",
            "rules 0 is",
            'speed does not take "slwo"',
        ),
        (
            "rules: [{when: speed, is: slow, then: speed, among: fats}]",
            "rules 0 among",
            'speed does not take "fats"',
        ),
        ("transparent: alpha=yes", "transparent", 'there is no input "alpha"'),
        ("transparent: speed=yes", "transparent", 'speed does not take "yes"'),
        ("size: times", "size", 'there is no input "times"'),
        ("size: prompt", "size", "prompt is no number"),
        ("several: {field: times}", "several field", 'there is no input "times"'),
        ("several: {field: prompt}", "several field", "prompt is no number"),
        ("price: {}", "price", "a price has one of flat, per_megapixel and by, not none"),
        (
            "price: {flat: 1, by: speed}",
            "price",
            "a price has one of flat, per_megapixel and by, not flat and by",
        ),
        ("price: {flat: 1, 1K: 2}", "price 1K", 'unknown key "1K"'),
        ("price: {flat: 1, of: image_size}", "price", "per_megapixel and of go together"),
        ("price: {per_megapixel: 1}", "price", "per_megapixel and of go together"),
        ("price: {per_megapixel: 1, of: area}", "price of", 'there is no input "area"'),
        ("price: {per_megapixel: 1, of: speed}", "price of", "speed names no sizes in px"),
        ("price: {by: speed}", "price", "no row says what it costs by speed"),
        ("price: {by: pace, slow: 1}", "price by", 'there is no input "pace"'),
        ("price: {by: speed, slwo: 1}", "price slwo", 'speed does not take "slwo"'),
        ("price: {by: speed sound, slow: 1}", "price slow", 'the row "slow" has 1 values for 2 inputs'),
        ("price: {by: result, 2K: 1}", "price 2K", '"2K" is no number of pixels'),
        ("price: {flat: 1, each: prompt}", "price each", "prompt is no number"),
        ("price: {flat: 1, each: copies}", "price each", 'there is no input "copies"'),
        ("editor: z-imag", "editor", 'unknown model "z-imag"'),
    ],
)
def test_each_mistake_is_found_in_its_place(changes, place, message):
    entry = {**GOOD, **parse(changes, "x").data}
    if "inputs" in entry and entry["inputs"] is not GOOD["inputs"]:
        entry = parse(changes, "x").data
    steps = tuple(int(step) if step.isdecimal() else step for step in place.split())
    assert found(entry) == [(steps, message)]


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ("size: same", ("size",), "size says how large the result is beside the picture, and there is none"),
        ("price: {by: result, 1024: 1}", ("price", "by"), "how large the result is nothing says"),
        ("price: {per_megapixel: 1, of: result}", ("price", "of"), "how large the result is nothing says"),
        ("price: {flat: 1, picture: 1}", ("price", "picture"), "the model takes no pictures"),
        ("price: {flat: 1, free: 1}", ("price", "free"), "the model takes no pictures"),
    ],
)
def test_what_needs_a_picture_or_its_size(changes, place, message):
    assert found({"inputs": {"prompt": {}}, **parse(changes, "x").data}) == [(place, message)]


def test_names_of_openai_begin_with_it():
    entry = {"provider": "openai", "inputs": {"prompt": {}}}
    assert found(entry, "openai/own") == []
    assert found({"inputs": {"prompt": {}}}, "openai/own") == [
        (("provider",), "openai/own cannot be a model of kie")
    ]
