"""Recipes written to keep a machine busy come to an end, and soon: all of them, in bounded memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from pipeline.errors import Location, Problem, RecipeError
from pipeline.recipe.bounds import MAX_FINDINGS, MAX_MISTAKES, Enough, Mistakes, Work, told
from pipeline.recipe.values import TemplateFault

HEAD = "defaults: {model: nano-banana-pro}\n"
LONG = "x" * 19_000


def prompts(text: str, variables: str = "", count: int = 1) -> str:
    """A recipe of ``count`` assets; ``N`` in the prompt is the asset's number, so that no two are alike."""
    entries = [f"  - name: a{n}\n    prompt: {text.replace('N', str(n))!r}\n" for n in range(count)]
    return HEAD + f"vars: {{{variables}}}\nassets:\n" + "".join(entries)


def defaults(lines: str, count: int = 500) -> str:
    entries = "".join(f"  - {{name: a{n}}}\n" for n in range(count))
    return f"defaults:\n  model: nano-banana-pro\n  prompt: p\n  {lines}\nassets:\n{entries}"


def row(pattern: str, count: int) -> str:
    return ", ".join(pattern.replace("N", str(n)) for n in range(count))


TOO_MUCH = "takes too much work"
HOSTILE = {
    "round to a billion digits": (prompts("{{ 5 | round(-999999999) }}"), "at most 15 digits"),
    "round up to a billion digits": (prompts('{{ 5 | round(999999999, "ceil") }}'), "at most 15 digits"),
    "trim of one long text by another": (prompts("{{ vars.a | trim(vars.a) }}", f"a: {LONG}"), "trim"),
    "filters in a loop": (
        prompts(f"{{% for a in vars.a %}}{{% if vars.a{'|lower|upper' * 50} %}}{{% endif %}}{{% endfor %}}",
                f"a: {LONG}"), TOO_MUCH),
    "comparisons in a loop": (
        prompts("{% for a in vars.a %}{% if vars.b in vars.a %}{% endif %}{% endfor %}",
                f"a: {LONG}, b: {LONG[:9000]}y"), TOO_MUCH),
    "loops in many assets": (
        prompts(f"{{# N #}}{{% for a in vars.a %}}{{% if {' or '.join(['vars.a == 1'] * 90)} %}}{{% endif %}}"
                "{% endfor %}", f"a: {LONG[:9000]}", 300), TOO_MUCH),
    "sums of texts in a loop": (
        prompts("{% for a in vars.a %}{% if vars.a + vars.a == 1 %}{% endif %}{% endfor %}", f"a: {LONG}"),
        TOO_MUCH),
    "many templates to compile": (prompts("{# N #}" + "{{ 1 | int }}" * 150, count=500), TOO_MUCH),
    "many colours": (prompts("{# N #}" + '{{ "#123" | mix("#456") }}' * 60, count=450), TOO_MUCH),
    "plain colours": (
        defaults('vars: {c: "#123456"}').replace("prompt: p", f"prompt: '{'{{ vars.c | lighten }}' * 500}'"),
        TOO_MUCH),
    "expressions opened and never closed": (prompts("{{" * 9_000 + " }"), "nested too deeply"),
    "a longer text than any": (prompts("x" * 500_000), "more than 20,000"),
    "one text again and again": (
        HEAD + f"vars: {{x: &x {LONG}}}\nassets:\n  - name: a\n    prompt: [{row('*x', 900)}]\n",
        "more than 20,000"),
    "a list in every asset": (defaults(f"params: {{x: [{row('1', 40_000)}]}}"), TOO_MUCH),
    "lines": (defaults(f"exclude: [{row('eN', 40_000)}]"), "exclude must hold at most 200, not 40,000"),
    "references": (defaults(f"references: [{row('rN.png', 20_000)}]"), "at most 20, not 20,000"),
    "missing references": (defaults(f"references: [{row('rN.png', 20)}]"), '"r0.png" does not exist'),
    "missing assets": (defaults(f"references: [{row('asset:qN', 20)}]"), "more mistakes than these"),
    "icons": (defaults(f"icons: {{{row('iN: 5', 20_000)}}}"), "at most 100, not 20,000"),
    "formats": (defaults(f"formats: [{row('png', 20_000)}]"), "at most 20, not 20,000"),
    "renames": (HEAD + f"rename: {{{row('bN: cN', 30_000)}}}\n" + defaults("").partition("\n")[2].replace(
        "  model", "x:\n  model", 1), "at most 1,000, not 30,000"),
    "unknown keys": (
        HEAD + "assets:\n  - name: a\n    prompt: p\n" + "".join(f"    promp{n}: 1\n" for n in range(30_000)),
        "there are more mistakes than these 100: mend them first"),
    "keys written twice": (
        HEAD + "assets:\n  - name: a\n" + "    prompt: p\n" * 30_000, "more mistakes than these 100"),
    "the other spelling": (
        HEAD + "assets:\n" + "".join(f"  - {{name: a{n}, remove_bg: true}}\n" for n in range(12_000)),
        "makes 12,000 assets, more than 500"),
    "a matrix": (
        HEAD + f"assets:\n  - {{name: a, matrix: {{{row('aN: [1, 2, 3, 4, 5, 6, 7, 8, 9]', 10)}}}}}\n",
        "makes 3,486,784,401 assets"),
    "a matrix of many axes": (
        HEAD + f"assets:\n  - {{name: a, matrix: {{{row('aN: [1]', 3_000)}}}}}\n", "at most 10, not 3,000"),
    "a matrix without end": (
        HEAD + f"assets:\n  - {{name: a, matrix: {{{row(f'aN: [{row(chr(78), 900)}]', 10)}}}}}\n",
        "makes no end of assets"),
    "aliases": ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{row('*' + chr(97 + n), 9)}]\n" for n in range(8)),
        "aliases expand to more than 50,000 values"),
    "merges": ("x0: &x0 {a: 1}\n" + "".join(
        f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}, *x{n - 1}]}}\n" for n in range(1, 30)), "50,000 values"),
    "brackets": ("[" * 200_000, "nested more than 40 levels deep"),
    "a large file": ("#" * 1_100_000, "larger than 1,000 kB"),
    "a number of a million digits": (
        HEAD.replace("}", f", deadline: {'9' * 900_000}}}") + "assets: [{name: a}]\n", "must be a number"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_recipe_is_refused_soon(load, case):
    """In seconds of this process, which other processes of the machine do not lengthen."""
    text, said = HOSTILE[case]
    started = time.process_time()
    with pytest.raises(RecipeError) as caught:
        load(text)
    assert time.process_time() - started < 20  # the worst was measured at 1.9 s, untraced
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200_000


@pytest.mark.parametrize("case", ["one text again and again", "plain colours", "a longer text than any"])
def test_memory_is_bounded(load, case):
    tracemalloc.start()
    try:
        with pytest.raises(RecipeError):
            load(HOSTILE[case][0])
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def test_an_honest_recipe_of_500_assets_has_room(load):
    prompt = (
        '"{{ vars.a | upper }} {% for x in vars.a %}{{ x }}{% endfor %} '
        + "{{ vars.c | describe }} " * 4
        + '"'
    )
    text = HEAD + 'vars: {a: twenty letters of it, c: "#EC4899"}\nassets:\n'
    text += "".join(f"  - {{name: a{n}, prompt: {prompt}}}\n" for n in range(500))
    assert len(load(text).assets) == 500


class TestWork:
    def test_ends_with_a_fault(self):
        work = Work(limit=10)
        work.spend(10)
        assert not work.exhausted
        with pytest.raises(TemplateFault, match="too much work"):
            work.spend(1)
        assert work.exhausted

    def test_a_text_costs_by_its_length(self):
        work = Work()
        work.read(1_600)
        assert work.done == 101


def problem(number: int) -> Problem:
    return Problem(f"mistake {number}", Location("a.yaml", number, 1))


class TestMistakes:
    def test_so_many_different_ones_are_enough(self):
        found = Mistakes()
        with pytest.raises(Enough):
            found += (problem(n) for n in range(1_000_000))
        assert len(found) == MAX_MISTAKES

    def test_one_in_every_asset_is_one(self):
        found = Mistakes()
        found += [problem(1)] * (MAX_FINDINGS - 1)
        assert len(told(found, cut=False)) == 1
        with pytest.raises(Enough):
            found.append(problem(1))

    def test_what_was_left_out_is_said_last(self):
        *first, last = told([problem(2), problem(1)], cut=True)
        assert sorted(one.message for one in first) == ["mistake 1", "mistake 2"]
        assert last.message == "there are more mistakes than these 2: mend them first"
        assert last.location.line == 2
