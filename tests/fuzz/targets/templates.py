"""Templates, colours and filters: expressions grown from a grammar over values of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fuzz import corpus
from fuzz.campaign import Target, promise
from hypothesis import strategies as st

from pipeline.recipe import colours, filters, render, templates
from pipeline.recipe.values import Group, TemplateFault

LONGEST_MESSAGE = 6000

Case = tuple[str, dict[str, dict[str, Any]]]

_names = st.sampled_from([
    "vars.big", "vars.size", "vars.render", "brand.colors.primary", "brand.colors", "brand.gradients.hero",
    "brand", "brand.name", "matrix.tier", "asset.name", "vars", "vars.list", "vars['render']",
    "brand.gradients.hero[0]",
    "vars.long", "nobody", "vars.nothing", "loop.index", "c", "vars.__class__", "steps taken", "self",
    "true", "none",
])  # fmt: skip
_constants = st.one_of(
    st.integers(-3, 12).map(str),
    st.sampled_from(
        ["999999999", "10 ** 9", "1e308", "0.5", "-1", "''", "'a'", "'#EC4899'", "'20%'", "'ceil'", "[]"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="'\\"), max_size=6).map(lambda text: f"'{text}'"),
)
_filters = st.sampled_from([
    "describe", "lighten", "darken", "mix", "contrast", "rgb", "hsl", "lower", "upper", "title",
    "capitalize", "trim",
    "first", "last", "length", "default", "round", "int", "join", "items", "bounded", "attr", "format",
    "replace", "",
])  # fmt: skip
_operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", "in", "and", "or"])
_tests = st.sampled_from(
    ["defined", "none", "divisibleby(0)", "in(vars)", "sameas(1)", "filter('x')", "eq(1)", "odd"]
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} | {}".format, inner, _filters),
        st.builds("{} | {}({})".format, inner, _filters, inner),
        st.builds("{} | {}({}, {})".format, inner, _filters, inner, inner),
        st.builds("({} {} {})".format, inner, _operators, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}.{}".format, inner, st.sampled_from(["primary", "x", "__class__", "upper", "data"])),
        st.builds("({} is {})".format, inner, _tests),
        st.builds("{}({})".format, inner, inner),
        st.builds("-{}".format, inner),
    )


_expressions = st.recursive(_names | _constants, _compound, max_leaves=6)
_tags = st.one_of(
    st.builds("{{{{ {} }}}}".format, _expressions),
    st.builds("{{{{{}}}}}".format, _names),
    st.builds("{{% if {} %}}a{{% else %}}{{{{ {} }}}}{{% endif %}}".format, _expressions, _expressions),
    st.builds("{{% for c in {} %}}{{{{ {} }}}}{{% endfor %}}".format, _expressions, _expressions),
    st.builds(
        "{{% for c in {} %}}{{% for d in {} %}}{}{{% endfor %}}{{% endfor %}}".format,
        _names,
        _names,
        st.text(max_size=9),
    ),
    st.sampled_from(
        ["{% set x = 1 %}", "{% macro f() %}{% endmacro %}", "{% raw %}", "{#", "{{", "%}", "-%}", "{%- if"]
    ),
    st.sampled_from(
        [
            "{% include 'a' %}",
            "{% import 'os' as x %}",
            "{% call x() %}",
            "{% filter upper %}a{% endfilter %}",
        ]
    ),
    st.text(max_size=8),
)
_texts = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(_tags, min_size=1, max_size=4),
    st.integers(0, 60).map(lambda odd: {0: 300, 1: 2}.get(odd, 1)),
)
_colours = st.sampled_from(["#EC4899", "#fff", "#12345678", "teal", "nocolour", "#GG0000", ""]) | st.text(
    max_size=9
)
_values = st.fixed_dictionaries(
    {
        "brand": st.fixed_dictionaries(
            {
                "name": st.text(max_size=6),
                "colors": st.fixed_dictionaries({"primary": _colours}),
                "gradients": st.fixed_dictionaries({"hero": st.lists(_colours, max_size=3)}),
            }
        )
        | st.just({}),
        "vars": st.fixed_dictionaries(
            {
                "render": st.sampled_from(
                    [value for value in corpus.HOSTILE if isinstance(value, str | int | float)]
                ),
                "size": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
                "big": st.builds(
                    "".join, st.lists(st.sampled_from(["A" * 30_000, "ß" * 900, "b"]), max_size=3)
                ),
                "list": st.lists(st.integers(0, 9), max_size=4),
            }
        ),
        "matrix": st.fixed_dictionaries({"tier": st.text(max_size=6)}),
        "asset": st.just({"name": "coin"}),
    }
)
cases = st.tuples(_texts, _values)


def check(case: Case) -> str:
    text, values = case
    explore_colour(values["vars"]["render"])
    said, used = attempt(templates.render, text, values)
    quick, noted = attempt(render.render, text, values)
    if (
        "{{" in text or "{%" in text or "{#" in text
    ):  # else neither has anything to do, and one says so at once
        promise(quick == said, "the short way and the long way agree", f"{quick!r:.150} {said!r:.150}")
        promise(noted == used or said is None, "both ways note the same values", f"{noted} {used}")
    for fault in render.faults(text, groups(values, {})):
        check_fault(fault)
    if said is None:
        return "refused"
    promise(len(said) <= templates.MAX_OUTPUT, "what a template gives is bounded", len(said))
    return "rendered"


def attempt(how: Any, text: str, values: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """What comes out, or nothing; and the values it was made from."""
    used: dict[str, Any] = {}
    try:
        return how(text, groups(values, used)), used
    except TemplateFault as fault:
        check_fault(fault)
        return None, used


def groups(values: Mapping[str, Any], used: dict[str, Any]) -> dict[str, Group]:
    return {name: Group(data, name, used) for name, data in values.items()}


def check_fault(fault: TemplateFault) -> None:
    text = f"{fault.message} {fault.hint}"
    promise(fault.message, "whoever refuses says why")
    promise(all(line.isprintable() for line in text.split("\n")), "every mistake can be shown", ascii(text))
    promise(len(text) <= LONGEST_MESSAGE, "what is said of a mistake is bounded", len(text))


def explore_colour(text: Any) -> None:
    """A colour that is taken stays one through every filter."""
    known = colours.normalise(text) if isinstance(text, str) else None
    if known is None:
        return
    promise(colours.normalise(known) == known, "a colour is normal after it was made so", text)
    for name in ("lighten", "darken", "contrast"):
        promise(colours.normalise(filters.FILTERS[name](text)), "filters give colours", (name, text))
    promise(colours.normalise(filters.mix(text, "#123456", "30%")), "filters give colours", text)
    promise(filters.describe(text).isprintable(), "a described colour can be shown", text)
    promise(
        filters.rgb(text).startswith("rgb(") and filters.hsl(text).startswith("hsl("),
        "numbers of colours",
        text,
    )


TARGET = Target("templates", cases, check, batch=200)
