"""The end of a process at one named step of one asset, instead of at the how-many-th write.

``before fetched hero``, ``after fetched hero``: around the journal's write of that state of that asset's
purchase (``intend``, ``submitted``, ``succeeded``, ``fetched``, ``delivered``). ``rename hero.png``: before a
file is moved to that name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.generate.journal import Journal


def buying(assets: Sequence[str]) -> Iterator[str]:
    """The steps from nothing to a picture in the store, in order; at each it is clear what was bought."""
    for asset in assets:
        yield f"before intend {asset}"
        yield f"after submitted {asset}"
        yield f"before succeeded {asset}"
        yield f"after succeeded {asset}"
        yield f"before fetched {asset}"
        yield f"after fetched {asset}"


def delivering(asset: str, files: Sequence[str], recipe: str) -> Iterator[str]:
    """The steps from there to the end; ``files`` are those of the asset, ``recipe`` is the recipe's stem."""
    yield f"rename {files[0]}"
    yield f"rename {files[-1]}"
    yield "rename manifest.json"
    yield f"rename {recipe}.lock.json"
    yield f"before delivered {asset}"
    yield f"after delivered {asset}"


def doubtful(asset: str) -> Iterator[tuple[str, int]]:
    """Steps after which nobody can know whether a create was accepted, and how many then were."""
    yield f"after intend {asset}", 0
    yield f"before submitted {asset}", 1


def strike_at(step: str, strike: Callable[[], None]) -> None:
    """Call ``strike`` at this step, each time this process comes to it."""
    moment, _, rest = step.partition(" ")
    if moment == "rename":
        _strike_at_rename(rest, strike)
    else:
        state, _, asset = rest.partition(" ")
        _strike_at_state(moment, state, asset, strike)


def _strike_at_rename(name: str, strike: Callable[[], None]) -> None:
    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.rename" and Path(arguments[1]).name == name:
            strike()

    sys.addaudithook(hear)


def _strike_at_state(moment: str, state: str, asset: str, strike: Callable[[], None]) -> None:
    from pipeline.generate.journal import Journal

    write = getattr(Journal, state)

    def struck(journal: Journal, *values: Any, **named: Any) -> Any:
        here = asset in _assets(journal, state, values)
        if here and moment == "before":
            strike()
        written = write(journal, *values, **named)
        if here and moment == "after":
            strike()
        return written

    setattr(Journal, state, struck)


def _assets(journal: Journal, state: str, values: Sequence[Any]) -> set[str]:
    """Whose purchases a write of the journal is about."""
    if state == "intend":
        return {values[1]}
    numbers = values if state == "delivered" else values[:1]
    return {
        asset
        for number in numbers
        for (asset,) in journal._read("SELECT asset FROM purchase WHERE id = ?", number)
    }
