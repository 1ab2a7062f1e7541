"""The plan of a whole run: one action an asset, in the order they can be made, and what it all costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.plan.decide import (
    KEPT_KINDS,
    LOCAL_KINDS,
    Action,
    Facts,
    Wishes,
    blocked_by,
    decide,
    mind_second,
)
from pipeline.plan.graph import order
from pipeline.recipe.spec import Asset, Picture, Recipe, owner

STUCK_KINDS = frozenset({"unknown", "blocked"})  # this run will not make their original


@dataclass(frozen=True, slots=True)
class Step:
    """One asset of one recipe and what is due for it."""

    recipe: Recipe = field(repr=False)  # as long as the whole recipe, at every step
    asset: Asset
    action: Action


@dataclass(frozen=True, slots=True)
class Prune:
    """An asset the recipe no longer has, and the files of it that are still as we wrote them."""

    recipe: Recipe
    asset: str
    files: tuple[str, ...]


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
    """Every step of a run, and what is to be cleared away."""

    steps: tuple[Step, ...]
    prunes: tuple[Prune, ...] = ()
    conflicts: tuple[str, ...] = ()  # recipes whose lock still has a merge's markers; a run writes it anew
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps with something to do, or something in the way of it."""
        return tuple(step for step in self.steps if step.action.kind not in KEPT_KINDS)

    @property
    def has_work(self) -> bool:
        """Whether a run would do anything at all."""
        return bool(self.pending or self.prunes or self.conflicts)

    @property
    def is_empty(self) -> bool:
        """Whether everything is delivered, and every file is as it was delivered."""
        return (
            not self.prunes and not self.conflicts and all(step.action.kind == "none" for step in self.steps)
        )

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
    wanted = set(assets if chosen is None else chosen)
    names = [n for n in order({n: asset.depends for n, asset in assets.items()}) if n in wanted]
    facts = dict(facts)
    while True:
        actions: dict[str, Action] = {}
        for name in names:
            actions[name] = _act(assets[name], actions, file_digests, facts, wishes(name))
        steps = [Step(recipe, assets[name], actions[name]) for name in names]
        gone = {name for name in _lacking(steps, facts) if not facts[name].needed}
        if not gone:
            return steps
        facts |= {name: replace(facts[name], needed=True) for name in gone}


def _lacking(steps: Iterable[Step], facts: Mapping[str, Facts]) -> Iterator[str]:
    """Assets that would be left as they are, though something due needs their original, and it is gone."""
    steps = tuple(steps)
    kept = {s.asset.name: s.action.original for s in steps if s.action.kind in KEPT_KINDS}
    for step in steps:
        for name in _needed(step.asset, step.action):
            if (original := kept.get(name)) is not None and original.sha256 not in facts[name].held:
                yield name


def _needed(asset: Asset, action: Action) -> tuple[str, ...]:
    """The assets whose originals it takes to carry out an action: to be sent, or cut out with its own."""
    if action.pays:
        return asset.depends
    return (asset.first,) if asset.first and action.kind in LOCAL_KINDS | {"resume"} else ()


def _act(
    asset: Asset,
    actions: Mapping[str, Action],
    file_digests: Mapping[Picture, str],
    facts: Mapping[str, Facts],
    wishes: Wishes,
) -> Action:
    stuck = [name for name in asset.depends if name in actions and _is_stuck(actions[name])]
    if stuck:
        return blocked_by(stuck)
    action = decide(asset, picture_digests(asset, actions, file_digests), facts[asset.name], wishes)
    if asset.is_first:
        return mind_second(action, facts[owner(asset.name)], wishes)
    first = actions.get(asset.first)
    if action.kind == "after" and first is not None and first.pays:  # nobody paints a thing twice the same
        return replace(action, kind="remake")
    return action


def _is_stuck(action: Action) -> bool:
    """Blocked by a hand-edited file, an asset may still have the original others are made from."""
    return action.kind in STUCK_KINDS and action.original is None


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
            if action is None or action.original is None:
                return None
            digests[picture] = action.original.sha256
    return digests
