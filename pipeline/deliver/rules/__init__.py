"""The rules of ``pipeline check``: each a function from what it looks at to its findings, by name.

A new rule is a function and a line in one of the tables here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import AssetLook, Look
from pipeline.deliver.rules import assets, files
from pipeline.errors import ProcessError

Thing = TypeVar("Thing")
Rule = Callable[[Thing], Iterable[Finding]]

FILES: Final[Mapping[str, Rule[Look]]] = {
    "recorded": files.recorded,
    "blank": files.blank,
    "painted-checkerboard": files.painted_checkerboard,
    "opaque-cutout": files.opaque_cutout,
    "backdrop-left": files.backdrop_left,
}
"""Rules about one whole file; the others are only asked when it can be read."""

ASSETS: Final[Mapping[str, Rule[AssetLook]]] = {
    "cutout-missing": assets.cutout_missing,
    "cutout-doubtful": assets.cutout_doubtful,
    "warned": assets.warned,
}
"""Rules about an asset, by what its run wrote down."""


def examine(look: Look) -> Iterator[Finding]:
    """Everything there is to say of a file; when it cannot be read that and nothing else."""
    try:
        _ = look.picture
    except ProcessError as error:
        findings = [Finding("error", error.message.rstrip("."), error.hint, "readable")]
    else:
        findings = list(_apply(FILES, look))
    for finding in findings:
        yield replace(finding, file=look.name, asset=look.asset, recipe=look.recipe)


def judge(look: AssetLook) -> Iterator[Finding]:
    """Everything there is to say of an asset."""
    for finding in _apply(ASSETS, look):
        yield replace(finding, asset=look.name, recipe=look.recipe)


def _apply(rules: Mapping[str, Rule[Thing]], thing: Thing) -> Iterator[Finding]:
    for name, rule in rules.items():
        for finding in rule(thing):
            yield replace(finding, rule=name)
