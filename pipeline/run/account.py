"""Telling how a run ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from pipeline.events import Emit, Event
from pipeline.generate.engine import EDITED_HINT
from pipeline.generate.job import Job, Outcome, OutcomeStatus
from pipeline.plan.build import Plan
from pipeline.recipe.spec import Recipe
from pipeline.run.options import Result
from pipeline.run.places import Places


def unchanged(plan: Plan) -> tuple[Outcome, ...]:
    """The outcomes of a plan with nothing to do."""
    return tuple(Outcome(Job(step.recipe, step.asset, step.action), "unchanged") for step in plan.steps)


def report(result: Result, recipes: Sequence[Recipe], emit: Emit, places: Places) -> Result:
    """Tell how the run ended, recipe by recipe."""
    for warning in last_words(result):
        emit(warning)
    for recipe in recipes:
        own = [outcome for outcome in result.outcomes if outcome.job.recipe.key == recipe.key]
        counts = Counter(outcome.status for outcome in own)
        data = {
            **{status: counts[status] for status in get_args(OutcomeStatus)},
            "credits": sum(outcome.credits for outcome in own),
            "output": places.shown(places.output_of(recipe)),
            "pruned": list(result.pruned),
            "code": list(result.code.get(recipe.key, ())),
        }
        emit(Event("run-finished", recipe.key, data=data))
    return result


def last_words(result: Result) -> Iterator[Event]:
    """What happened beside the assets that were made."""
    for step in result.plan.steps:
        if step.action.kind == "edited":
            names = ", ".join(str(reason.subject) for reason in step.action.reasons)
            message = f"{names}: left alone ({EDITED_HINT})"
            yield Event("warning", step.recipe.key, step.asset.name, {"message": message})
    if result.pruned:
        names = ", ".join(prune.asset for prune in result.plan.prunes)
        about = f" of {names}, which the recipe no longer has" if names else ""
        yield Event("warning", data={"message": f"removed {len(result.pruned)} files{about}"})
