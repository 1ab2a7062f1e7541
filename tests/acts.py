"""One asset and the action that is due for it, told what is true outside the recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builders import asset

from pipeline.plan import fingerprint
from pipeline.plan.decide import Action, Facts, Wishes, decide
from pipeline.plan.lock import Entry
from pipeline.plan.purchase import Original, Purchase, PurchaseState
from pipeline.recipe.spec import Asset

COIN = asset("coin", values={"brand.colors.primary": "#EC4899"})
PAID = fingerprint.paid(COIN.request, {})
FIRST, SECOND = Original("1" * 64, "png"), Original("2" * 64, "png")
FILES = {"coin.png": "1" * 64, "coin-nobg.png": "3" * 64}


def entry(of: Asset = COIN, original: Original = FIRST, **changes: Any) -> Entry:
    made = Entry(
        paid=fingerprint.paid(of.request, {}),
        free=fingerprint.free(original.sha256, of),
        request=fingerprint.describe_request(of.request, {}),
        post=fingerprint.describe_post(of),
        values=of.values,
        original=original,
        files=FILES,
        task="task-1",
        credits=18.0,
    )
    return replace(made, **changes)


def purchase(state: PurchaseState, *, number: int = 1, original: Original | None = None) -> Purchase:
    return Purchase(
        number, "r", "coin", PAID, "m", state, task_id=f"task-{number}", credits=18.0, original=original
    )


def act(of: Asset = COIN, wishes: Wishes | None = None, **facts: Any) -> Action:
    facts.setdefault("held", frozenset({FIRST.sha256, SECOND.sha256}))
    facts.setdefault("disk", dict(FILES))
    return decide(of, {}, Facts(**facts), wishes or Wishes())


def said(action: Action) -> list[str]:
    return [str(reason) for reason in action.reasons]
