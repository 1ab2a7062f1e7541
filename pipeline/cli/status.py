"""``pipeline status``: what was paid for and is not here yet."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import click

from pipeline.cli.context import Context
from pipeline.errors import UsageError, clean
from pipeline.plan.purchase import UNKNOWN_STATES, Purchase, PurchaseState
from pipeline.report import words
from pipeline.run.places import Places

_SAID: Final[dict[PurchaseState, str]] = {
    "intent": "unknown: stopped while it was being sent; it may have been charged",
    "unknown": "unknown: the answer was lost; it may have been charged",
    "submitted": "paid, at the service; a run that asks for it goes on waiting",
    "succeeded": "paid and done; a run fetches it",
}


@click.command()
@click.option("--sandbox", is_flag=True, help="The stand-in's tasks instead.")
@click.option("--forget", metavar="NAME", help="Give up the open tasks of this asset: a run buys it anew.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(context: Context, *, sandbox: bool, forget: str | None, as_json: bool) -> None:
    """Paid tasks under way, unfinished or with unknown outcome: what a run would resume. No network."""
    from pipeline.recipe.project import find_root

    places = Places(find_root(context.folder), sandbox)
    listed = read_open(places)
    if forget is not None:
        give_up(context, places, [one.purchase for one in listed if one.purchase.asset == forget], forget)
        return
    if as_json:
        context.output.data([describe(one) for one in listed])
        return
    if not listed:
        context.output.result("Nothing is under way: every paid task is in the store.")
    for one in listed:
        tell(context, one)
    if any(one.is_unknown for one in listed):
        tell_unknown(context, [one for one in listed if one.is_unknown])


@dataclass(frozen=True, slots=True)
class Open:
    """A purchase that has not come home; ``called_back``: the service was asked to call about it."""

    purchase: Purchase
    called_back: bool

    @property
    def is_unknown(self) -> bool:
        """Whether nobody here knows if it was accepted and charged."""
        return self.purchase.state in UNKNOWN_STATES

    @property
    def ways_out(self) -> list[str]:
        """What can be done about it where it is unknown."""
        from pipeline.generate.lost import ways_out

        return ways_out(clean(self.purchase.asset), called_back=self.called_back) if self.is_unknown else []


def give_up(context: Context, places: Places, purchases: list[Purchase], name: str) -> None:
    """Forget open purchases. Raises ``UsageError`` when the asset has none."""
    import asyncio

    from pipeline.clock import SystemClock
    from pipeline.events import ignore
    from pipeline.generate.journal import Journal
    from pipeline.run.lock import holding

    if not purchases:
        raise UsageError(f"{clean(name)} has no open task.", hint="See: pipeline status")

    async def forget() -> None:
        async with holding(places.run_lock, SystemClock(), ignore):
            with closing(Journal(places.journal, SystemClock())) as journal:
                # A run that was at work until now may have learned more about them.
                if [one for one in journal.open_purchases() if one.asset == name] != purchases:
                    raise UsageError(f"{clean(name)} is not as it was.", hint="Look again: pipeline status")
                for purchase in purchases:
                    journal.forget(purchase.id)

    asyncio.run(forget())
    for purchase in purchases:
        context.output.result(f"Forgotten: {clean(purchase.asset)} {clean(purchase.task_id)}".rstrip())


def read_open(places: Places) -> list[Open]:
    """What is open in the project's journal; nothing where there is none."""
    from pipeline.clock import SystemClock
    from pipeline.generate.journal import Journal

    if not places.journal.exists():
        return []
    journal = Journal(places.journal, SystemClock())
    try:
        tokens = journal.tokens()
        return [Open(purchase, purchase.id in tokens) for purchase in journal.open_purchases()]
    finally:
        journal.close()


def tell(context: Context, one: Open) -> None:
    """One purchase in two lines; of unknown outcome, what happened and the ways out as well."""
    output, purchase = context.output, one.purchase
    age = words.duration(time.time() - purchase.created_at)
    cost = "unknown price" if purchase.credits is None else words.credits_of(purchase.credits)
    output.result(f"{output.paint(clean(purchase.asset), 'strong')}  {_SAID[purchase.state]}")
    about = [f"{clean(purchase.recipe)}", clean(purchase.model), cost, f"{age} ago"]
    if purchase.task_id:
        about.append(f"task {clean(purchase.task_id)}")
    output.result(output.paint("  " + " · ".join(about), "quiet"))
    if one.is_unknown and purchase.message:
        output.result(f"  what happened: {clean(purchase.message)}")
    for way in one.ways_out:
        output.result(f"  - {way}")


def tell_unknown(context: Context, unknown: Sequence[Open]) -> None:
    """What purchases of unknown outcome come to."""
    prices = [one.purchase.credits for one in unknown]
    known = sum(price for price in prices if price is not None)
    unpriced = " and what has no known price" if None in prices else ""
    context.output.result(f"Possibly charged: {words.credits_of(known)}{unpriced}.")
    context.output.message("Unknown outcomes are never sent again on their own.")


def describe(one: Open) -> dict[str, object]:
    """One purchase as JSON-able data."""
    purchase = one.purchase
    return {
        "recipe": purchase.recipe,
        "asset": purchase.asset,
        "state": "unknown" if purchase.state == "intent" else purchase.state,
        "task_id": purchase.task_id,
        "model": purchase.model,
        "credits": purchase.credits,
        "created_at": purchase.created_at,
        "message": clean(purchase.message),
        "possibly_charged": purchase.credits if one.is_unknown else 0,
        "called_back": one.called_back,
        "ways_out": one.ways_out,
    }
