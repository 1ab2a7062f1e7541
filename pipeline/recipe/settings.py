"""The project's settings: ``pipeline.yaml`` at its root, all of it optional."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "pipeline.yaml"


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


def load_settings(root: Path) -> Settings:
    """The settings of the project at ``root``; built-in ones when it has no ``pipeline.yaml``.

    Raises ``RecipeError`` with every mistake in the file.
    """
    path = root / FILE
    if not path.exists() or _is_blank(path):
        return Settings()
    return _settings(_checked(path))


def _is_blank(path: Path) -> bool:
    """Whether the file only marks the project's root: nothing in it but comments."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return False
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in lines)


def _checked(path: Path) -> dict[str, Any]:
    from pipeline.errors import Problem, RecipeError
    from pipeline.recipe.load import read
    from pipeline.recipe.settings_file import ProjectFile
    from pipeline.recipe.shape import check

    problems: list[Problem] = []
    parsed, _ = check(ProjectFile, read(path, FILE), problems)
    if parsed is None or problems:
        raise RecipeError(problems)
    return parsed.model_dump(exclude_unset=True, exclude_none=True)


def _settings(data: dict[str, Any]) -> Settings:
    limits, deadlines = Limits(**data.pop("limits", {})), Deadlines(**data.pop("deadlines", {}))
    return Settings(**data, limits=limits, deadlines=deadlines)
