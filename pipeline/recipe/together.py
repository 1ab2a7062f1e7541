"""What only shows when all assets of a recipe are seen: twins, files in each other's way, edges, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.errors import Problem
from pipeline.recipe.candidates import stem_of
from pipeline.recipe.entries import Draft
from pipeline.recipe.load import Document
from pipeline.recipe.model import RemoveBg
from pipeline.recipe.spec import Icon
from pipeline.recipe.wording import show, suggest


def check_together(drafts: list[Draft]) -> None:
    """Report to each draft what is wrong between it and the others."""
    by_name = _check_twins(drafts)
    _check_edges(drafts, by_name)
    _check_circles(by_name)
    _check_files(by_name.values())


def check_renames(renames: Mapping[str, str], names: Sequence[str], document: Document) -> Iterator[Problem]:
    """A problem for each rename to an asset that is not there, or from one that still is."""
    for old, new in renames.items():
        if new not in names:
            yield document.problem(
                f"rename: there is no asset {show(new)}", ("rename", old), hint=suggest(new, names)
            )
        if old in names:
            message = f"rename: {show(old)} is still an asset of this recipe"
            yield document.problem(
                message, ("rename", old), hint="write it as  former name: name now", key=True
            )


def _check_twins(drafts: list[Draft]) -> dict[str, Draft]:
    seen: dict[str, Draft] = {}
    for draft in drafts:
        twin = seen.setdefault(draft.name.casefold(), draft)
        if twin is not draft:
            line = twin.document.location(twin.place).line
            hint = f"first in line {line}; capitals do not count, because some disks do not tell them apart"
            draft.fault(f"the name {show(draft.name)} is taken", (*draft.place, "name"), hint=hint)
    return {draft.name: draft for draft in seen.values()}


def _check_edges(drafts: list[Draft], by_name: dict[str, Draft]) -> None:
    for draft in drafts:
        for name, place in draft.edges:
            if name not in by_name and not draft.refused & {"name", "matrix"}:
                expanded = [known for known in by_name if known.startswith(f"{name}-")]
                hint = f"its matrix makes {', '.join(expanded[:6])}" if expanded else suggest(name, by_name)
                draft.fault(f"there is no asset {show(name)}", place, hint=hint)


def _check_circles(by_name: dict[str, Draft]) -> None:
    done: set[str] = set()
    for start in by_name:
        if start not in done:
            _walk(start, by_name, done)


def _walk(start: str, by_name: dict[str, Draft], done: set[str]) -> None:
    """Depth first from ``start``, without recursion; every edge back onto the trail closes a circle."""
    trail = {start: iter(by_name[start].edges)}
    while trail:
        here = next(reversed(trail))
        edge = next(trail[here], None)
        if edge is None:
            done.add(here)
            del trail[here]
        elif edge[0] in trail:
            steps = [*trail, edge[0]]
            circle = " → ".join(steps[steps.index(edge[0]) :])
            by_name[here].fault(f"assets are made from each other in a circle: {circle}", edge[1])
        elif edge[0] in by_name and edge[0] not in done:
            trail[edge[0]] = iter(by_name[edge[0]].edges)


_NAMING = {"name", "matrix", "filename", "dir"}


@dataclass(frozen=True, slots=True)
class _Claim:
    """A stem of delivered files, and who delivers it as what."""

    stem: str
    draft: Draft
    what: str


def _check_files(drafts: Iterable[Draft]) -> None:
    drafts = [draft for draft in drafts if draft.stem]
    taken: dict[str, _Claim] = {}
    for claim in (claim for draft in drafts for claim in _claims(draft)):
        other = taken.setdefault(claim.stem.casefold(), claim)
        if other is not claim and not claim.draft.refused & _NAMING:
            whose = "" if other.draft is claim.draft else f" of {other.draft.name}"
            message = f"{claim.what} and {other.what}{whose} would both be delivered as {claim.stem}.…"
            claim.draft.fault(message, claim.draft.place)
    _check_sets(drafts)


def _check_sets(drafts: Sequence[Draft]) -> None:
    """The folder of a platform set is copied over a project as it is: nothing else may lie in it."""
    sets = {one.stem.casefold(): one for draft in drafts for one in _sets(draft)}
    for draft in drafts if sets else ():
        inside = (
            (claim, sets[folder])
            for claim in (*_claims(draft), *_sets(draft))
            for folder in _folders(claim.stem)
            if folder in sets
        )
        for claim, around in islice(inside, not draft.refused & _NAMING):  # one says it all
            message = f"{claim.what} would be delivered into {around.what} of {around.draft.name}"
            hint = f"{around.stem}/ holds that set and nothing else: choose another dir or filename"
            draft.fault(message, draft.place, hint=hint)


def _folders(stem: str) -> Iterator[str]:
    """The folders a file or folder lies in: ``a/b/c`` lies in ``a/b``, and that in ``a``."""
    folder = stem.casefold().rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _claims(draft: Draft) -> Iterator[_Claim]:
    yield _Claim(draft.stem, draft, "the picture")
    if remove := draft.get("remove_bg"):
        yield _Claim(f"{draft.stem}-nobg", draft, "the cut-out")
    if isinstance(remove, RemoveBg) and remove.method == "difference":
        yield _Claim(f"{draft.stem}-black", draft, "the render on black")
    for number in range(1, (draft.get("candidates") or 0) + 1):
        yield _Claim(stem_of(draft.stem, number), draft, f"candidate {number}")
        if remove:
            yield _Claim(f"{stem_of(draft.stem, number)}-nobg", draft, f"the cut-out of candidate {number}")
    for label, px in (draft.get("icons") or {}).items():
        yield _Claim(draft.stem + Icon(label, px).suffix, draft, f"the icon {label}")
    if draft.video is not None:
        for suffix, what in draft.video.suffixes.items():
            if suffix:
                yield _Claim(draft.stem + suffix, draft, what)
    if draft.get("contact_sheet") and draft.get("targets"):
        yield _Claim(f"{draft.stem}/contact-sheet", draft, "the contact sheet")


def _sets(draft: Draft) -> Iterator[_Claim]:
    """The folders of platform sets: a file ``ios.png`` beside the folder ``ios`` is in nobody's way."""
    for name in draft.get("targets") or ():
        yield _Claim(f"{draft.stem}/{name}", draft, f"the {name} set")
