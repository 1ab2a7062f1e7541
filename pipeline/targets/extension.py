"""A browser extension: the icons its manifest names and the pictures of its page in the Chrome Web Store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.brief import Brief
from pipeline.targets.desktop import free_icon
from pipeline.targets.markup import as_json
from pipeline.targets.options import Option
from pipeline.targets.output import Draw, Look, Output, square
from pipeline.targets.scenes import scene
from pipeline.targets.target import Choices, Target

ICON_PX: Final = (16, 32, 48, 128)
TOOLBAR_PX: Final = (16, 32)
STORE_PX: Final = 128
STORE_ART: Final = 96 / STORE_PX  # 16 px of transparent margin
PROMOS: Final = {"promo": (440, 280), "marquee": (1400, 560)}
PROMO_ART: Final = 0.6  # of both sides; a convention


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """``icons/``, ``store/`` and what the extension's manifest says."""
    paths = {str(px): f"{choices['folder']}/icon-{px}.png" for px in ICON_PX}
    for px in ICON_PX:
        yield square(paths[str(px)], px, free_icon(choices))
    store = Look(share=choices.share(STORE_ART), bleed=choices.share(STORE_ART))
    yield square("store/store-icon-128.png", STORE_PX, store)
    for name, size in PROMOS.items():
        look = scene(brief, size, choices.share(PROMO_ART))
        yield Draw(f"store/{name}-{size[0]}x{size[1]}.png", *size, look)
    toolbar = {str(px): paths[str(px)] for px in TOOLBAR_PX}
    yield as_json("manifest.snippet.json", {"icons": paths, "action": {"default_icon": toolbar}})


TARGET: Final = Target(
    "extension",
    "Browser extension",
    "Copy icons/ beside manifest.json and take over manifest.snippet.json; upload store/ to the store.",
    table,
    (Option("folder", "path", "icons", "For the icons, below the extension's root."),),
)
