"""Templates as a strict, sandboxed part of Jinja2 that cannot run long, grow large or reach out.

Expressions, filters, ``if`` and ``for`` exist; calls, assignments, macros, includes and imports do not.
A template's loops take at most ``MAX_STEPS`` steps in all, a result has at most ``MAX_OUTPUT`` characters,
and everything that is evaluated, compared, filtered or written is counted against the recipe's ``Work``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, cast

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.errors import clean
from pipeline.recipe.bounds import MAX_OUTPUT, MAX_TEXT, Work
from pipeline.recipe.filters import COSTS, FILTERS
from pipeline.recipe.values import Group, TemplateFault
from pipeline.recipe.wording import suggest

MAX_STEPS = 10_000
MAX_DIGITS = 15  # behind a decimal point
NODE_UNITS = 25  # to compile a node of the tree, in units of ``Work``; to evaluate one is one unit
NAMES = ("brand", "vars", "matrix", "asset")

_STEPS, _WORK = "steps taken", "work done"  # context names no template can spell


def render(text: str, names: Mapping[str, Group], work: Work | None = None) -> str:
    """``text`` with its templates replaced. Raises ``TemplateFault``."""
    work = work or Work()
    template, nodes_in_it = _compiled(text, work)
    work.spend(nodes_in_it)
    try:
        return _collect(template.generate({**names, _STEPS: [0], _WORK: work}), work)
    except TemplateRuntimeError as error:
        raise TemplateFault(clean(error)) from None
    except (
        *(TypeError, ValueError, ArithmeticError, LookupError, AttributeError),
        *(RecursionError, MemoryError),
    ) as error:
        raise TemplateFault(f"the template cannot be worked out: {clean(error)}") from None


def _collect(pieces: Iterable[str], work: Work) -> str:
    collected, size = [], 0
    for piece in pieces:
        size += len(piece)
        work.read(len(piece))
        if size > MAX_OUTPUT:
            raise TemplateFault(f"the template grows beyond {MAX_OUTPUT:,} characters")
        collected.append(piece)
    return "".join(collected)


class _Missing(StrictUndefined):
    """A name that does not exist: any use of it fails with the nearest spelling."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = None, name: Any = None, exc: Any = None) -> None:
        del exc  # jinja2 raises whatever this callable gives
        failure: Any = lambda _message: _undefined(obj, name, hint)  # noqa: E731
        super().__init__(hint, obj, name, failure)


def _undefined(owner: Any, name: Any, said: str | None) -> TemplateFault:
    if name is None:
        return TemplateFault(clean(said or "there is no value here"))
    if owner is None:
        return _not_defined(str(name), suggest(str(name), NAMES))
    if not isinstance(owner, Group):
        return TemplateFault(f"a single value has no part {clean(name, 40)}", find=str(name))
    if owner.path == "brand" and not owner.data:
        return _not_defined(f"brand.{name}", "the recipe has no brand: add brand: at the top")
    return _not_defined(f"{owner.path}.{name}", suggest(str(name), map(str, owner.names())))


def _not_defined(path: str, hint: str) -> TemplateFault:
    return TemplateFault(f"{clean(path, 80)} is not defined", find=path, hint=hint)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute) if isinstance(obj, Group) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if not isinstance(obj, Group):
            return super().getitem(obj, argument)
        try:
            return obj.member(argument)
        except (LookupError, TypeError):
            return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        numbers = all(isinstance(value, int | float) for value in (left, right))
        words = operator == "+" and isinstance(left, str) and isinstance(right, str)
        if words and len(left) + len(right) > MAX_OUTPUT:
            raise TemplateFault(f"the template grows beyond {MAX_OUTPUT:,} characters")
        context[_WORK].read(_size(left) + _size(right))
        if not numbers and not words:
            raise TemplateFault(
                f"{operator} works on numbers" + (" or on two texts" if operator == "+" else "")
            )
        return super().call_binop(context, operator, left, right)


def _printable(value: Any) -> Any:
    if isinstance(value, str | int | float | Group | Undefined):
        return value
    raise TemplateFault(
        "an expression must give text or a number" + (", not nothing" if value is None else "")
    )


_KEPT = ("lower", "upper", "title", "capitalize", "length", "default")
_TESTS = ("defined", "undefined", "none", "number", "string", "mapping", "even", "odd")


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(
        undefined=_Missing, finalize=_printable, autoescape=False, optimized=False, keep_trailing_newline=True
    )
    kept = {name: environment.filters[name] for name in _KEPT}
    known: dict[str, Callable[..., Any]] = {**kept, **FILTERS, **_MORE_FILTERS}
    counted = {name: _counted(name, function) for name, function in known.items()}
    environment.filters = {**counted, **_MACHINERY}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.globals.clear()
    return environment


def _counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, with what it costs counted before it is done."""

    @pass_context
    @wraps(function)
    def counting(context: Context, *values: Any, **named: Any) -> Any:
        sizes = sum(map(_size, (*values, *named.values())))
        context[_WORK].spend(COSTS.get(name, 1))
        context[_WORK].read(sizes)
        return function(*values, **named)

    return counting


def _size(value: Any) -> int:
    """How long it takes to go through a value, in characters."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value.bit_length()
    if isinstance(value, list | tuple):
        return len(value) + sum(map(_size, value))
    return len(value) if isinstance(value, str | Group) else 1


