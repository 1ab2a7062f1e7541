"""The plan of a whole run: one action an asset, in the order they can be made, and what it all costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.plan.decide import (
    KEPT_KINDS,
    LOCAL_KINDS,
    TRIED_KINDS,
    Action,
    Facts,
    Wishes,
    blocked_by,
    decide,
    mind_second,
)
from pipeline.plan.graph import order
from pipeline.plan.pick import brought, further, is_coming, mind_picks, seen, take, task_of
from pipeline.plan.purchase import Original
from pipeline.plan.reason import Reason
from pipeline.recipe.spec import Art, Asset, Picture, Recipe, owner

STUCK_KINDS = frozenset({"unknown", "blocked"})  # this run will not make their original


@dataclass(frozen=True, slots=True)
class Step:
    """One asset of one recipe and what is due for it."""

    recipe: Recipe = field(repr=False)  # as long as the whole recipe, at every step
    asset: Asset
    action: Action

    @property
    def spare(self) -> int:
        """How often it may be bought again beyond the action, while the recipe's checks are not met.

        Local work on what was bought before buys nothing, even if it shows that checks are unmet: the next
        plan says so, and what another attempt costs.
        """
        if self.action.kind not in TRIED_KINDS or self.asset.checks is None:
            return 0
        return max(0, self.asset.attempts - self.action.attempt)

    @property
    def has_no_price(self) -> bool:
        """Whether it costs something, surely or perhaps, and nobody published how much."""
        due = self.action.may_pay and self.action.credits is None
        return due or (self.spare > 0 and self.asset.price is None)


@dataclass(frozen=True, slots=True)
class Prune:
    """An asset the recipe no longer has, and the files of it that are still as we wrote them."""

    recipe: Recipe
    asset: str
    files: tuple[str, ...]


CodeState = Literal["missing", "outdated", "foreign"]


@dataclass(frozen=True, slots=True)
class CodeStep:
    """A file of generated code that is not what the manifest makes of it; ``foreign``: it is not ours."""

    recipe: Recipe
    file: str  # below the project root
    state: CodeState

    @property
    def kind(self) -> Literal["write", "blocked"]:
        """What is due for it."""
        return "blocked" if self.state == "foreign" else "write"


@dataclass(frozen=True, slots=True)
class Cost:
    """Credits: ``certain`` are due for sure at catalogue prices, ``at_most`` counts what is known only
    after the run as well (attempts that checks may ask for, too), ``unpriced`` is the number of assets
    whose price is not known.
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
    code: tuple[CodeStep, ...] = ()

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps with something to do, or something in the way of it."""
        return tuple(step for step in self.steps if step.action.kind not in KEPT_KINDS)

    @property
    def has_work(self) -> bool:
        """Whether a run would do anything at all."""
        return bool(self.pending or self.prunes or self.conflicts or self.code)

    @property
    def is_empty(self) -> bool:
        """Whether everything is delivered, and every file is as it was delivered."""
        rest = self.prunes or self.conflicts or self.code
        return not rest and all(step.action.kind == "none" for step in self.steps)

    def cost(self) -> Cost:
        """What the plan costs."""
        certain = [step.action.credits for step in self.steps if step.action.pays]
        possible = [s.action.credits for s in self.steps if s.action.may_pay and not s.action.pays]
        spare = [(step.spare, step.asset.price) for step in self.pending if step.spare]
        sure = sum(credits for credits in certain if credits is not None)
        retried = sum(times * price for times, price in spare if price is not None)
        return Cost(
            certain=sure,
            at_most=sure + sum(credits for credits in possible if credits is not None) + retried,
            unpriced=sum(step.has_no_price for step in self.pending),
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
    taken = {s.asset.name: _taken(s, kept) for s in steps if s.asset.candidates}
    for step in steps:
        own = taken.get(step.asset.name, ()) if step.action.kind in LOCAL_KINDS else ()
        for name in (*_needed(step.asset, step.action), *own):
            if (original := kept.get(name)) is not None and original.sha256 not in facts[name].held:
                yield from taken.get(name) or (name,)


def _taken(step: Step, kept: Mapping[str, Original | None]) -> tuple[str, ...]:
    """The candidate whose original an asset takes, where it is to be made again if it is gone."""
    original = step.action.original
    names = (name for name in step.asset.candidates if original is not None and kept.get(name) == original)
    return tuple(names)[:1]


def _needed(asset: Asset, action: Action) -> tuple[str, ...]:
    """The assets whose originals it takes to carry out an action: sent, cut out, or drawn with its own."""
    if action.pays:
        return asset.depends
    if action.kind == "after":  # most likely to be paid for, and then it is too late to find them gone
        return asset.drawn
    if action.kind not in LOCAL_KINDS | {"resume"}:
        return ()
    return (asset.first, *asset.drawn) if asset.first else asset.drawn


def _act(
    asset: Asset,
    actions: Mapping[str, Action],
    file_digests: Mapping[Picture, str],
    facts: Mapping[str, Facts],
    wishes: Wishes,
) -> Action:
    made_from = (*asset.sent, *asset.drawn)
    stuck = [name for name in made_from if name in actions and _is_stuck(actions[name])]
    if stuck:
        return blocked_by(stuck)
    known = {name: action.original.sha256 for name, action in actions.items() if action.original is not None}
    drawn = with_art(asset, known, file_digests)
    digests = picture_digests(asset, actions, file_digests)
    if asset.candidates or asset.further_of:
        return _explain_art(_not_bought(drawn, digests, actions, facts, wishes), drawn)
    action = decide(drawn, digests, facts[asset.name], wishes)
    action = mind_picks(_explain_art(action, drawn), asset, actions, facts[asset.name])
    if asset.is_first or (asset.is_candidate and action.may_pay):
        return mind_second(action, facts[owner(asset.name)], wishes)
    first = actions.get(asset.first)
    if action.kind == "after" and first is not None and first.pays:  # nobody paints a thing twice the same
        return replace(action, kind="remake")
    return action


def _not_bought(
    asset: Asset,
    digests: Mapping[Picture, str] | None,
    actions: Mapping[str, Action],
    facts: Mapping[str, Facts],
    wishes: Wishes,
) -> Action:
    """The action for an asset that takes a candidate, or for one that comes with the task of another."""
    own = facts[asset.name]
    if asset.candidates:
        candidates = [seen(name, actions[name], facts[name]) for name in asset.candidates]
        return take(asset, digests, own, wishes, candidates)
    first = actions[asset.further_of]
    task = task_of(first, facts[asset.further_of].of(first.fingerprint).entry)
    found = brought(asset, first, task, own)
    return further(asset, digests, own, wishes, found, coming=is_coming(first))


def with_art(asset: Asset, originals: Mapping[str, str], file_digests: Mapping[Picture, str]) -> Asset:
    """``asset`` with the content digests of the drawings in its sets, as far as they are known.

    ``originals``: asset → digest of its original, of those that are made; ``file_digests``: of local files.
    """
    if not asset.art:
        return asset
    return replace(asset, art=tuple(_with_digests(art, originals, file_digests) for art in asset.art))


def _with_digests(art: Art, originals: Mapping[str, str], file_digests: Mapping[Picture, str]) -> Art:
    found = [
        originals.get(picture.value) if picture.source == "asset" else file_digests[picture]
        for picture in art.pictures
    ]
    known = tuple(sha256 for sha256 in found if sha256 is not None)
    return replace(art, sha256=known if len(known) == len(found) else ())


def _explain_art(action: Action, asset: Asset) -> Action:
    """A drawing that this run makes has changed for all we know: say so instead."""
    making = [art for art in asset.art if not art.sha256]
    if not making or action.kind not in LOCAL_KINDS:
        return action
    changed = {f"art {art.slot} changed" for art in making}
    names = dict.fromkeys(picture.value for art in making for picture in art.pictures)
    made = Reason("upstream", f"drawn with {', '.join(names)}, which this run makes")
    return replace(action, reasons=(*(r for r in action.reasons if r.subject not in changed), made))


def _is_stuck(action: Action) -> bool:
    """Blocked by a hand-edited file, an asset may still have the original others are made from."""
    return action.kind in STUCK_KINDS and action.original is None


def picture_digests(
    asset: Asset, actions: Mapping[str, Action], file_digests: Mapping[Picture, str]
) -> dict[Picture, str] | None:
    """Content digests of the originals an asset is made from; None while one is still to be made."""
    digests: dict[Picture, str] = {}
    for picture in asset.request.originals:
        if picture.source == "file":
            digests[picture] = file_digests[picture]
        elif picture.source == "asset":
            action = actions.get(picture.value)
            if action is None or action.original is None:
                return None
            digests[picture] = action.original.sha256
    return digests
