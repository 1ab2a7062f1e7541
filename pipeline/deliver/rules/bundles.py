"""Rules about icons of several sizes in one file: Windows' ``.ico`` and macOS' ``.icns``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.look import Look
from pipeline.deliver.rules.folders.appicon import mac_body
from pipeline.errors import Severity
from pipeline.picture.containers import icns, ico

if TYPE_CHECKING:
    from PIL.Image import Image

FAVICON: Final = (16, 32, 48)
"""Sizes of a ``favicon.ico``; larger ones are loaded by everybody and shown by nobody."""
WINDOWS: Final = (16, 24, 32, 48, 256)
"""The least an app's icon has: Microsoft's app icon construction."""

_FULL: Final = 256
_LEAST: Final = 32  # px of a favicon.ico: what it is loaded for
_APP: Final = re.compile(r"(?:icon|app|app[-_]icon|application)", re.IGNORECASE)
_AMBIGUOUS: Final = ("icp4", "icp5", "icp6")
_SMALL: Final = {16: ("is32", "ic04", "icp4"), 32: ("il32", "ic05", "icp5")}
_CODED: Final = ("png", "jp2", "rgb", "argb")
_REMAKE: Final = "Make the file again from the full-size picture."


def ico_entries(look: Look) -> Iterator[Finding]:
    """An ``.ico`` holds pictures of the sizes it lists, the right ones for what it is."""
    if look.container != "ico":
        return
    entries = ico.read(look.data)
    for entry in entries:
        listed = (entry.width, entry.height)
        if entry.real != listed and not (listed == (_FULL, _FULL) and min(entry.real) > _FULL):
            said = f"lists a picture of {_px(*listed)} that is {_px(*entry.real)}"
            yield Finding("error", said, _REMAKE)
        if min(entry.real) >= _FULL and entry.kind != "png":
            said = f"holds {_px(*entry.real)} as a bitmap of {entry.size_bytes / 1000:,.0f} kB"
            yield Finding("warning", said, "Store that size as PNG; smaller ones may be bitmaps.")
    yield from _ico_sizes(look, {min(entry.real) for entry in entries})


def _ico_sizes(look: Look, there: set[int]) -> Iterator[Finding]:
    if look.path.stem.lower() == "favicon":
        if absent := [px for px in FAVICON if px not in there]:
            severity: Severity = "warning" if _LEAST in absent else "note"
            yield Finding(severity, f"has no {_listed(absent)} px", "A favicon.ico has 16, 32 and 48 px.")
        if large := sorted(px for px in there if px > max(FAVICON)):
            said = f"holds {_listed(large)} px as well, which every visitor loads"
            yield Finding("note", said, "Leave out what is above 48: icons of the manifest serve there.")
    elif _APP.fullmatch(look.path.stem) and (absent := [px for px in WINDOWS if px not in there]):
        said = f"has no {_listed(absent)} px: Windows scales another size"
        yield Finding("warning" if _FULL in absent else "note", said, _REMAKE)


def icns_chunks(look: Look) -> Iterator[Finding]:
    """An ``.icns`` holds pictures of the sizes its chunks stand for, from 16 px to 1024."""
    if look.container != "icns":
        return
    chunks = icns.read(look.data)
    codes = {chunk.code for chunk in chunks}
    for chunk in chunks:
        if chunk.px and chunk.real is not None and chunk.real != (chunk.px, chunk.px):
            is_size = min(chunk.real) > 0
            said = f"is {_px(*chunk.real)}" if is_size else "cannot be read"
            wrong = f"its chunk {chunk.code} stands for {_px(chunk.px, chunk.px)} and {said}"
            yield Finding("error", wrong, _REMAKE)
        if chunk.code in icns.MASK_OF and icns.MASK_OF[chunk.code] not in codes:
            said = f"its chunk {chunk.code} has no {icns.MASK_OF[chunk.code]} with the transparency"
            yield Finding("error", said, _REMAKE)
    yield from _icns_sizes(codes)
    if largest := _largest(chunks):
        yield from (Finding("warning", *said) for said in mac_body(largest))


def _icns_sizes(codes: set[str]) -> Iterator[Finding]:
    if odd := [code for code in _AMBIGUOUS if code in codes]:
        said = f"uses {', '.join(odd)}, which systems read differently"
        yield Finding("warning", said, "Use is32 with s8mk and il32 with l8mk, or ic04 and ic05.")
    for px, names in _SMALL.items():
        if not codes & set(names):
            said = f"has no {px} px for plain screens: lists and menus show a scaled one"
            yield Finding("warning", said, f"Add {names[0]} with its mask, or {names[1]}.")
    if "ic10" not in codes:
        yield Finding("note", "has no 1024 px (ic10)", "Add it: large previews are blurred otherwise.")


def _largest(chunks: tuple[icns.Chunk, ...]) -> Image | None:
    """The largest PNG that is whole and of its size; the others look the same."""
    from PIL import Image

    from pipeline.picture.normalize import normalize

    whole = [one for one in chunks if one.kind == "png" and one.px and one.real == (one.px, one.px)]
    largest = max(whole, key=lambda one: one.px, default=None)
    if largest is None:
        return None
    try:
        with Image.open(io.BytesIO(largest.data), formats=("PNG",)) as opened:
            return normalize(opened)
    except Exception:  # noqa: BLE001  (decoders raise nearly anything for damaged files)
        return None


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes))


def _px(width: int, height: int) -> str:
    return f"{width} × {height} px"
