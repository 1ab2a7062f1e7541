"""Where a project begins, and which paths lie inside it."""

from __future__ import annotations

from pathlib import Path

MARKERS = ("pipeline.yaml", ".pipeline", ".git")


def find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds ``pipeline.yaml``, ``.pipeline`` or ``.git``.

    ``start`` may be a file or a folder; its own folder when there is none.
    """
    absolute = start.absolute()
    folder = absolute if absolute.is_dir() else absolute.parent
    for candidate in (folder, *folder.parents):
        if any((candidate / marker).exists() for marker in MARKERS):
            return candidate
    return folder


def inside(root: Path, path: Path) -> bool:
    """Whether ``path``, symbolic links followed, is ``root`` or lies below it.

    Raises ``OSError`` or ``ValueError`` for what can be no path.
    """
    return path.resolve().is_relative_to(root.resolve())


def display(root: Path, path: Path) -> str:
    """The path as messages name it: relative to ``root``, with forward slashes, where it lies inside."""
    for candidate in (path.absolute(), path.resolve()):
        if candidate.is_relative_to(root):
            return candidate.relative_to(root).as_posix()
    return str(path)
