"""Templates as a strict, sandboxed part of Jinja2 that cannot run long, grow large or reach out.

Expressions, filters, ``if`` and ``for`` exist; calls, assignments, macros, includes and imports do not.
Loops take at most ``MAX_STEPS`` steps in all, and a result has at most ``MAX_OUTPUT`` characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.errors import clean
from pipeline.recipe.filters import FILTERS
from pipeline.recipe.values import Group, TemplateFault
from pipeline.recipe.wording import suggest

MAX_TEMPLATE = 20_000  # characters
MAX_OUTPUT = 40_000
MAX_STEPS = 10_000
NAMES = ("brand", "vars", "matrix", "asset")

_STEPS = "steps taken"  # a context name no template can spell


def render(text: str, names: Mapping[str, Group]) -> str:
    """``text`` with its templates replaced. Raises ``TemplateFault``."""
    template = _compile(text)
    try:
        return _collect(template.generate({**names, _STEPS: [0]}))
    except TemplateRuntimeError as error:
        raise TemplateFault(clean(error)) from None
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise TemplateFault(f"the template cannot be worked out: {clean(error)}") from None


def _collect(pieces: Iterable[str]) -> str:
    collected, size = [], 0
    for piece in pieces:
        size += len(piece)
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


_KEPT = (
    "lower",
    "upper",
    "title",
    "capitalize",
    "trim",
    "first",
    "last",
    "length",
    "default",
    "round",
    "int",
)


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(
        undefined=_Missing, finalize=_printable, autoescape=False, optimized=False, keep_trailing_newline=True
    )
    kept = {name: environment.filters[name] for name in _KEPT}
    environment.filters = {**kept, **FILTERS, **_MORE_FILTERS}
    environment.globals.clear()
    return environment


@lru_cache(maxsize=1024)
def _compile(text: str) -> Template:
    if len(text) > MAX_TEMPLATE:
        raise TemplateFault(f"the template has more than {MAX_TEMPLATE:,} characters")
    environment = _environment()
    try:
        tree = environment.parse(text)
        _restrict(tree)
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise _syntax(error, environment) from None
    except (RecursionError, SyntaxError, ValueError, OverflowError, MemoryError):
        raise TemplateFault("the template is nested too deeply") from None


_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.FloorDiv, nodes.Mod, nodes.Tuple, nodes.List,
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


def _restrict(node: nodes.Node) -> None:
    """Refuse what templates do not need, and give every loop its bound."""
    if isinstance(node, nodes.For) and not node.recursive:
        node.iter = nodes.Filter(node.iter, "bounded", [], [], None, None, lineno=node.lineno)
    elif not isinstance(node, _ALLOWED):
        what = _WORDS.get(type(node), f"{type(node).__name__.lower()}")
        raise TemplateFault(
            f"{what} is not available in templates",
            hint="there are values, filters, if and for",
        )
    for child in node.iter_child_nodes():
        _restrict(child)


def _syntax(error: TemplateSyntaxError, environment: _Environment) -> TemplateFault:
    said = clean(error.message or "")
    if said.startswith("No filter named"):
        name = said.split("'")[1]
        known = sorted(set(environment.filters) - {"bounded"})
        return TemplateFault(f"there is no filter {name}", find=name, hint=suggest(name, known))
    hint = "every {{ needs its }}, every {% its %}, every if and for its end"
    return TemplateFault(f"the template is broken: {said.rstrip('.')}", hint=hint)


def _join(values: Any, separator: Any = ", ") -> str:
    parts = [str(value) for value in values]
    if sum(map(len, parts)) + len(str(separator)) * len(parts) > MAX_OUTPUT:
        raise TemplateFault(f"the template grows beyond {MAX_OUTPUT:,} characters", find="join")
    return str(separator).join(parts)


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(value, Group):
        raise TemplateFault("items needs a group of values", find="items")
    return ((key, value.member(key)) for key in value.names())


@pass_context
def _bounded(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    taken = context[_STEPS]
    for value in values:
        taken[0] += 1
        if taken[0] > MAX_STEPS:
            raise TemplateFault(f"the template's loops take more than {MAX_STEPS:,} steps", find="for")
        yield value


_MORE_FILTERS = {"join": _join, "items": _items, "bounded": _bounded}
