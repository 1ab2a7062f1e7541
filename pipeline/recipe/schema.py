"""JSON Schemas of the files people write, so that editors complete, check and explain them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from pipeline.recipe import catalogue, set_schema
from pipeline.recipe.catalogue import Catalogue, Model
from pipeline.recipe.model import BrandFile, ModelChoice, RecipeFile
from pipeline.recipe.models_file import CatalogueFile
from pipeline.recipe.paths import LONGEST_NAME, NAME_PATTERN
from pipeline.recipe.project_file import ProjectFile

_TEMPLATE = set_schema.TEMPLATE  # what it comes to is known only when it is rendered
_NULL = {"type": "null"}
_INPUT = {"$ref": "#/$defs/InputEntry"}
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_HEX = "^#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"
_FILE_NAME = {"type": "string", "pattern": f"^{NAME_PATTERN}$", "maxLength": LONGEST_NAME}
_COLOUR = {
    "type": "string",
    "anyOf": [{"pattern": _HEX}, {"pattern": "^[a-zA-Z]{3,30}$"}],
    "description": "#RRGGBB in quotes, or a CSS colour name.",
}


Kind = Literal["recipe", "brand", "project", "models"]


def schema(kind: Kind, models: Catalogue | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of files of that kind; recipes may use ``models``."""
    if kind == "recipe":
        return recipe_schema(models)
    if kind == "brand":
        return brand_schema()
    result: dict[str, Any] = _with_words(_base(ProjectFile if kind == "project" else CatalogueFile))
    return result


def _with_words(node: Any) -> Any:
    """An input of a model may be written as its values alone."""
    if isinstance(node, list):
        return [_with_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node == _INPUT:
        return {"anyOf": [_INPUT, {"type": ["string", "number", "array", "null"]}]}
    return {key: _with_words(value) for key, value in node.items()}


def recipe_schema(models: Catalogue | None = None) -> dict[str, Any]:
    """The schema of ``recipes/*.yaml``; it lists the picture models of ``models``, or of the package."""
    models = models or catalogue.load()
    result = _base(RecipeFile)
    result["$defs"]["ModelChoice"] = _plain(ModelChoice.model_json_schema())
    result["$defs"] |= set_schema.definitions()
    for name in ("Defaults", "Entry"):
        properties = result["$defs"][name]["properties"]
        properties["remove_bg"] = {**properties["removeBg"], "description": "The same as removeBg."}
        properties["model"] |= {
            "anyOf": [
                {"enum": [model.id for model in _picture_models(models)]},
                _TEMPLATE,
                {"$ref": "#/$defs/ModelChoice"},
                _NULL,
            ]
        }
        properties["targets"] |= {"$ref": "#/$defs/Targets"}
        properties["filename"] |= {"anyOf": [_FILE_NAME, _TEMPLATE, _NULL]}
        properties |= {key: _with_values(properties[key], key, models) for key in catalogue.RECIPE_KEYS}
    result["$defs"]["Entry"]["properties"]["name"] |= _FILE_NAME
    return result


def brand_schema() -> dict[str, Any]:
    """The schema of ``brand/*.yaml``."""
    result = _base(BrandFile)
    colours = {"type": "object", "additionalProperties": {"anyOf": [_COLOUR, {"$ref": "#/$defs/Colours"}]}}
    result.setdefault("$defs", {})["Colours"] = colours
    properties = result["properties"]
    properties["colors"] = {"$ref": "#/$defs/Colours", "description": properties["colors"]["description"]}
    properties["gradients"] |= {"additionalProperties": {"type": "array", "items": _COLOUR}}
    return result


def _base(model: type[BaseModel]) -> dict[str, Any]:
    result: dict[str, Any] = {"$schema": DRAFT} | _plain(model.model_json_schema(by_alias=True))
    return result


def _plain(node: Any) -> Any:
    """Without generated titles and null defaults, which tell a writer nothing."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _plain(value) for key, value in node.items() if not _is_noise(key, value)}


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _picture_models(models: Catalogue) -> list[Model]:
    found = (models.get(model_id) for model_id in models.ids())
    return [model for model in found if model is not None and model.kind == "image"]


def _with_values(entry: Mapping[str, Any], key: str, models: Catalogue) -> dict[str, Any]:
    """What some model of the catalogue takes, or a template."""
    values = dict.fromkeys(value for model in _picture_models(models) for value in model.allowed(key))
    return {
        "anyOf": [{"enum": list(values)}, _TEMPLATE, _NULL],
        "description": entry["description"],
    }