def _compiled(text: str, work: Work) -> tuple[Template, int]:
    """The template and how many nodes its tree has; compiled once for a recipe."""
    if text not in work.templates:
        work.templates[text] = _compile(text, work)
    return cast("tuple[Template, int]", work.templates[text])


def _compile(text: str, work: Work) -> tuple[Template, int]:
    if len(text) > MAX_TEXT:
        raise TemplateFault(f"the template has more than {MAX_TEXT:,} characters")
    work.spend(len(text))
    environment = _environment()
    try:
        tree = environment.parse(text)
        count = _restrict(tree)
        work.spend(count * NODE_UNITS)
        return environment.from_string(tree), count
    except TemplateSyntaxError as error:
        raise _syntax(error, environment) from None
    except (RecursionError, SyntaxError, ValueError, OverflowError, MemoryError):
        raise TemplateFault("the template is nested too deeply") from None


_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.FloorDiv, nodes.Mod, nodes.Tuple, nodes.List, nodes.For,
)  # fmt: skip
_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "calling with ( )",
    nodes.Concat: "joining with ~",
    nodes.Pow: "**",
    nodes.Assign: "{% set %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Macro: "{% macro %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
}


def _restrict(node: nodes.Node) -> int:
    """Refuse what templates do not need, and give loops and comparisons their price; the nodes counted."""
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
        what = _WORDS.get(type(node), f"{type(node).__name__.lower()}")
        raise TemplateFault(
            f"{what} is not available in templates",
            hint="there are values, filters, if and for",
        )
    count = 1 + sum(_restrict(child) for child in node.iter_child_nodes())
    if isinstance(node, nodes.For):
        price = nodes.Const(count, lineno=node.lineno)
        node.iter = nodes.Filter(node.iter, "bounded", [price], [], None, None, lineno=node.lineno)
    elif isinstance(node, nodes.Compare):
        node.expr = _weighed(node.expr)
        for operand in node.ops:
            operand.expr = _weighed(operand.expr)
    return count


def _weighed(node: nodes.Expr) -> nodes.Expr:
    return nodes.Filter(node, "weighed", [], [], None, None, lineno=node.lineno)


def _syntax(error: TemplateSyntaxError, environment: _Environment) -> TemplateFault:
    said = clean(error.message or "")
    if said.startswith("No filter named"):
        name = said.split("'")[1]
        known = sorted(environment.filters.keys() - _MACHINERY.keys())
        return TemplateFault(f"there is no filter {name}", find=name, hint=suggest(name, known))
    if said.startswith("No test named"):
        name = said.split("'")[1]
        return TemplateFault(f"there is no test {name}", find=name, hint=suggest(name, _TESTS))
    hint = "every {{ needs its }}, every {% its %}, every if and for its end"
    return TemplateFault(f"the template is broken: {said.rstrip('.')}", hint=hint)


def _join(values: Any, separator: Any = ", ") -> str:
    parts = [_text_of(value) for value in values]
    if sum(map(len, parts)) + len(str(separator)) * len(parts) > MAX_OUTPUT:
        raise TemplateFault(f"the template grows beyond {MAX_OUTPUT:,} characters", find="join")
    return str(separator).join(parts)


def _text_of(value: Any) -> str:
    if not isinstance(value, str | int | float | Group):
        raise TemplateFault("join needs texts or numbers", find="join")
    return str(value)


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(value, Group):
        raise TemplateFault("items needs a group of values", find="items")
    return ((key, value.member(key)) for key in value.names())


def _first(values: Any) -> Any:
    """The first of a list or text; of a group its first name."""
    for value in values:
        return value
    raise TemplateFault("there is no first item", find="first")


def _last(values: Any) -> Any:
    found = list(values)
    if not found:
        raise TemplateFault("there is no last item", find="last")
    return found[-1]


def _trim(value: Any) -> str:
    return str(value).strip()


def _int(value: Any, default: Any = 0) -> Any:
    """The whole number a value begins with: ``"42.9"`` is 42. Anything else is ``default``."""
    try:
        return int(float(value)) if isinstance(value, str) and "." in value else int(value)
    except (TypeError, ValueError, OverflowError):
        return default


def _round(value: Any, precision: Any = 0, method: Any = "common") -> Any:
    """Jinja2's own would work out 10 to the power of whatever is asked."""
    if method not in ("common", "ceil", "floor"):
        raise TemplateFault("method must be common, ceil or floor", find="round")
    if not isinstance(precision, int) or abs(precision) > MAX_DIGITS:
        raise TemplateFault(f"round takes at most {MAX_DIGITS} digits", find="round")
    if method == "common":
        return round(value, precision)
    import math

    scale = 10**precision
    return (math.ceil if method == "ceil" else math.floor)(value * scale) / scale


@pass_context
def _bounded(context: Context, values: Iterable[Any], price: int) -> Iterator[Any]:
    taken, work = context[_STEPS], context[_WORK]
    for value in values:
        taken[0] += 1
        if taken[0] > MAX_STEPS:
            raise TemplateFault(f"the template's loops take more than {MAX_STEPS:,} steps", find="for")
        work.spend(price)
        yield value


@pass_context
def _weigh(context: Context, value: Any) -> Any:
    context[_WORK].read(_size(value))
    return value


_MORE_FILTERS: Mapping[str, Callable[..., Any]] = {
    "join": _join,
    "first": _first,
    "last": _last,
    "items": _items,
    "trim": _trim,
    "int": _int,
    "round": _round,
}
_MACHINERY: Mapping[str, Callable[..., Any]] = {"bounded": _bounded, "weighed": _weigh}
