"""What is due for one asset, and why. Pure: the same facts give the same answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.plan import fingerprint
from pipeline.plan.lock import Entry, Pick
from pipeline.plan.purchase import (
    RESUMABLE_STATES,
    UNKNOWN_STATES,
    Original,
    Purchase,
)
from pipeline.plan.reason import Reason, compare_post, compare_requests
from pipeline.recipe.spec import Asset, Picture

ActionKind = Literal[
    "create",  # buy it: never made before
    "remake",  # buy it again: what is sent has changed, or the original is gone
    "resume",  # paid already; the task is followed to its end
    "restore",  # exactly this was bought before: its original comes from the store
    "rework",  # the original is here; local settings changed
    "deliver",  # the original is here; delivered files are missing
    "none",  # delivered and unchanged
    "edited",  # delivered, then changed by hand: left alone
    "blocked",  # due, but a hand-edited file or an asset it is made from is in the way
    "unknown",  # may have been paid for already: not sent again unless asked to
    "after",  # made from something this run makes: known after that
]
UNDECIDED = ""  # in place of a fingerprint: it depends on pictures still to be made
STALE = ""  # in place of a digest: not what the lock says, but written by us
PAID_KINDS: frozenset[ActionKind] = frozenset({"create", "remake"})
TRIED_KINDS: frozenset[ActionKind] = PAID_KINDS | {"after", "resume"}  # more attempts may follow
LOCAL_KINDS: frozenset[ActionKind] = frozenset({"restore", "rework", "deliver"})
KEPT_KINDS: frozenset[ActionKind] = frozenset({"none", "edited"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true outside the recipe, for one asset."""

    entry: Entry | None = None
    rival: Entry | None = None  # the other side's, while the lock holds an unresolved merge
    kin: Sequence[Entry] = ()  # what the lock has of the asset's other render, or of its only one
    renamed_from: str = ""
    purchases: Sequence[Purchase] = ()  # of this asset, oldest first
    held: frozenset[str] = frozenset()  # digests of originals in the store or still delivered
    needed: bool = False  # something due is made from the original: keeping the files is not enough
    disk: Mapping[str, str | None] | None = None  # file → digest now, STALE, None: missing

    def of(self, paid: str) -> Facts:
        """After a merge of two branches: the side that has this very request is the one that holds."""
        if self.rival is None or self.entry is None:
            return self
        sides = (self.entry, self.rival)
        entry, other = sides[::-1] if self.rival.paid == paid != self.entry.paid else sides
        return replace(self, entry=entry, rival=None, disk=_seen_from(entry, other, self.disk))


def _seen_from(
    entry: Entry, other: Entry, disk: Mapping[str, str | None] | None
) -> dict[str, str | None] | None:
    """The files of ``entry``; one that is as the other side left it is ours, and out of date."""
    if disk is None:
        return None
    mine = {name: found for name, found in disk.items() if name in entry.files or name not in other.files}
    return {
        name: STALE if found and entry.files.get(name) != found == other.files.get(name) else found
        for name, found in mine.items()
    }


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for beyond the recipe, for one asset."""

    regenerate: bool = False
    retry_unknown: bool = False
    overwrite_edited: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What to do with one asset. ``credits``: expected cost; None: unknown, 0: free.

    ``fingerprint`` is empty while it depends on pictures still to be made: decided again when they are.
    """

    kind: ActionKind
    reasons: tuple[Reason, ...] = ()
    credits: float | None = 0.0
    fingerprint: str = ""
    original: Original | None = None
    purchase: Purchase | None = None
    attempt: int = 1  # of the asset's attempts, the one that comes of this
    pick: Pick | None = None  # of an asset with candidates, the one a person picked
    unpicked: bool = False  # a person is still to pick one of its candidates

    @property
    def pays(self) -> bool:
        """Whether doing this spends credits."""
        return self.kind in PAID_KINDS

    @property
    def may_pay(self) -> bool:
        """Whether doing this spends credits, or perhaps: what it is made from decides that."""
        return self.pays or (self.kind == "after" and self.credits != 0)


