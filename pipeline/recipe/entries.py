"""From what a recipe file says to one rendered entry for every asset: defaults, matrix, templates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import Problem, Severity
from pipeline.recipe.bounds import MAX_TEXT, Work
from pipeline.recipe.brand import Brand
from pipeline.recipe.check_keys import ChecksKeys
from pipeline.recipe.load import Document, Place
from pipeline.recipe.model import Entry, ModelChoice, RecipeFile, RemoveBg
from pipeline.recipe.paths import slug
from pipeline.recipe.render import faults, render
from pipeline.recipe.values import Group, TemplateFault
from pipeline.recipe.video import Video
from pipeline.recipe.video_keys import VideoKeys
from pipeline.recipe.wording import show

MAX_ASSETS = 500  # of one recipe, matrices expanded
MOST_COUNTED = 10**12
VALUE_UNITS = 3  # of ``Work``, for a value that is looked at
REPLACED = ("icons", "targets", "art")  # mappings of an asset that take the place of the default's
LOCAL = ("targets", "art", "checks")  # keys of work on this machine: nothing of them is sent
UNRENDERED = (
    *("icons", "formats", "deadline", "vars", "max_kb", "contact_sheet", "attempts", "video"),
    *("candidates", "pick"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A value and where it was written: in the asset or in ``defaults``."""

    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class PartUse:
    """A picture of another asset to work from, as it is written."""

    asset: str
    part: str  # "#nobg", "@hero"; empty: all of it
    place: Place


@dataclass(slots=True)
class Draft:
    """One asset after defaults, matrix and templates, not yet checked against models, files or names."""

    name: str
    place: Place
    document: Document
    problems: list[Problem]
    work: Work
    refused: frozenset[str] = frozenset()  # keys left out because they were wrong, somewhere in the recipe
    values: dict[str, Written] = field(default_factory=dict)
    used: dict[str, Any] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    edges: list[tuple[str, Place]] = field(default_factory=list)  # assets it is made from
    parts: list[PartUse] = field(default_factory=list)  # of assets, that it is made from
    stem: str = ""  # folder and file name without extension, once they are known to do
    video: Video | None = None  # what is made of it, once that is known
    transparent: bool = False  # its parameters ask the model for real alpha
    palette: frozenset[str] = frozenset()  # colours it will show, "#RRGGBB", once all drafts are there

    def get(self, key: str) -> Any:
        """The value of a key; None when neither the asset nor ``defaults`` says it."""
        written = self.values.get(key)
        return written.value if written else None

    def where(self, key: str) -> Place:
        """Where the key was written; the asset itself when it was not."""
        written = self.values.get(key)
        return written.place if written else self.place

    def lacks(self, key: str, message: str, *, hint: str = "") -> None:
        """Report a key the asset needs, unless it is missing only because what was written is wrong."""
        if key not in self.refused:
            self.fault(message, self.where(key), hint=hint)

    def fault(
        self,
        message: str,
        place: Place,
        *,
        hint: str = "",
        find: str = "",
        key: bool = False,
        severity: Severity = "error",
    ) -> None:
        """Report a mistake (or, softly, a warning or a note) in this asset.

        ``key``: it is in the key at ``place``; ``find``: in that part of the value.
        """
        problem = self.document.problem(
            message, place, key=key, find=find, hint=hint, asset=self.name, severity=severity
        )
        (self.problems if severity == "error" else self.warnings).append(problem)

    def render(self, value: Any, place: Place, names: Mapping[str, Group]) -> Any:
        """``value`` with the templates of every text in it replaced; None in place of a broken one."""
        if self.work.exhausted:  # said once, where it happened
            return None
        if isinstance(value, str):
            return self._render_text(value, place, names)
        self._count(len(value) if isinstance(value, list | tuple | dict) else 1, place)
        if isinstance(value, list | tuple):
            return [self.render(item, (*place, number), names) for number, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.render(item, (*place, key), names) for key, item in value.items()}
        return value

    def _count(self, values: int, place: Place) -> None:
        try:
            self.work.spend(VALUE_UNITS * values)
        except TemplateFault as fault:
            self.fault(fault.message, place, hint=fault.hint)

    def _render_text(self, text: str, place: Place, names: Mapping[str, Group]) -> str | None:
        try:
            return render(text, names, self.work)
        except TemplateFault as fault:
            alone = [] if self.work.exhausted else faults(text, names, self.work)
            for found in [fault] if self.work.exhausted else alone or [fault]:
                if found.find.partition(".")[0] not in self.refused:
                    self.fault(found.message, place, find=found.find, hint=found.hint)
            return None


