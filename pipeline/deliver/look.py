"""What rules look at: a file, opened when the first of them asks, or an asset as the manifest has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import media
from pipeline.deliver.listed import ListedCutout, ListedFile
from pipeline.deliver.outside import inspect

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Look:
    """One file. ``listed`` is what a manifest says of it; None for a file nobody vouches for."""

    path: Path
    name: str  # as the user calls it
    recipe: str = ""
    asset: str = ""
    listed: ListedFile | None = None
    cutout: ListedCutout | None = None  # of its asset

    @cached_property
    def media(self) -> media.Media:
        """The kind and size of a file that is whole. Raises ``ProcessError``."""
        return inspect(self.path)

    @cached_property
    def picture(self) -> Image | None:
        """RGB or RGBA, uint8, sRGB, upright; None for a video. Raises ``ProcessError``."""
        from pipeline.picture.normalize import load

        return load(self.path) if self.media.extension in media.IMAGES else None

    @property
    def is_cut_out(self) -> bool:
        """Whether this is a subject without its background, by what the manifest or the name says."""
        if self.listed is None:
            return self.path.stem.endswith("-nobg")
        return self.listed.purpose == "cutout" or (self.listed.purpose == "full" and self.cutout is not None)


@dataclass(frozen=True, slots=True)
class AssetLook:
    """One asset. ``wants_cutout``: its recipe asks for one; False where there is no recipe at hand."""

    name: str
    recipe: str = ""
    cutout: ListedCutout | None = None
    warnings: tuple[str, ...] = ()
    wants_cutout: bool = False
