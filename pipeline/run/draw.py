"""Drawing up the plan of a run: the facts, the wishes of the command line, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from pipeline.clock import Clock
from pipeline.errors import PlanRefused, UsageError
from pipeline.plan.build import Plan
from pipeline.plan.decide import Wishes
from pipeline.plan.graph import downstream, upstream
from pipeline.recipe.spec import Asset, Recipe, owner
from pipeline.run.options import Options
from pipeline.run.places import Places
from pipeline.run.survey import Survey, survey

NEW_KINDS = frozenset({"create", "remake", "after", "resume", "restore"})  # make another original


def draw_up(recipes: Sequence[Recipe], places: Places, options: Options, clock: Clock) -> tuple[Plan, Survey]:
    """The plan, and the facts it stands on. Raises ``PlanRefused``, ``UsageError``."""
    check_globs(recipes, options)
    seen = survey(recipes, places, clock)
    if options.only:
        refuse_conflicts(seen)
    plan = seen.plan(lambda _, name: wishes_for(name, options), lambda recipe: chosen(recipe, options))
    notes = (
        *part_notes(recipes, plan, options),
        *price_notes(plan),
        *pick_notes(plan, places),
        *regenerate_notes(plan, options),
    )
    return replace(plan, notes=notes), seen


def pick_notes(plan: Plan, places: Places) -> Iterator[str]:
    """What waits for a person to pick one of its candidates."""
    for step in plan.steps:
        if step.action.unpicked:
            name, number = step.asset.name, len(step.asset.candidates)
            waits = f"{name} has {number} candidates"
            yield f"{waits}; the first is taken until one is picked: {places.pick_command(name)}"


def regenerate_notes(plan: Plan, options: Options) -> Iterator[str]:
    """What --regenerate names and does not make anew: a result of a task that another asset stands for."""
    for step in plan.steps:
        name, first = step.asset.name, step.asset.further_of
        if first and matches(name, options.regenerate) and not matches(first, options.regenerate):
            yield f"{name} comes with {first}, of one task, and is made anew with it only: {_anew(first)}"


def _anew(first: str) -> str:
    return f"--regenerate {owner(first)}"


def refuse_conflicts(seen: Survey) -> None:
    """A part of a recipe cannot settle a merge: the other assets' rival entries would be lost."""
    for one in seen.recipes:
        if one.lock.conflicted:
            raise PlanRefused(
                f"The lock of {one.recipe.key} has conflict markers, and --only would settle a part of them.",
                hint="Run it once without --only: both sides are read, and what is paid for costs nothing.",
            )


def part_notes(recipes: Sequence[Recipe], plan: Plan, options: Options) -> Iterator[str]:
    """What --only brings along, and what it leaves out of date."""
    if not options.only:
        return
    for recipe in recipes:
        depends = {asset.name: asset.depends for asset in recipe.assets}
        for name in depends:
            beside = owner(name) != name and owner(name) in (chosen(recipe, options) or ())
            if not beside and not matches(name, options.only) and name in (chosen(recipe, options) or ()):
                users = sorted(n for n in downstream(depends, {name}) if matches(n, options.only))
                yield f"{name} is planned as well, for {', '.join(users)}"
        new = {s.asset.name for s in plan.steps if s.recipe.key == recipe.key and s.action.kind in NEW_KINDS}
        for name in sorted(downstream(depends, new) - (chosen(recipe, options) or set())):
            yield f"{name} is made from what is planned here and was not chosen: it will be due afterwards"


def price_notes(plan: Plan) -> Iterator[str]:
    """What is known of prices that depend on the size of a result: nobody can tell it yet, or it has none."""
    for step in plan.pending:
        name = step.asset.name
        if step.has_no_price and step.asset.unpublished_px:
            yield f"{name}: no price is published for a result of {step.asset.unpublished_px} px"
        elif step.has_no_price and step.asset.price_range:
            yield f"the price of {name} is {step.asset.price_range}, and the size is not known yet"


def wishes_for(name: str, options: Options) -> Wishes:
    """What the user asked for one asset."""
    return Wishes(
        regenerate=matches(name, options.regenerate),
        retry_unknown=options.retry_unknown,
        overwrite_edited=options.overwrite_edited,
    )


def chosen(recipe: Recipe, options: Options) -> set[str] | None:
    """Names picked by --only, with all they are made from; None: every asset."""
    if not options.only:
        return None
    picked = {asset.name for asset in recipe.assets if matches(asset.name, options.only)}
    return picked | upstream({asset.name: asset.depends for asset in recipe.assets}, picked)


def matches(name: str, globs: Sequence[str]) -> bool:
    """Whether a name matches one of the patterns; a first render goes by the name of its asset as well."""
    return any(fnmatchcase(one, glob) for one in {name, owner(name)} for glob in globs)


def check_globs(recipes: Sequence[Recipe], options: Options) -> None:
    """A pattern that matches nothing is a spelling mistake. Raises ``UsageError``."""
    assets = [asset for recipe in recipes for asset in recipe.assets]
    for option, globs in (("--only", options.only), ("--regenerate", options.regenerate)):
        for glob in globs:
            if not any(matches(asset.name, [glob]) for asset in assets):
                names = ", ".join(asset.name for asset in assets if owner(asset.name) == asset.name)
                raise UsageError(f"{option} {glob} matches no asset.", hint=f"Assets: {names}")
    for glob in options.regenerate:
        _check_alone([asset for asset in assets if matches(asset.name, [glob])], glob)


def _check_alone(matched: Sequence[Asset], glob: str) -> None:
    """What comes with the task of another is not made anew on its own. Raises ``UsageError``."""
    if all(asset.further_of for asset in matched):
        first = matched[0].further_of
        raise UsageError(
            f"--regenerate {glob}: {matched[0].name} comes with {first}, of one task.",
            hint=f"Make all of them anew: {_anew(first)}",
        )
