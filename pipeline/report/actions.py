"""A plan as plain facts: the rows, totals and brand changes every voice tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import commonprefix
from typing import Any, Final

from pipeline.errors import clean
from pipeline.plan.build import CodeState, Plan, Step
from pipeline.plan.decide import PAID_KINDS, Action, ActionKind
from pipeline.plan.reason import CUTOUT, MAX_SHOWN, ORIGINALS, PICTURES, Reason
from pipeline.recipe import backdrop
from pipeline.recipe.spec import Asset, owner
from pipeline.report import words

# In the order a plan tells them: what costs first.
ORDER: Final[tuple[ActionKind | str, ...]] = (
    "create",
    "remake",
    "after",
    "resume",
    "restore",
    "rework",
    "deliver",
    "write",
    "prune",
    "unknown",
    "blocked",
    "edited",
    "none",
)
MEANINGS: Final = {
    "create": "to create",
    "remake": "to remake",
    "after": "known after those",
    "resume": "to resume",
    "restore": "from the store",
    "rework": "to rework locally",
    "deliver": "to deliver",
    "write": "to write",
    "prune": "to prune",
    "unknown": "with unknown outcome",
    "blocked": "blocked",
    "edited": "edited by hand",
    "none": "unchanged",
}
CODE_REASONS: Final[Mapping[CodeState, str]] = {
    "missing": "code: missing",
    "outdated": "code: differs from what is delivered",
    "foreign": "code: a file that is not ours is in the way",
}
MOST_NAMES: Final = 12
PAINTED_KINDS: Final[frozenset[ActionKind]] = PAID_KINDS | {"after"}


@dataclass(frozen=True, slots=True)
class BrandChange:
    """One brand value that differs from what assets were made with, and the assets it touches."""

    name: str  # "colors.primary"
    old: Any
    new: Any
    assets: tuple[tuple[str, str], ...]  # (recipe key, asset name)

    @property
    def names(self) -> list[str]:
        """The assets' names, each once."""
        return list(dict.fromkeys(name for _, name in self.assets))


def steps_by_recipe(plan: Plan) -> Iterator[tuple[str, list[Step]]]:
    """Recipe key → its steps, costly kinds first, otherwise in the order of the plan."""
    keys = dict.fromkeys(step.recipe.key for step in plan.steps)
    others = [*(code.recipe.key for code in plan.code), *(prune.recipe.key for prune in plan.prunes)]
    keys |= dict.fromkeys([*others, *plan.conflicts])
    for key in keys:
        own = [step for step in plan.steps if step.recipe.key == key]
        yield key, sorted(own, key=lambda step: ORDER.index(step.action.kind))


def sentences(action: Action) -> list[str]:
    """The reasons as sentences; many files with the same trouble make one."""
    said: dict[str, list[str]] = {}
    for reason in action.reasons:
        text = sentence(reason)
        name, _, trouble = text.partition(" ")
        key = trouble if reason.kind == "file" else ""
        said.setdefault(key or text, []).append(name if key else text)
    return [_joined(subjects, key) for key, subjects in said.items()]


def sentence(reason: Reason) -> str:
    """The reason as one; of pictures the beginning of their digests, of long texts where they differ."""
    if reason.subject.startswith(PICTURES):
        return str(Reason(reason.kind, "pictures", _short(reason.old), _short(reason.new)))
    if isinstance(reason.old, str) and isinstance(reason.new, str):
        old, new = _parting(reason.old, reason.new)
        return str(Reason(reason.kind, reason.subject, old, new))
    return str(reason)


def painted_on(asset: Asset) -> str:
    """The backdrop that is asked for, ``#RRGGBB``; empty where none of ours is."""
    if asset.first or asset.is_first:
        return backdrop.asked(str(asset.request.inputs.get("prompt", "")))
    chosen = asset.cutout.backdrop if asset.cutout is not None else ""
    return chosen if chosen.startswith("#") else ""


