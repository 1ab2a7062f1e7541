"""How a recipe may spell ``codegen``: which files of constants it wants, a language each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import BeforeValidator, Field, StrictStr, WithJsonSchema

from pipeline.codegen.identifiers import ENDINGS
from pipeline.recipe.shape import Keys

MOST_PACKAGE = 200  # characters of a Kotlin package


def _as_path(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _ending(language: str) -> dict[str, Any]:
    return {"type": "string", "pattern": rf"\{ENDINGS[language]}$"}


class KotlinFile(Keys):
    """``kotlin: {path: …, package: …}``."""

    path: StrictStr
    package: StrictStr = Field("", max_length=MOST_PACKAGE)


_KOTLIN_FILE: Final = {
    "type": "object",
    "properties": {
        "path": _ending("kotlin"),
        "package": {
            "type": "string",
            "maxLength": MOST_PACKAGE,
            "description": "The package the file belongs to, such as com.example.app.",
        },
    },
    "required": ["path"],
    "additionalProperties": False,
}


class CodegenKeys(Keys):
    """Source files with a constant for every asset."""

    typescript: Annotated[StrictStr, WithJsonSchema(_ending("typescript"))] | None = Field(
        None, description="The TypeScript file, relative to the project root; ends with .ts."
    )
    swift: Annotated[StrictStr, WithJsonSchema(_ending("swift"))] | None = Field(
        None, description="The Swift file, relative to the project root; ends with .swift."
    )
    kotlin: Annotated[
        KotlinFile | None,
        BeforeValidator(_as_path),
        WithJsonSchema({"anyOf": [_ending("kotlin"), _KOTLIN_FILE, {"type": "null"}]}),
    ] = Field(
        None, description="The Kotlin file, relative to the project root; ends with .kt. Or {path, package}."
    )

    children: ClassVar[Mapping[str, type[Keys]]] = {"kotlin": KotlinFile}
    kinds: ClassVar[Mapping[str, str]] = {"kotlin": "a path or a mapping of path and package"}
