"""``pipeline pick``: a person's choice between the candidates of an asset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.cli.context import Context
from pipeline.cli.project import open_project
from pipeline.errors import UsageError, clean
from pipeline.recipe.project import EXTENSIONS
from pipeline.report import words

if TYPE_CHECKING:
    from pipeline.run.pick import Effect, Offer

BACK: Final = "checks"
"""In place of a number: nobody picks, the checks do."""

_NUMBER: Final = re.compile("[0-9]{1,4}")


@click.command()
@click.argument("things", nargs=-1, required=True, metavar="[RECIPE] ASSET [N|checks]")
@click.option("--list", "only_list", is_flag=True, help="Only show what there is to pick from.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--sandbox", is_flag=True, help="Of what the stand-in delivered instead.")
@click.pass_obj
def command(
    context: Context, things: tuple[str, ...], *, only_list: bool, as_json: bool, sandbox: bool
) -> None:
    """Pick the candidate of an asset that is delivered, and say what a run will do about it.

    The pick is written into the lock, for review like anything else there, and holds until the candidates
    are made anew. Without a number: the candidates, and which of them is taken now. With the word checks in
    its place the pick is taken back.

    --json prints recipe, asset, candidates (number, file to look at, files, width and height in px,
    size_bytes, unmet checks, taken, picked) and run: what a run would do now, with its action and reasons,
    what it makes from the asset (makes: asset, action, credits), and the credits of all that. null: unknown.

    \b
    pipeline pick hero                    the candidates of hero
    pipeline pick recipes/web.yaml hero 3
    pipeline pick hero checks
    """
    import asyncio

    from pipeline.clock import SystemClock
    from pipeline.report import picks
    from pipeline.run import pick
    from pipeline.run.places import Places

    paths, name, chosen = read(things)
    project = open_project(context, paths)
    places = Places.of(project.root, project.settings.store, sandbox=sandbox)
    recipe, asset = pick.find(project.recipes, name)
    if chosen is None or only_list:
        number, changed = None, False
    else:
        number = None if chosen == BACK else int(chosen)
        changed = asyncio.run(pick.pick(recipe, asset, number, places, SystemClock()))
    if as_json:
        found = pick.offers(recipe, asset, places)
        effect = pick.effect(recipe, asset, places, SystemClock())
        context.output.data(picks.document(recipe.key, name, found, effect))
    elif chosen is None or only_list:
        tell(context, name, pick.offers(recipe, asset, places), places.run_command(recipe))
    else:
        context.output.result(f"{context.output.paint(name, 'strong')}: {outcome(number, changed=changed)}.")
        if changed:
            effect = pick.effect(recipe, asset, places, SystemClock())
            tell_effect(context, recipe.key, effect, sandbox=sandbox)


def read(things: Sequence[str]) -> tuple[list[Path], str, str | None]:
    """The recipes, the asset and the choice that are named. Raises ``UsageError``."""
    rest = list(things)
    paths = [Path(rest.pop(0))] if rest[0].endswith(EXTENSIONS) else []
    if not rest:
        raise UsageError("No asset is named.", hint="pipeline pick ASSET N")
    name, *choice = rest
    if len(choice) > 1:
        raise UsageError(f"One choice at a time: {clean(' '.join(choice))}.", hint="pipeline pick ASSET N")
    if choice and choice[0] != BACK and not _NUMBER.fullmatch(choice[0]):
        hint = f"Write its number, or {BACK} to take a pick back."
        raise UsageError(f"{clean(choice[0])} is no candidate of {clean(name)}.", hint=hint)
    return paths, name, choice[0] if choice else None


def outcome(number: int | None, *, changed: bool) -> str:
    """What became of the choice."""
    if number is not None:
        return f"candidate {number} is picked"
    return "no candidate is picked any more" if changed else "no candidate was picked; nothing has changed"


def tell(context: Context, name: str, offers: Sequence[Offer], run: str) -> None:
    """The candidates, one a line with what its checks say below it."""
    if not offers:
        context.output.result(f"{name} has no candidates yet: {run} makes them.")
    for offer in offers:
        context.output.result(line(context, offer))
        for unmet in offer.unmet:
            context.output.result(f"     {clean(unmet)}")


def line(context: Context, offer: Offer) -> str:
    """``  2  output/web/hero-candidates/hero-2.png  1024x1024 px, 812 kB  taken, picked by hand``."""
    size = "not on disk" if offer.size_bytes is None else f"{offer.size_bytes / 1000:,.0f} kB"
    pixels = f"{offer.width}x{offer.height} px, " if offer.width else ""
    state = ", ".join(["taken now"] * offer.taken + ["picked by hand"] * offer.picked)
    checks = "" if not offer.unmet else f"  does not pass {words.count(len(offer.unmet), 'check')}"
    marked = context.output.paint(state, "good") if state else ""
    number = context.output.paint(str(offer.number), "strong")
    return f"  {number}  {clean(offer.file)}  {pixels}{size}{checks}  {marked}".rstrip()


def tell_effect(context: Context, recipe: str, effect: Effect, *, sandbox: bool) -> None:
    """What a run does about it, and what that costs."""
    run = f"pipeline run {clean(recipe)}{' --sandbox' * sandbox}"
    kind = effect.own.action.kind
    if kind in ("none", "edited"):
        context.output.message("Its files are made of that one already.")
    elif kind == "blocked":
        said = "; ".join(map(str, effect.own.action.reasons))
        context.output.message(f"It cannot be delivered as it is: {clean(said)}.")
    else:
        context.output.message(f"{run} delivers it, at no cost.")
    paid = [step.asset.name for step in effect.others if step.action.may_pay]
    if paid:
        credits = effect.credits
        price = "an unknown price" if credits is None else words.credits_of(credits)
        named = " and ".join(filter(None, [", ".join(paid[:-1]), paid[-1]]))
        context.output.message(f"{run} makes {named} from it: {price}.")
