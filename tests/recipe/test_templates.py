from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe import render as quick
from pipeline.recipe import templates
from pipeline.recipe.render import render
from pipeline.recipe.values import Group, TemplateFault

DATA = {
    "brand": {
        "name": "Lumen",
        "colors": {"primary": "#EC4899", "secondary": "#8B5CF6", "light-blue": "#B6D8F2"},
        "gradients": {"hero": ["#EC4899", "#8B5CF6"]},
        "items": "an item",
    },
    "vars": {"render": "3D render", "count": 3, "on": True},
    "matrix": {"tier": "gold"},
    "asset": {"name": "coin"},
}


def names(used: dict | None = None, **more) -> dict[str, Group]:
    used = {} if used is None else used
    return {name: Group(data, name, used) for name, data in (DATA | more).items()}


def fault(text: str, **more) -> TemplateFault:
    with pytest.raises(TemplateFault) as caught:
        render(text, names(**more))
    return caught.value


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("no template { at } all", "no template { at } all"),
        ("a {{ brand.colors.primary }} coin", "a #EC4899 coin"),
        ("a {{ brand.colors.primary | describe }} coin", "a rose pink (#EC4899) coin"),
        ("{{brand.colors['light-blue']|describe}}", "powder blue (#B6D8F2)"),
        (
            "{{ brand.colors.primary | rgb }} {{ brand.colors.primary | hsl }}",
            "rgb(236, 72, 153) hsl(330, 81%, 60%)",
        ),
        ("{{ brand.colors.primary | lighten('10%') }}", "#FF72B8"),
        ("{{ brand.colors.primary | darken(0.2) | describe }}", "raspberry (#A3005E)"),
        ("{{ brand.colors.primary | mix(brand.colors.secondary) }}", "#BC5BC9"),
        ("{{ brand.colors.primary | contrast }}", "#000000"),
        ("{{ brand.colors.primary | contrast('#fff', '#FFF6DC') }}", "#FFFFFF"),
        ("{{ brand.gradients.hero | describe }}", "rose pink (#EC4899) to violet (#8B5CF6)"),
        ("{{ brand.gradients.hero | join(' and ') }}", "#EC4899 and #8B5CF6"),
        ("{{ brand.gradients.hero[1] }}", "#8B5CF6"),
        ("{% for c in brand.gradients.hero %}{{ loop.index }}{{ c }} {% endfor %}", "1#EC4899 2#8B5CF6 "),
        ("{% for k, v in brand.colors | items %}{{ k }} {% endfor %}", "primary secondary light-blue "),
        ("{% for k in brand.colors %}{{ k }} {% endfor %}", "primary secondary light-blue "),
        ("{{ brand.items }}", "an item"),
        ("{{ brand.nothing | default('some') }}", "some"),
        ("{% if matrix.tier == 'gold' %}shiny{% else %}dull{% endif %}", "shiny"),
        ("{{ 'shiny' if matrix.tier in ['gold', 'silver'] else 'dull' }}", "shiny"),
        ("{{ 'primary' in brand.colors }}", "True"),
        ("{{ vars.count + 1 }} {{ vars.count * 2 }} {{ 'a' + 'b' }} {{ -vars.count }}", "4 6 ab -3"),
        ("{{ vars.on }}", "True"),
        ("{{ asset.name | upper }} {{ brand.colors | length }}", "COIN 3"),
        ("{{ brand.gradients.hero | first }} {{ brand.gradients.hero | last }}", "#EC4899 #8B5CF6"),
        ("{{ brand.colors | first }} {{ 'xyz' | last }}", "primary z"),
        ("[{{ '  spaced ' | trim }}]", "[spaced]"),
        (
            "{{ '42.9' | int }} {{ '7' | int }} {{ 'x' | int }} {{ 'x' | int(5) }} {{ '1e999.0' | int }}",
            "42 7 0 5 0",
        ),
        (
            "{{ 2.345 | round(2) }} {{ 2.1 | round(0, 'ceil') }} {{ 2.19 | round(1, 'floor') }}",
            "2.35 3.0 2.1",
        ),
        ("{{ 1234 | round(-2) }}", "1200"),
        ("{{ [1, 'a', 2.5] | join('-') }}", "1-a-2.5"),
        ("{{ 'yes' if vars.count is odd and vars.nothing is undefined }}", "yes"),
        ("{# a remark #}x{{- '  y' }}", "x  y"),
    ],
)
def test_renders(text, rendered):
    assert render(text, names()) == rendered


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("{{ brand.colors.prmary }}", "brand.colors.prmary is not defined", "did you mean primary?"),
        ("{{ brnd.colors.primary }}", "brnd is not defined", "did you mean brand?"),
        ("{{ vars.rendr | describe }}", "vars.rendr is not defined", "did you mean render?"),
        ("{{ brand.nope.deeper }}", "brand.nope is not defined", "allowed: name, colors"),
        ("{{ brand.gradients.hero[9] }}", "brand.gradients.hero.9 is not defined", "allowed: 0, 1"),
        ("{{ brand.colors }}", "brand.colors is a group of values", "it holds: brand.colors.primary"),
        ("{{ brand.gradients.hero }}", "brand.gradients.hero is a list", ""),
        ("{{ brand.colors[['x']] }}", "is not defined", ""),
        ("{{ brand.name.more }}", "a single value has no part more", ""),
        ("{{ ''.__class__ }}", "a single value has no part __class__", ""),
        ("{{ brand.name | describe }}", 'describe needs a colour, and "Lumen" is none', ""),
        ("{{ brand.colors | describe }}", "describe needs a colour, and brand.colors is none", ""),
        ("{{ brand.colors.primary | lighten('lots') }}", "lighten needs a share from 0 to 1", ""),
        ("{{ brand.colors.primary | lighten('x%') }}", "lighten needs a share from 0 to 1", ""),
        ("{{ brand.colors.primary | lighten(2) }}", "lighten needs a share from 0 to 1", ""),
        ("{{ brand.colors.primary | describ }}", "there is no filter describ", "did you mean describe?"),
        ("{{ brand.name | items }}", "items needs a group of values", ""),
        (
            "{{ brand.colors.primary",
            "the template is broken: unexpected end of template",
            "every {{ needs its }}",
        ),
        ("{% if x %}", "the template is broken", ""),
        ("{{ none }}", "an expression must give text or a number, not nothing", ""),
        ("{{ [1] }}", "an expression must give text or a number", ""),
        ("{{ asset.name.upper }}", "an expression must give text or a number", ""),
        ("{{ [] | first }}", "there is no first item", ""),
        ("{{ [] | last }}", "there is no last item", ""),
        ("{{ 1 | round(16) }}", "round takes at most 15 digits", ""),
        ("{{ 1 | round('x') }}", "round takes at most 15 digits", ""),
        ("{{ brand.colors | items | join }}", "join needs texts or numbers", ""),
        ("{{ 1 is strange }}", "there is no test strange", "allowed: defined"),
        ("{{ 1 is numbr }}", "there is no test numbr", "did you mean number?"),
        ("{{ 1 is in [1] }}", "there is no test in", ""),
        ("{{ 1.5 | round(1, 'up') }}", "method must be common, ceil or floor", ""),
        ("{{ 1 / 0 }}", "the template cannot be worked out: division by zero", ""),
        ("{{ 'a' < 1 }}", "the template cannot be worked out", ""),
        ("{{ 'a' * 3 }}", "* works on numbers", ""),
        ("{{ '%9999999999d' % 1 }}", "% works on numbers", ""),
        ("{{ 'a' + 1 }}", "+ works on numbers or on two texts", ""),
        ("{{ range(3) }}", "calling with ( ) is not available", ""),
        ("{{ 'a'.upper() }}", "calling with ( ) is not available", ""),
        ("{{ 9 ** 9 }}", "** is not available", ""),
        ("{{ 'a' ~ 'b' }}", "joining with ~ is not available", ""),
        ("{% set a = 1 %}", "{% set %} is not available", ""),
        ("{% include 'x' %}", "{% include %} is not available", ""),
        ("{% import 'x' as y %}", "{% import %} is not available", ""),
        ("{% macro x() %}{% endmacro %}", "{% macro %} is not available", ""),
        ("{% extends 'x' %}", "{% extends %} is not available", ""),
        ("{% for x in y recursive %}{% endfor %}", "for is not available", ""),
        ("{{ {'a': 1} }}", "dict is not available", ""),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "the template is nested too deeply", ""),
        ("{% if 1 %}" * 150 + "{% endif %}" * 150, "the template is nested too deeply", ""),
        ("{{ 1 }}" + "x" * 20_000, "the text has more than 20,000 characters", ""),
    ],
)
def test_refuses(text, message, hint):
    found = fault(text)
    assert message in found.message
    assert hint in found.hint