def remarks(step: Step) -> str:
    """``on green #00B140, up to 3 attempts``: what else there is to know of a purchase; else nothing."""
    attempts = f"up to {words.count(step.spare, 'more attempt')}" if step.spare else ""
    if step.action.kind not in PAINTED_KINDS:
        return attempts
    colour = painted_on(step.asset)
    ground = f"on {backdrop.shown(colour)}" if colour else ""
    return ", ".join(filter(None, [ground, _which_of_two(step.asset), attempts, *conversions(step)]))


def conversions(step: Step) -> tuple[str, ...]:
    """``logo.tiff: sent as png``: what is done to local files before they are sent, if they are."""
    if step.action.kind not in PAINTED_KINDS:
        return ()
    return tuple(clean(said) for said in step.asset.request.converted)


def _which_of_two(asset: Asset) -> str:
    if asset.is_first:
        return f"the first render for the cut-out of {owner(asset.name)}"
    return "the second render for its cut-out" if asset.first else ""


def _parting(old: str, new: str) -> tuple[str, str]:
    """Two texts that begin alike, from a few words before they part; short ones whole."""
    if max(len(old), len(new)) <= MAX_SHOWN:
        return old, new
    same = len(commonprefix([old, new]))  # noqa: RUF071 letter by letter is what is meant
    start = old.rfind(" ", 0, max(0, same - MAX_SHOWN // 3)) + 1
    return (f"…{old[start:]}", f"…{new[start:]}") if start else (old, new)


def _short(pictures: Any) -> Any:
    """``sha256:c8b42bede566…`` as ``c8b42bede566``; whatever else a lock may hold as it is."""
    if not isinstance(pictures, list):
        return pictures
    return ", ".join(map(_short_one, pictures))


def _short_one(picture: Any) -> str:
    if not isinstance(picture, dict):
        return re.sub("^sha256:([0-9a-f]{12})[0-9a-f]*$", r"\1", str(picture))
    cut = "#nobg" if CUTOUT in picture else ""
    size = f" at {picture['px']} px" if "px" in picture else ""
    return f"{_short_one(picture.get(ORIGINALS[0]))}{cut}{size}"


def _joined(subjects: list[str], key: str) -> str:
    if subjects[0] == key:
        return key
    if len(subjects) == 1:
        return f"{subjects[0]} {key}"
    noun = "file" if len(subjects) == 2 else "files"  # noqa: PLR2004 one other file
    return (
        f"{subjects[0]} and {len(subjects) - 1} other {noun}: {key.removeprefix('is ').removeprefix('was ')}"
    )


def listed(names: Sequence[str]) -> str:
    """Names in a row, of many only the first: ``coin, gift and 1,988 more``."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES:,} more"


def counts(plan: Plan) -> Counter[str]:
    """How many assets, and files of code, have each action."""
    found = Counter[str](step.action.kind for step in plan.steps)
    found.update(code.kind for code in plan.code)
    if plan.prunes:
        found["prune"] = len(plan.prunes)
    return found


def tally(plan: Plan) -> str:
    """``2 to remake, 1 known after those, 7 unchanged``."""
    found = counts(plan)
    return ", ".join(f"{found[kind]} {MEANINGS[kind]}" for kind in ORDER if found[kind])


def brand_changes(plan: Plan) -> list[BrandChange]:
    """Every changed brand value a plan's reasons name, by name."""
    touched: dict[tuple[str, str, str], tuple[Any, Any, list[tuple[str, str]]]] = {}
    for step in plan.steps:
        for reason in step.action.reasons:
            if reason.kind == "value" and reason.subject.startswith("brand."):
                key = (reason.subject, repr(reason.old), repr(reason.new))
                touched.setdefault(key, (reason.old, reason.new, []))[2].append(
                    (step.recipe.key, step.asset.name)
                )
    return [
        BrandChange(name.removeprefix("brand."), old, new, tuple(assets))
        for (name, _, _), (old, new, assets) in sorted(touched.items(), key=lambda item: item[0])
    ]
