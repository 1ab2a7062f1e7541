"""A plan as Markdown for a pull-request comment: short, bounded, and safe whatever a recipe says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pipeline.errors import clean
from pipeline.plan.build import Plan, Step
from pipeline.plan.reason import shown
from pipeline.report import words
from pipeline.report.actions import (
    CODE_REASONS,
    BrandChange,
    brand_changes,
    listed,
    remarks,
    sentences,
    steps_by_recipe,
    tally,
)
from pipeline.report.plan_text import cost, price_of

MOST_CHARACTERS: Final = 60_000  # GitHub refuses a comment of more than 65,536
MOST_ROWS: Final = 100  # of one table
_REASONS: Final = 3
_LEFT_OUT: Final = "*The rest is too long for a comment: `pipeline plan` shows all of it.*"
# What GitHub makes links of by itself: people, issues, web addresses, mail.
_ACTIVE: Final = re.compile(
    r"@|#(?=\d+\b)|\bGH(?=-\d)|\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)", re.IGNORECASE
)
_NO_BREAK: Final = "\u200b"  # a space without width: what is parted by it is no mention, issue or link


def render(plan: Plan, balance: float | None) -> str:
    """The comment's text."""
    return "\n".join(_fitting(_lines(plan, balance))) + "\n"


def escape(text: object) -> str:
    """Text that shows as itself: no markup, no HTML, nobody mentioned, no issue referred to."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = re.sub(r"[\\`*_{}\[\]()#!|~$]", r"\\\g<0>", safe)
    return _ACTIVE.sub(rf"\g<0>{_NO_BREAK}", plain)


def code(text: object) -> str:
    """Text as code; a back tick inside becomes an apostrophe, a bar is escaped for tables."""
    safe = clean(text).replace("`", "'").replace("|", r"\|")
    return f"`{safe or ' '}`"


def _lines(plan: Plan, balance: float | None) -> Iterator[str]:
    """Every line, the weightiest first."""
    yield from ("### Asset plan", "")
    yield f"**{tally(plan) or 'Nothing to do'}.** {cost(plan)}{_afford(balance)}"
    for note in plan.notes:
        yield from ("", f"> {escape(note)}")
    yield from _brand(plan)
    for key, steps in steps_by_recipe(plan):
        yield from _recipe(key, steps, plan)


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """The lines that fit into a comment; a table may end early, at the end of a row."""
    room = MOST_CHARACTERS
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            yield from ("", _LEFT_OUT)
            return
        yield line


def _afford(balance: float | None) -> str:
    return "" if balance is None else f" The account has {words.credits_of(balance)}."


def _recipe(key: str, steps: list[Step], plan: Plan) -> Iterator[str]:
    rows = [_row(step) for step in steps if step.action.kind != "none"]
    rows += [
        f"| {code_step.kind} | {code(code_step.file)} | {CODE_REASONS[code_step.state]} | free |"
        for code_step in plan.code
        if code_step.recipe.key == key
    ]
    rows += [
        f"| prune | {code(prune.asset)} | no longer in the recipe | free |"
        for prune in plan.prunes
        if prune.recipe.key == key
    ]
    if key in plan.conflicts:
        yield from ("", f"{code(key)}: its lock has conflict markers; both sides were read.")
    if rows:
        head = ["| action | asset | why | credits |", "| --- | --- | --- | ---: |"]
        yield from ("", f"**{code(key)}**", "", *head, *_few(rows))


def _row(step: Step) -> str:
    action = step.action
    reasons = sentences(action)
    why = [escape(reason) for reason in reasons[:_REASONS]]
    if len(reasons) > _REASONS:
        why.append(f"and {len(reasons) - _REASONS} more")
    if painted := remarks(step):
        why.append(escape(painted))
    return f"| {action.kind} | {code(step.asset.name)} | {'<br>'.join(why)} | {price_of(action)} |"


def _few(rows: list[str]) -> Iterator[str]:
    yield from rows[:MOST_ROWS]
    if (more := len(rows) - MOST_ROWS) > 0:
        yield f"| … | and {more:,} more | | |"


def _brand(plan: Plan) -> Iterator[str]:
    rows = [_changed(change) for change in brand_changes(plan)]
    if rows:
        head = ["| value | was | is | touches |", "| --- | --- | --- | --- |"]
        yield from ("", "**Brand values that changed**", "", *head, *_few(rows))


def _changed(change: BrandChange) -> str:
    values = f"{_value(change.old)} | {_value(change.new)}"
    return f"| {code(change.name)} | {values} | {escape(listed(change.names))} |"


def _value(value: Any) -> str:
    return "—" if value is None else code(shown(value))