def expand(
    recipe: RecipeFile,
    brand: Brand,
    document: Document,
    problems: list[Problem],
    refused: frozenset[str] = frozenset(),
) -> list[Draft]:
    """Every asset of the recipe as a rendered draft, matrices expanded, in file order.

    What follows only from a ``refused`` key being absent is not reported.
    """
    work = Work()
    counts = [_count(entry) for entry in recipe.assets]
    if sum(counts) > MAX_ASSETS:
        problems.append(
            document.problem(
                f"the recipe makes {_many(sum(counts))} assets, more than {MAX_ASSETS}",
                ("assets", counts.index(max(counts))),
                hint="split it into several recipes",
            )
        )
        return []
    drafts: list[Draft] = []
    for number, entry in enumerate(recipe.assets):
        for draft in _drafts(recipe, entry, ("assets", number), brand, document, problems, work, refused):
            if work.exhausted:  # what is left out would only seem to be missing
                return []
            drafts.append(draft)
    return drafts


def _count(entry: Entry) -> int:
    return math.prod(len(values) for values in (entry.matrix or {}).values())


def _many(count: int) -> str:
    return f"{count:,}" if count < MOST_COUNTED else "no end of"


def _drafts(
    recipe: RecipeFile,
    entry: Entry,
    place: Place,
    brand: Brand,
    document: Document,
    problems: list[Problem],
    work: Work,
    refused: frozenset[str],
) -> Iterator[Draft]:
    for axis, values in (entry.matrix or {}).items():
        if not values:
            message = f"the axis {axis} has no values"
            problems.append(document.problem(message, (*place, "matrix", axis), asset=entry.name))
        for number, value in repeated(values):
            message = f"the axis {axis} holds {show(value)} twice"
            problems.append(document.problem(message, (*place, "matrix", axis, number), asset=entry.name))
    for combination in _combinations(entry):
        parts = [entry.name, *map(slug, combination.values())]
        draft = Draft("-".join(parts), place, document, problems, work, refused)
        if not all(parts):
            draft.fault("a value of the matrix leaves nothing for the name", (*place, "matrix"))
        draft.values = _merge(recipe, entry, place)
        names = (_names(recipe, draft, brand, combination, used) for used in (draft.used, {}))
        _fill(draft, *names)
        yield draft


