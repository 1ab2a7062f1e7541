"""A plan for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.errors import clean
from pipeline.plan.build import Plan, Prune, Step
from pipeline.plan.decide import Action
from pipeline.plan.reason import Reason
from pipeline.report import words
from pipeline.report.actions import (
    CODE_REASONS,
    brand_changes,
    listed,
    remarks,
    sentences,
    steps_by_recipe,
    tally,
)
from pipeline.report.output import Output, Stream, Style

_STYLES: Final[dict[str, Style]] = {
    "create": "good",
    "remake": "warn",
    "after": "warn",
    "prune": "bad",
    "unknown": "bad",
    "blocked": "bad",
    "edited": "warn",
}
_SHOWN_REASONS: Final = 4


def render(plan: Plan, balance: float | None, output: Output, stream: Stream | None = None) -> str:
    """The whole plan as text, painted for ``stream`` (default: standard output)."""
    lines = [
        line for key, steps in steps_by_recipe(plan) for line in _recipe(key, steps, plan, output, stream)
    ]
    return "\n".join([*lines, *_brand(plan), *_notes(plan), summary(plan, balance)])


def summary(plan: Plan, balance: float | None) -> str:
    """What the plan comes to, in one or two sentences."""
    said = f"{tally(plan) or 'nothing to do'}."
    return f"{said[0].upper()}{said[1:]} {cost(plan)}{_afford(balance)}"


def cost(plan: Plan) -> str:
    """What the plan costs: ``36 credits ($0.18), at most 54 credits ($0.27).``"""
    due = plan.cost()
    if due.at_most == 0 and not due.unpriced:
        return "Costs nothing."
    unpriced = words.count(due.unpriced, "asset")
    if due.at_most == 0:
        return f"The price of {unpriced} is unknown."
    amounts = [words.money(due.certain)] if due.certain else []
    if due.at_most > due.certain:
        amounts.append(f"at most {words.money(due.at_most)}")
    if due.unpriced:
        amounts.append(f"and {unpriced} of unknown price")
    return f"Costs {', '.join(amounts)}."


def _afford(balance: float | None) -> str:
    return "" if balance is None else f" The account has {words.credits_of(balance)}."


def _recipe(key: str, steps: list[Step], plan: Plan, output: Output, stream: Stream | None) -> Iterator[str]:
    due = [step for step in steps if step.action.kind != "none"]
    prunes = [prune for prune in plan.prunes if prune.recipe.key == key]
    if key in plan.conflicts:
        yield f"{clean(key)}: its lock has conflict markers; both sides were read, a run writes it anew"
    code = [code for code in plan.code if code.recipe.key == key]
    if not due and not prunes and not code:
        return
    yield output.paint(clean(key), "strong", stream)
    names = [*(s.asset.name for s in due), *(c.file for c in code), *(p.asset for p in prunes)]
    widest = max(map(len, names))
    for step in due:
        yield from _step(step, widest, output, stream)
    for one in code:
        yield _row(one.kind, one.file, "free", CODE_REASONS[one.state], widest, output, stream)
    for prune in prunes:
        yield _row("prune", prune.asset, "free", _pruned(prune), widest, output, stream)
    if unchanged := len(steps) - len(due):
        yield output.paint(f"  {unchanged} unchanged", "quiet", stream)
    yield ""


def _step(step: Step, widest: int, output: Output, stream: Stream | None) -> Iterator[str]:
    reasons = [clean(sentence) for sentence in sentences(step.action)] or [""]
    price = price_of(step.action)
    first = "; ".join(filter(None, [reasons[0], remarks(step)]))
    yield _row(step.action.kind, step.asset.name, price, first, widest, output, stream)
    indent = " " * (2 + 8 + 1 + widest + 2 + 10 + 2)
    for reason in reasons[1:_SHOWN_REASONS]:
        yield f"{indent}{reason}"
    if len(reasons) > _SHOWN_REASONS:
        more = words.count(len(reasons) - _SHOWN_REASONS, "more reason")
        yield f"{indent}and {more} (--json has them all)"


def _row(
    kind: str, name: str, price: str, why: str, widest: int, output: Output, stream: Stream | None
) -> str:
    painted = output.paint(f"{kind:8}", _STYLES.get(kind, "plain"), stream)
    return f"  {painted} {clean(name):{widest}}  {price:>10}  {why}".rstrip()


def price_of(action: Action) -> str:
    """``18``, ``≤ 18``, ``free``, ``unknown``, or ``paid?`` for what may have been paid for already."""
    if action.kind == "unknown":
        return "paid?"
    if action.credits is None:
        return "unknown"
    if action.kind == "after" and action.may_pay:
        return f"≤ {words.credit(action.credits)}"
    return words.credit(action.credits) if action.pays else "free"


def _pruned(prune: Prune) -> str:
    return f"no longer in the recipe; {words.count(len(prune.files), 'file')} of ours"


def _brand(plan: Plan) -> Iterator[str]:
    changes = brand_changes(plan)
    if not changes:
        return
    yield "Brand values that changed"
    for change in changes:
        told = clean(Reason("value", change.name, change.old, change.new))
        yield f"  {told}  touches {listed(change.names)}"
    yield ""


def _notes(plan: Plan) -> Iterator[str]:
    for note in plan.notes:
        yield f"note: {clean(note)}"
    if plan.notes:
        yield ""
