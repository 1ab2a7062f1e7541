"""Rules about what a picture carries beside its pixels. Notes: it is shown all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look
from pipeline.picture.containers import marks

_AS_SENT: Final = "original"  # kept byte for byte as the service sent it


def colour_profile(look: Look) -> Iterator[Finding]:
    """Colours are sRGB: apps and old browsers take them for that, whatever a profile says."""
    profile = look.head.profile if look.head and not _is_as_sent(look) else b""
    if profile and not marks.describes_srgb(profile):
        yield Finding("note", "has a colour profile other than sRGB", "Convert it to sRGB.")


def metadata(look: Look) -> Iterator[Finding]:
    """Nothing is carried along that differs from one run to the next, or tells of who made it."""
    if look.head and look.head.marks and not _is_as_sent(look):
        said = f"carries {' and '.join(look.head.marks)} beside its pixels"
        yield Finding("note", said, "Strip it: it costs bytes, and another run writes another file.")


def _is_as_sent(look: Look) -> bool:
    return look.listed is not None and look.listed.purpose == _AS_SENT
