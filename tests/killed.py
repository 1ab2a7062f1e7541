"""What a kill would leave of a run in made-up time: a copy of the project for every moment it was in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.events import Event


def moments(
    project: Any, asset: str, run: Callable[[], object], reopen: Callable[[Path], Any]
) -> Iterator[Any]:
    """The project as a kill would leave it: at every event and call of ``run`` that found the disk changed,
    until ``asset`` is delivered. ``reopen`` makes a project of a copy; its service knows the tasks so far.
    """
    seen: dict[object, tuple[Path, float, dict[str, Any]]] = {}

    def keep(*_: object) -> None:
        disk = [path for path in project.root.rglob("*") if path.is_file()]
        key = frozenset((path, path.stat().st_mtime_ns, path.stat().st_size) for path in disk)
        if key not in seen and not any(e.type == "asset-delivered" and e.asset == asset for e in told):
            left = project.root.parent / f"{project.root.name}-{len(seen)}"
            shutil.copytree(project.root, left)
            made = {task: replace(one) for task, one in project.service.made.items()}
            seen[key] = left, project.clock.monotonic(), made

    told: list[Event] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("create", "upload", "fetch"):
            patch.setattr(project.service, name, _after(keep, getattr(project.service, name)))
        project.tell = lambda event: (told.append(event), keep())
        run()
    for left, elapsed, made in seen.values():
        again = reopen(left)
        again.service.made = made
        for one in made.values():
            one.at -= elapsed  # its clock begins anew
        yield again


def _after(keep: Callable[[], None], call: Callable[..., Any]) -> Callable[..., Any]:
    async def called(*values: Any) -> Any:
        keep()
        return await call(*values)

    return called
