"""The plan of a whole run: one action an asset, in the order they can be made, and what it all costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.plan.decide import Action, Facts, Wishes, decide
from pipeline.plan.graph import order
from pipeline.recipe.spec import Asset, Picture, Recipe

KNOWN_KINDS = frozenset({"none", "rework", "edited"})  # their original is known before the run


@dataclass(frozen=True, slots=True)
class Step:
    """One asset of one recipe and what is due for it."""

    recipe: Recipe
    asset: Asset
    action: Action


@dataclass(frozen=True, slots=True)
class Cost:
    """Credits: ``certain`` are due for sure at catalogue prices, ``at_most`` counts what is known only
    after the run as well, ``unpriced`` is the number of creates without a known price.
    """

    certain: float
    at_most: float
    unpriced: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every step of a run."""

    steps: tuple[Step, ...]

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps with something to do."""
        return tuple(step for step in self.steps if step.action.kind not in ("none", "edited"))

    def cost(self) -> Cost:
        """What the plan costs."""
        certain = [step.action.credits for step in self.steps if step.action.pays]
        possible = [step.action.credits for step in self.steps if step.action.kind == "after"]
        sure = sum(credits for credits in certain if credits is not None)
        return Cost(
            certain=sure,
            at_most=sure + sum(credits for credits in possible if credits is not None),
            unpriced=sum(credits is None for credits in certain + possible),
        )


def build(
    recipe: Recipe,
    facts: Mapping[str, Facts],
    file_digests: Mapping[Picture, str],
    wishes: Callable[[str], Wishes],
    chosen: Iterable[str] | None = None,
) -> list[Step]:
    """The steps for ``chosen`` assets of a recipe (None: all), each after those it is made from."""
    assets = {asset.name: asset for asset in recipe.assets}
    names = order({name: asset.depends for name, asset in assets.items()})
    wanted = set(assets if chosen is None else chosen)
    actions: dict[str, Action] = {}
    for name in names:
        if name in wanted:
            digests = picture_digests(assets[name], actions, file_digests)
            actions[name] = decide(assets[name], digests, facts[name], wishes(name))
    return [Step(recipe, assets[name], actions[name]) for name in names if name in wanted]


def picture_digests(
    asset: Asset, actions: Mapping[str, Action], file_digests: Mapping[Picture, str]
) -> dict[Picture, str] | None:
    """Content digests of the pictures an asset is made from; None while one is still to be made."""
    digests: dict[Picture, str] = {}
    for picture in asset.request.pictures:
        if picture.source == "file":
            digests[picture] = file_digests[picture]
        elif picture.source == "asset":
            action = actions.get(picture.value)
            if action is None or action.kind not in KNOWN_KINDS or action.original is None:
                return None
            digests[picture] = action.original.sha256
    return digests


def steps_of(steps: Sequence[Step], recipe_key: str) -> list[Step]:
    """The steps of one recipe."""
    return [step for step in steps if step.recipe.key == recipe_key]
