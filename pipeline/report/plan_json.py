"""A plan as one JSON document; ``docs/plan.md`` describes it and a test keeps the two together."""

from __future__ import annotations

from typing import Any

from pipeline.errors import clean
from pipeline.plan.build import Plan, Step
from pipeline.plan.reason import Reason
from pipeline.recipe import backdrop
from pipeline.recipe.spec import owner
from pipeline.report.actions import brand_changes, conversions, counts, painted_on, sentence, steps_by_recipe
from pipeline.report.words import USD_PER_CREDIT

VERSION = 1


def document(plan: Plan, balance: float | None) -> dict[str, Any]:
    """The plan as JSON-able data. ``credits`` null means unknown, never zero."""
    cost = plan.cost()
    return {
        "version": VERSION,
        "pending": not plan.is_empty,
        "recipes": [
            {
                "recipe": key,
                "conflict": key in plan.conflicts,
                "assets": [_step(step) for step in steps],
                "code": [
                    {"file": one.file, "action": one.kind, "reason": one.state}
                    for one in plan.code
                    if one.recipe.key == key
                ],
                "prune": [
                    {"asset": prune.asset, "files": list(prune.files)}
                    for prune in plan.prunes
                    if prune.recipe.key == key
                ],
            }
            for key, steps in steps_by_recipe(plan)
        ],
        "brand": [
            {
                "name": change.name,
                "old": change.old,
                "new": change.new,
                "assets": [{"recipe": key, "asset": name} for key, name in change.assets],
            }
            for change in brand_changes(plan)
        ],
        "notes": [clean(note) for note in plan.notes],
        "totals": {
            "actions": dict(sorted(counts(plan).items())),
            "credits": cost.certain,
            "credits_at_most": cost.at_most,
            "unpriced": cost.unpriced,
            "usd": round(cost.certain * USD_PER_CREDIT, 4),
            "usd_at_most": round(cost.at_most * USD_PER_CREDIT, 4),
        },
        "balance": balance,
    }


def _step(step: Step) -> dict[str, Any]:
    action = step.action
    return {
        "asset": step.asset.name,
        "action": action.kind,
        "reasons": [_reason(reason) for reason in action.reasons],
        "credits": action.credits,
        "model": step.asset.request.model,
        "backdrop": _backdrop(step),
        "render": _render(step),
        "attempts": _attempts(step),
        "conversions": list(conversions(step)),
        "task_id": action.purchase.task_id if action.purchase is not None else "",
    }


def _backdrop(step: Step) -> dict[str, str] | None:
    colour = painted_on(step.asset)
    return {"name": backdrop.name(colour), "color": colour} if colour else None


def _render(step: Step) -> dict[str, str | int] | None:
    """Which of two renders this is, and whose."""
    if not (step.asset.first or step.asset.is_first):
        return None
    return {"of": owner(step.asset.name), "number": 1 if step.asset.is_first else 2}


def _attempts(step: Step) -> dict[str, int] | None:
    """Which attempt comes of it, and how many there may be, where the recipe has checks and allows more."""
    asset = step.asset
    if asset.checks is None or asset.attempts == 1:
        return None
    return {"this": step.action.attempt, "most": asset.attempts}


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "subject": reason.subject,
        "old": reason.old,
        "new": reason.new,
        "text": clean(sentence(reason)),
    }
