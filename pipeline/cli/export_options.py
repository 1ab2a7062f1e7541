"""What the options of ``pipeline export`` say: targets, what is said about each, names and colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.errors import UsageError, clean
from pipeline.recipe.paths import name_fault, slug
from pipeline.recipe.spec import TargetUse
from pipeline.recipe.target_options import mistakes, settled
from pipeline.recipe.wording import show, suggest
from pipeline.targets import catalogue
from pipeline.targets.options import MOST_TEXT, Option
from pipeline.targets.target import Target

ALL: Final = "all"
_SEE: Final = "See pipeline export --list."
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_SAID: Final = re.compile(r"([^.=]+)\.([^.=]+)=(.*)", re.DOTALL)
_LISTS: Final = ("choices", "sizes")


def uses_of(lists: Iterable[str], options: Iterable[str], padding: float | None) -> tuple[TargetUse, ...]:
    """The sets asked for, options settled. Raises ``UsageError`` for what no target is called or takes."""
    names = _names(lists)
    said: dict[str, dict[str, Any]] = {
        name: {} if padding is None else {"padding": padding} for name in names
    }
    for written in options:
        name, option, value = _split(written)
        if name not in said:
            hint = suggest(name, names) if name in catalogue.NAMES else suggest(name, catalogue.NAMES)
            raise UsageError(f"--option {clean(written)}: {show(name)} is not among --targets.", hint=hint)
        said[name][option] = _read(catalogue.target(name), option, value)
    return tuple(_use(catalogue.target(name), said[name]) for name in names)


def name_of(name: str | None, image: Path) -> str:
    """The stem of file names: as given, or as the picture is called, a cut-out by its asset's name.

    Raises ``UsageError``.
    """
    stem = name if name is not None else slug(image.stem.removesuffix("-nobg")) or "icon"
    if fault := name_fault(stem):
        raise UsageError(f"The name {show(stem)} {fault}.", hint="Say another with --name.")
    return stem


def title_of(title: str | None) -> str:
    """One line of text, or nothing. Raises ``UsageError``."""
    if title and not (title.isprintable() and len(title) <= MOST_TEXT):
        raise UsageError(f"--title takes one line of at most {MOST_TEXT} characters.")
    return title or ""


def background_of(color: str | None) -> str:
    """``#RRGGBB``; empty when nothing is said. Raises ``UsageError``."""
    if color is not None and not _COLOR.fullmatch(color):
        raise UsageError(
            f"--background does not take {show(color)}.", hint='It takes a colour such as "#EC4899".'
        )
    return (color or "").upper()


def _names(lists: Iterable[str]) -> list[str]:
    """``ios,web`` as names, each once, in the order given."""
    listed = [name.strip() for one in lists for name in one.split(",") if name.strip()]
    names = [name for one in listed for name in (catalogue.NAMES if one == ALL else (one,))]
    for name in names:
        if name not in catalogue.NAMES:
            raise UsageError(f"There is no target {show(name)}.", hint=suggest(name, (*catalogue.NAMES, ALL)))
    if not names:
        raise UsageError("--targets names none.", hint=_SEE)
    return list(dict.fromkeys(names))


def _split(written: str) -> tuple[str, str, str]:
    found = _SAID.fullmatch(written)
    if found is None:
        raise UsageError(
            f"--option does not take {show(written)}.",
            hint="Write TARGET.NAME=VALUE, such as ios.style=classic.",
        )
    return found[1].strip(), found[2].strip(), found[3].strip()


def _read(target: Target, name: str, value: str) -> Any:
    """A value as YAML would give it: numbers, true and false, lists parted by commas."""
    option = next((one for one in target.options if one.name == name), None)
    if option is None:
        return value  # reported with the rest
    if option.kind in _LISTS:
        return [_plain(option, part.strip()) for part in value.split(",") if part.strip()]
    return _plain(option, value)


def _plain(option: Option, value: str) -> Any:
    if option.kind == "flag":
        return {"true": True, "false": False}.get(value.lower(), value)
    return int(value) if option.kind in ("px", "sizes") and value.isdecimal() and value.isascii() else value


def _use(target: Target, said: Mapping[str, Any]) -> TargetUse:
    for one in mistakes(target, said):
        raise UsageError(f"{one.message}.", hint=f"{one.hint[:1].upper()}{one.hint[1:]}.")
    return settled(target, said)
