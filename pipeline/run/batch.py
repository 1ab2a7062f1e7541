"""Which local pictures are meant, and where the cut-out of each goes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline import media
from pipeline.deliver.stamp import is_stamped
from pipeline.errors import UsageError, clean
from pipeline.run.pairs import BLACK, WHITE, Neighbours, Pair, name_of, pair_up, refuse

_MOST_NAMED = 6
_CALLED_PICTURES = frozenset(f".{extension}" for extension in (*media.IMAGES, "jpeg"))


@dataclass(frozen=True, slots=True)
class Item:
    """One picture and the files that are to come of it. ``name`` is the picture as the user calls it.

    ``black`` is a second render of its subject, ``second`` what the user calls that.
    """

    name: str
    source: Path
    target: Path
    sheet: Path | None = None
    black: Path | None = None
    second: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file this picture is to become."""
        return (self.target,) if self.sheet is None else (self.target, self.sheet)

    @property
    def sources(self) -> dict[Path, str]:
        """Every file this picture comes from, and what the user calls it."""
        return {self.source: self.name} | ({} if self.black is None else {self.black: self.second})


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be done. ``left_out``: why files of a folder are not among it, for people."""

    items: tuple[Item, ...]
    output: Path
    shown: str  # the output folder as the user calls it
    overwrite: bool = False
    left_out: tuple[str, ...] = field(default=())


def gather(
    paths: Iterable[Path],
    output: Path,
    *,
    folder: Path,
    compare: bool = False,
    overwrite: bool = False,
    in_pairs: bool = False,
    black: Path | None = None,
) -> Batch:
    """Files, and the pictures right inside folders, each once, with their results in ``output``.

    Relative paths start at ``folder``. Whether a file in a folder is a picture is told by its first bytes;
    hidden files and results of an earlier command are left out. ``in_pairs``: two files whose names say so
    are renders of one subject, and none is alone. ``black`` is the second render of the only path. Raises
    ``UsageError`` for a path that is not there, a picture without its second render, two pictures with one
    name, a result that would replace a picture of this batch, and, without ``overwrite``, for a file in the
    way that is not as this command left it.
    """
    left_out: list[str] = []
    sources = list(_sources(paths, folder, left_out))
    if black is not None:
        pairs = [_named_pair(sources, black, folder)]
    elif in_pairs:
        pairs = _pairs(sources, folder, left_out)
    else:
        pairs = [Pair(source.path) for source in sources]
    items = _once((_item(pair, folder, folder / output, compare=compare) for pair in pairs), left_out)
    batch = Batch(tuple(items), folder / output, str(output), overwrite, tuple(dict.fromkeys(left_out)))
    _refuse(batch)
    return batch


class _Source(NamedTuple):
    """A picture as the user calls it; ``listed`` when only its folder was named."""

    path: Path
    listed: bool


def _sources(paths: Iterable[Path], folder: Path, left_out: list[str]) -> Iterator[_Source]:
    for path in paths:
        full = folder / path
        if full.is_dir():
            for child in _pictures(path, full, left_out):
                yield _Source(path / child.name, listed=True)
        elif full.is_file():
            yield _Source(path, listed=False)
        else:
            raise UsageError(f"There is no picture or folder {clean(path)}.")


def _item(pair: Pair, folder: Path, output: Path, *, compare: bool) -> Item:
    """What is to come of a picture; the result of a pair is not called white."""
    white, black = pair.white, pair.black
    name = white.stem if black is None else name_of(white)[0]
    sheet = output / f"{name}-compare.png" if compare else None
    target = output / f"{name}-nobg.png"
    if black is None:
        return Item(clean(white), folder / white, target, sheet)
    return Item(clean(white), folder / white, target, sheet, folder / black, clean(black))


def _named_pair(sources: Sequence[_Source], black: Path, folder: Path) -> Pair:
    """The only picture with the render on black that was named for it. Raises ``UsageError``."""
    if len(sources) != 1 or sources[0].listed:
        raise UsageError(
            "--black is the second render of one IMAGE, and no folder.",
            hint="Many pairs at once: call them NAME-white and NAME-black, and use --method difference.",
        )
    if not (folder / black).is_file():
        raise UsageError(f"There is no picture {clean(black)}.")
    white = sources[0].path
    if os.path.realpath(folder / black) == os.path.realpath(folder / white):
        raise UsageError(f"{clean(black)} is the picture itself: --black is another render of it, on black.")
    return Pair(white, black)


def _pairs(sources: Sequence[_Source], folder: Path, left_out: list[str]) -> list[Pair]:
    """The pairs among ``sources``. A picture without any is left out of its folder, else a ``UsageError``."""
    among = Neighbours(folder, [source.path for source in sources], _is_picture)
    pairs = list(pair_up((source.path for source in sources), among))
    named = {source.path for source in sources if not source.listed}
    for white in (pair.white for pair in pairs if pair.black is None):
        taken = _taken(white, among)
        if white in named:
            refuse(white, f"{white.stem}-{BLACK}", taken)
        why = taken or f"it has no second render ({clean(white.stem)}-{BLACK})"
        left_out.append(f"{clean(white)} is left out: {why}")
    return [pair for pair in pairs if pair.black is not None]


def _taken(white: Path, among: Neighbours) -> str:
    """Whom the second render of NAME goes with when that is NAME-white; empty when there is none."""
    black, first = (among.find(white, white.stem, ground) for ground in (BLACK, WHITE))
    return f"{clean(black)} goes with {clean(first)}" if black else ""


def _is_picture(path: Path) -> bool:
    return path.is_file() and _unfit(path) == ""


def _pictures(shown: Path, path: Path, left_out: list[str]) -> Iterator[Path]:
    """The pictures right inside a folder, by name. Raises ``UsageError`` when it cannot be listed."""
    try:
        children = sorted(child for child in path.iterdir() if not child.name.startswith("."))
    except OSError as error:
        raise UsageError(f"{clean(shown)} cannot be listed: {error.strerror}.") from error
    for child in children:
        why = _unfit(child) if child.is_file() else None
        if why:
            left_out.append(f"{clean(shown / child.name)} is left out: {why}")
        elif why is not None:
            yield child


def _unfit(path: Path) -> str | None:
    """Why a file in a folder is left out; nothing for a picture, None for what nobody would miss."""
    try:
        with path.open("rb") as stream:
            head = stream.read(media.HEAD_BYTES)
            kind = media.sniff(head)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if kind is None:
        return _called_otherwise(path, head)
    if kind not in media.IMAGES:
        return f"only {', '.join(media.IMAGES)} are read, and this is {kind}"
    return "pipeline cutout made it" if is_stamped(path) else ""


def _called_otherwise(path: Path, head: bytes) -> str | None:
    """What a file is that is called a picture and is none; None for one that is not."""
    return f"it is {media.describe(head)}" if path.suffix.lower() in _CALLED_PICTURES else None


def _once(items: Iterable[Item], left_out: list[str]) -> list[Item]:
    """Each file once, however often it was named; a link to one of them is said to be left out."""
    taken: dict[str, Item] = {}
    for item in items:
        first = taken.setdefault(os.path.realpath(item.source), item)
        if os.path.normpath(first.source) != os.path.normpath(item.source):
            left_out.append(f"{item.name} is left out: it is the same file as {first.name}")
    return list(taken.values())


def _refuse(batch: Batch) -> None:
    """Raise ``UsageError`` for what cannot be meant, before any work."""
    _refuse_no_folder(batch.output)
    _refuse_clashes(batch.items)
    _refuse_eating(batch.items)
    if not batch.overwrite:
        _refuse_strangers(batch.items)


def _refuse_no_folder(output: Path) -> None:
    if os.path.lexists(output) and not output.is_dir():
        raise UsageError(f"{clean(output)} is not a folder.", hint="Name another with -o.")


def _refuse_clashes(items: Sequence[Item]) -> None:
    """Two names that differ in case only are one file on many systems."""
    counts = Counter(item.target.name.casefold() for item in items)
    for item in items:
        if counts[item.target.name.casefold()] > 1:
            rivals = [rival.name for rival in items if _same_name(rival, item)]
            raise UsageError(
                f"These would all become {clean(item.target.name)}: {_named(rivals)}.",
                hint="Rename one, or give each its own -o DIR.",
            )


def _same_name(one: Item, other: Item) -> bool:
    return one.target.name.casefold() == other.target.name.casefold()


def _refuse_eating(items: Sequence[Item]) -> None:
    sources = {os.path.realpath(file): name for item in items for file, name in item.sources.items()}
    for file in (file for item in items for file in item.files):
        if eaten := sources.get(os.path.realpath(file)):
            raise UsageError(f"{eaten} would be replaced by a result.", hint="Choose another folder with -o.")


def _refuse_strangers(items: Sequence[Item]) -> None:
    strangers = [str(file) for item in items for file in item.files if is_strange(file)]
    if strangers:
        raise UsageError(
            f"These exist and are not as pipeline cutout left them: {_named(strangers)}.",
            hint="Nothing was written. Choose another folder with -o, or replace them with --overwrite.",
        )


def is_strange(file: Path) -> bool:
    """Whether there is something at ``file`` that is not as ``pipeline cutout`` left it."""
    return os.path.lexists(file) and not is_stamped(file)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(clean(name) for name in names[:_MOST_NAMED]) + more
