"""How a recipe may spell platform sets: the forms of ``targets`` and ``art``, brought to one.

Which targets there are and what each of them takes is checked later (``sets.py``), when templates are
rendered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StrictStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from pipeline.targets.output import SLOTS

MOST_TARGETS: Final = 40
MOST_OPTIONS: Final = 40
_FORMS: Final = "must be a name, a list of names, or a mapping of names to their options"
_OPTIONS: Final = "must hold, for each name, a mapping of options, or true"


def _as_mapping(value: Any) -> Any:
    """``ios``, ``[ios, web]`` and ``{ios: true, web: {…}}`` as names with their options."""
    if value is None:
        return None
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
        return {name: {} for name in listed}
    if not isinstance(listed, dict):
        raise PydanticCustomError("targets_form", _FORMS)
    return {name: _options(said) for name, said in listed.items() if said is not False}


def _options(said: Any) -> Mapping[str, Any]:
    if said is None or said is True:
        return {}
    if not isinstance(said, dict):
        raise PydanticCustomError("targets_form", _OPTIONS)
    return said


_NULL: Final = {"type": "null"}

Other = Literal["small", "dark", "tinted", "monochrome", "background"]
"""Of ``pipeline.targets.output.Slot`` all but the master."""

Targets = Annotated[
    Annotated[
        dict[StrictStr, Annotated[dict[StrictStr, Any], Field(max_length=MOST_OPTIONS)]],
        Field(max_length=MOST_TARGETS),
    ]
    | None,
    BeforeValidator(_as_mapping),
    WithJsonSchema({}),  # schema.py says it, with every option
]

Arts = Annotated[
    dict[Other, StrictStr] | None,
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {slot: {"type": "string"} for slot in SLOTS},
                    "additionalProperties": False,
                },
                _NULL,
            ]
        }
    ),
]
