"""Limits of stores and networks, by the names their pictures usually have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look

_KB: Final = 1024
_MB: Final = 1_000_000
_SIZE: Final = r"(?:[-_]\d+(?:x\d+)?)?"


@dataclass(frozen=True, slots=True)
class Limit:
    """What one use takes. ``pattern`` is of "folder/stem", in small letters; of px and bytes 0 means any."""

    use: str
    pattern: re.Pattern[str]
    px: tuple[int, int] = (0, 0)  # exactly
    least: tuple[int, int] = (0, 0)
    most_bytes: int = 0
    formats: tuple[str, ...] = ("png", "jpg")
    alpha: bool = True


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}{_SIZE}")


LIMITS: Final = (
    Limit(
        "Google Play's icon",
        _named(r"(?:.*/(?:ic_launcher|play-?store|play)[-_](?:playstore|web|icon)|play/icon)"),
        px=(512, 512),
        most_bytes=_KB * _KB,
        formats=("png",),
    ),
    Limit("Google Play's feature graphic", _named(r".*/feature[-_]?graphic"), px=(1024, 500), alpha=False),
    Limit(
        "Google Play's TV banner",
        _named(r"(?:play/tv|.*/play[-_]tv)[-_]?banner"),
        px=(1280, 720),
        alpha=False,
    ),
    Limit(
        "GitHub's social preview",
        _named(r".*/github(?:[-_]social)?(?:[-_]preview)?"),
        least=(640, 320),
        most_bytes=_MB,
        formats=("png", "jpg", "gif"),
    ),
    Limit(
        "Open Graph",
        _named(r".*/(?:open-?graph|og)(?:[-_]image)?"),
        least=(600, 315),
        most_bytes=5 * _MB,
        formats=("png", "jpg", "gif"),
    ),
    Limit(
        "a card on X",
        _named(r".*/(?:x|twitter)(?:[-_](?:card|image|summary))?"),
        least=(144, 144),
        most_bytes=5 * _MB,
        formats=("png", "jpg", "webp", "gif"),
    ),
)
"""Google Play's from its help pages, GitHub's from its settings page, the others' as three lists agree."""


def store_listing(look: Look) -> Iterator[Finding]:
    """A picture named for a store or a network is one it takes."""
    name = f"{look.path.absolute().parent.name}/{look.path.stem}".lower()
    limit = next((one for one in LIMITS if one.pattern.fullmatch(name)), None)
    if limit is None or look.picture is None:
        return
    wide, high = look.picture.size
    if limit.px not in ((0, 0), (wide, high)):
        yield _wrong(limit, f"is {wide} × {high} px", f"{limit.px[0]} × {limit.px[1]} px")
    if wide < limit.least[0] or high < limit.least[1]:
        yield _wrong(limit, f"is {wide} × {high} px", f"at least {limit.least[0]} × {limit.least[1]} px")
    if limit.most_bytes and (size := look.path.stat().st_size) > limit.most_bytes:
        said = f"at most {limit.most_bytes / 1000:,.0f} kB"
        yield _wrong(limit, f"has {size / 1000:,.0f} kB", said)
    if look.media.extension not in limit.formats:
        yield _wrong(limit, f"is {look.media.extension}", " or ".join(limit.formats))
    if not limit.alpha and look.head and look.head.alpha:
        yield _wrong(limit, "has an alpha channel", "none")


def _wrong(limit: Limit, said: str, taken: str) -> Finding:
    return Finding("error", f"{said}, and {limit.use} takes {taken}", "Make it again within that limit.")
