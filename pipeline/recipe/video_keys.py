"""How a recipe says what is made of a video: the keys of ``video``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr, WithJsonSchema

from pipeline.recipe.check_keys import MOST_KB
from pipeline.recipe.shape import Keys
from pipeline.recipe.video import ENCODINGS, MAX_S, POSTERS


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Poster = Annotated[
    StrictStr | StrictInt | StrictFloat,
    WithJsonSchema(
        {
            "anyOf": [{"enum": list(POSTERS)}, {"type": "number", "minimum": 0, "maximum": MAX_S}],
            "description": "The frame that is delivered as a picture: first, middle, last, or seconds.",
        }
    ),
]


class VideoKeys(Keys):
    """What is made of a video; all of it needs the extra ``video`` (PyAV)."""

    poster: Poster = "none"
    formats: Annotated[
        Annotated[tuple[Literal["mp4", "webm", "av1"], ...], Field(max_length=len(ENCODINGS))],
        BeforeValidator(_as_list),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": list(ENCODINGS)},
                    {"type": "array", "items": {"enum": list(ENCODINGS)}},
                ],
                "description": "Encodings besides the delivered video: mp4 (H.264), webm (VP9), av1.",
            }
        ),
    ] = ()
    preview: Literal["gif", "webp", "none"] = Field("none", description="A small moving picture of it.")
    loop: StrictBool = Field(
        False, description="What is made fades from its end into its beginning, and is silent."
    )
    mute: StrictBool = Field(False, description="What is made has no sound.")
    max_kb: Annotated[StrictInt, Field(ge=1, le=MOST_KB)] | None = Field(
        None, description="No video or preview made of it is larger, in kB of 1,000 bytes."
    )

    hints: ClassVar[Mapping[str, str]] = {"poster": "first, middle, last, none, or seconds such as 1.5"}
