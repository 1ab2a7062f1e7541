"""What is made of a video besides the video itself. Plain data, cheap to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["mp4", "webm", "av1"]
Preview = Literal["none", "gif", "webp"]
ENCODINGS: tuple[Encoding, ...] = ("mp4", "webm", "av1")
POSTERS = ("first", "middle", "last", "none")
MAX_S = 60.0
"""The longest video that is decoded, in seconds; the models listed make 10."""


@dataclass(frozen=True, slots=True)
class Video:
    """Settings of what is made of a delivered video. Each of it needs the video decoded.

    ``formats`` are encodings besides the delivered file: ``mp4`` is H.264, ``webm`` VP9, ``av1`` AV1 in MP4.
    """

    poster: str | float | None = None  # "first", "middle", "last", or seconds from the beginning
    formats: tuple[Encoding, ...] = ()
    preview: Preview = "none"  # a small moving picture
    loop: bool = False  # the end of what is made fades into its beginning, without sound
    mute: bool = False  # what is made has no sound
    max_kb: int | None = None  # no video or preview made here is larger; kB of 1,000 bytes

    @property
    def suffixes(self) -> dict[str, str]:
        """What each file made is called after the asset's stem, without extension, and what it is."""
        suffixes = {"-poster": "the poster"} if self.poster is not None else {}
        suffixes |= {self.suffix(encoding): f"the {encoding} video" for encoding in self.formats}
        return suffixes | ({"-preview": "the preview"} if self.preview != "none" else {})

    def suffix(self, encoding: Encoding) -> str:
        """What a video made in ``encoding`` is called after the asset's stem, without extension.

        ``NAME-web.mp4``, ``NAME.webm``, ``NAME-av1.mp4``; of a loop ``NAME-loop.mp4``, ``NAME-loop.webm``,
        ``NAME-loop-av1.mp4``.
        """
        if self.loop:
            return "-loop-av1" if encoding == "av1" else "-loop"
        return {"mp4": "-web", "webm": "", "av1": "-av1"}[encoding]
