"""The shape of a model catalogue: the package's own file, and ``models`` of ``pipeline.yaml``.

What follows from more than one value (rows of a price, rules, routes) is checked in ``models_check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)

from pipeline.recipe.settings_file import Provider
from pipeline.recipe.shape import Keys

MOST_MODELS = 200
MOST_INPUTS = 100
MOST_ROWS = 100
LONGEST_ID = 200

_TEXT = {"type": "string"}
_SCALAR = {"type": ["string", "number", "boolean"]}


def _as_words(value: Any) -> Any:
    """Text as it is; of a list, or a number that was not quoted, the text it stands for."""
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return " ".join(map(as_text, value))
    return as_text(value) if isinstance(value, int | float) else value


def _as_input(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {"values": value}


def as_text(value: Any) -> str:
    """A scalar as the catalogue spells it: ``true``, ``5``, ``0.5``, ``1K``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


Words = Annotated[
    Annotated[StrictStr, Field(min_length=1, max_length=2_000)],
    BeforeValidator(_as_words),
    WithJsonSchema(
        {
            "anyOf": [{**_SCALAR}, {"type": "array", "items": _SCALAR}],
            "description": "Words with spaces between them, or a list.",
        }
    ),
]
Name = Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
StarredName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}\*?$")]
ModelId = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]
Count = Annotated[StrictInt, Field(ge=0, le=100_000)]
Date = Annotated[StrictStr, Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$")]
Scalar = StrictStr | StrictBool | StrictInt | StrictFloat


class InputEntry(Keys):
    """One input of a model, in the service's own spelling; ``NAME*`` is required."""

    type: Literal["string", "integer", "number", "boolean", "url", "urls"] = Field(
        "string", description="What the service takes; string unless said."
    )
    values: Words | None = Field(None, description="The words it takes; any unless said.")
    default: Scalar | None = Field(None, description="Sent where a recipe says nothing.")
    min: Number | None = Field(None, description="Characters of a string, the number itself, or of a list.")
    max: Number | None = Field(None, description="The same, at most.")
    advised: Count | None = Field(None, description="Characters beyond which the service may refuse.")


class PictureEntry(Keys):
    """The input that takes pictures."""

    field: Name = Field(description="Its name.")
    list: StrictBool = Field(True, description="Whether it takes a list; false: one URL.")
    min: Count = Field(0, description="Pictures at least; 1 where it cannot do without.")
    max: Count = Field(description="Pictures at most.")
    mb: Amount = Field(10, description="Megabytes of each picture.")
    mp: Amount = Field(0, description="Megapixels of each picture; 0: no bound is known.")
    min_px: Count = Field(0, description="Length of each side at least, px.")
    max_px: Count = Field(0, description="Length of each side at most, px; 0: no bound is known.")
    formats: Words = Field("jpeg png webp", description="Of jpeg, png and webp.")


class KeyEntry(Keys):
    """How a key of a recipe travels."""

    field: Name = Field(description="The input it becomes.")
    values: Words | None = Field(None, description="RECIPE=WIRE words; as written unless said.")


class SeveralEntry(Keys):
    """How several pictures of one task are asked for."""

    field: Name = Field(description="The input that says how many.")
    told: StrictBool = Field(False, description="Whether the prompt has to say how many, too.")


class RuleEntry(Keys):
    """When ``when`` is one of ``is``, ``then`` must be one of ``among``."""

    when: Name
    is_: Words = Field(alias="is")
    then: Name
    among: Words


class PriceEntry(Keys):
    """Credits for one create: ``flat``, ``per_megapixel`` of an input, or rows chosen ``by`` inputs.

    Every key that is not listed is a row: the values of the inputs in ``by``, in that order.
    """

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)
    __pydantic_extra__: dict[str, Amount]

    flat: Amount | None = Field(None, description="The same for every create.")
    per_megapixel: Amount | None = Field(None, description="For each megapixel.")
    of: Name | None = Field(None, description="Of which: an input of named sizes, or result.")
    by: Words | None = Field(None, description="The inputs that choose a row, or result.")
    each: Name | None = Field(None, description="The input that multiplies it.")
    picture: Amount = Field(0, description="Credits more for each picture sent along.")
    free: Count = Field(0, description="Pictures that cost nothing more.")
    date: Date | None = Field(None, description="When it was so, YYYY-MM-DD.")
    source: Annotated[StrictStr, Field(min_length=1, max_length=200)] | None = Field(
        None, description="Who says so."
    )


class ModelEntry(Keys):
    """One model of the catalogue."""

    extends: ModelId | None = Field(None, description="A model whose entry this one changes in part.")
    provider: Provider = Field("kie", description="Who offers it.")
    kind: Literal["image", "video"] = Field("image", description="What it makes.")
    editor: ModelId | None = Field(None, description="The model of the family that edits its pictures.")
    inputs: Annotated[
        dict[StarredName, Annotated[InputEntry, BeforeValidator(_as_input)]], Field(max_length=MOST_INPUTS)
    ] = Field(default_factory=dict, description="Its inputs; words alone are the values of one.")
    picture: PictureEntry | None = Field(None, description="The input that takes pictures.")
    keys: dict[Name, KeyEntry] = Field(
        default_factory=dict, description="Keys of a recipe that the service spells otherwise."
    )
    rules: tuple[RuleEntry, ...] = Field((), description="What does not go together.", max_length=100)
    transparent: Annotated[StrictStr, Field(pattern=r"^[^=\s]+=[^=\s]+$")] | None = Field(
        None, description="INPUT=VALUE that asks for a picture with alpha."
    )
    several: SeveralEntry | None = Field(None, description="How several pictures of one task are asked for.")
    size: Name | None = Field(
        None, description="same: the result is as large as its picture; an input: as many times that."
    )
    most_px: Count = Field(0, description="Longest side of the result at most, px; 0: no bound is known.")
    price: PriceEntry | None = Field(None, description="What one create costs.")

    children: ClassVar[Mapping[str, type[Keys]]] = {
        "inputs": InputEntry,
        "picture": PictureEntry,
        "keys": KeyEntry,
        "rules": RuleEntry,
        "several": SeveralEntry,
        "price": PriceEntry,
    }
    hints: ClassVar[Mapping[str, str]] = {
        "inputs": "a name of letters, digits and underscores, with * where it is required",
        "transparent": "write INPUT=VALUE",
    }


class Origin(Keys):
    """When and where prices were read."""

    date: Date
    source: Annotated[StrictStr, Field(min_length=1, max_length=200)]


Models = Annotated[dict[ModelId, ModelEntry], Field(max_length=MOST_MODELS)]


class CatalogueFile(Keys):
    """A whole catalogue, as the package has one."""

    prices: dict[Provider, Origin] = Field(description="Of models whose price says nothing.")
    common: dict[
        Provider,
        dict[StarredName, Annotated[InputEntry, BeforeValidator(_as_input)]],
    ] = Field(default_factory=dict, description="Inputs of every model of a provider.")
    models: Models = Field(description="The models by id.")

    children: ClassVar[Mapping[str, type[Keys]]] = {
        "prices": Origin,
        "common": InputEntry,
        "models": ModelEntry,
    }


def texts(entry: Any) -> Any:
    """What a file says of a model with every scalar as text and every list of words as words."""
    if isinstance(entry, Mapping):
        return {str(key): texts(value) for key, value in entry.items() if value is not None}
    if isinstance(entry, list):
        plain = not any(isinstance(item, Mapping) for item in entry)
        return " ".join(map(as_text, entry)) if plain and entry else [texts(item) for item in entry]
    return as_text(entry)
