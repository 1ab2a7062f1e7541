"""JSON Schemas of recipe and brand files, so that editors complete, check and explain them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from pipeline.recipe import catalogue, set_schema
from pipeline.recipe.model import BrandFile, ModelChoice, RecipeFile
from pipeline.recipe.paths import LONGEST_NAME, NAME_PATTERN

_TEMPLATE = set_schema.TEMPLATE  # what it comes to is known only when it is rendered
_NULL = {"type": "null"}
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_HEX = "^#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"
_FILE_NAME = {"type": "string", "pattern": f"^{NAME_PATTERN}$", "maxLength": LONGEST_NAME}
_COLOUR = {
    "type": "string",
    "anyOf": [{"pattern": _HEX}, {"pattern": "^[a-zA-Z]{3,30}$"}],
    "description": "#RRGGBB in quotes, or a CSS colour name.",
}


def schema(kind: Literal["recipe", "brand"]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of recipe or of brand files."""
    return recipe_schema() if kind == "recipe" else brand_schema()


def recipe_schema() -> dict[str, Any]:
    """The schema of ``recipes/*.yaml``; ``model`` lists the catalogue's picture models."""
    result = _base(RecipeFile)
    result["$defs"]["ModelChoice"] = _plain(ModelChoice.model_json_schema())
    result["$defs"] |= set_schema.definitions()
    for name in ("Defaults", "Entry"):
        properties = result["$defs"][name]["properties"]
        properties["remove_bg"] = {**properties["removeBg"], "description": "The same as removeBg."}
        properties["model"] |= {
            "anyOf": [{"enum": _picture_models()}, _TEMPLATE, {"$ref": "#/$defs/ModelChoice"}, _NULL]
        }
        properties["targets"] |= {"$ref": "#/$defs/Targets"}
        properties["filename"] |= {"anyOf": [_FILE_NAME, _TEMPLATE, _NULL]}
        properties |= {key: _with_values(properties[key], key) for key in catalogue.RECIPE_KEYS}
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


def _picture_models() -> list[str]:
    models = catalogue.load()
    found = (models.get(model_id) for model_id in models.ids())
    return [model.id for model in found if model is not None and model.kind == "image"]


def _with_values(entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What some model of the catalogue takes, or a template."""
    models = catalogue.load()
    found = (models.get(model_id) for model_id in _picture_models())
    values = dict.fromkeys(value for model in found if model for value in model.allowed(key))
    return {
        "anyOf": [{"enum": list(values)}, _TEMPLATE, _NULL],
        "description": entry["description"],
    }
