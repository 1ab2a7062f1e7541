"""The project's settings: ``pipeline.yaml`` at its root, all of it optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.errors import Problem
    from pipeline.recipe.load import Document
    from pipeline.recipe.settings_file import SettingsFile

FILE = "pipeline.yaml"
_MOST_REMARKS = 65_536  # bytes; a file that only marks the root is shorter


@dataclass(frozen=True, slots=True)
class Limits:
    """``creates`` paid requests in any ``window`` seconds, ``running`` tasks at once, credits for a run."""

    creates: int = 20
    window: float = 10.0
    running: int = 100
    max_credits: float | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds to wait for one task of a kind; a rerun resumes what takes longer."""

    image: float = 300.0
    video: float = 600.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``pipeline.yaml`` says; ``None`` and ``""`` stand for the built-in choice."""

    provider: str = "kie"
    store: str = ""
    brand: str = ""  # of recipes that name none; relative to the project root
    workers: str = ""  # "local:N"
    limits: Limits = field(default_factory=Limits)
    deadlines: Deadlines = field(default_factory=Deadlines)
    api_base_url: str = ""
    upload_base_url: str = ""
    max_download_mb: float = 200.0
    allow_private_urls: bool = False
    models: Mapping[str, Any] = field(
        default_factory=dict
    )  # the project's own, as ``catalogue.load`` takes them


def load_settings(root: Path) -> Settings:
    """The settings of the project at ``root``; built-in ones when it has no ``pipeline.yaml``.

    Raises ``RecipeError`` with every mistake in the file.
    """
    path = root / FILE
    if not path.exists() and not path.is_symlink():
        return Settings()
    _refuse_link(path, root)
    return Settings() if _is_blank(path) else _settings(_checked(path, root))


def _refuse_link(path: Path, root: Path) -> None:
    """What stands in a file that a link leads to outside must not be quoted in a message."""
    from pipeline.recipe.load import file_error
    from pipeline.recipe.project import inside

    try:
        within = inside(root, path)
    except (OSError, ValueError, RuntimeError):  # a link to itself
        within = False
    if not within:
        raise file_error(FILE, "is a link that leaves the project")
    if not path.is_file():
        raise file_error(FILE, "is not a file")


def _is_blank(path: Path) -> bool:
    """Whether the file only marks the project's root: nothing in it but comments."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_MOST_REMARKS + 1)
    except OSError:
        return False
    if len(head) > _MOST_REMARKS:
        return False
    lines = head.splitlines()
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in lines)


def _checked(path: Path, root: Path) -> dict[str, Any]:
    from pipeline.errors import RecipeError
    from pipeline.recipe.bounds import Enough, Mistakes, told
    from pipeline.recipe.load import read
    from pipeline.recipe.shape import check

    problems = Mistakes()
    document = read(path, FILE)
    try:
        parsed, _ = check(_shape(document), document, problems)
        if parsed is not None and parsed.store:
            _check_store(parsed.store, root, document, problems)
        models = _own_models(document, problems) if getattr(parsed, "models", None) else {}
    except Enough:
        raise RecipeError(told(problems, cut=True)) from None
    if parsed is None or problems:
        raise RecipeError(problems)
    said: dict[str, Any] = parsed.model_dump(exclude_unset=True, exclude_none=True, exclude={"models"})
    return said | {"models": models} if models else said


def _shape(document: Document) -> type[SettingsFile]:
    """The shape to hold a file against; that of models takes 10 ms to load, and most files have none."""
    from pipeline.recipe.settings_file import SettingsFile

    if set(document.data) <= SettingsFile.model_fields.keys():
        return SettingsFile
    from pipeline.recipe.project_file import ProjectFile

    return ProjectFile


def _own_models(document: Document, problems: list[Problem]) -> dict[str, Any]:
    from pipeline.recipe.overrides import own_models

    return own_models(document, FILE, problems)


def _check_store(written: str, root: Path, document: Document, problems: list[Problem]) -> None:
    """A store may lie outside, for several projects to share, but not among what is not for pictures."""
    from pipeline.recipe.paths import PathFault, refuse_store

    try:
        refuse_store(root / written, written, root)
    except PathFault as fault:
        problems.append(document.problem(f"store: {fault.message}", ("store",), hint=fault.hint))


def _settings(data: dict[str, Any]) -> Settings:
    limits, deadlines = Limits(**data.pop("limits", {})), Deadlines(**data.pop("deadlines", {}))
    return Settings(**data, limits=limits, deadlines=deadlines)