def decide(asset: Asset, digests: Mapping[Picture, str] | None, facts: Facts, wishes: Wishes) -> Action:
    """The one action due for ``asset``.

    ``digests`` are those of the pictures it is made from; None while one of them is still to be made.
    """
    if digests is None:
        facts = facts.of(UNDECIDED)
        return mind_edited(_ahead(asset, facts), facts, wishes)
    paid = fingerprint.paid(asset.request, digests)
    facts = facts.of(paid)
    same = [purchase for purchase in facts.purchases if purchase.fingerprint == paid]
    action = (
        _follow_open(paid, same, facts, wishes)
        or _retry(asset, paid, same, facts, wishes)
        or _regenerate(asset, paid, same, facts, wishes)
        or _keep(asset, paid, same, facts, wishes)
        or _reuse(asset, paid, digests, same, facts)
        or _buy(asset, paid, digests, same, facts)
    )
    return mind_edited(replace(action, attempt=_attempt(action, same, facts)), facts, wishes)


def _attempt(action: Action, same: Sequence[Purchase], facts: Facts) -> int:
    """Which attempt comes of an action: the next one where the last did not pass the recipe's checks.

    Where the lock does not know, what was bought of this very request counts.
    """
    entry = facts.entry
    if any(reason.kind == "asked" for reason in action.reasons):
        return 1
    if entry is not None and entry.paid == action.fingerprint and entry.unmet:
        another = action.purchase is not None and action.purchase.task_id != entry.task
        return entry.attempt + (action.pays or another)
    if action.pays:
        return 1
    arrived = sum(purchase.original is not None for purchase in same)
    return max(1, arrived + (action.kind == "resume"))


def blocked_by(names: Sequence[str]) -> Action:
    """The action for an asset made from others that cannot be made now."""
    return Action("blocked", (Reason("upstream", f"made from {', '.join(names)}, which cannot be made"),))


def mind_second(action: Action, second: Facts, wishes: Wishes) -> Action:
    """The action for a first render: nothing is bought for a second whose files were edited by hand."""
    return action if action.kind == "none" else mind_edited(action, second.of(UNDECIDED), wishes)


def mind_edited(action: Action, facts: Facts, wishes: Wishes) -> Action:
    """A file changed by hand is not overwritten unasked, nor is anything bought to overwrite it with."""
    edited = tuple(_edited_reasons(facts))
    if not edited or action.kind in ("unknown", "resume"):  # what is paid for is fetched in any case
        return action
    if action.kind == "none":
        kind: ActionKind = "deliver" if wishes.overwrite_edited else "edited"
        return replace(action, kind=kind, reasons=edited)
    if wishes.overwrite_edited:
        return action
    return replace(action, kind="blocked", reasons=edited + action.reasons, credits=0.0)


def _ahead(asset: Asset, facts: Facts) -> Action:
    """What is certain while the pictures an asset is made from are still to be made: fingerprint empty."""
    known = _known_reasons(asset, facts)
    if facts.entry is None and not facts.purchases:
        return Action("create", (Reason("new", "new"), _upstream(asset)), asset.price)
    if known:
        return Action("remake", (*known, _upstream(asset)), asset.price)
    return Action("after", (_upstream(asset),), asset.price)


def _upstream(asset: Asset) -> Reason:
    names = dict.fromkeys(one.shown for one in asset.request.pictures if one.source == "asset")
    return Reason("upstream", f"made from {', '.join(names)}, which this run makes")


def _known_reasons(asset: Asset, facts: Facts) -> list[Reason]:
    """What else is known to have changed, whatever the pictures it is made from will be."""
    if facts.entry is None:
        return []
    known = {name: value for name, value in facts.entry.request.items() if name != "pictures"}
    described = {"model": asset.request.model, "inputs": dict(asset.request.inputs)}
    if described == known:
        return []
    return compare_requests(
        replace(facts.entry, request=known), described, asset.values, asset.request.defaulted
    )


