"""A whole run, read from top to bottom: survey, plan, refuse or confirm, make, deliver, write down."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from pipeline.clock import Clock
from pipeline.deliver import manifest
from pipeline.deliver.workers import Workers
from pipeline.errors import EXIT_DONE
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.provider import Provider
from pipeline.plan.build import Plan
from pipeline.recipe.spec import Recipe
from pipeline.run.account import report, unchanged
from pipeline.run.code import code_of
from pipeline.run.draw import draw_up
from pipeline.run.interrupt import listening
from pipeline.run.lock import holding
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places
from pipeline.run.preflight import (
    check_balance,
    check_folders,
    check_video,
    check_weights,
    models_of,
    refuse_spending,
)
from pipeline.run.session import Session
from pipeline.run.shortcut import Unchanged, remember


async def conduct(recipes: Sequence[Recipe], places: Places, options: Options, means: Means) -> Result:
    """Do everything the recipes ask for.

    Raises ``PlanRefused`` and its like before anything was sent; after that every failure is an outcome.
    """
    plan, seen = draw_up(recipes, places, options, means.clock)
    if options.frozen:
        refuse_spending(plan)
    if not plan.has_work:
        return report(Result(plan, unchanged(plan)), recipes, means.emit, places)
    async with listening() as interruptions, holding(places.run_lock, means.clock, means.emit):
        means.recover(places.state)
        plan, seen = draw_up(recipes, places, options, means.clock)  # another run may have done it all
        if options.frozen:  # what it stands on may be another since
            refuse_spending(plan)
        async with opened(plan, means) as (provider, workers, callbacks):
            check_weights(plan)
            check_video(plan)
            check_folders(recipes, places)
            balance = await check_balance(plan, provider)
            with interruptions.paused():
                means.confirm(plan, plan.cost(), balance)
            workers.prestart(models_of(plan))
            session = Session(seen, places, options, means, interruptions, callbacks)
            started = time.time_ns()
            result = report(await session.run(plan, provider, workers), recipes, means.emit, places)
            session.raise_troubles()
            if result.exit_code == EXIT_DONE and not options.only:
                remember_unchanged(recipes, places, options, means.clock, started)
            return result


@asynccontextmanager
async def opened(
    plan: Plan, means: Means
) -> AsyncIterator[tuple[Provider | None, Workers, Callbacks | None]]:
    """The pixel workers, and if the plan needs the service, its provider and where it calls us.

    All are closed again at the end.
    """
    async with AsyncExitStack() as stack:
        provider = callbacks = None
        if needs_service(plan, means):
            if means.open_webhook is not None:
                callbacks = await stack.enter_async_context(means.open_webhook())
            provider = means.open_provider()
            stack.push_async_callback(provider.aclose)
        workers = await stack.enter_async_context(means.open_workers())
        yield provider, workers, callbacks


def needs_service(plan: Plan, means: Means) -> bool:
    """Whether the service is to be asked for anything; an unknown outcome only where it may call back."""
    actions = [step.action for step in plan.steps]
    if any(action.may_pay or action.kind == "resume" for action in actions):
        return True
    return means.open_webhook is not None and any(action.kind == "unknown" for action in actions)


def remember_unchanged(
    recipes: Sequence[Recipe], places: Places, options: Options, clock: Clock, started_ns: int
) -> None:
    """Let the next run see at a glance that nothing is to be done, if that is so.

    A file that was touched while the run went on may have been changed after it was read: then nothing is
    remembered, and the next run looks for itself.
    """
    plan, seen = draw_up(recipes, places, replace(options, regenerate=(), retry_unknown=False), clock)
    if not plan.is_empty or places.output is not None:
        return
    entries, files = {}, {}
    for one in seen.recipes:
        recipe, output = one.recipe, places.output_of(one.recipe)
        pictures = {p.path for a in recipe.assets for p in a.files if p.path is not None}
        sources = (*recipe.sources, *pictures)
        if any(source.stat().st_mtime_ns >= started_ns for source in sources):
            return
        made = [output / name for entry in one.lock.assets.values() for name in entry.files]
        made += [file.path for file in code_of(recipe, places)]
        files[recipe.path] = (*sources, places.lock_of(recipe), output / manifest.NAME, *made)
        entries[recipe.path] = Unchanged(recipe.key, len(recipe.assets), places.shown(output))
    remember(places, entries, files)
