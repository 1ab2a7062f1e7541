"""Small ways to say what a test is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.errors import Location
from pipeline.recipe.spec import Asset, Picture, Recipe, Request


def asset(name: str, *, prompt: str = "a coin", made_from: tuple[str, ...] = (), **changes: Any) -> Asset:
    """An image asset; ``made_from`` names other assets."""
    pictures = changes.pop("pictures", tuple(Picture("asset", other) for other in made_from))
    inputs = {"prompt": prompt, "aspect_ratio": "1:1", **changes.pop("inputs", {})}
    request = Request("nano-banana-pro", inputs, pictures, "image_input" if pictures else "")
    defaults: dict[str, Any] = {"filename": name, "price": 18.0, "location": Location("r.yaml", 1, 1)}
    return Asset(name=name, request=request, **(defaults | changes))


def recipe(root: Path, *assets: Asset, name: str = "icons") -> Recipe:
    """A recipe of these assets in a project at ``root``."""
    return Recipe(
        name=name,
        key=f"recipes/{name}.yaml",
        path=root / "recipes" / f"{name}.yaml",
        root=root,
        output=root / "output" / name,
        assets=assets,
    )
