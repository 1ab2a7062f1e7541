"""What a recipe means once it is read, checked and rendered: plain, frozen, ready to be planned.

Nothing here knows YAML, Jinja or pydantic, so that planning and running stay quick to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import Location, Problem
from pipeline.recipe.expectations import Expectations
from pipeline.recipe.video import Video
from pipeline.targets.output import Slot

Kind = Literal["image", "video"]
PickBy = Literal["checks", "person"]

ON_WHITE = "@white"
"""After an asset's name: the first of its two renders, an asset beside it. Nobody can write such a name."""


CANDIDATE = "@"
"""Between an asset's name and a number: one of its candidates, an asset beside it. Nor such a name."""

MOST_CANDIDATES = 8


def owner(name: str) -> str:
    """The asset a first render or a candidate is made for; of any other asset its own name."""
    return name.partition("@")[0]


def candidate_number(name: str) -> int:
    """Which of its asset's candidates has this name, from 1; 0 for an asset that is none."""
    number = name.partition(CANDIDATE)[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Cutout:
    """Background removal settings."""

    method: Literal["auto", "rembg", "key", "difference", "native"] = "auto"
    model: str = "u2netp"
    crop: bool = False  # trim to the subject
    padding: float = 0.0  # of the longer side of the cropped subject, 0..1, added on every side
    alpha_matting: bool = False
    decontaminate: bool = False
    backdrop: str = "auto"  # "#RRGGBB" the prompt asks for; "none": nothing; "auto": whatever is there
    shadow: Literal["keep", "drop"] = "keep"
    translucent: bool | None = None  # whether the subject lets the backdrop through; None: not said


@dataclass(frozen=True, slots=True)
class Part:
    """What of an asset is sent instead of its original: the cut-out, or one of the icons.

    It is made anew from the original wherever it is needed, so all that shapes it is here, as the recipe has
    it now. A cut-out that was edited by hand and accepted is not what is meant.
    """

    label: str  # "nobg", or the icon's as its asset has it: "@2x", "hero"
    px: int = 0  # longer side of the icon; 0: full size
    cutout: Cutout | None = None  # how the background is removed; None: it stays
    first: str = ""  # the asset that is the first of two renders, where the cut-out takes both

    @property
    def suffix(self) -> str:
        """As a recipe writes it after the asset's name: ``#nobg``, ``@2x``, ``@hero``."""
        return f"@{self.label.removeprefix('@')}" if self.px else f"#{self.label}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture an asset is made from: a local file, a URL, or another asset of the same recipe."""

    source: Literal["file", "url", "asset"]
    value: str  # file: path relative to the project root, POSIX; url: the URL; asset: the asset's name
    path: Path | None = None  # absolute, for files
    part: Part | None = None  # of an asset, where its original is not what is sent

    @property
    def originals(self) -> tuple[Picture, ...]:
        """What it takes to make it: itself, or of a part the asset's original, of two renders both."""
        if self.part is None:
            return (self,)
        names = (self.part.first, self.value) if self.part.first else (self.value,)
        return tuple(Picture("asset", name) for name in names)

    @property
    def shown(self) -> str:
        """As messages name it: ``logo.png``, ``coin``, ``coin#nobg``."""
        if self.source == "file":
            return self.value.rpartition("/")[2]
        return self.value + (self.part.suffix if self.part else "")


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a model takes as a picture; 0: no bound is known."""

    formats: tuple[str, ...] = ()  # "jpeg", "png", "webp"
    megabytes: float = 0  # of 1,000,000 bytes
    megapixels: float = 0  # of 1,000,000 px
    smallest_px: int = 0  # of the shorter side
    largest_px: int = 0  # of the longer side


@dataclass(frozen=True, slots=True)
class Request:
    """What will be sent, but for the URLs of pictures, which are known only when it is.

    ``inputs`` holds every parameter in the service's own spelling and type, catalogue defaults made
    explicit. ``pictures`` go to ``inputs[picture_field]``, as a list when ``picture_list``; those that are
    not within ``limits`` are converted first, and ``converted`` says which files that is known of.
    """

    model: str
    inputs: Mapping[str, Any]
    pictures: tuple[Picture, ...] = ()
    picture_field: str = ""
    picture_list: bool = True
    defaulted: frozenset[str] = frozenset()  # inputs the recipe leaves to the catalogue
    limits: PictureLimits | None = None  # None: whatever it is, it is sent as it is
    converted: tuple[str, ...] = ()  # "logo.tiff: sent as png", for people

    @property
    def originals(self) -> tuple[Picture, ...]:
        """What it takes to make its pictures: files, URLs and assets as they were generated."""
        return tuple(one for picture in self.pictures for one in picture.originals)


@dataclass(frozen=True, slots=True)
class Icon:
    """One extra size: ``px`` is the longer side."""

    label: str  # as written: "@2x", "hero"; a list of numbers labels itself ("48")
    px: int

    @property
    def suffix(self) -> str:
        """What follows the asset's name in the file name: ``@2x`` as it is, any other after a dash."""
        return self.label if self.label.startswith("@") else f"-{self.label}"


@dataclass(frozen=True, slots=True)
class TargetUse:
    """A platform's set that is asked for, with the value of every option that has one."""

    name: str  # of pipeline.targets.catalogue.NAMES
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Art:
    """Another drawing for an asset's platform sets: a file of the project, or an asset of the same recipe.

    ``pictures`` are two where that asset is rendered twice (on white, on black) and cut out of both.
    """

    slot: Slot
    pictures: tuple[Picture, ...]
    cutout: Cutout | None = None  # how its background is removed; None: it is used as it is
    sha256: tuple[str, ...] = ()  # of the pictures; empty as long as one of them is still to be made


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset after defaults, matrix and templates."""

    name: str
    request: Request
    location: Location
    kind: Kind = "image"
    cutout: Cutout | None = None
    icons: tuple[Icon, ...] = ()
    formats: tuple[str, ...] = ("png",)  # of png, webp, jpg, avif; in the order written
    targets: tuple[TargetUse, ...] = ()  # in the order written
    art: tuple[Art, ...] = ()  # for the sets of ``targets``; none without them
    contact_sheet: bool = False  # of the sets
    max_kb: int | None = None  # no picture we make is larger; kB of 1,000 bytes
    video: Video | None = None  # what is made of a video besides itself
    checks: Expectations | None = None  # what the full-size result has to be like
    attempts: int = 1  # how often it is made at most while ``checks`` are unmet; each is paid for
    candidates: tuple[str, ...] = ()  # assets of this request, one of whose originals it takes
    pick: PickBy = "person"  # who says which of them, where there are any
    results: int = 1  # pictures that one task of its request brings: of it, and of further candidates
    further_of: str = ""  # the candidate whose task brings this one, which is not bought itself
    filename: str = ""  # stem of delivered files; the name unless overridden
    directory: str = ""  # below the output folder, POSIX, no leading slash
    deadline_s: float | None = None  # None: the project's limit for the kind
    values: Mapping[str, Any] = field(
        default_factory=dict
    )  # template names used → value, "brand.colors.primary"
    price: float | None = None  # credits for one create at catalogue prices; None: unknown
    price_range: str = ""  # in words, where the price is known only from the size of the result
    unpublished_px: int = 0  # of a result's longest side, where it is past the largest that has a price

    @property
    def depends(self) -> tuple[str, ...]:
        """Names of the assets that have to be there before this one can be delivered."""
        beside = (*self.candidates, *filter(None, [self.further_of]))
        return tuple(dict.fromkeys((*self.sent, *beside, *self.drawn)))

    @property
    def sent(self) -> tuple[str, ...]:
        """Names of the assets whose pictures are sent: this one is paid for again when they change."""
        return _assets_of(self.request.originals)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Names of the assets that are drawn into the platform sets of this one, for free."""
        return _assets_of(picture for art in self.art for picture in art.pictures)

    @property
    def cutouts(self) -> tuple[Cutout, ...]:
        """Its cut-out, and those of the other drawings for its sets."""
        return tuple(one for one in (self.cutout, *(art.cutout for art in self.art)) if one is not None)

    @property
    def sent_cutouts(self) -> tuple[Cutout, ...]:
        """Those of other assets that are made before this one is sent."""
        parts = (picture.part for picture in self.request.pictures)
        return tuple(part.cutout for part in parts if part is not None and part.cutout is not None)

    @property
    def files(self) -> tuple[Picture, ...]:
        """The local files this one is made from, for its sets too."""
        pictures = (*self.request.pictures, *(picture for art in self.art for picture in art.pictures))
        return tuple(picture for picture in pictures if picture.path is not None)

    @property
    def first(self) -> str:
        """The asset that is the first of two renders, where this one is the second; else empty."""
        paired = self.cutout is not None and self.cutout.method == "difference"
        return f"{self.name}{ON_WHITE}" if paired else ""

    @property
    def is_first(self) -> bool:
        """Whether this is the first of two renders; its picture is delivered with the second."""
        return self.name.endswith(ON_WHITE)

    @property
    def is_candidate(self) -> bool:
        """Whether this is one of several an asset may be; what is delivered of it lies beside that."""
        return candidate_number(self.name) > 0


def _assets_of(pictures: Iterable[Picture]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(picture.value for picture in pictures if picture.source == "asset"))


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A source file of constants: an identifier for every asset."""

    language: str  # of pipeline.codegen.identifiers.ENDINGS
    path: Path
    shown: str  # the path below the project root, POSIX
    package: str = ""  # Kotlin's


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe file after loading; ``name`` is the file's stem, ``key`` its path below the root."""

    name: str
    key: str
    path: Path
    root: Path
    output: Path
    assets: tuple[Asset, ...]
    renames: Mapping[str, str] = field(default_factory=dict)  # an asset's former name → its name now
    sources: tuple[
        Path, ...
    ] = ()  # every file read to make this: the recipe, its brand and what that extends
    warnings: tuple[Problem, ...] = ()
    codegen: tuple[CodeFile, ...] = ()

    @property
    def named(self) -> tuple[Asset, ...]:
        """The assets people named: without first renders and candidates."""
        return tuple(asset for asset in self.assets if owner(asset.name) == asset.name)
