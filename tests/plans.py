"""Plans made by hand, for tests of how they are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import asset, recipe

from pipeline.plan.build import CodeState, CodeStep, Plan, Prune, Step
from pipeline.plan.decide import Action, ActionKind
from pipeline.plan.reason import Reason

ROOT = Path("project")
PAYING = ("create", "remake", "after")


def step(name: str, kind: ActionKind, *reasons: Reason, of: str = "icons", **changes: Any) -> Step:
    """One asset of recipes/``of``.yaml and what is due for it, at 18 credits where that costs anything."""
    credits = changes.pop("credits", 18.0 if kind in PAYING else 0.0)
    one = asset(name, cutout=changes.pop("cutout", None))
    return Step(recipe(ROOT, one, name=of), one, Action(kind, reasons, credits, **changes))


def prune(name: str, *files: str, of: str = "icons") -> Prune:
    """An asset recipes/``of``.yaml no longer has."""
    return Prune(recipe(ROOT, name=of), name, files)


def code(file: str, state: CodeState = "missing", of: str = "icons") -> CodeStep:
    """A file of generated code that is due for recipes/``of``.yaml."""
    return CodeStep(recipe(ROOT, name=of), file, state)


def plan(*parts: Step | Prune | CodeStep, **changes: Any) -> Plan:
    """A plan of these steps, prunes and files of code."""
    steps = tuple(part for part in parts if isinstance(part, Step))
    prunes = tuple(part for part in parts if isinstance(part, Prune))
    files = tuple(part for part in parts if isinstance(part, CodeStep))
    return Plan(steps, prunes, code=files, **changes)


def value(name: str, old: Any = "#EC4899", new: Any = "#3B82F6") -> Reason:
    """A template value that changed."""
    return Reason("value", name, old, new)


NEW = Reason("new", "new")
PINK_TO_BLUE = value("brand.colors.primary")
UPSTREAM = Reason("upstream", "made from coin, which this run makes")
EDITED = Reason("file", "gem.png was edited by hand", "111111111111", "999999999999")
REFRESH = plan(
    step("gem", "edited", EDITED),
    step("coin", "remake", PINK_TO_BLUE),
    step("gift", "none"),
    step("set", "after", UPSTREAM, PINK_TO_BLUE),
    prune("old", "old.png", "old.webp"),
    step("wide", "create", NEW, of="heroes", credits=None),
    step("tall", "rework", Reason("post", "icons.hero", None, 96), of="heroes"),
)
