"""What rules look at: a file, opened when the first of them asks, or an asset as the manifest has it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pipeline import media
from pipeline.deliver.listed import SET, ListedCutout, ListedFile
from pipeline.deliver.outside import inspect
from pipeline.errors import ProcessError, clean
from pipeline.recipe.expectations import Expectations

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.picture.containers import marks

_ICO: Final = b"\0\0\1\0"
_ICNS: Final = b"icns"
_TEXTS: Final = ("json", "xml", "webmanifest", "html", "yaml", "desktop", "txt", "md", "swift", "kt", "ts")
_LISTS: Final = ("Contents.json", "manifest.json", "icon.json")
_BACK_LAYERS: Final = ("Back.imagestacklayer", "Back.solidimagestacklayer")


@dataclass(frozen=True)
class Look:
    """One file. ``listed`` is what a manifest says of it; None for a file nobody vouches for."""

    path: Path
    name: str  # as the user calls it
    recipe: str = ""
    asset: str = ""
    listed: ListedFile | None = None
    cutout: ListedCutout | None = None  # of its asset
    expected: Expectations | None = None  # what its recipe asks of it

    @cached_property
    def media(self) -> media.Media:
        """The kind and size of a file that is whole. Raises ``ProcessError``."""
        return inspect(self.path)

    @cached_property
    def picture(self) -> Image | None:
        """RGB or RGBA, uint8, sRGB, upright; None for a video. Raises ``ProcessError``."""
        from pipeline.picture.normalize import load

        return load(self.path) if self.media.extension in media.IMAGES else None

    @cached_property
    def head(self) -> marks.Head | None:
        """What a picture's header says, which decoding loses; None for what is no picture."""
        from pipeline.picture.containers import marks

        return marks.read(self.path)

    @cached_property
    def container(self) -> Literal["", "ico", "icns"]:
        """Whether it holds several sizes of an icon, by its first bytes or, where those are odd, its name."""
        start = b""
        with suppress(OSError), self.path.open("rb") as stream:
            start = stream.read(4)
        if start == _ICNS or self.path.suffix.lower() == ".icns":
            return "icns"
        return "ico" if start == _ICO or self.path.suffix.lower() == ".ico" else ""

    @cached_property
    def data(self) -> bytes:
        """The bytes of a container. Raises ``ProcessError``."""
        from pipeline.picture.containers import MAX_BYTES

        try:
            with self.path.open("rb") as stream:
                found = stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise ProcessError(f"the file cannot be read: {clean(error.strerror or error)}") from error
        if len(found) > MAX_BYTES:
            raise ProcessError(f"the icon has more than the {MAX_BYTES / 1e6:,.0f} MB that are read")
        return found

    @property
    def is_text(self) -> bool:
        """Whether it is a text of a platform set, which is no picture and need not be one."""
        ending = self.path.suffix.removeprefix(".").lower()
        return self.listed is not None and self.listed.purpose == SET and ending in _TEXTS

    @property
    def names_a_set(self) -> bool:
        """Whether it says what belongs to a set of pictures, and is none itself."""
        return self.path.name in _LISTS or self.path.suffix.lower() in (".webmanifest", ".xml")

    @property
    def is_background(self) -> bool:
        """Whether it lies behind a drawing, by its name: then it may be of one colour."""
        named = (self.path.stem, self.path.parent.parent.name)
        return "background" in named[0].lower() or named[1] in _BACK_LAYERS

    @property
    def is_cut_out(self) -> bool:
        """Whether this is a subject without its background, by what the manifest or the name says."""
        if self.listed is None:
            return self.path.stem.endswith("-nobg")
        return self.listed.purpose == "cutout" or (self.listed.purpose == "full" and self.cutout is not None)


@dataclass(frozen=True, slots=True)
class AssetLook:
    """One asset. ``wants_cutout``: its recipe asks for one; False where there is no recipe at hand.

    ``unpicked``: how many candidates it has, while a person is to pick one and has not; ``pick_command``:
    how that is done.
    """

    name: str
    recipe: str = ""
    cutout: ListedCutout | None = None
    warnings: tuple[str, ...] = ()
    wants_cutout: bool = False
    unpicked: int = 0
    pick_command: str = ""
