"""Where a project begins, which paths lie inside it, and which files are its recipes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError, clean

EXTENSIONS = (".yaml", ".yml")
MARKERS = ("pipeline.yaml", ".pipeline", ".git")


def find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds ``pipeline.yaml``, ``.pipeline`` or ``.git``.

    ``start`` may be a file or a folder; its own folder when there is none.
    """
    absolute = start.absolute()
    folder = absolute if _exists(absolute) and absolute.is_dir() else absolute.parent
    for candidate in (folder, *folder.parents):
        if any(_exists(candidate / marker) for marker in MARKERS):
            return candidate
    return folder


def _exists(path: Path) -> bool:
    """``Path.exists`` that answers False as well for what no file system takes as a name."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def inside(root: Path, path: Path) -> bool:
    """Whether ``path``, symbolic links followed, is ``root`` or lies below it.

    Raises ``OSError`` or ``ValueError`` for what can be no path.
    """
    return path.resolve().is_relative_to(root.resolve())


def display(root: Path, path: Path) -> str:
    """The path as messages name it: relative to ``root``, with forward slashes, where it lies inside."""
    candidates = [path.absolute()]
    with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 on a loop of links
        candidates.append(path.resolve())
    for candidate in candidates:
        if candidate.is_relative_to(root):
            return clean(candidate.relative_to(root).as_posix())
    return clean(path)


def recipe_files(paths: Sequence[Path]) -> list[Path]:
    """The recipe files that ``paths`` (files, or folders of them) stand for, each once.

    Raises ``UsageError`` when a path does not exist or holds no recipe.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _recipe_files(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _recipe_files(path: Path) -> list[Path]:
    if not _exists(path):
        raise UsageError(f"{clean(path)} does not exist", hint=_neighbour(path))
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in EXTENSIONS and file.is_file())
        if not files:
            raise UsageError(
                f"{clean(path)} holds no recipe", hint="a recipe is a .yaml file; see: pipeline init"
            )
        return files
    return [path]


def _neighbour(path: Path) -> str:
    from pipeline.recipe.wording import nearest

    if not _exists(path.parent) or not path.parent.is_dir():
        return "see: pipeline init"
    near = nearest(path.name, (file.name for file in path.parent.iterdir() if file.suffix in EXTENSIONS))
    if near:
        return f"did you mean {clean(path.parent / near)}?"
    return "" if path.suffix in EXTENSIONS else "pipeline init makes a project with a first recipe"
