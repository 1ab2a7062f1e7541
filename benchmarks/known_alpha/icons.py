"""Icons of two packages, Microsoft's Fluent Emoji twice (MIT): drawn as vectors, and rendered in 3D.

They are sorted by what makes them hard to cut out, by eye, once.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from known_alpha.kinds import Kind
from known_alpha.packages import Package, Unavailable, cache

VECTORS = Package(
    "@iconify-json/fluent-emoji",
    "1.2.7",
    "8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
    14,
)
RENDERS = Package(
    "@lobehub/fluent-emoji-3d",
    "1.1.0",
    "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    16,
)

FLAT: dict[Kind, tuple[str, ...]] = {
    "hole": (
        *("key", "doughnut", "glasses", "scissors", "bicycle", "anchor", "link", "umbrella", "hook"),
        *("stethoscope", "basket", "trophy", "wrench", "safety-pin", "ladder", "hot-beverage"),
    ),
    "plain": (
        *("rocket", "gem-stone", "fire", "coin", "heart-suit", "balloon", "bell", "lollipop", "pig-face"),
        *("rose", "hourglass-done", "flamingo", "red-apple", "blue-heart", "eggplant"),
    ),
    "white": (
        *("ghost", "skull", "egg", "cloud", "envelope", "tooth", "rabbit-face", "polar-bear"),
        *("cooked-rice", "speech-balloon"),
    ),
    "thin": ("sewing-needle", "fishing-pole", "spider-web", "paperclip", "kite", "violin"),
    "green": ("frog", "four-leaf-clover", "cactus", "green-heart", "avocado", "leafy-green"),
}
"""Kind → icons of ``VECTORS``."""

# fmt: off
SOLID: dict[Kind, dict[str, str]] = {
    "hole": {
        "key": "1f511", "doughnut": "1f369", "scissors": "2702-fe0f", "link": "1f517", "ring": "1f48d",
        "ladder": "1fa9c", "ferris-wheel": "1f3a1", "cart": "1f6d2", "dna": "1f9ec", "basket": "1f9fa",
        "safety-pin": "1f9f7", "racket": "1f3be", "scooter": "1f6f4",
    },
    "plain": {
        "rocket": "1f680", "gem-stone": "1f48e", "fire": "1f525", "bell": "1f514", "pig-face": "1f437",
        "unicorn": "1f984", "wine-glass": "1f377",
    },
    "white": {
        "ghost": "1f47b", "skull": "1f480", "cloud": "2601-fe0f", "tooth": "1f9b7", "bone": "1f9b4",
        "envelope": "2709-fe0f", "rabbit-face": "1f430", "speech-balloon": "1f4ac",
    },
    "thin": {
        "spider-web": "1f578-fe0f", "spider": "1f577-fe0f", "sewing-needle": "1faa1", "scales": "2696-fe0f",
        "kite": "1fa81", "snowflake": "2744-fe0f",
    },
    "green": {
        "frog": "1f438", "four-leaf-clover": "1f340", "cactus": "1f335", "avocado": "1f951",
        "leafy-green": "1f96c", "turtle": "1f422",
    },
}
# fmt: on
"""Kind → name → file of ``RENDERS``; nothing in that package is see-through or soft."""


def flat() -> dict[str, str]:
    """Name → SVG without the root element, of every icon in ``FLAT``. Raises ``Unavailable``."""
    chosen = cache() / f"fluent-emoji-{VECTORS.version}.json"
    if not chosen.exists():
        names = {name for names in FLAT.values() for name in names}
        text = json.dumps(bodies(VECTORS.tarball(), names))
        chosen.write_text(text, encoding="utf-8")
    loaded: dict[str, str] = json.loads(chosen.read_text(encoding="utf-8"))
    return loaded


def bodies(package: Path, names: set[str]) -> dict[str, str]:
    """The named icons of an Iconify package. Raises ``Unavailable`` when one is missing."""
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/icons.json")
        icons = json.load(member)["icons"] if member else {}
    if missing := names - icons.keys():
        raise Unavailable(f"{package.name} lacks {', '.join(sorted(missing))}.")
    return {name: icons[name]["body"] for name in sorted(names)}


def solid() -> Path:
    """The folder with every file named in ``SOLID``. Raises ``Unavailable``."""
    folder = cache() / f"fluent-emoji-3d-{RENDERS.version}"
    wanted = [f"{code}.webp" for named in SOLID.values() for code in named.values()]
    if not all((folder / name).exists() for name in wanted):
        unpack(RENDERS.tarball(), folder, wanted)
    return folder


def unpack(package: Path, folder: Path, wanted: list[str]) -> None:
    """Write the named pictures of a package into ``folder``. Raises ``Unavailable`` when one is missing."""
    folder.mkdir(exist_ok=True)
    with tarfile.open(package) as archive:
        for name in wanted:
            try:
                member = archive.extractfile(f"package/assets/{name}")
            except KeyError:
                raise Unavailable(f"{package.name} lacks {name}.") from None
            if member is not None:
                part = folder / f"{name}.part"
                part.write_bytes(member.read())
                part.replace(folder / name)
