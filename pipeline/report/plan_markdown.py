"""A plan as Markdown for a pull-request comment: short, bounded, and safe whatever a recipe says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.errors import clean
from pipeline.plan.build import Plan, Step
from pipeline.plan.reason import shown
from pipeline.report import words
from pipeline.report.actions import brand_changes, sentences, steps_by_recipe, tally
from pipeline.report.plan_text import cost, price_of

# GitHub refuses a comment of more than 65,536 characters; a row is at most about 400.
MOST_ROWS: Final = 100
_REASONS: Final = 3


def render(plan: Plan, balance: float | None) -> str:
    """The comment's text."""
    blocks = ["### Asset plan", f"**{tally(plan) or 'nothing to do'}.** {cost(plan)}{_afford(balance)}"]
    for key, steps in steps_by_recipe(plan):
        blocks += _recipe(key, steps, plan)
    blocks += _brand(plan)
    blocks += [f"> {escape(note)}" for note in plan.notes]
    return "\n\n".join(blocks) + "\n"


def escape(text: object) -> str:
    """Text that shows as itself: no markup, no HTML, nobody mentioned."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\`*_{}[]()#!|~" else char for char in safe).replace(
        "@", "@\u200b"
    )


def code(text: object) -> str:
    """Text as code; a back tick inside becomes an apostrophe, a bar is escaped for tables."""
    return f"`{clean(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _afford(balance: float | None) -> str:
    return "" if balance is None else f" The account has {words.credits_of(balance)}."


def _recipe(key: str, steps: list[Step], plan: Plan) -> Iterator[str]:
    rows = [_row(step) for step in steps if step.action.kind != "none"]
    rows += [
        f"| prune | {code(prune.asset)} | no longer in the recipe | free |"
        for prune in plan.prunes
        if prune.recipe.key == key
    ]
    if key in plan.conflicts:
        yield f"{code(key)}: its lock has conflict markers; both sides were read."
    if not rows:
        return
    more = [f"| … | and {len(rows) - MOST_ROWS} more | | |"] if len(rows) > MOST_ROWS else []
    head = [f"**{code(key)}**", "", "| action | asset | why | credits |", "| --- | --- | --- | ---: |"]
    yield "\n".join([*head, *rows[:MOST_ROWS], *more])


def _row(step: Step) -> str:
    action = step.action
    reasons = sentences(action)
    why = [escape(reason) for reason in reasons[:_REASONS]]
    if len(reasons) > _REASONS:
        why.append(f"and {len(reasons) - _REASONS} more")
    return f"| {action.kind} | {code(step.asset.name)} | {'<br>'.join(why)} | {price_of(action)} |"


def _brand(plan: Plan) -> Iterator[str]:
    changes = brand_changes(plan)
    if not changes:
        return
    rows = [
        f"| {code(change.name)} | {code(shown(change.old))} | {code(shown(change.new))}"
        f" | {', '.join(code(name) for name in change.assets)} |"
        for change in changes
    ]
    head = [
        "**Brand values that changed**",
        "",
        "| value | was | is | touches |",
        "| --- | --- | --- | --- |",
    ]
    yield "\n".join([*head, *rows])