def _follow_open(paid: str, same: Sequence[Purchase], facts: Facts, wishes: Wishes) -> Action | None:
    """Whatever was sent and has not come back is dealt with before anything new is bought."""
    for purchase in reversed(same):
        if purchase.state in RESUMABLE_STATES:
            reason = Reason("task", f"task {purchase.task_id} is paid for and under way")
            return Action("resume", (reason,), 0.0, paid, purchase=purchase)
        if purchase.state in UNKNOWN_STATES and not wishes.retry_unknown:
            reason = Reason("task", "an earlier create was sent and its answer was lost")
            return Action("unknown", (reason,), purchase.credits, paid, purchase=purchase)
        if purchase.state == "fetched" and not _is_held(purchase, facts):
            reason = Reason("task", f"the result of task {purchase.task_id} is gone from the store")
            return Action("resume", (reason,), 0.0, paid, purchase=purchase)
        if purchase.state in ("fetched", "delivered"):
            break
    return None


def _retry(asset: Asset, paid: str, same: Sequence[Purchase], facts: Facts, wishes: Wishes) -> Action | None:
    """What was delivered was to be made anew, and nobody knows what became of that: buy it as asked."""
    kept = facts.entry is not None and facts.entry.paid == paid
    if not (wishes.retry_unknown and kept and same and same[-1].state in UNKNOWN_STATES):
        return None
    return Action(
        "remake", (Reason("asked", "asked to buy what may have been bought already"),), asset.price, paid
    )


def _is_held(purchase: Purchase, facts: Facts) -> bool:
    return purchase.original is not None and all(one.sha256 in facts.held for one in purchase.originals)


def _regenerate(
    asset: Asset, paid: str, same: Sequence[Purchase], facts: Facts, wishes: Wishes
) -> Action | None:
    if not wishes.regenerate:
        return None
    arrived = _undelivered(same, facts)
    if arrived is not None:
        reason = Reason("asked", "regenerated by an earlier run, to be delivered")
        return Action("restore", (reason,), 0.0, paid, arrived.original, arrived)
    return Action("remake", (Reason("asked", "asked to regenerate"),), asset.price, paid)


def _undelivered(same: Sequence[Purchase], facts: Facts) -> Purchase | None:
    """The newest original of this very request that was fetched and never delivered."""
    for purchase in reversed(same):
        if purchase.state == "delivered":  # what came before it has been replaced
            return None
        if purchase.state == "fetched" and purchase.original and purchase.original.sha256 in facts.held:
            return purchase
    return None


def _keep(asset: Asset, paid: str, same: Sequence[Purchase], facts: Facts, wishes: Wishes) -> Action | None:
    """The lock has exactly this request: nothing to buy unless the original is gone and needed."""
    entry = facts.entry
    if entry is None or entry.paid != paid:
        return None
    arrived = _undelivered(same, facts)
    original = arrived.original if arrived and arrived.original else entry.original
    settings = settings_reasons(asset, original, facts, entry)
    files = list(file_reasons(facts))
    beside = asset.is_first or asset.is_candidate
    if arrived is not None and not (beside and _is_entered(arrived, entry)):
        files.append(Reason("task", f"task {arrived.task_id} came in after the last delivery"))
    held = original.sha256 in facts.held
    if entry.unmet and entry.attempt < asset.attempts and not settings and arrived is None:
        return Action("remake", tuple(_check_reasons(asset, entry)), asset.price, paid)
    needed = facts.needed or (wishes.overwrite_edited and any(_edited_reasons(facts)))
    if not settings and not files and (held or not needed):
        return Action("none", (), 0.0, paid, original)
    if held:
        kind: ActionKind = "rework" if settings else "deliver"
        return Action(kind, (*settings, *files), 0.0, paid, original, arrived)
    return None


