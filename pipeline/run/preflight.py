"""Everything that can be found wrong before the first credit is spent."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence

from pipeline.deliver.files import writing
from pipeline.errors import EXIT_USAGE, PlanRefused, RateLimited, ServiceUnavailable
from pipeline.generate.provider import Provider
from pipeline.picture.cutout import need_of_weights
from pipeline.plan.build import Plan
from pipeline.plan.decide import TRIED_KINDS
from pipeline.recipe.spec import Recipe
from pipeline.run.places import Places


class FrozenPlan(PlanRefused):
    """Changes are pending and nothing may be spent on them."""

    exit_code = EXIT_USAGE


def refuse_spending(plan: Plan) -> None:
    """Raise ``FrozenPlan`` when carrying out the plan would, or might, cost anything."""
    steps = (step for step in plan.steps if step.action.may_pay or step.action.kind == "unknown")
    due = [step.asset.name for step in steps]
    if due:
        raise FrozenPlan(
            f"--frozen, and these are not up to date: {', '.join(due)}.",
            hint="Run without --frozen where spending is allowed, and commit the lock and the files.",
        )


def check_weights(plan: Plan) -> None:
    """Raise ``PlanRefused`` when a cut-out could not be made of what is about to be paid for."""
    from pipeline.picture.cutout import weights

    if not any(step.action.may_pay for step in plan.steps):
        return
    for model in models_of(plan):
        if weights.state(model) != "present":
            raise PlanRefused(
                f"The weights of the cut-out model {model} are not here; nothing was sent.",
                hint=f"Fetch them: pipeline models pull {model}",
            )


def check_video(plan: Plan) -> None:
    """Raise ``PlanRefused`` when nothing could be made of a video that is about to be paid for."""
    from pipeline.picture import video

    asked = [step.asset for step in plan.steps if step.action.may_pay and step.asset.video is not None]
    if asked and not video.is_installed():
        first = asked[0]
        wanted = ", ".join(first.video.suffixes.values()) if first.video else ""
        raise PlanRefused(
            f"{first.location}: {wanted} of {first.name} cannot be made without PyAV; nothing was sent.",
            hint=f"Install it: {video.INSTALL}. Or leave video: out, and the video is delivered as it comes.",
        )


def models_of(plan: Plan) -> list[str]:
    """The cut-out models the plan's work may need, to be loaded while the service is busy."""
    cutouts = [cutout for step in plan.pending for cutout in step.asset.cutouts]
    bought = [step.asset for step in plan.pending if step.action.kind in TRIED_KINDS]
    cutouts += [cutout for asset in bought for cutout in asset.sent_cutouts]
    return sorted({cutout.model for cutout in cutouts if need_of_weights(cutout.method) != "never"})


def check_folders(recipes: Sequence[Recipe], places: Places) -> None:
    """Raise ``DeliveryError`` before anything is paid for when a folder cannot take the results."""
    for recipe in recipes:
        folder = places.output_of(recipe)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass


async def check_balance(plan: Plan, provider: Provider | None) -> float | None:
    """The account's credits, if the plan spends any.

    Raises ``PlanRefused`` when they do not suffice or cannot be learned, ``AuthenticationFailed``.
    """
    cost = plan.cost()
    if provider is None or (cost.at_most == 0 and not cost.unpriced):
        return None
    try:
        balance = await provider.balance()
    except (ServiceUnavailable, RateLimited) as error:
        raise PlanRefused(error.message, hint=error.hint) from error
    if balance is not None and balance < cost.at_most:
        most = "" if cost.at_most == cost.certain else "up to "
        raise PlanRefused(
            f"The account has {balance:g} credits; this run needs {most}{cost.at_most:g}.",
            hint="Nothing was sent. Top up the account, or make a part with --only.",
        )
    return balance
