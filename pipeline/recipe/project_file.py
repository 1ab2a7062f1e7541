"""The whole shape of ``pipeline.yaml``, models of the project's own included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from pipeline.recipe.models_file import ModelEntry, Models
from pipeline.recipe.settings_file import SettingsFile
from pipeline.recipe.shape import Keys


class ProjectFile(SettingsFile):
    """pipeline.yaml at the project root."""

    models: Models | None = Field(None, description="Models of the project's own, over those of the package.")

    children: ClassVar[Mapping[str, type[Keys]]] = {**SettingsFile.children, "models": ModelEntry}