def _is_entered(arrived: Purchase, entry: Entry) -> bool:
    """Whether the lock has what came in; of a task with several results it has to name that task as well."""
    entered = arrived.original == entry.original
    return entered and (not arrived.extras or arrived.task_id == entry.task)


def _check_reasons(asset: Asset, entry: Entry) -> Iterator[Reason]:
    for unmet in entry.unmet:
        yield Reason("check", unmet)
    yield Reason("check", f"attempt {entry.attempt + 1} of {asset.attempts}")


def settings_reasons(asset: Asset, original: Original, facts: Facts, entry: Entry) -> list[Reason]:
    """What the local work on ``original`` does otherwise than what was delivered."""
    if facts.renamed_from:
        return [Reason("asked", f"renamed from {facts.renamed_from}")]
    if fingerprint.free(original.sha256, asset) == entry.free:
        return []
    changed = compare_post(entry, fingerprint.describe_post(asset))
    return changed or ([Reason("post", "a local step failed last time")] if not entry.free else [])


def file_reasons(facts: Facts) -> Iterator[Reason]:
    """The delivered files that are missing, or left over from an interrupted run."""
    for name, found in (facts.disk or {}).items():
        if found is None:
            yield Reason("file", f"{name} is missing")
        elif found == STALE:
            yield Reason("file", f"{name} is from an interrupted run")


def _edited_reasons(facts: Facts) -> Iterator[Reason]:
    known = facts.entry.files if facts.entry is not None else {}
    for name, found in (facts.disk or {}).items():
        if found and found != known.get(name):
            yield Reason("file", f"{name} was edited by hand", known.get(name, "")[:12], found[:12])


def _reuse(
    asset: Asset,
    paid: str,
    digests: Mapping[Picture, str],
    same: Sequence[Purchase],
    facts: Facts,
) -> Action | None:
    """An earlier run bought exactly this, and the original is still here."""
    if facts.entry is not None and facts.entry.paid == paid:
        return None
    for original, purchase in _bought_before(paid, same, facts):
        if original.sha256 in facts.held:
            reasons = request_reasons(asset, digests, facts) or [Reason("new", "not delivered yet")]
            place = "in the store" if purchase else "in a delivered file"
            reasons.append(Reason("original", f"paid for before, {place}"))
            kind: ActionKind = "deliver" if facts.entry is None else "restore"
            return Action(kind, tuple(reasons), 0.0, paid, original, purchase)
    return None


def _bought_before(
    paid: str, same: Sequence[Purchase], facts: Facts
) -> Iterator[tuple[Original, Purchase | None]]:
    """Originals of this very request, the newest first; those only the lock knows of at the end."""
    for purchase in reversed(same):
        if purchase.original is not None:
            yield purchase.original, purchase
    for entry in facts.kin:
        if entry.paid == paid:
            yield entry.original, None


def _buy(
    asset: Asset,
    paid: str,
    digests: Mapping[Picture, str],
    same: Sequence[Purchase],
    facts: Facts,
) -> Action:
    reasons = request_reasons(asset, digests, facts)
    if facts.entry is not None and facts.entry.paid == paid:
        reasons = [Reason("original", "original missing from the store")]
    if same and same[-1].state == "failed":
        reasons.append(Reason("task", f"the last task failed: {same[-1].message}"))
    if facts.entry is None:
        return Action("create", tuple(reasons or [Reason("new", "new")]), asset.price, paid)
    return Action("remake", tuple(reasons), asset.price, paid)


def request_reasons(asset: Asset, digests: Mapping[Picture, str], facts: Facts) -> list[Reason]:
    """What of the request differs from what was paid for; nothing where nothing was."""
    if facts.entry is None:
        return []
    described = fingerprint.describe_request(asset.request, digests)
    names = [picture.shown for picture in asset.request.pictures]
    return compare_requests(facts.entry, described, asset.values, asset.request.defaulted, names)