def _combinations(entry: Entry) -> Iterator[dict[str, Any]]:
    axes = {axis: _distinct(values) for axis, values in (entry.matrix or {}).items()}
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def repeated(values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Every value that was there before, and its number; ``1``, ``true`` and ``"1"`` are three values."""
    seen: set[tuple[type, Any]] = set()
    for number, value in enumerate(values):
        if (type(value), value) in seen:
            yield number, value
        seen.add((type(value), value))


def _distinct(values: tuple[Any, ...]) -> list[Any]:
    """Without what ``repeated`` finds, which is reported once and not again as assets of the same name."""
    again = {number for number, _ in repeated(values)}
    return [value for number, value in enumerate(values) if number not in again]


def _merge(recipe: RecipeFile, entry: Entry, place: Place) -> dict[str, Written]:
    """Asset over defaults: the asset wins, mappings of settings merge, null takes a default back."""
    merged: dict[str, Written] = {}
    for source, origin in ((recipe.defaults, ("defaults",)), (entry, place)):
        for key in sorted(source.model_fields_set - {"name", "matrix"}):
            spelled = "removeBg" if key == "remove_bg" else key
            below, value = merged.get(key), getattr(source, key)
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = Written(_over(key, below.value if below else None, value), (*origin, spelled))
    return merged


def _over(key: str, below: Any, value: Any) -> Any:
    if below is None or key in REPLACED:
        return value
    if key == "exclude":
        return (*below, *value)
    if isinstance(value, RemoveBg | ChecksKeys | VideoKeys) and isinstance(below, type(value)):
        return below.model_copy(update={name: getattr(value, name) for name in value.model_fields_set})
    if value is True and isinstance(below, RemoveBg):
        return below
    if isinstance(value, dict) and isinstance(below, dict):
        return {**below, **value}
    return value


def _names(
    recipe: RecipeFile,
    draft: Draft,
    brand: Brand,
    combination: Mapping[str, Any],
    used: dict[str, Any],
) -> dict[str, Group]:
    """What templates may name; what they do name is noted in ``used``."""
    variables = {**recipe.vars, **(draft.get("vars") or {})}
    return {
        "brand": Group(brand.values, "brand", used),
        "vars": Group(variables, "vars", used),
        "matrix": Group(combination, "matrix", used),
        "asset": Group({"name": draft.name}, "asset", {}),
    }


def _fill(draft: Draft, names: dict[str, Group], local: dict[str, Group]) -> None:
    """Render every value; the prompt last, because it may name what the others came to.

    ``local`` are the same names for keys of local work: a colour that only a platform set or a check uses is
    no colour of the subject, and must not change what is asked for behind it.
    """
    late = {key: draft.values.pop(key) for key in ("prompt", "exclude") if key in draft.values}
    for key, written in draft.values.items():
        if key not in UNRENDERED:
            draft.values[key] = Written(
                _plain(draft, written, local if key in LOCAL else names), written.place
            )
    asset = {"name": draft.name} | {
        key: draft.get(key) for key in ("aspect_ratio", "resolution", "output_format") if draft.get(key)
    }
    if isinstance(choice := draft.get("model"), ModelChoice):
        asset["model"] = choice.id
    names = names | {"asset": Group(asset, "asset", {})}
    if "prompt" in late:
        draft.values["prompt"] = Written(_prompt(draft, late["prompt"], names), late["prompt"].place)
    if "exclude" in late:
        words = draft.render(late["exclude"].value, late["exclude"].place, names)
        draft.values["exclude"] = Written(words, late["exclude"].place)


def _prompt(draft: Draft, written: Written, names: Mapping[str, Group]) -> Any:
    """The lines as one text; they are measured before they are joined, as aliases may repeat them."""
    length = sum(map(len, written.value))
    if length > MAX_TEXT:
        draft.fault(f"the prompt has {length:,} characters, more than {MAX_TEXT:,}", written.place)
        return None
    return draft.render("\n".join(written.value), written.place, names)


def _plain(draft: Draft, written: Written, names: Mapping[str, Group]) -> Any:
    value = written.value
    if isinstance(value, ModelChoice):
        chosen = draft.render(value.id, written.place, names)
        inputs = draft.render(value.input, (*written.place, "input"), names)
        return value.model_copy(update={"id": chosen or "", "input": inputs})
    if isinstance(value, RemoveBg):
        backdrop = draft.render(value.backdrop, (*written.place, "backdrop"), names)
        editor = draft.render(value.editor, (*written.place, "editor"), names)
        return value.model_copy(update={"backdrop": backdrop or "none", "editor": editor})
    if isinstance(value, ChecksKeys):
        return _checks(draft, value, written.place, names)
    return draft.render(value, written.place, names)


def _checks(draft: Draft, value: ChecksKeys, place: Place, names: Mapping[str, Group]) -> ChecksKeys:
    if value.brand_color is None:
        return value
    color = draft.render(value.brand_color.color, (*place, "brand_color", "color"), names)
    wanted = value.brand_color.model_copy(update={"color": color or ""})
    return value.model_copy(update={"brand_color": wanted})
