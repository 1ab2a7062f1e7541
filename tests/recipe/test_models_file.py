from __future__ import annotations

import pytest

from pipeline.recipe import catalogue
from pipeline.recipe.load import Document, parse, read
from pipeline.recipe.models_file import CatalogueFile, texts
from pipeline.recipe.overrides import check_catalogue
from pipeline.recipe.shape import check


def problems(document: Document) -> list[str]:
    found = []
    parsed, _ = check(CatalogueFile, document, found)
    return [str(problem) for problem in (found if parsed is None or found else check_catalogue(document))]


def test_the_package_s_own_catalogue_has_no_mistake():
    assert problems(read(catalogue.FILE, "models.yaml")) == []


def test_the_strict_reader_and_the_quick_one_agree():
    strict = texts(read(catalogue.FILE).data)
    quick = catalogue.load()
    assert tuple(strict["models"]) == quick.ids()
    assert all(quick.entry(name) == entry for name, entry in strict["models"].items())


HEAD = """
prices: {kie: {date: 2026-01-01, source: somewhere}}
models:
  own/model:
"""


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("prise: {flat: 1}", 'unknown key "prise"'),
        ("kind: sound", 'kind does not take "sound"'),
        ("inputs: {seed: {type: int}}", 'type does not take "int"'),
        ("inputs: {seed: {tipe: integer}}", 'unknown key "tipe"'),
        ("inputs: {seed: {min: small}}", 'min must be a number, not "small"'),
        ("inputs: {my seed: {}}", "inputs does not take"),
        ("picture: {field: image}", "max is required"),
        ("picture: {field: image, max: many}", "max must be a whole number"),
        ("price: {flat: -1}", "must be greater than or equal to 0"),
        ("price: {flat: 1, date: yesterday}", 'date does not take "yesterday"'),
        ("price: {by: seed, 1: cheap}", 'must be a number, not "cheap"'),
        ("rules: [{when: a, is: b, then: c}]", "among is required"),
        ("inputs: {a: {}}\n    extends: own/model", "extend nothing"),
    ],
)
def test_mistakes_of_shape(entry, expected):
    (problem,) = problems(parse(f"{HEAD}    {entry}\n", "models.yaml"))
    assert expected in problem
    assert problem.startswith("models.yaml:")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (5, "5"),
        (0.5, "0.5"),
        ("1K", "1K"),
        (["slow", 2, True], "slow 2 true"),
        ({"a": 1, "b": None}, {"a": "1"}),
        ([{"a": 1}], [{"a": "1"}]),
        ([], []),
    ],
)
def test_every_scalar_becomes_text(value, text):
    assert texts(value) == text