def test_a_recipe_without_a_brand_is_told_so():
    assert "the recipe has no brand" in fault("{{ brand.colors.primary }}", brand={}).hint


class TestBounds:
    @pytest.mark.parametrize(
        "text",
        [
            "{% for a in vars.long %}{% for b in vars.long %}{% endfor %}{% endfor %}",
            "{% for a in vars.long %}{% for b in 'xyz' %}{% if a == b %}{% endif %}{% endfor %}{% endfor %}",
        ],
    )
    def test_loops_end(self, text):
        started = time.process_time()
        assert "take more than 10,000 steps" in fault(text, vars={"long": "x" * 5000}).message
        assert time.process_time() - started < 10

    @pytest.mark.parametrize(
        "text",
        [
            "{% for a in vars.long %}{{ vars.long }}{% endfor %}",
            "{{ " + " + ".join(["vars.long"] * 9) + " }}",
            "{{ vars.long | join(vars.long) }}",
            "{{ vars.long }}" * 9,
        ],
    )
    def test_results_stay_small(self, text):
        assert "grows beyond 40,000 characters" in fault(text, vars={"long": "x" * 5000}).message


class TestUsed:
    def used(self, text: str) -> dict:
        found: dict = {}
        render(text, names(found))
        return found

    def test_names_what_was_read_and_its_value(self):
        text = "{{ brand.colors.primary | lighten(0.1) }} {{ vars.render }}"
        assert self.used(text) == {"brand.colors.primary": "#EC4899", "vars.render": "3D render"}

    def test_leaves_out_the_branch_not_taken(self):
        text = "{% if matrix.tier == 'gold' %}{{ vars.count }}{% else %}{{ vars.render }}{% endif %}"
        assert self.used(text) == {"matrix.tier": "gold", "vars.count": 3}

    def test_lists_are_named_by_number(self):
        text = "{{ brand.gradients.hero | join(', ') }}"
        assert self.used(text) == {"brand.gradients.hero.0": "#EC4899", "brand.gradients.hero.1": "#8B5CF6"}


