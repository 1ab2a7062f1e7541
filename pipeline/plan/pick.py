"""What is due for an asset with candidates: which of them it takes, and what follows from that. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, takewhile
from typing import Any

from pipeline.plan import fingerprint
from pipeline.plan.decide import (
    UNDECIDED,
    Action,
    ActionKind,
    Facts,
    Wishes,
    file_reasons,
    mind_edited,
    request_reasons,
    settings_reasons,
)
from pipeline.plan.lock import Entry, Pick
from pipeline.plan.purchase import Original, Purchase
from pipeline.plan.reason import Reason
from pipeline.recipe.spec import CANDIDATE, Asset, PickBy, Picture, candidate_number

JUDGED_KINDS: frozenset[ActionKind] = frozenset({"none", "edited", "blocked"})
"""What leaves a candidate as it was when the checks were made."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of an asset's candidates, as far as it is known."""

    number: int
    original: Original | None = None  # None: it is not here
    unmet: tuple[str, ...] | None = None  # the checks it does not pass, in words; None: not known yet
    coming: bool = False  # this run makes it, or brings it home
    arrived: bool = False  # since the asset was delivered last


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate an asset takes, why, and the pick of a person where there is one."""

    number: int
    original: Original
    why: str
    pick: Pick | None = None


def seen(name: str, action: Action, facts: Facts) -> Candidate:
    """A candidate as the plan knows it: what is due for it, and what it was found to be like."""
    number, entry = candidate_number(name), facts.of(action.fingerprint).entry
    if is_coming(action):
        return Candidate(number, coming=True)
    judged = entry is not None and entry.original == action.original
    arrived = any(one.state == "fetched" and one.original == action.original for one in facts.purchases)
    return Candidate(
        number,
        action.original,
        entry.unmet if entry is not None and judged and action.kind in JUDGED_KINDS else None,
        arrived=arrived and action.original is not None,
    )


def is_coming(action: Action) -> bool:
    """Whether the original that comes of an action is not there yet."""
    return action.pays or action.kind in ("after", "resume", "unknown")


def choose(candidates: Sequence[Candidate], pick: Pick | None, how: PickBy) -> Choice | None:
    """The candidate to take; None where none is there, or it is not known before all are made.

    A person's ``pick`` holds as long as that very candidate is there. The checks take the one with the
    fewest unmet, the first among equals; one that passes them all is taken whatever is to come after it.
    """
    if pick is not None and (picked := _picked(candidates, pick)) is not None:
        return picked
    if pick is not None and any(one.number == pick.number and one.coming for one in candidates):
        return None  # it stays as it is until another has come in its place
    return _by_checks(candidates) if how == "checks" else _first(candidates)


def take(
    asset: Asset,
    digests: Mapping[Picture, str] | None,
    facts: Facts,
    wishes: Wishes,
    candidates: Sequence[Candidate],
) -> Action:
    """The one action due for an asset that takes one of its ``candidates``: it never costs anything.

    ``digests`` are those of the pictures the candidates are made from; None while one is still to be made.
    """
    paid = UNDECIDED if digests is None else fingerprint.paid(asset.request, digests)
    facts = facts.of(paid)
    choice = None if digests is None else _choice(asset, facts, paid, candidates)
    if choice is None or digests is None:
        action = _wait(asset, facts, candidates)
    else:
        reasons = [*_reasons(asset, digests, facts, choice), *_beside(candidates)]
        action = _local(reasons, paid, choice.original, pick=choice.pick)
    unpicked = asset.pick == "person" and action.pick is None
    return mind_edited(replace(action, unpicked=unpicked), facts, wishes)


def _choice(asset: Asset, facts: Facts, paid: str, candidates: Sequence[Candidate]) -> Choice | None:
    """What to take now; what a person picked of more candidates than there are now stays as it is."""
    entry = facts.entry
    pick = entry.pick if entry is not None else None
    if entry is not None and pick is not None and pick.number > len(candidates):
        kept = entry.paid == paid and entry.original.sha256 == pick.sha256
        if kept and pick.sha256 in facts.held:
            return Choice(pick.number, entry.original, _by_hand(pick), pick)
    return choose(candidates, pick, asset.pick)


def _picked(candidates: Sequence[Candidate], pick: Pick) -> Choice | None:
    for one in candidates:
        if one.number == pick.number and one.original is not None and one.original.sha256 == pick.sha256:
            return Choice(one.number, one.original, _by_hand(pick), pick)
    return None


def _by_hand(pick: Pick) -> str:
    return f"candidate {pick.number}, which was picked"


def _first(candidates: Sequence[Candidate]) -> Choice | None:
    for one in candidates:
        if one.coming:
            return None
        if one.original is not None:
            return Choice(one.number, one.original, f"candidate {one.number}, until one is picked")
    return None


def _by_checks(candidates: Sequence[Candidate]) -> Choice | None:
    best: Choice | None = None
    fewest = 0
    for one in candidates:
        if one.coming or (one.original is not None and one.unmet is None):
            return None
        if one.original is None or one.unmet is None:
            continue
        if not one.unmet:
            return Choice(one.number, one.original, f"candidate {one.number}, which passes the checks")
        if best is None or len(one.unmet) < fewest:
            fewest = len(one.unmet)
            best = Choice(one.number, one.original, f"candidate {one.number}, which comes nearest the checks")
    return best


def _wait(asset: Asset, facts: Facts, candidates: Sequence[Candidate]) -> Action:
    if not any(one.coming or one.original is not None for one in candidates):
        return Action("blocked", (Reason("upstream", "none of its candidates can be made"),))
    new = [Reason("new", "new")] if facts.entry is None else []
    pick = facts.entry.pick if facts.entry is not None else None
    gone = [Reason("pick", f"candidate {pick.number}, which was picked, is made anew")] if pick else []
    made = Reason("upstream", f"picked once its {len(asset.candidates)} candidates are made")
    return Action("after", (*new, *gone, made), 0.0)


def _reasons(
    asset: Asset, digests: Mapping[Picture, str], facts: Facts, choice: Choice
) -> Iterator[tuple[ActionKind, Reason]]:
    """Why it is delivered again, and what that makes of it; the first says the kind of action."""
    entry, why = facts.entry, Reason("pick", choice.why)
    if entry is None:
        yield from (("deliver", Reason("new", "new")), ("deliver", why))
        return
    if entry.original.sha256 != choice.original.sha256:
        yield from (("restore", reason) for reason in request_reasons(asset, digests, facts))
        yield "restore", why
    elif entry.paid != fingerprint.paid(asset.request, digests):
        yield from (("restore", reason) for reason in request_reasons(asset, digests, facts))
    else:
        yield from (("rework", one) for one in settings_reasons(asset, choice.original, facts, entry))
    if entry.pick is not None and entry.pick != choice.pick:
        yield "deliver", Reason("pick", f"candidate {entry.pick.number}, which was picked, is not there")
    yield from (("deliver", reason) for reason in file_reasons(facts))


def _beside(candidates: Sequence[Candidate]) -> Iterator[tuple[ActionKind, Reason]]:
    """An asset is delivered again with its candidates: they have not come to their end before."""
    if coming := [str(one.number) for one in candidates if one.coming]:
        yield "deliver", Reason("upstream", f"candidate {', '.join(coming)} is made beside it")
    elif any(one.arrived for one in candidates):
        yield "deliver", Reason("task", "its candidates came in after the last delivery")


def _local(
    reasons: Sequence[tuple[ActionKind, Reason]], paid: str, original: Original, **more: Any
) -> Action:
    kind: ActionKind = reasons[0][0] if reasons else "none"
    return Action(kind, tuple(reason for _, reason in reasons), 0.0, paid, original, **more)


# -- candidates that come with the task of the first ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brought:
    """What the task of a first candidate brought for a further one."""

    original: Original
    task: str = ""
    purchase: Purchase | None = None  # where the journal has it


def task_of(first: Action, entry: Entry | None) -> str:
    """The task a first candidate is of; ``entry`` is its own in the lock. Empty where nobody knows."""
    if first.purchase is not None:
        return first.purchase.task_id
    kept = entry is not None and entry.paid == first.fingerprint and entry.original == first.original
    return entry.task if entry is not None and kept else ""


def brought(asset: Asset, first: Action, task: str, facts: Facts) -> Brought | None:
    """The result a candidate is, of the ``task`` whose first result is that of ``first``; None: none is here.

    ``facts`` are those of the further one. Two tasks may bring the very same bytes, so the task counts; the
    newest does where it is not known.
    """
    number = candidate_number(asset.name)
    for purchase in reversed(facts.purchases):
        same = purchase.fingerprint == first.fingerprint and purchase.original == first.original
        if same and len(purchase.extras) >= number - 1 and (not task or purchase.task_id == task):
            return Brought(purchase.extras[number - 2], purchase.task_id, purchase)
    own = facts.of(first.fingerprint).entry
    if own is None or not task or own.paid != first.fingerprint or own.task != task:
        return None
    return Brought(own.original, task)


def further(
    asset: Asset,
    digests: Mapping[Picture, str] | None,
    facts: Facts,
    wishes: Wishes,
    found: Brought | None,
    *,
    coming: bool,
) -> Action:
    """The one action due for a candidate that comes with the task of the first: it never costs anything.

    ``coming``: the task is still to be done. A result that is not here, because there were fewer of them or
    because its original is lost, is missed and nothing is bought for it.
    """
    if coming or digests is None:
        return Action("after", (Reason("upstream", f"comes with the task of {asset.further_of}"),), 0.0)
    paid = fingerprint.paid(asset.request, digests)
    facts = facts.of(paid)
    if found is None:
        return Action("none", (), 0.0, paid)
    why = f"result {candidate_number(asset.name)} of the task of {asset.further_of}"
    reasons = list(_reasons(asset, digests, facts, Choice(candidate_number(asset.name), found.original, why)))
    if not reasons and facts.entry is not None and found.task not in ("", facts.entry.task):
        reasons.append(("deliver", Reason("task", f"came once more, with task {found.task}")))
    if reasons and found.original.sha256 not in facts.held:
        return Action("none", (), 0.0, paid)
    return mind_edited(_local(reasons, paid, found.original, purchase=found.purchase), facts, wishes)


def mind_picks(action: Action, asset: Asset, actions: Mapping[str, Action], facts: Facts) -> Action:
    """The action for an asset that may be made from one with candidates: nothing is bought of one that nobody
    has picked yet, and another pick explains what is bought again. ``actions`` are those of the others.
    """
    if not action.may_pay:
        return action
    unpicked = [name for name in asset.sent if name in actions and actions[name].unpicked]
    if unpicked:
        waits = "made from {}, whose candidate is still to be picked"
        reasons = tuple(Reason("pick", waits.format(name)) for name in unpicked)
        return replace(action, kind="blocked", reasons=reasons, credits=0.0)
    before = {one for value in _pictures_before(facts) for one in value}
    changed = [
        Reason("pick", f"another candidate of {name} was picked")
        for name in asset.sent
        if _shown(actions.get(name)) not in before
        and before & {_shown(actions.get(one)) for one in _candidates_of(name, actions)}
    ]
    return replace(action, reasons=(*changed, *action.reasons))


def _pictures_before(facts: Facts) -> Iterator[list[str]]:
    """The pictures an asset was made from, as its entry in the lock has them."""
    pictures = facts.entry.request.get("pictures") if facts.entry is not None else None
    for value in pictures.values() if isinstance(pictures, dict) else ():
        if isinstance(value, list):
            yield [one for one in value if isinstance(one, str)]


def _candidates_of(name: str, actions: Mapping[str, Action]) -> Iterator[str]:
    return takewhile(actions.__contains__, (f"{name}{CANDIDATE}{number}" for number in count(1)))


def _shown(action: Action | None) -> str:
    """An asset's original as a request describes it; empty while there is none."""
    return f"sha256:{action.original.sha256}" if action is not None and action.original is not None else ""
