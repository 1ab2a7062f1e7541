"""The shape of recipe, brand and project files: which keys exist, and what kind of value each takes.

Everything that depends on more than one value (models, templates, paths, names) is checked later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    WithJsonSchema,
)

from pipeline.recipe import check_keys, code_keys, set_keys, video_keys
from pipeline.recipe.shape import Keys
from pipeline.recipe.spec import MOST_CANDIDATES

FORMATS = ("png", "webp", "jpg", "avif")
LARGEST_ICON_PX = 8192
# Lists in ``defaults`` reach every asset, so each has an end.
MOST_LINES = 1_000
MOST_WORDS = 200
MOST_PICTURES = 20  # of one asset; no model takes more than 16
MOST_ICONS = 100
MOST_NAMES = 1_000
MOST_AXES = 10
CutoutModel = Literal[
    "u2netp", "u2net", "u2net_human_seg", "silueta", "isnet-general-use", "isnet-anime", "birefnet-general",
    "birefnet-general-lite", "birefnet-portrait", "birefnet-dis", "birefnet-hrsod", "birefnet-cod",
    "birefnet-massive", "bria-rmbg",
]  # fmt: skip

Scalar = StrictStr | StrictInt | StrictFloat | StrictBool
Format = Literal["png", "webp", "jpg", "avif"]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | int | float) else value


def _as_model(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


def _switch_or_mapping(value: Any) -> str:
    return "switch" if isinstance(value, bool) else "mapping"


def _as_labels(value: Any) -> Any:
    return {str(px): px for px in value} if isinstance(value, list) else value


def _union(*kinds: dict[str, Any], description: str = "") -> WithJsonSchema:
    return WithJsonSchema({"anyOf": list(kinds), "description": description})


_TEXT = {"type": "string"}
_NULL = {"type": "null"}
_TEXTS = {"type": "array", "items": _TEXT}

Lines = Annotated[
    Annotated[tuple[StrictStr, ...], Field(max_length=MOST_LINES)],
    BeforeValidator(_as_list),
    _union(_TEXT, _TEXTS, description="Text, or a list of texts."),
]
Words = Annotated[
    Annotated[tuple[StrictStr, ...], Field(max_length=MOST_WORDS)],
    BeforeValidator(_as_list),
    _union(_TEXT, _TEXTS, description="Text, or a list of texts."),
]
Pictures = Annotated[
    Annotated[tuple[StrictStr, ...], Field(max_length=MOST_PICTURES)],
    BeforeValidator(_as_list),
    _union(_TEXT, _TEXTS, description="Text, or a list of texts."),
]
Variables = Annotated[dict[str, Scalar], Field(max_length=MOST_NAMES)]
Pixels = Annotated[StrictInt, Field(ge=1, le=LARGEST_ICON_PX)]
Label = Annotated[StrictStr, Field(pattern=r"^@?[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class ModelChoice(Keys):
    """``model: {id: …, input: {…}}``: a model with its inputs as the service spells them."""

    id: StrictStr = Field(min_length=1, max_length=200)
    input: dict[str, Any] = Field(default_factory=dict, description="Inputs in the service's own spelling.")


class RemoveBg(Keys):
    """How the background is removed."""

    method: Literal["auto", "rembg", "key", "difference", "native"] = Field(
        "auto",
        description="auto picks what suits the backdrop; difference buys two renders, on white and on black;"
        " native: the model delivers transparency.",
    )
    model: CutoutModel = Field("u2netp", description="The network rembg uses (see `pipeline models`).")
    backdrop: StrictStr = Field(
        "auto",
        description="What the prompt asks for: auto (far from the subject), white, none, or a colour.",
    )
    editor: StrictStr | None = Field(
        None,
        description="With difference: the model that repaints the first render on black. The asset's own, or"
        " the one of its family that edits pictures, unless said.",
    )
    crop: StrictBool = Field(False, description="Trim to the subject.")
    padding: Annotated[
        Annotated[float, Field(ge=0, le=1, strict=True)],
        BeforeValidator(check_keys.as_share),
        _union(
            {"type": "number", "minimum": 0, "maximum": 1},
            {"type": "string", "pattern": "^[0-9.]+ ?%$"},
            description="Added on every side, of the longer side of the cropped subject: 8% or 0.08.",
        ),
    ] = 0.0
    alpha_matting: StrictBool = Field(False, description="Softer edges for hair and fur; slow.")
    decontaminate: StrictBool = Field(False, description="Take the backdrop's colour out of soft edges.")
    shadow: Literal["keep", "drop"] = Field(
        "keep", description="Soft shadows and glow: kept as transparency, or dropped."
    )
    translucent: StrictBool | None = Field(
        None, description="Whether the backdrop shows through the subject, as through glass."
    )


class Defaults(Keys):
    """What an asset may say about how it is made; ``defaults`` says it for all of them."""

    prompt: Lines | None = Field(None, description="What to draw; a list of lines is joined with spaces.")
    exclude: Words | None = Field(
        None, description="Added to the brand's list and rendered as the last sentence."
    )
    model: Annotated[
        ModelChoice | None,
        BeforeValidator(_as_model),
        _union(_TEXT, _NULL, description="A model of the catalogue (see `pipeline models`), or {id, input}."),
    ] = None
    aspect_ratio: StrictStr | None = Field(None, description="Width to height, such as 1:1 or 16:9.")
    resolution: StrictStr | None = Field(
        None, description="1K, 2K or 4K, of a video 720p or 1080p, as the model offers."
    )
    output_format: StrictStr | None = Field(
        None, description="What the service delivers; png unless said otherwise."
    )
    duration: StrictStr | StrictInt | None = Field(
        None, description="Seconds of a video, as the model offers: 5 or 10."
    )
    params: dict[str, Any] | None = Field(
        None, description="More inputs of the model, checked against the catalogue."
    )
    references: Pictures | None = Field(
        None,
        description="Pictures to work from: files, URLs, asset:NAME, asset:NAME#nobg, asset:NAME@LABEL.",
    )
    image: StrictStr | None = Field(
        None,
        description="The one picture to work on: a file, a URL, asset:NAME, asset:NAME#nobg (its cut-out) or"
        " asset:NAME@LABEL (an icon).",
    )
    remove_bg: (
        Annotated[
            Annotated[StrictBool, Tag("switch")] | Annotated[RemoveBg, Tag("mapping")],
            Discriminator(_switch_or_mapping),
        ]
        | None
    ) = Field(None, alias="removeBg", description="Cut the subject out of its background.")
    icons: Annotated[
        Annotated[dict[Label, Pixels], Field(max_length=MOST_ICONS)] | None,
        BeforeValidator(_as_labels),
        _union(
            {
                "type": "object",
                "additionalProperties": {"type": "integer", "minimum": 1, "maximum": LARGEST_ICON_PX},
            },
            {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": LARGEST_ICON_PX}},
            _NULL,
            description='Extra sizes in px of the longer side: {"@2x": 48, hero: 160} or [16, 32].',
        ),
    ] = None
    formats: Annotated[
        Annotated[tuple[Format, ...], Field(max_length=MOST_PICTURES)] | None,
        BeforeValidator(_as_list),
        _union(
            {"enum": list(FORMATS)},
            {"type": "array", "items": {"enum": list(FORMATS)}},
            _NULL,
            description="Of every size.",
        ),
    ] = None
    targets: set_keys.Targets = Field(
        None, description="Platform sets to make: a name, a list of names, or names with their options."
    )
    art: set_keys.Arts = Field(
        None,
        description="Other drawings for the sets: small (up to 32 px), dark, tinted, monochrome, background;"
        " each a file or asset:NAME.",
    )
    contact_sheet: StrictBool | None = Field(
        None, description="Deliver NAME/contact-sheet.png: the sets under masks, light and dark, at 16 px."
    )
    max_kb: Annotated[StrictInt, Field(ge=1, le=check_keys.MOST_KB)] | None = Field(
        None, description="No picture made of the original is larger, in kB of 1,000 bytes."
    )
    video: video_keys.VideoKeys | None = Field(
        None, description="What to make of a video besides itself: poster, formats, preview, loop."
    )
    checks: check_keys.ChecksKeys | None = Field(
        None, description="What the full-size result has to be like; the run fails where it is not."
    )
    attempts: Annotated[StrictInt, Field(ge=1, le=check_keys.MOST_ATTEMPTS)] | None = Field(
        None, description="How often to make it at most while checks fail; each attempt is paid for."
    )
    candidates: Annotated[StrictInt, Field(ge=1, le=MOST_CANDIDATES)] | None = Field(
        None, description="How many to make at once, all of them paid for and kept; one is delivered."
    )
    pick: Literal["checks", "person"] | None = Field(
        None, description="Who picks the candidate: the checks, or a person with `pipeline pick`."
    )
    filename: StrictStr | None = Field(None, description="Stem of the delivered files; the name unless said.")
    dir: StrictStr | None = Field(None, description="Folder below the output folder.")
    deadline: Annotated[float, Field(gt=0, le=86_400, strict=True)] | None = Field(
        None, description="Seconds to wait for the service; a rerun resumes what takes longer."
    )
    vars: Variables | None = Field(None, description="Values for {{ vars.NAME }}, over those of the recipe.")

    children: ClassVar[Mapping[str, type[Keys]]] = {
        "removeBg": RemoveBg,
        "model": ModelChoice,
        "checks": check_keys.ChecksKeys,
        "video": video_keys.VideoKeys,
    }
    hints: ClassVar[Mapping[str, str]] = {
        "removeBg": "the settings are method, model, backdrop, editor, crop, padding, alpha_matting,"
        " decontaminate, shadow, translucent",
        "icons": "a label holds letters, digits and . _ -, after an @ if you like",
    }
    kinds: ClassVar[Mapping[str, str]] = {"removeBg": "true, false or a mapping of settings"}


class Entry(Defaults):
    """One asset, or one for every combination of its matrix."""

    name: StrictStr = Field(
        description="Letters, digits, dots, dashes and underscores; unique in the recipe."
    )
    matrix: Annotated[dict[str, tuple[Scalar, ...]], Field(max_length=MOST_AXES)] | None = Field(
        None, description="Axes and their values: one asset for every combination, named NAME-value-value."
    )


class RecipeFile(Keys):
    """recipes/NAME.yaml: the assets a team needs."""

    brand: StrictStr | None = Field(None, description="The brand file, relative to this file.")
    output: StrictStr | None = Field(None, description="Where to deliver, relative to the project root.")
    vars: Variables = Field(default_factory=dict, description="Values for {{ vars.NAME }}.")
    defaults: Defaults = Field(
        default_factory=Defaults, description="What every asset says unless it says otherwise."
    )
    rename: Annotated[dict[str, StrictStr], Field(max_length=MOST_NAMES)] = Field(
        default_factory=dict, description="former name: name now. Keeps the paid picture of a renamed asset."
    )
    codegen: code_keys.CodegenKeys | None = Field(
        None, description="Source files with a constant for every asset: typescript, swift, kotlin."
    )
    assets: tuple[Entry, ...] = Field(min_length=1, description="What to make.")

    children: ClassVar[Mapping[str, type[Keys]]] = {
        "defaults": Defaults,
        "assets": Entry,
        "codegen": code_keys.CodegenKeys,
    }
    hints: ClassVar[Mapping[str, str]] = {"assets": "begin it with  - name: NAME"}


class BrandFile(Keys):
    """brand/NAME.yaml: what a brand looks like."""

    name: StrictStr | None = Field(None, description="What the brand is called.")
    extends: StrictStr | None = Field(
        None, description="A brand file to build on; this file wins, lists are replaced."
    )
    colors: dict[str, Any] | None = Field(None, description="Names and colours; groups may nest.")
    gradients: dict[str, tuple[StrictStr, ...]] | None = Field(
        None, description="Names and lists of colours."
    )
    aesthetic: StrictStr | None = Field(None, description="The look in a few words.")
    voice: StrictStr | None = Field(None, description="The tone in a few words.")
    exclude: Words | None = Field(None, description="What no picture of the brand may show.")
    logo: StrictStr | None = Field(None, description="The logo, relative to this file.")
    extra: dict[str, Any] | None = Field(None, description="Anything else, for {{ brand.extra.NAME }}.")