PIECES = st.sampled_from(
    [
        "a coin",
        *("{", "}", "{{", "}}", " ", "\n"),
        *("{{ brand.name }}", "{{ vars.count }}", "{{- vars.on -}}", "{# x #}"),
        *("{{ brand }}", "{{brand.colors}}", "{{ brand.nope }}", "{{ x.y }}", "{{ brand.colors.primary.x }}"),
        *("{{ brand.colors.primary | describe }}", "{{ brand.gradients.hero | describe }}"),
        *("{{ brand.colors.primary|rgb|hsl }}", "{{ brand.colors.primary | darken }}"),
        *("{{ brand.colors.primary | nofilter }}", "{{ vars.render | describe }}"),
    ]
)


@given(st.lists(PIECES, max_size=6).map("".join))
def test_the_quick_way_says_what_jinja_says(text):
    outcomes = []
    for way in (quick.render, templates.render):
        used: dict = {}
        try:
            outcomes.append((way(text, names(used)), used))
        except TemplateFault as found:
            outcomes.append((found.message, {}))
    assert outcomes[0] == outcomes[1]


@given(st.text(alphabet=st.sampled_from("{}%#|. ()[]'\"abrndvs~*+-1,=<>\n"), max_size=40))
def test_any_template_renders_or_is_a_template_fault(text):
    with contextlib.suppress(TemplateFault):
        assert isinstance(render("{{" + text, names()), str)
